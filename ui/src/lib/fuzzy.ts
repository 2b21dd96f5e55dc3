// Matching for the palette: word starts first, then parts of words, then a subsequence as fuzzysort finds it. Recency
// and staleness are the caller's weights and count among answers of the same kind.
import fuzzysort from 'fuzzysort';

export type Match<T> = {
  item: T;
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

/** How a label answers, best last: letters here and there, a part of a word, initials, a word's start, its own start. */
const SCATTERED = 0;
const INSIDE = 1;
const INITIALS = 2;
const WORD = 3;
const START = 4;

type Rating = { tier: number; score: number; hits: ReadonlyArray<number> };

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
    const tier = inside === 0 ? START : startsWord(lower, inside) ? WORD : INSIDE;
    // Among equally good answers the given order stays, so the score says nothing.
    return { tier, score: 1, hits: Array.from(wanted, (_, i) => inside + i) };
  }
  const found = fuzzysort.single(query, label);
  if (!found) return undefined;
  const initials = found.indexes.every(
    (at, i) => at === (found.indexes[i - 1] ?? -2) + 1 || startsWord(label, at),
  );
  return { tier: initials ? INITIALS : SCATTERED, score: found.score, hits: found.indexes };
}

/** The best answers, best first; with an empty query everything in its own order. */
export function match<T extends Candidate>(query: string, items: readonly T[], limit = 50): Match<T>[] {
  const wanted = query.trim();
  if (wanted === '') {
    return items.slice(0, limit).map((item) => ({ item, pieces: [{ text: item.label, hit: false }] }));
  }
  const out: (Match<T> & { tier: number; score: number; weight: number })[] = [];
  for (const item of items) {
    const label = item.label.slice(0, LABEL_LIMIT);
    const own = rate(wanted, label);
    const other = own || !item.also ? undefined : rate(wanted, item.also.slice(0, LABEL_LIMIT));
    // An address that starts with the query is an answer, but its letters here and there are not.
    const found =
      own ?? (other && other.tier >= INSIDE ? { ...other, tier: SCATTERED, hits: [] } : undefined);
    if (!found) continue;
    const { tier, score, hits } = found;
    out.push({ item, pieces: pieces(label, hits), tier, score, weight: item.weight ?? 1 });
  }
  out.sort((a, b) => b.tier - a.tier || b.weight - a.weight || b.score - a.score);
  return out.slice(0, limit).map(({ item, pieces: marked }) => ({ item, pieces: marked }));
}
