// The rows a filter leaves. One that narrows the filter before it looks only at what that one left, and one that was on
// the way here finds its rows again: a key that is typed or taken back costs what it changes.
// Invariant: of two neighbouring steps the later one narrows the earlier; all are over the same arranged rows.
import type { Buckets } from './arrange';
import type { Narrows, RowFilter } from './types';

export class Narrowing<T> {
  #over: Buckets<T> | undefined;
  #steps: { filter: RowFilter<T>; left: Buckets<T> }[] = [];

  left(over: Buckets<T>, filter: RowFilter<T> | null, narrows?: Narrows<T>): Buckets<T> {
    if (over !== this.#over || !filter) this.#steps = [];
    this.#over = over;
    if (!filter) return over;
    const known = this.#steps.findIndex((step) => step.filter === filter);
    const step = known >= 0 ? this.#steps[known] : undefined;
    if (step) {
      this.#steps.length = known + 1;
      return step.left;
    }
    let before = this.#steps.at(-1);
    while (before && !narrows?.(filter, before.filter)) {
      this.#steps.pop();
      before = this.#steps.at(-1);
    }
    const left = new Map([...(before?.left ?? over)].map(([key, rows]) => [key, kept(rows, filter)]));
    this.#steps.push({ filter, left });
    return left;
  }
}

/** The rows that fit; the same array when all do, so that a step which drops nothing takes no room. */
function kept<T>(rows: readonly T[], filter: RowFilter<T>): readonly T[] {
  const left = rows.filter(filter);
  return left.length === rows.length ? rows : left;
}
