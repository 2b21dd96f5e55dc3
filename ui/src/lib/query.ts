// The search grammar of the filter line: the twin of Rust's `model::query`, which scripts use. Both are held to
// tests/fixtures/query-cases.json. Fast enough for every keystroke: the texts of a row are folded and joined once.
import { fold } from './query/pattern';
import { parse, type QueryError, type Term, type TextHits } from './query/parse';
import type { QueryRow } from './query/fields';

export type { QueryError, QueryRow, Term, TextHits };

export type Query = {
  /** The terms that were understood, in the order they were typed. */
  terms: readonly Term[];
  /** The first thing that is wrong: "No field ‘hsot’. Did you mean host?" */
  error: QueryError | null;
};

export const parseQuery = (text: string): Query => parse(text);

/** A piece of the query's text; together they are the text, spaces included. */
export type Piece = { text: string; look: 'plain' | 'token' | 'unknown'; hint?: string };

const FIELD_TERM = /^[!-]?[A-Za-z]{2,}:/;

/** The text in pieces: what was understood as a field looks like a chip, what is wrong is underlined. */
export function pieces(text: string, { terms, error }: Query): Piece[] {
  const marks: { start: number; end: number; look: Piece['look'] }[] = terms
    .filter((term) => term.test || term.negated)
    .map(({ start, end }) => ({ start, end, look: 'token' }));
  if (error) marks.push({ start: error.start, end: error.end, look: 'unknown' });
  marks.sort((a, b) => a.start - b.start);
  const out: Piece[] = [];
  let at = 0;
  const plainTo = (end: number): void => {
    if (end > at) out.push({ text: text.slice(at, end), look: 'plain' });
  };
  for (const { start, end, look } of marks) {
    plainTo(start);
    const hint = look === 'unknown' && error ? { hint: error.message } : {};
    out.push({ text: text.slice(start, end), look, ...hint });
    at = end;
  }
  plainTo(text.length);
  return out;
}

const BETWEEN = '\u001f';
const haystacks = new WeakMap<QueryRow, string>();

/** Every text of a row that plain text is looked for in, folded; kept as long as the row is. */
export function haystack(row: QueryRow): string {
  let text = haystacks.get(row);
  if (text === undefined) {
    const parts = [row.name, row.title, row.description, row.note, row.connection, row.folder];
    if (row.uuid !== null) parts.push(row.uuid);
    if (row.os !== null) parts.push(row.os);
    for (const { source } of row.disks) if (source !== null) parts.push(source);
    text = fold(parts.concat(row.ips, row.macs, row.tags).join(BETWEEN));
    haystacks.set(row, text);
  }
  return text;
}

/** The plain texts of a query, folded, for whoever looks them up elsewhere too. */
export const textsOf = ({ terms }: Query): string[] =>
  terms.flatMap(({ text }) => (text === undefined ? [] : [text]));

/**
 * Whether what fits `query` fits `before` too, as far as the words tell: each term of the one before is there still, or is
 * part of a longer text. Texts that are also looked for elsewhere can be found by the longer word alone.
 */
export function narrows(query: Query, before: Query, elsewhere: boolean): boolean {
  return before.terms.every((old) =>
    query.terms.some((term) => term.source === old.source || (!elsewhere && isPart(old, term))),
  );
}

const isPart = (old: Term, term: Term): boolean =>
  !old.negated && !term.negated && old.text !== undefined && (term.text?.includes(old.text) ?? false);

/** Whether a row fits; null when every row does. `hits` finds a text in what a row does not carry whole. */
export function compile({ terms }: Query, hits?: TextHits): ((row: QueryRow) => boolean) | null {
  const tests = terms.map((term) => testOf(term, hits));
  const [first] = tests;
  if (!first) return null;
  if (tests.length === 1) return first;
  return (row) => {
    for (const test of tests) if (!test(row)) return false;
    return true;
  };
}

function testOf({ text, test, negated }: Term, hits: TextHits | undefined): (row: QueryRow) => boolean {
  const fits =
    test ??
    ((row: QueryRow): boolean =>
      text === undefined || haystack(row).includes(text) || (hits?.(text, row) ?? false));
  return negated ? (row) => !fits(row) : fits;
}

/** `value` as it is written in a query: in quotes where it would mean something else. */
export const quoted = (value: string): string =>
  value === '' || /[\s",*\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;

/** Whether a text uses the grammar at all, so that it is worth keeping as a smart folder. */
export const usesFields = (text: string): boolean => text.split(/\s+/).some((word) => FIELD_TERM.test(word));
