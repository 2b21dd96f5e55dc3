// Rows of a snapshot, made from their columns. A value that many rows have is one value here too: thousands of rows
// share a few dozen hosts, times and empty lists. Rows are never changed in place.
import type { Column, PackedVms, VmDto } from '../generated/api';

/** What each row has of a column. */
function each<T>(column: Column<T>): readonly T[] {
  return Array.isArray(column) ? column : column.at.map((place) => column.values[place] as T);
}

export function unpack({ count, key, uuid, ...columns }: PackedVms): VmDto[] {
  const rows = Array.from({ length: count }, (): Record<string, unknown> => ({}));
  const keys = each(key);
  const connections = each(columns.connection_id);
  each(uuid).forEach((text, i) => {
    const row = rows[i] as Record<string, unknown>;
    row.id = `${connections[i]}/${keys[i]}`;
    row.uuid = text === '' ? keys[i] : text;
  });
  for (const [name, column] of Object.entries(columns))
    each<unknown>(column).forEach((value, i) => ((rows[i] as Record<string, unknown>)[name] = value));
  // Rust's test `every_field_of_a_row_has_a_column` keeps this true.
  return rows as unknown as VmDto[];
}
