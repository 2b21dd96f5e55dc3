// The state of one grid: what is shown where, the cursor, the selection, and what keys and clicks do to them.
// Invariant: the line of the cursor is always drawn, so the focus never sits on a DOM row that is taken over by another.
import { tick, untrack } from 'svelte';
import { announcer } from '../../lib/announce';
import { Arranger, Head, Note, toLines, type Line } from './arrange';
import { shownColumns } from './columns';
import type { Intent, Move } from './keys';
import { all, extended, NOTHING, only, pruned, toggled, type Selection } from './selection';
import type { Column, Grouping, GridLayout, SortKey } from './types';
import { COLUMN_HEAD, GROUP_HEAD, Heights, scrollFor, Slots, windowOf } from './viewport';

/** What the component passes in; read through getters, so that each part depends only on what it reads. */
export interface GridInputs<T> {
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
  readonly sort: readonly SortKey[];
  readonly grouping: Grouping<T> | null;
  readonly filter: ((row: T) => boolean) | null;
  readonly layout: GridLayout;
  readonly rowHeight: number;
  readonly typeAhead: boolean;
  collapsed: ReadonlySet<string>;
  selected: ReadonlySet<string>;
  lead: string | null;
}

/** One drawn line: `slot` is the DOM row that draws it. */
export type Entry<T> = { slot: number; index: number; key: string; line: Line<T> };

const TYPE_AHEAD_MS = 700;

export class GridState<T extends object> {
  top = $state(0);
  height = $state(0);
  width = $state(0);
  focused = $state(false);
  cursor = $state<string | null>(null);
  scroller: HTMLElement | undefined;

  #in: GridInputs<T>;
  #arranger = new Arranger<T>();
  #slots = new Slots();
  #drawn = new Map<number, Entry<T>>();
  #anchor: string | null = null;
  #pointerInside = false;
  #commits = $state(0);
  #lastCursorIndex = 0;
  #typed = { text: '', until: 0 };

  constructor(inputs: GridInputs<T>) {
    this.#in = inputs;
  }

  readonly columns = $derived.by(() => shownColumns(this.#in.columns, this.#in.layout, this.width));

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

  readonly #lines = $derived.by(() =>
    toLines(this.#arranged, this.#in.grouping, this.#in.filter, this.#in.collapsed),
  );
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
    const indexes = windowOf(heights, this.scroll, this.body, [this.stuck, this.cursorIndex]);
    const keys = indexes.map((index) => this.keyOf(lines[index] as Line<T>));
    const slots = this.#slots.assign(keys);
    const drawn = new Map<number, Entry<T>>();
    const entries = indexes.map((index, i) => {
      const slot = slots[i] as number;
      const line = lines[index] as Line<T>;
      const old = this.#drawn.get(slot);
      // The same object means: nothing about this DOM row has to be looked at.
      const same = old && old.index === index && old.line === line;
      const entry = same ? old : { slot, index, key: keys[i] as string, line };
      drawn.set(slot, entry);
      return entry;
    });
    this.#drawn = drawn;
    return entries;
  });

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

  /** Called after every change of the lines: gone rows leave the selection, the focus goes to a neighbour. */
  settle(): void {
    const now = pruned(this.#selection, (key) => this.#arranger.has(key));
    if (now !== this.#selection && now.selected !== this.#in.selected) this.#take(now);
    const index = this.cursorIndex;
    if (index >= 0) this.#lastCursorIndex = index;
    else if (this.cursor !== null && this.focused && this.lines.length > 0) {
      this.#enter(Math.min(this.#lastCursorIndex, this.lines.length - 1));
    }
  }

  // ---- selection ----

  get #selection(): Selection {
    return { selected: this.#in.selected, anchor: this.#anchor };
  }
  #take(next: Selection): void {
    this.#anchor = next.anchor;
    if (next.selected === this.#in.selected) return;
    this.#in.selected = next.selected;
    announcer.polite(
      next.selected.size === 0 ? 'Nothing selected' : `${next.selected.size} selected`,
      'selection',
    );
  }
  #range(to: number): string[] {
    const anchor =
      this.#anchor === null ? -1 : this.lines.findIndex((line) => this.keyOf(line) === this.#anchor);
    const from = anchor >= 0 ? anchor : this.tabStop;
    return this.#rowKeys(Math.min(from, to), Math.max(from, to) + 1);
  }
  #rowKeys(from: number, to: number): string[] {
    const keys: string[] = [];
    for (let i = from; i < to; i++) {
      const row = this.rowAt(i);
      if (row) keys.push(this.#in.rowKey(row));
    }
    return keys;
  }

  click(index: number, event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): void {
    const line = this.lines[index];
    if (line === undefined) return this.#take(NOTHING);
    if (line instanceof Head) this.fold(line.group, !line.collapsed);
    const row = this.rowAt(index);
    const add = event.ctrlKey || event.metaKey;
    if (row) {
      const key = this.#in.rowKey(row);
      if (event.shiftKey) this.#take(extended(this.#selection, this.#range(index), add));
      else this.#take(add ? toggled(this.#selection, key) : only(key));
    }
    this.#enter(index);
  }

  /** A right click takes the row, unless it is part of what is selected. */
  point(index: number): void {
    const row = this.rowAt(index);
    if (row && !this.#in.selected.has(this.#in.rowKey(row))) this.#take(only(this.#in.rowKey(row)));
    if (this.lines[index]) this.#enter(index);
  }

  clear(): void {
    this.#take(NOTHING);
  }

  fold(group: string, folded: boolean): void {
    const collapsed = new Set(this.#in.collapsed);
    if (folded) collapsed.add(group);
    else collapsed.delete(group);
    this.#in.collapsed = collapsed;
  }

  // ---- keys ----

  /** Does what moves or selects; false for what the owner of the grid has to do. */
  apply(intent: Intent): boolean {
    const line = this.lines[this.tabStop];
    switch (intent.kind) {
      case 'move':
        this.#go(this.#target(intent.move), intent.mode);
        return true;
      case 'all':
        this.#take(all(this.#selection, this.#rowKeys(0, this.lines.length)));
        return true;
      case 'clear':
        if (this.#in.selected.size === 0) return false;
        this.#take(NOTHING);
        return true;
      case 'toggle': {
        const row = this.rowAt(this.tabStop);
        if (row) this.#take(toggled(this.#selection, this.#in.rowKey(row)));
        return true;
      }
      case 'fold':
        if (line instanceof Head) this.fold(line.group, true);
        else if (this.heights.headOf(this.tabStop) >= 0) this.#go(this.heights.headOf(this.tabStop), 'only');
        return true;
      case 'unfold':
        if (!(line instanceof Head)) return true;
        if (line.collapsed) this.fold(line.group, false);
        else this.#go(this.tabStop + 1, 'select');
        return true;
      case 'open':
        if (!(line instanceof Head)) return false;
        this.fold(line.group, !line.collapsed);
        return true;
      case 'type':
        return this.#in.typeAhead && this.#type(intent.text);
      default:
        return false;
    }
  }

  #target(move: Move): number {
    const last = this.lines.length - 1;
    const at = this.cursorIndex;
    const page = Math.max(1, Math.floor(this.body / this.#in.rowHeight) - 1);
    if (move === 'home') return 0;
    if (move === 'end') return last;
    if (at < 0) return 0;
    const step = { up: -1, down: 1, pageUp: -page, pageDown: page }[move];
    return Math.max(0, Math.min(at + step, last));
  }

  #go(index: number, mode: 'select' | 'extend' | 'only'): void {
    const row = this.rowAt(index);
    if (mode === 'extend') this.#take(extended(this.#selection, this.#range(index), false));
    else if (row && mode === 'select') this.#take(only(this.#in.rowKey(row)));
    this.#enter(index);
  }

  /** Makes a line the cursor (and the lead, if it is a row), brings it into view and gives it the focus. */
  #enter(index: number): void {
    const line = this.lines[index];
    if (line === undefined) return;
    this.cursor = this.keyOf(line);
    this.#lastCursorIndex = index;
    const row = this.rowAt(index);
    if (row) this.#in.lead = this.#in.rowKey(row);
    this.#reveal(index);
    void this.focusCursor();
  }

  async focusCursor(): Promise<void> {
    await tick();
    this.scroller
      ?.querySelector<HTMLElement>(`[data-index="${this.tabStop}"]`)
      ?.focus({ preventScroll: true });
  }

  #reveal(index: number): void {
    const to = scrollFor(this.heights, index, this.scroll, this.body);
    if (to === undefined) return;
    this.top = to;
    if (this.scroller) this.scroller.scrollTop = to;
  }

  /** Brings a row into view by its key and makes it the lead; false when it is not shown. */
  reveal(key: string): boolean {
    const index = this.lines.findIndex((line) => this.keyOf(line) === key);
    if (index < 0) return false;
    this.cursor = key;
    this.#reveal(index);
    return true;
  }

  #type(text: string): boolean {
    const now = performance.now();
    this.#typed = {
      text: (now < this.#typed.until ? this.#typed.text : '') + text,
      until: now + TYPE_AHEAD_MS,
    };
    const wanted = this.#typed.text.toLowerCase();
    const name = this.#in.columns[0]?.text;
    const { length } = this.lines;
    const start = this.tabStop + (wanted.length > 1 ? 0 : 1);
    for (let i = 0; name && i < length; i++) {
      const index = (start + i) % length;
      const row = this.rowAt(index);
      if (!row || !name(row).toLowerCase().startsWith(wanted)) continue;
      this.#go(index, 'select');
      return true;
    }
    return true;
  }
}
