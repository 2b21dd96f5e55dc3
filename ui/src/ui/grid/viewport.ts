// Which lines are on screen, where they stand, and which DOM row draws them. Pure arithmetic: no table of positions.

export const OVERSCAN = 8;
/** Heights the style sheet knows as `--head-h`, `--row-h` and the group head's own. */
export const COLUMN_HEAD = 28;
export const GROUP_HEAD = 30;
export const COMPACT_ROW = 28;

/** Positions of lines when rows are of one height and heads of another. */
export class Heights {
  constructor(
    readonly count: number,
    readonly row: number,
    readonly head: number,
    readonly heads: readonly number[],
  ) {}

  get total(): number {
    return this.top(this.count);
  }

  top(index: number): number {
    return index * this.row + headsBefore(this.heads, index) * (this.head - this.row);
  }

  /** The line at a height, clamped to the lines there are. */
  at(y: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.top(mid + 1) <= y) low = mid + 1;
      else high = mid;
    }
    return Math.max(0, Math.min(low, this.count - 1));
  }

  /** The head a line belongs to, or -1. */
  headOf(index: number): number {
    return this.heads[headsBefore(this.heads, index + 1) - 1] ?? -1;
  }

  /** The first head after a line, or -1. */
  nextHead(index: number): number {
    return this.heads[headsBefore(this.heads, index + 1)] ?? -1;
  }
}

/** How many heads stand before the line. */
function headsBefore(heads: readonly number[], index: number): number {
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((heads[mid] as number) < index) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The lines to draw: those in view and eight on either side, and the pinned ones wherever they are. Rising. */
export function windowOf(
  heights: Heights,
  top: number,
  height: number,
  pinned: readonly number[],
  overscan = OVERSCAN,
): number[] {
  if (heights.count === 0) return [];
  const from = Math.max(0, heights.at(top) - overscan);
  const to = Math.min(heights.count - 1, heights.at(top + height) + overscan);
  const out: number[] = [];
  for (const index of pinned) if (index >= 0 && index < from && !out.includes(index)) out.push(index);
  out.sort((a, b) => a - b);
  for (let index = from; index <= to; index++) out.push(index);
  const after = pinned.filter(
    (index, i) => index > to && index < heights.count && pinned.indexOf(index) === i,
  );
  return out.concat(after.sort((a, b) => a - b));
}

/** Where to scroll so that a line is in view below the stuck head; undefined when it already is. */
export function scrollFor(heights: Heights, index: number, top: number, height: number): number | undefined {
  const head = heights.headOf(index);
  const covered = head >= 0 && head !== index ? heights.head : 0;
  const start = heights.top(index);
  const end = heights.top(index + 1);
  if (start - covered < top) return start - covered;
  if (end > top + height) return end - height;
  return undefined;
}

/**
 * DOM rows are recycled: a line keeps its row while it is drawn, a new line takes over a row of its kind that fell free.
 * The free row is looked for where the new line stands, because moving a row in the document costs more than filling it
 * anew; and only among its kind, because a head is built unlike a row. A row that no line needs stays where it stands,
 * spare: a filter that leaves nothing is often followed by one that leaves much, and making rows costs most of all.
 */
export class Slots {
  #byKey = new Map<string, number>();
  #kinds = new Map<number, string>();
  /** The rows in the order of the document, spare ones included. */
  #order: readonly number[] = [];
  #next = 0;

  /** All rows as they stand in the document. */
  get order(): readonly number[] {
    return this.#order;
  }

  assign(keys: readonly string[], kindOf: (index: number) => string = () => ''): number[] {
    const places = new Map(this.#order.map((slot, place) => [slot, place]));
    const free = this.#order.map(() => true);
    for (const key of keys) {
      const place = places.get(this.#byKey.get(key) ?? -1);
      if (place !== undefined) free[place] = false;
    }
    const next = new Map<string, number>();
    let at = 0;
    const out = keys.map((key, index) => {
      const kind = kindOf(index);
      let slot = this.#byKey.get(key);
      if (slot === undefined) {
        const fits = (place: number): boolean =>
          free[place] === true && this.#kinds.get(this.#order[place] ?? -1) === kind;
        let place = at;
        while (place < free.length && !fits(place)) place++;
        if (place === free.length) place = free.findIndex((_, other) => fits(other));
        if (place >= 0) free[place] = false;
        slot = this.#order[place] ?? this.#next++;
        this.#kinds.set(slot, kind);
      }
      at = (places.get(slot) ?? at - 1) + 1;
      next.set(key, slot);
      return slot;
    });
    this.#byKey = next;
    this.#order = withSpare(out, this.#order, free);
    return out;
  }
}

/** The rows in use in their new order, each followed by the spare ones that stood behind it. */
function withSpare(used: readonly number[], before: readonly number[], free: readonly boolean[]): number[] {
  const behind = new Map<number, number[]>();
  let leader = -1;
  before.forEach((slot, place) => {
    if (!free[place]) leader = slot;
    else behind.set(leader, [...(behind.get(leader) ?? []), slot]);
  });
  return [...(behind.get(-1) ?? []), ...used.flatMap((slot) => [slot, ...(behind.get(slot) ?? [])])];
}
