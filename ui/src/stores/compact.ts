// Rows arrive as JSON, where every host name is a new string and every empty list a new array. Thousands of rows share
// a few dozen of them, so equal ones are made one. Rows are never changed in place.
import type { VmDto } from '../generated/api';

const NONE: never[] = [];
const LONGEST = 64;
const MOST = 4096;

export class Interner {
  #known = new Map<string, string>();

  /** The first string that was equal to this one. */
  one(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (text.length > LONGEST) return text;
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }

  row(row: VmDto): VmDto {
    row.connection = this.one(row.connection);
    row.connection_id = this.one(row.connection_id);
    row.folder = this.one(row.folder);
    row.provider = this.one(row.provider);
    row.as_of = this.one(row.as_of);
    if (row.os !== null) row.os = this.one(row.os);
    if (row.ips.length === 0) row.ips = NONE;
    if (row.macs.length === 0) row.macs = NONE;
    if (row.disks.length === 0) row.disks = NONE;
    row.tags = row.tags.length === 0 ? NONE : row.tags.map((tag) => this.one(tag));
    return row;
  }
}
