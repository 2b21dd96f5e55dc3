// Which rows are selected and which one leads. The grid writes it; toolbar, detail, palette and shortcuts read it.
import { inventory } from './inventory.svelte';

export class Selection {
  selected = $state.raw<ReadonlySet<string>>(new Set());
  lead = $state<string | null>(null);

  /** What actions act on: the selected rows. */
  readonly vms = $derived([...this.selected].flatMap((id) => inventory.get(id) ?? []));
  /** What the detail pane shows: the lead row. */
  readonly leadVm = $derived(this.lead === null ? undefined : inventory.get(this.lead));
  readonly #order = $derived([...this.selected]);
  /** `2 of 3`: where the lead stands among the selected, or null when it is alone or not among them. */
  readonly place = $derived.by(() => {
    const at = this.lead === null ? -1 : this.#order.indexOf(this.lead);
    return this.#order.length > 1 && at >= 0 ? { at: at + 1, of: this.#order.length } : null;
  });

  only(id: string): void {
    this.selected = new Set([id]);
    this.lead = id;
  }

  step(by: 1 | -1): void {
    if (!this.place) return;
    const { length } = this.#order;
    this.lead = this.#order[(this.place.at - 1 + by + length) % length] ?? null;
  }
}

export const selection = new Selection();
