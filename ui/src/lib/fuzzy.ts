// Matching for the palette: word starts first, then parts of words, then a subsequence as fuzzysort finds it. Recency
// and staleness are the caller's weights and count among answers of the same kind.
import fuzzysort from 'fuzzysort';

export type Match<T> = {
  item: T;
  /** From 0 to 1 times the weight; below 0.5 only letters here and there were found. */
  score: number;
  /** The label in pieces, the matched ones marked. Text only: the caller renders it. */
  pieces: readonly { text: string; hit: boolean }[];
};

export type Candidate = {
  label: string;
  /** Other words it answers to, such as an address: found, but not marked. */
  also?: string;
  /** 1 is neutral; a recent thing is above it, a stale one below. */
  weight?: number;
};

const LABEL_LIMIT = 200;

function pieces(label: string, hits: ReadonlyArray<number>): { text: string; hit: boolean }[] {
  const marked = new Set(hits);
  const out: { text: string; hit: boolean }[] = [];
  for (let i = 0; i < label.length; i++) {
    const hit = marked.has(i);
    const last = out.at(-1);
    if (last && last.hit === hit) last.text += label[i];
    else out.push({ text: label[i] ?? '', hit });
  }
  return out;
}

/** How a label answers: with its own start, a word's start, initials, a part of a word, letters here and there. */
const START = 1;
const WORD = 0.9;
const INITIALS = 0.7;
const INSIDE = 0.6;
const SCATTERED = 0.4;

type Rating = { score: number; hits: ReadonlyArray<number> };

const startsWord = (label: string, at: number): boolean =>
  at === 0 || !/[\p{L}\p{N}]/u.test(label[at - 1] ?? '');

function rate(query: string, label: string): Rating | undefined {
  const lower = label.toLowerCase();
  const wanted = query.toLowerCase();
  let inside = -1;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    if (inside < 0) inside = at;
    if (!startsWord(lower, at)) continue;
    inside = at;
    break;
  }
  if (inside >= 0) {
    // Equally good answers score the same, so that they stay in the order they were given.
    const score = inside === 0 ? START : startsWord(lower, inside) ? WORD : INSIDE;
    return { score, hits: Array.from(wanted, (_, i) => inside + i) };
  }
  const found = fuzzysort.single(query, label);
  if (!found) return undefined;
  const initials = found.indexes.every(
    (at, i) => at === (found.indexes[i - 1] ?? -2) + 1 || startsWord(label, at),
  );
  return { score: initials ? INITIALS : SCATTERED * found.score, hits: found.indexes };
}

/** The best answers, best first; with an empty query everything in its own order. */
export function match<T extends Candidate>(query: string, items: readonly T[], limit = 50): Match<T>[] {
  const wanted = query.trim();
  if (wanted === '') {
    return items
      .slice(0, limit)
      .map((item) => ({ item, score: item.weight ?? 1, pieces: [{ text: item.label, hit: false }] }));
  }
  const out: Match<T>[] = [];
  for (const item of items) {
    const label = item.label.slice(0, LABEL_LIMIT);
    const own = rate(wanted, label);
    const other = own || !item.also ? undefined : rate(wanted, item.also.slice(0, LABEL_LIMIT));
    // A piece of an address is an answer, but its letters here and there are not.
    const found = own ?? (other && other.score >= INSIDE ? { score: other.score / 2, hits: [] } : undefined);
    if (found) out.push({ item, score: found.score * (item.weight ?? 1), pieces: pieces(label, found.hits) });
  }
  return out.sort((a, b) => b.score - a.score).slice(0, limit);
}
