// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { Narrowing } from './narrowing';
import type { Narrows, RowFilter } from './types';

type Row = { name: string };
const rows = (...names: string[]): Row[] => names.map((name) => ({ name }));
const over = new Map([
  ['a', rows('web-1', 'web-2', 'db')],
  ['b', rows('web-3', 'mail')],
]);

/** Filters by a part of the name, and tells which rows they were asked about. */
function typed(): { filter: (text: string) => RowFilter<Row>; asked: string[]; narrows: Narrows<Row> } {
  const asked: string[] = [];
  const texts = new Map<RowFilter<Row>, string>();
  const narrows: Narrows<Row> = (filter, before) =>
    (texts.get(filter) ?? '').includes(texts.get(before) ?? '');
  const filter = (text: string): RowFilter<Row> => {
    const known = [...texts].find(([, other]) => other === text)?.[0];
    if (known) return known;
    const made = ({ name }: Row): boolean => (asked.push(name), name.includes(text));
    texts.set(made, text);
    return made;
  };
  return { filter, asked, narrows };
}
const names = (left: ReadonlyMap<string, readonly Row[]>): string[] =>
  [...left.values()].flat().map(({ name }) => name);

describe('what a filter leaves', () => {
  it('is looked for among the rows left so far', () => {
    const { filter, asked, narrows } = typed();
    const narrowing = new Narrowing<Row>();
    expect(names(narrowing.left(over, filter('web'), narrows))).toEqual(['web-1', 'web-2', 'web-3']);
    expect(asked.splice(0)).toEqual(['web-1', 'web-2', 'db', 'web-3', 'mail']);
    expect(names(narrowing.left(over, filter('web-2'), narrows))).toEqual(['web-2']);
    expect(asked.splice(0)).toEqual(['web-1', 'web-2', 'web-3']);
  });
  it('is known when a key is taken back', () => {
    const { filter, asked, narrows } = typed();
    const narrowing = new Narrowing<Row>();
    for (const text of ['web', 'web-', 'web-3']) narrowing.left(over, filter(text), narrows);
    asked.length = 0;
    expect(names(narrowing.left(over, filter('web'), narrows))).toEqual(['web-1', 'web-2', 'web-3']);
    expect(asked).toEqual([]);
  });
  it('is looked for among all rows when the filter is another, or nothing is known of it', () => {
    const { filter, asked, narrows } = typed();
    const narrowing = new Narrowing<Row>();
    narrowing.left(over, filter('web'), narrows);
    expect(names(narrowing.left(over, filter('ma'), narrows))).toEqual(['mail']);
    asked.length = 0;
    expect(names(narrowing.left(over, filter('mail')))).toEqual(['mail']);
    expect(asked).toHaveLength(5);
  });
  it('follows the rows', () => {
    const { filter, narrows } = typed();
    const narrowing = new Narrowing<Row>();
    narrowing.left(over, filter('web'), narrows);
    const next = new Map([['a', rows('web-9')]]);
    expect(names(narrowing.left(next, filter('web'), narrows))).toEqual(['web-9']);
    expect(narrowing.left(next, null)).toBe(next);
  });
});
