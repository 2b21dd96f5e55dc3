// What one grid shows and where it stands: lines, positions, the DOM rows that draw them. control.svelte.ts moves in it.
// Invariant: the line of the cursor is always drawn, so the focus never sits on a DOM row that is taken over by another.
import { untrack } from 'svelte';
import { Arranger, Head, Note, toLines, type Line } from './arrange';
import { shownColumns } from './columns';
import { Narrowing } from './narrowing';
import type { Column, Grouping, GridLayout, Narrows, RowFilter, SortKey } from './types';
import { COLUMN_HEAD, GROUP_HEAD, Heights, OVERSCAN, Slots, windowOf } from './viewport';

/** What the component passes in; read through getters, so that each part depends only on what it reads. */
export interface GridInputs<T> {
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
  readonly sort: readonly SortKey[];
  readonly grouping: Grouping<T> | null;
  readonly filter: RowFilter<T> | null;
  readonly narrows: Narrows<T> | undefined;
  readonly layout: GridLayout;
  readonly rowHeight: number;
  readonly typeAhead: boolean;
  collapsed: ReadonlySet<string>;
  selected: ReadonlySet<string>;
  lead: string | null;
}

/** One DOM row and the line it draws: `slot` is the row, `index` is -1 while it is spare and draws nothing. */
export type Entry<T> = { slot: number; index: number; key: string; line: Line<T> };

export class GridState<T extends object> {
  top = $state(0);
  height = $state(0);
  /** Undefined until it was measured: rows are made once, for the columns that fit. */
  width = $state<number>();
  focused = $state(false);
  /** The filter whose rows in sight have been painted: only then are those out of sight drawn. */
  #painted = $state.raw<{ filter: unknown } | null>(null);
  cursor = $state<string | null>(null);

  #in: GridInputs<T>;
  #arranger = new Arranger<T>();
  #narrowing = new Narrowing<T>();
  #slots = new Slots();
  #drawn = new Map<number, Entry<T>>();
  #pointerInside = false;
  #commits = $state(0);

  constructor(inputs: GridInputs<T>) {
    this.#in = inputs;
  }

  readonly columns = $derived.by(() => shownColumns(this.#in.columns, this.#in.layout, this.width ?? 0));

  readonly #arranged = $derived.by(() => {
    void this.#commits;
    const { rows, columns, sort, grouping, rowKey: key } = this.#in;
    return this.#arranger.arrange(
      rows,
      { columns, sort, grouping, key },
      untrack(() => this.#pointerInside || this.focused),
    );
  });
  /** Rows that wait for the pointer and the focus to leave before they take their new places. */
  readonly moved = $derived(this.#arranged.moved);

  readonly #lines = $derived.by(() => {
    const { grouping, filter, narrows, collapsed } = this.#in;
    const { buckets } = this.#arranged;
    return toLines(buckets, grouping, filter && this.#narrowing.left(buckets, filter, narrows), collapsed);
  });
  readonly lines = $derived(this.#lines.lines);
  readonly matching = $derived(this.#lines.matching);
  readonly heights = $derived.by(
    () => new Heights(this.lines.length, this.#in.rowHeight, GROUP_HEAD, this.#lines.heads),
  );
  readonly body = $derived(Math.max(0, (this.height || 600) - COLUMN_HEAD));
  /** The scroll position, at once within what there is to scroll, also before the browser has clamped it. */
  readonly scroll = $derived(Math.max(0, Math.min(this.top, this.heights.total - this.body)));
  readonly cursorIndex = $derived.by(() => {
    const { cursor, lines } = this;
    return cursor === null ? -1 : lines.findIndex((line) => this.keyOf(line) === cursor);
  });
  readonly tabStop = $derived(Math.max(0, this.cursorIndex));
  readonly stuck = $derived(this.lines.length > 0 ? this.heights.headOf(this.heights.at(this.scroll)) : -1);

  readonly entries = $derived.by(() => {
    const { lines, heights } = this;
    if (this.width === undefined) return [];
    const pinned = [this.stuck, this.cursorIndex];
    const indexes = windowOf(heights, this.scroll, this.body, pinned, this.painted ? OVERSCAN : 0);
    const keys = indexes.map((index) => this.keyOf(lines[index] as Line<T>));
    const slots = this.#slots.assign(keys, (i) => {
      const line = lines[indexes[i] as number];
      return line instanceof Head ? 'head' : line instanceof Note ? 'note' : 'row';
    });
    const places = new Map(slots.map((slot, i) => [slot, i]));
    const drawn = new Map<number, Entry<T>>();
    for (const slot of this.#slots.order) {
      const i = places.get(slot);
      const old = this.#drawn.get(slot);
      const index = i === undefined ? -1 : (indexes[i] as number);
      const line = i === undefined ? old?.line : lines[index];
      if (line === undefined) continue;
      // The same object means: nothing about this DOM row has to be looked at.
      const same = old?.index === index && old.line === line;
      drawn.set(slot, same ? old : { slot, index, key: keys[i ?? -1] ?? '', line });
    }
    this.#drawn = drawn;
    return [...drawn.values()];
  });

  get painted(): boolean {
    return this.#painted !== null && this.#painted.filter === this.#in.filter;
  }
  /** Told when a frame with the rows in sight has been painted. */
  paint(): void {
    this.#painted = { filter: this.#in.filter };
  }

  keyOf(line: Line<T>): string {
    if (line instanceof Head) return `\u0000head ${line.group}`;
    if (line instanceof Note) return `\u0000note ${line.group}`;
    return this.#in.rowKey(line);
  }

  rowAt(index: number): T | undefined {
    const line = this.lines[index];
    return line === undefined || line instanceof Head || line instanceof Note ? undefined : line;
  }

  /** Where a line stands; the head of the group in view sticks and is pushed out by the next one. */
  topOf(index: number): number {
    const own = this.heights.top(index);
    if (index !== this.stuck) return own;
    const next = this.heights.nextHead(index);
    const limit = next < 0 ? Number.POSITIVE_INFINITY : this.heights.top(next) - GROUP_HEAD;
    return Math.max(own, Math.min(this.scroll, limit));
  }

  /** Whether a row of this key exists, shown or not. */
  exists(key: string): boolean {
    return this.#arranger.has(key);
  }

  // ---- places are held while someone is in the grid ----

  pointer(inside: boolean): void {
    this.#pointerInside = inside;
    this.#release();
  }
  focus(inside: boolean): void {
    this.focused = inside;
    this.#release();
  }
  #release(): void {
    if (!this.#pointerInside && !this.focused && this.moved > 0) this.#commits++;
  }
  /** The user asked for it: take the new places now. */
  resort(): void {
    const held = [this.#pointerInside, this.focused] as const;
    this.#pointerInside = false;
    this.focused = false;
    this.#commits++;
    void this.#arranged;
    [this.#pointerInside, this.focused] = held;
  }
}
