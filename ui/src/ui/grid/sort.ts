// How a click on a column head changes the order: rising, falling, none; with Shift as a second key.
import type { SortKey } from './types';

export function nextSort(sort: readonly SortKey[], column: string, add: boolean): SortKey[] {
  const at = sort.findIndex((key) => key.column === column);
  const known = sort[at];
  const next: SortKey | undefined = !known
    ? { column, descending: false }
    : known.descending
      ? undefined
      : { column, descending: true };
  if (!add) return next ? [next] : [];
  if (!known) return [...sort.slice(0, 1), { column, descending: false }];
  return next ? sort.map((key, i) => (i === at ? next : key)) : sort.filter((_, i) => i !== at);
}
