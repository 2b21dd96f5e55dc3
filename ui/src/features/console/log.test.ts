import { expect, it } from 'vitest';
import { Log } from './log';

const utf8 = new TextEncoder();
function say(log: Log, ...texts: string[]): Log {
  for (const text of texts) log.add(utf8.encode(text));
  return log;
}

it('keeps what was said, in pieces of any size', async () => {
  expect(await new Log().text()).toBe('');
  const log = say(new Log(100, 4), 'a', 'bcd', '', 'efghijklmno', 'p');
  expect(await log.text()).toBe('abcdefghijklmnop');
  expect([log.bytes, log.cut]).toEqual([16, false]);
  expect(await say(log, 'q').text()).toBe('abcdefghijklmnopq');
});

it('lets go of the oldest pages once there is more than it may keep', async () => {
  const log = say(new Log(10, 4), 'abcdefghij');
  expect([await log.text(), log.cut]).toEqual(['abcdefghij', false]);
  say(log, 'k');
  expect([await log.text(), log.bytes, log.cut]).toEqual(['efghijk', 7, true]);
  say(log, 'x'.repeat(100) + 'end');
  expect(await log.text()).toMatch(/^x+end$/);
  expect(log.bytes).toBeLessThanOrEqual(10);
});
