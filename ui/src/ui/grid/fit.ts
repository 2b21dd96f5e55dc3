// How wide a column must be for all its texts. Measured on a canvas: the rows that are not drawn count too.
import type { Column } from './types';

const PADDING = 16 + 4;
const WIDEST = 480;

export function fittedWidth<T>(column: Column<T>, rows: readonly T[], near: Element | undefined): number {
  const context = document.createElement('canvas').getContext('2d');
  const sample = near?.querySelector('[role="gridcell"].grid-cell:not(.first)') ?? near;
  if (!context || !sample) return column.width;
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(sample);
  context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  let widest = context.measureText(column.label).width + 16;
  for (const row of rows) widest = Math.max(widest, context.measureText(column.text(row)).width);
  return Math.min(WIDEST, Math.ceil(widest) + PADDING + (column.extra ?? 0));
}
