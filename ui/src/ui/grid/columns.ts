// Which columns are shown, in which order and how wide. The user's choice wins over the width of the grid.
import type { Column, GridLayout } from './types';

export const WIDE_GRID = 860;
export const COLUMN_STEP = 16;
const NARROWEST = 48;
export const ROW_PADDING = 12;

/** The shown columns. The first one always is: it carries the name. */
export function shownColumns<T>(
  columns: readonly Column<T>[],
  layout: GridLayout,
  gridWidth: number,
): Column<T>[] {
  const first = columns[0];
  if (!first) return [];
  if (layout.columns) {
    const chosen = layout.columns.flatMap((id) => columns.find((column) => column.id === id) ?? []);
    return [first, ...chosen.filter((column) => column.id !== first.id)];
  }
  // By itself the grid never scrolls sideways: wider columns come from 860 px on, and only while they fit.
  let left = gridWidth >= WIDE_GRID ? gridWidth - ROW_PADDING : 0;
  for (const [i, column] of columns.entries()) if (isAlways(column, i)) left -= widthOf(column, layout);
  return columns.filter((column, i) => {
    if (isAlways(column, i)) return true;
    if (column.show !== 'wide' || widthOf(column, layout) > left) return false;
    left -= widthOf(column, layout);
    return true;
  });
}

const isAlways = <T>(column: Column<T>, index: number): boolean =>
  index === 0 || (column.show ?? 'always') === 'always';

export const widthOf = <T>(column: Column<T>, layout: GridLayout): number =>
  layout.widths[column.id] ?? column.width;

/** The template of a row. The first column takes what is left, unless the user has set its width. */
export function template<T>(shown: readonly Column<T>[], layout: GridLayout): string {
  const [first, ...rest] = shown;
  if (!first) return '';
  const fixed = rest.map((column) => `${widthOf(column, layout)}px`).join(' ');
  return layout.widths[first.id] === undefined
    ? `minmax(${first.width}px, 1fr) ${fixed}`
    : `${widthOf(first, layout)}px ${fixed} minmax(0, 1fr)`;
}

export const contentWidth = <T>(shown: readonly Column<T>[], layout: GridLayout): number =>
  shown.reduce((sum, column) => sum + widthOf(column, layout), ROW_PADDING);

export function resized<T>(layout: GridLayout, column: Column<T>, width: number): GridLayout {
  const bounded = Math.round(Math.max(column.min ?? NARROWEST, width));
  return { ...layout, widths: { ...layout.widths, [column.id]: bounded } };
}

/** Shows or hides a column; from then on the choice is the user's. */
export function withColumn<T>(
  columns: readonly Column<T>[],
  layout: GridLayout,
  gridWidth: number,
  id: string,
  shown: boolean,
): GridLayout {
  const now = shownColumns(columns, layout, gridWidth).map((column) => column.id);
  if (id === columns[0]?.id || now.includes(id) === shown) return layout;
  return { ...layout, columns: shown ? [...now, id] : now.filter((other) => other !== id) };
}

/** Moves a shown column by one place; the first keeps its place. */
export function movedColumn<T>(
  columns: readonly Column<T>[],
  layout: GridLayout,
  gridWidth: number,
  id: string,
  to: number,
): GridLayout {
  const now = shownColumns(columns, layout, gridWidth).map((column) => column.id);
  const from = now.indexOf(id);
  const target = Math.max(1, Math.min(to, now.length - 1));
  if (from < 1 || from === target) return layout;
  now.splice(from, 1);
  now.splice(target, 0, id);
  return { ...layout, columns: now };
}
