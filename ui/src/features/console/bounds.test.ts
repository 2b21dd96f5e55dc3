import { Terminal } from '@xterm/xterm';
import { beforeEach, expect, it } from 'vitest';
import { bound, MOST_TIMES } from './bounds';

let terminal: Terminal;
const say = (text: string): Promise<void> => new Promise((done) => terminal.write(text, done));
const line = (y: number): string => terminal.buffer.active.getLine(y)?.translateToString(true) ?? '';

beforeEach(() => {
  terminal = new Terminal({ allowProposedApi: true, cols: 20, rows: 4, scrollback: 0 });
  bound(terminal);
});

it.each(['b', 'I', 'Z', 'L', 'M', 'S', 'T'])('does not do %s thousands of times', async (final) => {
  await say('one\r\ntwo');
  await say(`\u001b[${MOST_TIMES + 1}${final}`);
  expect([line(0), line(1), terminal.buffer.active.cursorX]).toEqual(['one', 'two', 3]);
});

it('does it as often as programs do', async () => {
  await say('-\u001b[9b\r\nx\u001b[Sy');
  expect([line(0), line(1)]).toEqual(['x', ' y']);
  await say('\u001b[H-\u001b[9b');
  expect(line(0)).toBe('----------');
});
