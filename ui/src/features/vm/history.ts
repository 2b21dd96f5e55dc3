// The two versions one looks at first, and how they are named.
import type { DefinitionVersionDto } from '../../generated/api';
import { clockWords, timeWords } from '../../stores/words';

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
