// From the wire's diff to the kit's.
import type { DiffDto } from '../generated/api';
import type { DiffLine, Hunk } from '../ui/diff';

const MARKS = { same: ' ', add: '+', del: '-' } as const;

export function toHunks(diff: DiffDto): Hunk[] {
  const hunks = diff.hunks.map(({ skipped, lines }): Hunk => ({
    skipped,
    lines: lines.map(({ mark, old, new: now, text }): DiffLine => ({
      mark: MARKS[mark],
      ...(old === null ? {} : { before: old }),
      ...(now === null ? {} : { after: now }),
      text,
    })),
  }));
  return diff.skipped_after > 0 && hunks.length > 0
    ? [...hunks, { skipped: diff.skipped_after, lines: [] }]
    : hunks;
}
