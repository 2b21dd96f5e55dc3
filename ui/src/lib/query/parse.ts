// From text to terms. Positions count UTF-16 units, as text fields do.
import { FIELDS, meaning, NAME, nearest, proposals, type Field, type QueryRow } from './fields';
import {
  comparison,
  fold,
  glob,
  part,
  size,
  whole,
  wholeNumber,
  type Comparison,
  type Pattern,
} from './pattern';

/** Where plain text may also be found: in what a row does not carry whole. */
export type TextHits = (text: string, row: QueryRow) => boolean;

export type Term = {
  /** Whether it has not to fit. */
  negated: boolean;
  start: number;
  end: number;
  /** As it was typed, its sign included. */
  source: string;
  /** A plain text, folded, looked for anywhere; else `test` asks one field. */
  text?: string;
  test?: (row: QueryRow) => boolean;
};
export type QueryError = { message: string; start: number; end: number };

type Value = { text: string; start: number; end: number; quoted: boolean };

// What Rust calls white space: JavaScript's \s has one more (U+FEFF) and one less (U+0085).
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

class Wrong extends Error {
  readonly at: QueryError;
  constructor(start: number, end: number, message: string) {
    super(message);
    this.at = { message, start, end };
  }
}

/** The terms, and the first thing that is wrong. What comes after a wrong term is read all the same. */
export function parse(text: string): { terms: Term[]; error: QueryError | null } {
  const scanner = new Scanner(text);
  const terms: Term[] = [];
  let error: QueryError | null = null;
  while (scanner.skipSpaces()) {
    try {
      terms.push(scanner.term());
    } catch (thrown) {
      if (!(thrown instanceof Wrong)) throw thrown;
      error ??= thrown.at;
      scanner.skipTo(thrown.at.end);
    }
  }
  return { terms, error };
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** To the next term; whether there is one. */
  skipSpaces(): boolean {
    while (this.#at < this.#text.length && SPACE.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#at < this.#text.length;
  }

  /** To the end of the word that a wrong part ends in. */
  skipTo(end: number): void {
    this.#at = Math.max(this.#at, end);
    this.#at = this.#wordEnd();
  }

  term(): Term {
    const start = this.#at;
    const sign = /[!-]/.test(this.#text.charAt(start));
    // alone, it is a text like any other
    const negated = sign && this.#wordEnd() > start + 1;
    if (negated) this.#at++;
    const key = this.#key();
    const test = key === undefined ? this.#textTest() : this.#fieldTest(key);
    return { negated, start, end: this.#at, source: this.#text.slice(start, this.#at), ...test };
  }

  #wordEnd(): number {
    let at = this.#at;
    while (at < this.#text.length && !SPACE.test(this.#text.charAt(at))) at++;
    return at;
  }

  /** The field's name that begins here, if it is one. A hardware or IPv6 address is none. */
  #key(): string | undefined {
    const word = this.#text.slice(this.#at, this.#wordEnd());
    const key = /^[A-Za-z]{2,}(?=:)/.exec(word)?.[0];
    return key !== undefined && !/^[0-9A-Fa-f:]+$/.test(word) ? key : undefined;
  }

  #textTest(): Pick<Term, 'text' | 'test'> {
    const value = this.#value();
    const fits = value.quoted ? undefined : glob(value.text);
    return fits ? { test: (row) => NAME.any(row, (text) => fits(fold(text))) } : { text: fold(value.text) };
  }

  #fieldTest(key: string): Pick<Term, 'test'> {
    const start = this.#at;
    this.#at += key.length;
    const field = meaning(FIELDS, key);
    if (!field) {
      const near = nearest(proposals(FIELDS), key);
      const advice = near ? `Did you mean ${near}?` : 'Put it in quotes to search for the text.';
      throw new Wrong(start, this.#at, `No field ‘${key}’. ${advice}`);
    }
    this.#at++;
    const value = this.#value();
    const values = value.quoted ? [value] : split(value);
    if (values.some(({ text }) => text === ''))
      throw new Wrong(start, this.#at, `Field ‘${fold(key)}’ needs a value.`);
    return { test: testOf(field, fold(key), values) };
  }

  /** The quoted text or the word that begins here. */
  #value(): Value {
    const start = this.#at;
    if (this.#text.charAt(start) !== '"') {
      this.#at = this.#wordEnd();
      return { text: this.#text.slice(start, this.#at), start, end: this.#at, quoted: false };
    }
    let text = '';
    for (let at = start + 1; at < this.#text.length; at++) {
      const letter = this.#text.charAt(at);
      if (letter === '"') {
        this.#at = at + 1;
        return { text, start, end: this.#at, quoted: true };
      }
      const next = this.#text.charAt(at + 1);
      if (letter === '\\' && (next === '"' || next === '\\')) {
        text += next;
        at++;
      } else text += letter;
    }
    throw new Wrong(start, this.#text.length, 'The quote is not closed.');
  }
}

/** The values between the commas. */
function split(value: Value): Value[] {
  let start = value.start;
  return value.text.split(',').map((text) => {
    const at = start;
    start += text.length + 1;
    return { text, start: at, end: at + text.length, quoted: false };
  });
}

/** Of several values, one has to fit. What is not known of a row fits none. */
function testOf(field: Field, key: string, values: readonly Value[]): (row: QueryRow) => boolean {
  switch (field.kind) {
    case 'text': {
      const fits = anyOf(values.map((value) => patternOf(value, field.whole)));
      return (row) => field.any(row, (text) => fits(fold(text)));
    }
    case 'word': {
      const wanted = values.map((value) => wordOf(field.words, key, value));
      return (row) => wanted.some((word) => field.is(row, word));
    }
    case 'number': {
      const holds = anyOf(values.map((value) => comparisonOf(field.unit, value)));
      return (row) => {
        const number = field.of(row);
        return number !== null && holds(number);
      };
    }
  }
}

function anyOf<T>(tests: readonly ((value: T) => boolean)[]): (value: T) => boolean {
  const [only] = tests;
  return tests.length === 1 && only ? only : (value) => tests.some((test) => test(value));
}

function patternOf({ text, quoted }: Value, isWhole: boolean): Pattern {
  const starred = quoted ? undefined : glob(text);
  return starred ?? (isWhole ? whole(text) : part(text));
}

function wordOf(words: Parameters<typeof meaning<string>>[0], key: string, value: Value): string {
  const found = meaning(words, value.text);
  if (found !== undefined) return found;
  const known = proposals(words);
  const near = nearest(known, value.text);
  const advice = near ? `Did you mean ${near}?` : `There are ${known.join(', ')}.`;
  throw new Wrong(value.start, value.end, `Field ‘${key}’ has no value ‘${value.text}’. ${advice}`);
}

function comparisonOf(unit: 'size' | 'count', { text, start, end }: Value): Comparison {
  const found = comparison(text, unit === 'size' ? size : wholeNumber);
  if (found) return found;
  const advice = unit === 'size' ? 'size. Write it like 16G or >512M.' : 'number. Write it like 4 or >=8.';
  throw new Wrong(start, end, `‘${text}’ is no ${advice}`);
}
