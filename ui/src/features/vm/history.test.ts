import { describe, expect, it } from 'vitest';
import { inOrder, picked, toHunks } from './history';

describe('picked', () => {
  it('keeps the two newest picks and lets one go at a second click', () => {
    expect(picked([3, 2], 1)).toEqual([2, 1]);
    expect(picked([3, 2], 3)).toEqual([2]);
    expect(inOrder([3, 1])).toEqual({ from: 1, to: 3 });
    expect(inOrder([3])).toBeUndefined();
  });
});

describe('toHunks', () => {
  it('keeps marks and numbers, and counts what is left out at both ends', () => {
    const hunks = toHunks({
      hunks: [{ skipped: 9, lines: [{ mark: 'del', old: 10, new: null, text: 'x' }] }],
      skipped_after: 4,
    });
    expect(hunks).toEqual([
      { skipped: 9, lines: [{ mark: '-', before: 10, text: 'x' }] },
      { skipped: 4, lines: [] },
    ]);
  });
  it('is nothing when nothing changed', () => expect(toHunks({ hunks: [], skipped_after: 40 })).toEqual([]));
});
