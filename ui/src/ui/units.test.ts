import { describe, expect, it } from 'vitest';
import { normalBytes, parseBytes, stepBytes } from './units';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

describe('amounts as typed', () => {
  it.each([
    ['8g', 8 * GIB],
    ['8192M', 8 * GIB],
    ['8 GiB', 8 * GIB],
    ['8\u00a0GiB', 8 * GIB],
    ['8', 8 * GIB],
    ['1,5 GB', 1.5 * GIB],
    ['512 kib', 512 * 1024],
    ['100 b', 100],
  ])('reads %s', (text, value) => expect(parseBytes(text)).toBe(value));
  it.each(['', 'lots', '8 GiB free', '-1g', '8x', '1.2.3'])('does not read “%s”', (text) =>
    expect(parseBytes(text)).toBeUndefined(),
  );
  it('shows exactly what it holds', () => {
    for (const value of [8 * GIB, 8193 * MIB, 40 * GIB, 1536 * MIB])
      expect(parseBytes(normalBytes(value))).toBe(value);
  });
  it('steps by the unit shown and never to nothing', () => {
    expect(stepBytes(8 * GIB, 1, false)).toBe(9 * GIB);
    expect(stepBytes(8 * GIB, 1, true)).toBe(18 * GIB);
    expect(stepBytes(GIB, -1, false)).toBe(1023 * MIB);
    expect(stepBytes(2 * MIB, -1, true)).toBe(MIB);
  });
});
