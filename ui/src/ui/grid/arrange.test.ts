import { describe, expect, it } from 'vitest';
import { Arranger, Head, longestRise, Note, toLines, type Order } from './arrange';
import { Narrowing } from './narrowing';
import type { Column, Grouping, SortKey } from './types';

type Row = { id: string; name: string; cpu: number | null; host: string };
const row = (name: string, cpu: number | null = 0, host = 'a'): Row => ({ id: name, name, cpu, host });
const columns: Column<Row>[] = [
  { id: 'name', label: 'Name', width: 100, text: (r) => r.name, sort: (r) => r.name },
  { id: 'cpu', label: 'CPU', width: 60, text: (r) => String(r.cpu), sort: (r) => r.cpu },
];
const byHost: Grouping<Row> = {
  by: 'host',
  of: (r) => r.host,
  groups: [{ key: 'b' }, { key: 'empty', note: 'Reading…' }, { key: 'a' }],
};
const order = (sort: SortKey[] = [], grouping: Grouping<Row> | null = null): Order<Row> => ({
  columns,
  sort,
  grouping,
  key: (r) => r.id,
});
const up = (column: string): SortKey => ({ column, descending: false });
const down = (column: string): SortKey => ({ column, descending: true });

function shown(
  arranger: Arranger<Row>,
  rows: Row[],
  asked: Order<Row>,
  hold = false,
  filter: ((r: Row) => boolean) | null = null,
  closed: string[] = [],
) {
  const arranged = arranger.arrange(rows, asked, hold);
  const left = filter && new Narrowing<Row>().left(arranged.buckets, filter);
  const { lines } = toLines(arranged.buckets, asked.grouping, left, new Set(closed));
  const text = lines.map((line) =>
    line instanceof Head
      ? `[${line.group} ${line.shown}/${line.total}${line.collapsed ? ' closed' : ''}]`
      : line instanceof Note
        ? `(${line.text})`
        : line.name,
  );
  return { text, moved: arranged.moved };
}

describe('order', () => {
  it('sorts names as people count, in whatever order they came', () => {
    expect(shown(new Arranger<Row>(), [row('web-10'), row('web-9'), row('db')], order()).text).toEqual([
      'db',
      'web-9',
      'web-10',
    ]);
  });
  it('puts rows without a value last, up and down, and equals by name', () => {
    const rows = [row('c', null), row('b', 5), row('a', 5), row('d', 1)];
    expect(shown(new Arranger<Row>(), rows, order([up('cpu')])).text).toEqual(['d', 'a', 'b', 'c']);
    expect(shown(new Arranger<Row>(), rows, order([down('cpu')])).text).toEqual(['a', 'b', 'd', 'c']);
  });
  it('takes a second key', () => {
    const rows = [row('a', 1), row('b', 1), row('c', 2)];
    expect(shown(new Arranger<Row>(), rows, order([up('cpu'), down('name')])).text).toEqual(['b', 'a', 'c']);
  });
});

describe('groups', () => {
  const rows = [row('x', 0, 'a'), row('y', 0, 'b'), row('z', 0, 'new')];
  it('come in the given order, with notes for empty ones and unlisted ones last', () => {
    expect(shown(new Arranger<Row>(), rows, order([], byHost)).text).toEqual([
      '[b 1/1]',
      'y',
      '[empty 0/0]',
      '(Reading…)',
      '[a 1/1]',
      'x',
      '[new 1/1]',
      'z',
    ]);
  });
  it('keep their counts when closed and leave when the filter leaves nothing', () => {
    expect(
      shown(new Arranger<Row>(), rows, order([], byHost), false, (r) => r.name !== 'x', ['b']).text,
    ).toEqual(['[b 1/1 closed]', '[new 1/1]', 'z']);
  });
});

describe('held places', () => {
  const cpu = order([up('cpu')]);
  const start = [row('a', 1), row('b', 2), row('c', 3)];

  it('keep rows where they are and tell how many would move', () => {
    const arranger = new Arranger<Row>();
    shown(arranger, start, cpu);
    const busy = [row('a', 9), row('b', 2), row('c', 3)];
    expect(shown(arranger, busy, cpu, true)).toEqual({ text: ['a', 'b', 'c'], moved: 1 });
    expect(shown(arranger, busy, cpu, false)).toEqual({ text: ['b', 'c', 'a'], moved: 0 });
  });
  it('show new rows and drop gone ones all the same', () => {
    const arranger = new Arranger<Row>();
    shown(arranger, start, cpu);
    const next = [row('a', 9), row('c', 3), row('n', 0)];
    const held = shown(arranger, next, cpu, true);
    expect(held.text).toEqual(['a', 'c', 'n']);
    expect([arranger.has('b'), arranger.has('n')]).toEqual([false, true]);
  });
  it('keep a row in its group', () => {
    const arranger = new Arranger<Row>();
    const asked = order([], byHost);
    shown(arranger, [row('x', 0, 'a'), row('y', 0, 'b')], asked);
    const moving = [row('x', 0, 'b'), row('y', 0, 'b')];
    expect(shown(arranger, moving, asked, true).text).toEqual([
      '[b 1/1]',
      'y',
      '[empty 0/0]',
      '(Reading…)',
      '[a 1/1]',
      'x',
    ]);
    expect(shown(arranger, moving, asked).text).toEqual([
      '[b 2/2]',
      'x',
      'y',
      '[empty 0/0]',
      '(Reading…)',
      '[a 0/0]',
    ]);
  });
  it('give way to an order the user asks for', () => {
    const arranger = new Arranger<Row>();
    shown(arranger, start, cpu);
    expect(shown(arranger, start, order([down('cpu')]), true).text).toEqual(['c', 'b', 'a']);
  });
});

describe('longestRise', () => {
  it.each([
    [[], 0],
    [[0, 1, 2], 3],
    [[2, 0, 1], 2],
    [[3, 2, 1], 1],
    [[0, 4, 1, 2, 5, 3], 4],
  ])('of %j is %d', (ranks, length) => expect(longestRise(ranks)).toBe(length));
});
