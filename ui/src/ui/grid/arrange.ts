// From rows to lines: sort, group, filter, fold. Sorting happens only when rows or order change, so that a keystroke in
// the filter costs one pass. While `hold` is on, rows keep their places and the number of those that would move is told.
import { naturalKey } from '../../lib/text';
import type { Column, Group, Grouping, SortKey } from './types';

export class Head {
  constructor(
    readonly group: string,
    readonly total: number,
    readonly shown: number,
    readonly collapsed: boolean,
  ) {}
}
export class Note {
  constructor(
    readonly group: string,
    readonly text: string,
  ) {}
}
/** One line of the grid. Rows stand for themselves: ten thousand rows need no ten thousand wrappers. */
export type Line<T> = T | Head | Note;

export type Order<T> = {
  columns: readonly Column<T>[];
  sort: readonly SortKey[];
  grouping: Grouping<T> | null;
  key: (row: T) => string;
};
/** Rows in order; with grouping, each bucket in order. */
export type Buckets<T> = ReadonlyMap<string, readonly T[]>;
export type Arranged<T> = {
  buckets: Buckets<T>;
  /** Rows that stand elsewhere than the order asks for, because places are held. */
  moved: number;
};

type Place = { rank: number; group: string };
type Key = string | number | null;
const ALL = '';

export class Arranger<T extends object> {
  /** Where the rows of the last call stand; made when it is asked for, since the first rows are painted without it. */
  #places = once(() => new Map<string, Place>());
  #keys = new Map<string, WeakMap<T, Key>>();
  #columns: readonly Column<T>[] = [];
  #order = '';

  /** Whether a row of this key was among the rows of the last call. */
  has(key: string): boolean {
    return this.#places().has(key);
  }

  arrange(rows: readonly T[], order: Order<T>, hold: boolean): Arranged<T> {
    if (order.columns !== this.#columns) {
      this.#columns = order.columns;
      this.#keys.clear();
    }
    // A new order is the user's own wish: places are not held against it.
    const wish = JSON.stringify([order.sort, order.grouping?.by ?? null]);
    const held = this.#inPlace(rows, order.key);
    const fresh = this.#sorted(held, order);
    const groupOf = order.grouping?.of ?? (() => ALL);
    if (hold && wish === this.#order && this.#places().size > 0) {
      const moved = this.#moved(fresh, order.key, groupOf);
      if (moved > 0) return { buckets: this.#keepPlaces(held, order.key, groupOf), moved };
    }
    this.#order = wish;
    this.#places = once(
      () => new Map(fresh.map((row, rank) => [order.key(row), { rank, group: groupOf(row) }])),
    );
    return { buckets: bucket(fresh, groupOf), moved: 0 };
  }

  /** Known rows by their places, new ones after them: nearly sorted, which makes the sort that follows cheap. */
  #inPlace(rows: readonly T[], key: (row: T) => string): T[] {
    if (this.#places().size === 0) return rows.slice();
    const known: (T | undefined)[] = new Array(this.#places().size);
    const added: T[] = [];
    for (const row of rows) {
      const place = this.#places().get(key(row));
      if (place && place.rank < known.length && known[place.rank] === undefined) known[place.rank] = row;
      else added.push(row);
    }
    const out: T[] = [];
    for (const row of known) if (row !== undefined) out.push(row);
    return out.concat(added);
  }

  #keepPlaces(held: readonly T[], key: (row: T) => string, groupOf: (row: T) => string): Map<string, T[]> {
    const places = new Map<string, Place>();
    held.forEach((row, rank) => {
      const k = key(row);
      places.set(k, { rank, group: this.#places().get(k)?.group ?? groupOf(row) });
    });
    this.#places = () => places;
    return bucket(held, (row) => places.get(key(row))?.group ?? ALL);
  }

  #moved(fresh: readonly T[], key: (row: T) => string, groupOf: (row: T) => string): number {
    const ranks: number[] = [];
    let changedGroup = 0;
    for (const row of fresh) {
      const place = this.#places().get(key(row));
      if (!place) continue;
      if (place.group !== groupOf(row)) changedGroup++;
      else ranks.push(place.rank);
    }
    return changedGroup + ranks.length - longestRise(ranks);
  }

  #sorted(rows: T[], order: Order<T>): T[] {
    const first = order.columns[0];
    const wishes = order.sort.filter(({ column }) => order.columns.find((c) => c.id === column)?.sort);
    // Equal rows stand by name, so that the order does not depend on where they came from.
    if (first && !wishes.some(({ column }) => column === first.id))
      wishes.push({ column: first.id, descending: false });
    const keys = wishes.map(({ column }) =>
      this.#keysOf(
        rows,
        order.columns.find((c) => c.id === column),
      ),
    );
    const signs = wishes.map(({ descending }) => (descending ? -1 : 1));
    const index = rows.map((_, i) => i);
    index.sort((a, b) => {
      for (let k = 0; k < keys.length; k++) {
        const x = keys[k]?.[a] ?? null;
        const y = keys[k]?.[b] ?? null;
        if (x === y) continue;
        if (x === null) return 1;
        if (y === null) return -1;
        return (x < y ? -1 : 1) * (signs[k] ?? 1);
      }
      return a - b;
    });
    return index.map((i) => rows[i] as T);
  }

  #keysOf(rows: readonly T[], column: Column<T> | undefined): Key[] {
    const sort = column?.sort;
    if (!column || !sort) return [];
    let cache = this.#keys.get(column.id);
    if (!cache) this.#keys.set(column.id, (cache = new WeakMap()));
    const known = cache;
    return rows.map((row) => {
      let key = known.get(row);
      if (key === undefined) {
        const value = sort(row);
        key = typeof value === 'string' ? naturalKey(value) : value;
        known.set(row, key);
      }
      return key;
    });
  }
}

/** Makes a value at the first call, and gives it at every call. */
function once<V>(make: () => V): () => V {
  let made: { value: V } | undefined;
  return () => (made ??= { value: make() }).value;
}

function bucket<T>(rows: readonly T[], groupOf: (row: T) => string): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const row of rows) {
    const group = groupOf(row);
    const list = out.get(group);
    if (list) list.push(row);
    else out.set(group, [row]);
  }
  return out;
}

/** Length of the longest rising run, not necessarily adjacent: those rows can stay, the others move. */
export function longestRise(ranks: readonly number[]): number {
  const tails: number[] = [];
  for (const rank of ranks) {
    let low = 0;
    let high = tails.length;
    if (high > 0 && (tails[high - 1] as number) < rank) low = high;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((tails[mid] as number) < rank) low = mid + 1;
      else high = mid;
    }
    tails[low] = rank;
  }
  return tails.length;
}

export type Lines<T> = {
  lines: readonly Line<T>[];
  /** Indexes of the heads among the lines, rising. */
  heads: readonly number[];
  /** Rows the filter leaves, those of collapsed groups included. */
  matching: number;
};

/**
 * The lines to show; `left` is what a filter has left of the buckets. With a filter, groups without a hit go away; without
 * one, empty groups stay with their note.
 */
export function toLines<T extends object>(
  buckets: Buckets<T>,
  grouping: Grouping<T> | null,
  left: Buckets<T> | null,
  collapsed: ReadonlySet<string>,
): Lines<T> {
  if (!grouping) {
    const lines = (left ?? buckets).get(ALL) ?? [];
    return { lines, heads: [], matching: lines.length };
  }
  const lines: Line<T>[] = [];
  const heads: number[] = [];
  let matching = 0;
  for (const { key, note } of groupOrder(buckets, grouping.groups ?? [])) {
    const all = buckets.get(key) ?? [];
    const shown = left ? (left.get(key) ?? []) : all;
    if (left && shown.length === 0) continue;
    matching += shown.length;
    const folded = collapsed.has(key);
    heads.push(lines.length);
    lines.push(new Head(key, all.length, shown.length, folded));
    if (folded) continue;
    if (shown.length === 0 && note) lines.push(new Note(key, note));
    for (const row of shown) lines.push(row);
  }
  return { lines, heads, matching };
}

function groupOrder(buckets: ReadonlyMap<string, unknown>, groups: readonly Group[]): Group[] {
  const listed = new Set(groups.map((group) => group.key));
  const others = [...buckets.keys()].filter((key) => !listed.has(key));
  others.sort((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1));
  return [...groups, ...others.map((key) => ({ key }))];
}
