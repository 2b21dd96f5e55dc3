// What the grid takes. Generic over the row: the grid knows how to show, order and choose rows, not what they are.
import type { Snippet } from 'svelte';

/** A value to order by. Text goes through `naturalKey`; null always comes last. */
export type SortValue = string | number | null;

export type Column<T> = {
  id: string;
  label: string;
  /** Pixels to start with; the first column takes what is left over. */
  width: number;
  min?: number;
  align?: 'start' | 'end';
  /** Shown while the user has chosen nothing: always, only in a wide grid, or only when chosen. */
  show?: 'always' | 'wide' | 'chosen';
  /** The cell as plain text: for the tooltip, for copying, for fitting the width. */
  text: (row: T) => string;
  /** Absent: the column cannot be sorted by. */
  sort?: (row: T) => SortValue;
  /** Draws the cell; without it the text is shown. */
  cell?: Snippet<[T]>;
  /** Pixels a fitted column needs beside its text (glyph, sparkline). */
  extra?: number;
};

export type SortKey = { column: string; descending: boolean };

/** The user's choices, as they are stored. `columns` null: by width. */
export type GridLayout = { columns: readonly string[] | null; widths: Readonly<Record<string, number>> };
export const PLAIN_LAYOUT: GridLayout = { columns: null, widths: {} };

/** A group that is shown even without rows; `note` is the line it then has ("Reading virtual machines…"). */
export type Group = { key: string; note?: string };

export type Grouping<T> = {
  /** Names the way of grouping ("host", "tag"): a change of it re-orders even while places are held. */
  by: string;
  of: (row: T) => string;
  /** In the order they are shown; a key that is not listed comes after them, by its text. */
  groups?: readonly Group[];
};

/** What a group head may show. `total` counts all rows of the group, `shown` those the filter leaves. */
export type GroupView = { key: string; total: number; shown: number; collapsed: boolean };

/** Where a menu was asked for, and on what. */
export type GridTarget<T> = { kind: 'row'; row: T } | { kind: 'group'; group: string } | { kind: 'none' };

/** Whether a row is shown. Of the row alone: what else it depends on makes another filter. */
export type RowFilter<T> = (row: T) => boolean;
/** Whether a filter leaves no row that the one before it does not. */
export type Narrows<T> = (filter: RowFilter<T>, before: RowFilter<T>) => boolean;

export type GridProps<T extends object> = {
  /** A plain array, replaced as a whole; unchanged rows keep their identity. */
  rows: readonly T[];
  rowKey: (row: T) => string;
  columns: readonly Column<T>[];
  label: string;
  filter?: RowFilter<T> | null;
  /** Known of two filters, a key that is typed looks only at the rows left so far. */
  narrows?: Narrows<T>;
  grouping?: Grouping<T> | null;
  /** What stands in a group head, after the chevron. */
  groupHead?: Snippet<[GroupView]>;
  /** The row in words, for screen readers. */
  rowLabel?: (row: T) => string;
  /** Rows that are not live: drawn quieter, at full opacity. */
  dimmed?: (row: T) => boolean;
  empty?: Snippet;
  sort?: readonly SortKey[];
  layout?: GridLayout;
  collapsed?: ReadonlySet<string>;
  selected?: ReadonlySet<string>;
  lead?: string | null;
  typeAhead?: boolean;
  onopen?: (row: T, alt: boolean) => void;
  ondetail?: (row: T) => void;
  onrename?: (row: T) => void;
  onmenu?: (at: { x: number; y: number }, target: GridTarget<T>) => void;
  oncopy?: (table: boolean) => void;
  onmatching?: (rows: number) => void;
  /** The rows that are drawn, told after each change of them. */
  ondrawn?: (rows: T[]) => void;
};
