// All VMs as Rust last told them. Rows are plain objects, replaced and never changed; the array is replaced as a whole.
// Invariant: `revision` is that of the newest batch applied; a gap makes `apply` refuse, and a snapshot is needed.
import type { ActionProfile, InventoryBatch, VmAction, VmDto } from '../generated/api';
import { Interner } from './compact';

export type Applied = 'applied' | 'old' | 'gap';

export class Inventory {
  vms = $state.raw<readonly VmDto[]>([]);
  /** False until the first snapshot: before it nothing is known, not even that there is nothing. */
  loaded = $state(false);
  /** Whether any row lacks a part of its texts, which only Rust can search then. */
  readonly anyCut = $derived(this.vms.some((vm) => vm.cut));
  revision = 0;
  #index: Map<string, number> | undefined;
  #forbidden = new Map<number, ReadonlyMap<VmAction, string>>();
  #interner = new Interner();

  replaceAll(revision: number, vms: readonly VmDto[], profiles: readonly ActionProfile[]): void {
    this.#learn(profiles);
    this.#index = undefined;
    this.revision = revision;
    this.vms = vms;
    this.loaded = true;
  }

  apply(batch: InventoryBatch): Applied {
    if (batch.revision <= this.revision) return 'old';
    if (batch.revision !== this.revision + 1) return 'gap';
    this.revision = batch.revision;
    this.#learn(batch.profiles);
    this.#put(batch.upserted, batch.removed);
    return 'applied';
  }

  /** Rows that are true at `revision` already but look different: their host came or went. */
  refresh(revision: number, upserted: readonly VmDto[], profiles: readonly ActionProfile[]): void {
    this.#learn(profiles);
    if (revision >= this.revision) this.#put(upserted, []);
  }

  get(id: string): VmDto | undefined {
    const at = this.#at.get(id);
    return at === undefined ? undefined : this.vms[at];
  }

  /** Why an action is not allowed; undefined when it is. A row whose profile is not known allows nothing. */
  forbidden(vm: VmDto, action: VmAction): string | undefined {
    const profile = this.#forbidden.get(vm.profile);
    return profile ? profile.get(action) : 'Not known yet';
  }

  /** Where each row is; made when it is asked for, since the first rows are painted without it. */
  get #at(): Map<string, number> {
    const { vms } = this;
    return (this.#index ??= new Map(vms.map((row, index) => [row.id, index])));
  }

  #learn(profiles: readonly ActionProfile[]): void {
    for (const { id, forbidden } of profiles)
      this.#forbidden.set(id, new Map(forbidden.map(({ action, reason }) => [action, reason])));
  }

  #put(upserted: readonly VmDto[], removed: readonly string[]): void {
    if (upserted.length === 0 && removed.length === 0) return;
    const places = this.#at;
    let rows = this.vms.slice();
    for (const vm of upserted) {
      const row = this.#interner.row(vm);
      const at = places.get(row.id);
      if (at === undefined) {
        places.set(row.id, rows.length);
        rows.push(row);
      } else rows[at] = row;
    }
    if (removed.length > 0) {
      const gone = new Set(removed);
      rows = rows.filter((row) => !gone.has(row.id));
      this.#index = undefined;
    }
    this.vms = rows;
  }
}

export const inventory = new Inventory();
