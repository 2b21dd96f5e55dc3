import { describe, expect, it } from 'vitest';
import { movedColumn, resized, shownColumns, template, withColumn } from './columns';
import { nextSort } from './sort';
import { PLAIN_LAYOUT, type Column } from './types';

const column = (id: string, width: number, show: Column<object>['show'] = 'always'): Column<object> => ({
  id,
  label: id,
  width,
  show,
  text: () => '',
});
const columns = [
  column('name', 150),
  column('state', 116),
  column('cpu', 98),
  column('os', 140, 'wide'),
  column('tags', 500, 'wide'),
  column('uuid', 200, 'chosen'),
];
const ids = (list: readonly { id: string }[]): string[] => list.map((c) => c.id);

describe('columns', () => {
  it('come by width: wide ones from 860 px on, and only those that fit', () => {
    expect(ids(shownColumns(columns, PLAIN_LAYOUT, 700))).toEqual(['name', 'state', 'cpu']);
    expect(ids(shownColumns(columns, PLAIN_LAYOUT, 900))).toEqual(['name', 'state', 'cpu', 'os']);
    expect(ids(shownColumns(columns, PLAIN_LAYOUT, 1200))).toEqual(['name', 'state', 'cpu', 'os', 'tags']);
  });
  it('are the user’s once chosen, whatever the width, and the name always stays first', () => {
    const chosen = withColumn(columns, PLAIN_LAYOUT, 700, 'uuid', true);
    expect(ids(shownColumns(columns, chosen, 300))).toEqual(['name', 'state', 'cpu', 'uuid']);
    expect(withColumn(columns, chosen, 700, 'name', false)).toBe(chosen);
    expect(ids(shownColumns(columns, { columns: ['gone', 'cpu'], widths: {} }, 700))).toEqual([
      'name',
      'cpu',
    ]);
  });
  it('move by one place, but never before the name', () => {
    const moved = movedColumn(columns, PLAIN_LAYOUT, 700, 'cpu', 0);
    expect(ids(shownColumns(columns, moved, 700))).toEqual(['name', 'cpu', 'state']);
    expect(movedColumn(columns, PLAIN_LAYOUT, 700, 'name', 2)).toBe(PLAIN_LAYOUT);
  });
  it('keep a least width, and the name stops taking the rest once it has one', () => {
    const shown = shownColumns(columns, PLAIN_LAYOUT, 700);
    expect(template(shown, PLAIN_LAYOUT)).toBe('minmax(150px, 1fr) 116px 98px');
    const layout = resized(PLAIN_LAYOUT, columns[0] as Column<object>, 3);
    expect(template(shown, layout)).toBe('48px 116px 98px minmax(0, 1fr)');
  });
});

describe('sorting by a click', () => {
  const up = { column: 'cpu', descending: false };
  const down = { column: 'cpu', descending: true };
  const name = { column: 'name', descending: false };
  it('goes rising, falling, none', () => {
    expect([
      nextSort([], 'cpu', false),
      nextSort([up], 'cpu', false),
      nextSort([down], 'cpu', false),
    ]).toEqual([[up], [down], []]);
  });
  it('adds and turns a second key with Shift', () => {
    expect(nextSort([name], 'cpu', true)).toEqual([name, up]);
    expect(nextSort([name, up], 'cpu', true)).toEqual([name, down]);
    expect(nextSort([name, down], 'cpu', true)).toEqual([name]);
    expect(nextSort([name, up], 'os', true)).toHaveLength(2);
  });
});
