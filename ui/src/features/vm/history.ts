// From the wire's diff to the kit's, and the two versions one looks at first.
import type { DefinitionVersionDto, DiffDto } from '../../generated/api';
import { clockWords, timeWords } from '../../stores/words';
import type { DiffLine, Hunk } from '../../ui/diff';

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

/** The pair after one more was picked: the two newest picks, the older first. */
export function picked(pair: readonly number[], id: number): number[] {
  const next = pair.includes(id) ? pair.filter((other) => other !== id) : [...pair, id].slice(-2);
  return next;
}

/** What is compared to begin with: the newest with the one before it. */
export const newestPair = (versions: readonly DefinitionVersionDto[]): number[] =>
  versions.slice(0, 2).map(({ id }) => id);

/** When a version was seen: `08:20 to 14:02`. Where both ends read the same, one; of today, to the second. */
export function seen({ first_seen, last_seen }: DefinitionVersionDto, now: Date): string {
  const [from, to] = [timeWords(first_seen, now), timeWords(last_seen, now)];
  if (from !== to) return `${from} to ${to}`;
  const exact = clockWords(first_seen);
  return exact.startsWith(from) ? exact : from;
}

export const inOrder = (pair: readonly number[]): { from: number; to: number } | undefined => {
  const [a, b] = pair;
  return a === undefined || b === undefined ? undefined : { from: Math.min(a, b), to: Math.max(a, b) };
};
