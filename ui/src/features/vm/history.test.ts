import { describe, expect, it } from 'vitest';
import { inOrder, picked, seen } from './history';

describe('picked', () => {
  it('keeps the two newest picks and lets one go at a second click', () => {
    expect(picked([3, 2], 1)).toEqual([2, 1]);
    expect(picked([3, 2], 3)).toEqual([2]);
    expect(inOrder([3, 1])).toEqual({ from: 1, to: 3 });
    expect(inOrder([3])).toBeUndefined();
  });
});

describe('seen', () => {
  const version = (first: Date, last: Date) => ({
    id: 1,
    bytes: 0,
    added: null,
    removed: null,
    first_seen: first.toISOString(),
    last_seen: last.toISOString(),
  });
  const at = (hour: number, minute: number, second = 0) => new Date(2026, 10, 24, hour, minute, second);
  it('names both ends, and one where they read the same', () => {
    expect(seen(version(at(8, 20), at(14, 2)), at(15, 0))).toBe('08:20 to 14:02');
    expect(seen(version(at(8, 20, 5), at(8, 20, 41)), at(15, 0))).toBe('08:20:05');
    expect(seen(version(at(8, 20), at(14, 2)), new Date(2026, 10, 28))).toBe('24\u00a0Nov');
  });
});
