// Matching for the palette: a subsequence, word starts first. Scoring is fuzzysort's; recency and staleness are weights.
import fuzzysort from 'fuzzysort';

export type Match<T> = {
  item: T;
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

/** How well one label answers the query, 0 when not at all. */
function rate(query: string, label: string): { score: number; hits: ReadonlyArray<number> } | undefined {
  const found = fuzzysort.single(query, label);
  if (!found) return undefined;
  const start = found.indexes[0] ?? 0;
  const wordStart = start === 0 || /[^\p{L}\p{N}]/u.test(label[start - 1] ?? '');
  return { score: found.score * (start === 0 ? 1 : wordStart ? 0.95 : 0.6), hits: found.indexes };
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
    const found = own ?? (other && { score: other.score * 0.5, hits: [] });
    if (!found) continue;
    out.push({ item, score: found.score * (item.weight ?? 1), pieces: pieces(label, found.hits) });
  }
  return out.sort((a, b) => b.score - a.score).slice(0, limit);
}
