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

/** Where a part of the label is, at a word's start if anywhere. */
function part(wanted: string, lower: string): Rating | undefined {
  let inside = lower.indexOf(wanted);
  if (inside < 0) return undefined;
  for (let at = inside; at >= 0; at = lower.indexOf(wanted, at + 1)) {
    if (!startsWord(lower, at)) continue;
    inside = at;
    break;
  }
  // Equally good answers score the same, so that they stay in the order they were given.
  const score = inside === 0 ? START : startsWord(lower, inside) ? WORD : INSIDE;
  return { score, hits: Array.from(wanted, (_, i) => inside + i) };
}

/** Whether the letters are there in their order at all: most labels end here, cheaply. */
function hasLetters(wanted: string, lower: string): boolean {
  let at = -1;
  for (const letter of wanted) {
    if (letter === ' ') continue;
    at = lower.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}

function rate(wanted: string, label: string): Rating | undefined {
  const lower = label.toLowerCase();
  const whole = part(wanted, lower);
  if (whole || !hasLetters(wanted, lower)) return whole;
  const found = fuzzysort.single(wanted, label);
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
  const out: { item: T; score: number; hits: ReadonlyArray<number> }[] = [];
  const lower = wanted.toLowerCase();
  for (const item of items) {
    const own = rate(lower, item.label.slice(0, LABEL_LIMIT));
    // A piece of an address is an answer, but its letters here and there are not.
    const other = own || !item.also ? undefined : part(lower, item.also.slice(0, LABEL_LIMIT).toLowerCase());
    const found = own ?? (other && { score: other.score / 2, hits: [] });
    if (found) out.push({ item, score: found.score * (item.weight ?? 1), hits: found.hits });
  }
  return out
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ item, score, hits }) => ({
      item,
      score,
      pieces: pieces(item.label.slice(0, LABEL_LIMIT), hits),
    }));
}
