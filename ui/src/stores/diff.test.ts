import { describe, expect, it } from 'vitest';
import { toHunks } from './diff';

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
