import { describe, expect, it } from 'vitest';
import { Agent } from './agent';

const [MONITORS, CLIPBOARD, CAPS, GRAB, REQUEST] = [2, 4, 6, 7, 8];
const [BY_DEMAND, SELECTION, CRLF] = [1 << 5, 1 << 6, 1 << 9];
const UTF8 = 1;

const words = (...all: number[]): number[] =>
  all.flatMap((w) => [w & 255, (w >> 8) & 255, (w >> 16) & 255, w >>> 24]);
const message = (type: number, body: readonly number[], size = body.length): ArrayBuffer =>
  Uint8Array.from([...words(1, type, 0, 0, size), ...body]).buffer;
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

type Said = { type: number; body: Uint8Array };
function begun(caps = BY_DEMAND | SELECTION, tokens = 10) {
  const pieces: ArrayBuffer[] = [];
  const copied: string[] = [];
  const carries: boolean[] = [];
  const agent = new Agent({
    send: (piece) => pieces.push(piece),
    oncarries: (now) => carries.push(now),
    onclipboard: (text) => copied.push(text),
  });
  agent.begins(tokens);
  agent.heard(message(CAPS, words(0, caps)));
  /** What was said since, put together again. */
  const said = (): Said[] => {
    const all = Uint8Array.from(pieces.splice(0).flatMap((piece) => [...new Uint8Array(piece)]));
    const found: Said[] = [];
    for (let at = 0; at < all.length;) {
      const view = new DataView(all.buffer, at);
      const size = view.getUint32(16, true);
      found.push({ type: view.getUint32(4, true), body: all.slice(at + 20, at + 20 + size) });
      at += 20 + size;
    }
    return found;
  };
  return { agent, pieces, copied, carries, said };
}

describe('Agent', () => {
  it('says what it can, and carries the clipboard once the guest can too', () => {
    const { said, carries } = begun();
    expect(said().map(({ type }) => type)).toEqual([CAPS]);
    expect(carries).toEqual([true]);
    expect(begun(0).carries).toEqual([false]);
  });

  it('asks for what the guest has copied', () => {
    const { agent, said, copied } = begun();
    said();
    agent.heard(message(GRAB, words(0, 2, UTF8)));
    expect(said()).toEqual([{ type: REQUEST, body: Uint8Array.from(words(0, UTF8)) }]);
    const text = [...new TextEncoder().encode('grüß\n')];
    agent.heard(message(CLIPBOARD, [...words(0, UTF8), ...text, 0]));
    expect(copied).toEqual(['grüß\n']);
  });

  it('hears of the clipboard alone, not of what is marked, and not of pictures', () => {
    const { agent, said, copied } = begun();
    said();
    agent.heard(message(GRAB, words(1, UTF8)));
    agent.heard(message(GRAB, words(0, 2)));
    agent.heard(message(CLIPBOARD, [...words(1, UTF8), 65]));
    expect([said(), copied]).toEqual([[], []]);
  });

  it('gives what was copied here when the guest asks, and nothing that was not', () => {
    const { agent, said } = begun(BY_DEMAND | SELECTION | CRLF);
    said();
    agent.heard(message(REQUEST, words(0, UTF8)));
    expect(said()).toEqual([{ type: CLIPBOARD, body: Uint8Array.from(words(0, 0)) }]);
    agent.offer('one\ntwo');
    agent.heard(message(REQUEST, words(0, UTF8)));
    const [grab, clipboard] = said();
    expect(grab).toEqual({ type: GRAB, body: Uint8Array.from(words(0, UTF8)) });
    expect(textOf(clipboard?.body.slice(8) ?? new Uint8Array())).toBe('one\r\ntwo');
    agent.heard(message(GRAB, words(0, UTF8)));
    agent.heard(message(REQUEST, words(0, UTF8)));
    expect(said().at(-1)).toEqual({ type: CLIPBOARD, body: Uint8Array.from(words(0, 0)) });
  });

  it('sends pieces as large as the display takes, and no more than it has said', () => {
    const { agent, pieces, said } = begun(BY_DEMAND, 3);
    said();
    agent.offer('x'.repeat(5000));
    agent.heard(message(REQUEST, words(UTF8)));
    expect(pieces.map((piece) => piece.byteLength)).toEqual([24, 2048]);
    agent.gets(5);
    const [grab, clipboard] = said();
    expect([grab?.type, clipboard?.body.length]).toEqual([GRAB, 5004]);
  });

  it('reads messages however they are cut, and takes no more of one than a megabyte', () => {
    const { agent, copied } = begun(BY_DEMAND);
    const long = 3 * 1024 * 1024;
    const head = new Uint8Array(message(CLIPBOARD, words(UTF8), long));
    agent.heard(head.slice(0, 7).buffer);
    agent.heard(head.slice(7).buffer);
    for (let left = long - 4; left > 0; left -= 2048)
      agent.heard(new Uint8Array(Math.min(left, 2048)).fill(97).buffer);
    agent.heard(message(CLIPBOARD, [...words(UTF8), 98]));
    expect(copied.map(({ length }) => length)).toEqual([1024 * 1024 - 4, 1]);
  });

  it('keeps no more than it may for a guest that asks without end', () => {
    const { agent, pieces } = begun(BY_DEMAND, 2);
    agent.offer('y'.repeat(1024 * 1024));
    for (let i = 0; i < 50; i++) agent.heard(message(REQUEST, words(UTF8)));
    agent.gets(1_000_000);
    const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    expect(bytes).toBeLessThan(2.1 * 1024 * 1024);
  });

  it('asks for another size, unless none is or it is too small for a screen', () => {
    const { agent, said } = begun();
    said();
    agent.resize(1027, 601);
    agent.resize(100, 100);
    expect(said()).toEqual([{ type: MONITORS, body: Uint8Array.from(words(1, 0, 600, 1024, 32, 0, 0)) }]);
    agent.ends();
    agent.resize(800, 600);
    expect(said()).toEqual([]);
  });
});
