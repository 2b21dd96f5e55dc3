// What keys and clicks do to a grid: the cursor, the selection, folding, bringing lines into view.
// Invariant: the selection holds only rows that exist, and the focus inside the grid is always on the cursor's line.
import { tick } from 'svelte';
import { announcer } from '../../lib/announce';
import { Head } from './arrange';
import type { Intent, Move } from './keys';
import { all, extended, NOTHING, only, pruned, toggled, type Selection } from './selection';
import type { GridInputs, GridState } from './state.svelte';
import { scrollFor } from './viewport';

const TYPE_AHEAD_MS = 700;

export class GridControl<T extends object> {
  scroller: HTMLElement | undefined;
  #grid: GridState<T>;
  #in: GridInputs<T>;
  #anchor: string | null = null;
  #lastCursorIndex = 0;
  #typed = { text: '', until: 0 };

  constructor(grid: GridState<T>, inputs: GridInputs<T>) {
    this.#grid = grid;
    this.#in = inputs;
  }

  /** Called after every change of the lines: gone rows leave the selection, the focus goes to a neighbour. */
  settle(): void {
    const now = pruned(this.#selection, (key) => this.#grid.exists(key));
    if (now !== this.#selection && now.selected !== this.#in.selected) this.#take(now);
    const index = this.#grid.cursorIndex;
    if (index >= 0) this.#lastCursorIndex = index;
    else if (this.#grid.cursor !== null && this.#grid.focused && this.#grid.lines.length > 0) {
      this.#enter(Math.min(this.#lastCursorIndex, this.#grid.lines.length - 1));
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
      this.#anchor === null
        ? -1
        : this.#grid.lines.findIndex((line) => this.#grid.keyOf(line) === this.#anchor);
    const from = anchor >= 0 ? anchor : this.#grid.tabStop;
    return this.#rowKeys(Math.min(from, to), Math.max(from, to) + 1);
  }
  #rowKeys(from: number, to: number): string[] {
    const keys: string[] = [];
    for (let i = from; i < to; i++) {
      const row = this.#grid.rowAt(i);
      if (row) keys.push(this.#in.rowKey(row));
    }
    return keys;
  }

  click(index: number, event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): void {
    const line = this.#grid.lines[index];
    if (line === undefined) return this.#take(NOTHING);
    if (line instanceof Head) this.fold(line.group, !line.collapsed);
    const row = this.#grid.rowAt(index);
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
    const row = this.#grid.rowAt(index);
    if (row && !this.#in.selected.has(this.#in.rowKey(row))) this.#take(only(this.#in.rowKey(row)));
    if (this.#grid.lines[index]) this.#enter(index);
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
    const line = this.#grid.lines[this.#grid.tabStop];
    // Any other key ends the word that was being typed.
    if (intent.kind !== 'type') this.#typed.until = 0;
    switch (intent.kind) {
      case 'move':
        this.#go(this.#target(intent.move), intent.mode);
        return true;
      case 'all':
        this.#take(all(this.#selection, this.#rowKeys(0, this.#grid.lines.length)));
        return true;
      case 'clear':
        if (this.#in.selected.size === 0) return false;
        this.#take(NOTHING);
        return true;
      case 'toggle': {
        const row = this.#grid.rowAt(this.#grid.tabStop);
        if (row) this.#take(toggled(this.#selection, this.#in.rowKey(row)));
        return true;
      }
      case 'fold':
        if (line instanceof Head) this.fold(line.group, true);
        else if (this.#grid.heights.headOf(this.#grid.tabStop) >= 0)
          this.#go(this.#grid.heights.headOf(this.#grid.tabStop), 'only');
        return true;
      case 'unfold':
        if (!(line instanceof Head)) return true;
        if (line.collapsed) this.fold(line.group, false);
        else this.#go(this.#grid.tabStop + 1, 'select');
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
    const last = this.#grid.lines.length - 1;
    const at = this.#grid.cursorIndex;
    const page = Math.max(1, Math.floor(this.#grid.body / this.#in.rowHeight) - 1);
    if (move === 'home') return 0;
    if (move === 'end') return last;
    if (at < 0) return 0;
    const step = { up: -1, down: 1, pageUp: -page, pageDown: page }[move];
    return Math.max(0, Math.min(at + step, last));
  }

  #go(index: number, mode: 'select' | 'extend' | 'only'): void {
    const row = this.#grid.rowAt(index);
    if (mode === 'extend') this.#take(extended(this.#selection, this.#range(index), false));
    else if (row && mode === 'select') this.#take(only(this.#in.rowKey(row)));
    this.#enter(index);
  }

  /** Makes a line the cursor (and the lead, if it is a row), brings it into view and gives it the focus. */
  #enter(index: number): void {
    const line = this.#grid.lines[index];
    if (line === undefined) return;
    this.#grid.cursor = this.#grid.keyOf(line);
    this.#lastCursorIndex = index;
    const row = this.#grid.rowAt(index);
    if (row) this.#in.lead = this.#in.rowKey(row);
    this.#reveal(index);
    void this.focusCursor();
  }

  async focusCursor(): Promise<void> {
    await tick();
    this.scroller
      ?.querySelector<HTMLElement>(`[data-index="${this.#grid.tabStop}"]`)
      ?.focus({ preventScroll: true });
  }

  #reveal(index: number): void {
    const to = scrollFor(this.#grid.heights, index, this.#grid.scroll, this.#grid.body);
    if (to === undefined) return;
    this.#grid.top = to;
    if (this.scroller) this.scroller.scrollTop = to;
  }

  /** Brings a row into view by its key and makes it the lead; false when it is not shown. */
  reveal(key: string): boolean {
    const index = this.#grid.lines.findIndex((line) => this.#grid.keyOf(line) === key);
    if (index < 0) return false;
    this.#grid.cursor = key;
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
    const { length } = this.#grid.lines;
    const start = this.#grid.tabStop + (wanted.length > 1 ? 0 : 1);
    for (let i = 0; name && i < length; i++) {
      const index = (start + i) % length;
      const row = this.#grid.rowAt(index);
      if (!row || !name(row).toLowerCase().startsWith(wanted)) continue;
      this.#go(index, 'select');
      return true;
    }
    return true;
  }
}
