import { describe, expect, it } from 'vitest';
import { Flow } from './flow';

describe('Flow', () => {
  it('writes every byte once and in order, and never has more than the limit under way', () => {
    const written: number[] = [];
    const waiting: (() => void)[] = [];
    let underWay = 0;
    let most = 0;
    const flow = new Flow((bytes, done) => {
      written.push(...bytes);
      underWay += bytes.length;
      most = Math.max(most, underWay);
      waiting.push(() => ((underWay -= bytes.length), done()));
    }, 64);
    const all = Array.from({ length: 10_000 }, (_, i) => i % 251);
    for (let at = 0; at < all.length; at += 16) flow.push(Uint8Array.from(all.slice(at, at + 16)));
    while (waiting.length > 0) waiting.shift()?.();
    expect(written).toEqual(all);
    expect(flow.taken).toBe(10_000);
    expect(most).toBeLessThanOrEqual(64 + 16);
  });

  it('copes with a terminal that is done at once', () => {
    let written = 0;
    const flow = new Flow((bytes, done) => ((written += bytes.length), done()), 1);
    for (let i = 0; i < 6000; i++) flow.push(new Uint8Array(3));
    expect(written).toBe(18_000);
  });
});
