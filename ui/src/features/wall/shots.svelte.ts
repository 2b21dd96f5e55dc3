// Pictures of VMs' screens for the wall: taken only of the tiles that are seen, few at once per host, and none while
// nobody looks. Invariant: at most MOST_PER_HOST calls are under way on a host, whatever is wanted.
import type { VmDto } from '../../generated/api';
import { host, HostError } from '../../host';

export const MOST_PER_HOST = 2;
/** A tile is taken again so long after its last picture came. */
export const EVERY_MS = 3000;
/** One that could not be taken is left alone for longer. */
const AFTER_FAILURE_MS = 15_000;

export type Shot = {
  /** A `data:` address; the last one when newer ones could not be taken. */
  picture?: string;
  at?: Date;
  /** Why there is none, or none newer. */
  error?: string;
};

type Wanted = { vm: VmDto; due: number };

export class Shots {
  #shots = $state.raw<ReadonlyMap<string, Shot>>(new Map());
  #wanted = new Map<string, Wanted>();
  #busy = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  of(id: string): Shot | undefined {
    return this.#shots.get(id);
  }

  /** A tile has come into view, or its row has changed. */
  want(vm: VmDto): void {
    this.#wanted.set(vm.id, { vm, due: this.#wanted.get(vm.id)?.due ?? 0 });
    this.#pump();
  }
  /** It has gone out of view; its picture is kept. */
  leave(id: string): void {
    this.#wanted.delete(id);
  }
  run(on: boolean): void {
    this.#running = on;
    clearTimeout(this.#timer);
    if (on) this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    if (!this.#running) return;
    const now = this.#now();
    // who has waited longest comes first
    const queue = [...this.#wanted.values()].sort((a, b) => a.due - b.due);
    for (const { vm, due } of queue) {
      if (due > now) {
        this.#timer = setTimeout(() => this.#pump(), due - now);
        return;
      }
      const busy = this.#busy.get(vm.connection_id) ?? 0;
      if (busy < MOST_PER_HOST) void this.#take(vm, busy);
    }
  }

  async #take(vm: VmDto, busy: number): Promise<void> {
    const { id, connection_id: on } = vm;
    this.#busy.set(on, busy + 1);
    // not again while it is under way
    this.#wanted.set(id, { vm, due: Infinity });
    let wait = EVERY_MS;
    try {
      const { mime, base64 } = await host.call('vm_screenshot', { id });
      this.#put(id, { picture: `data:${mime};base64,${base64}`, at: new Date(this.#now()) });
    } catch (thrown) {
      wait = AFTER_FAILURE_MS;
      this.#put(id, { ...this.#shots.get(id), error: HostError.from(thrown).message });
    }
    this.#busy.set(on, (this.#busy.get(on) ?? 1) - 1);
    const wanted = this.#wanted.get(id);
    if (wanted) this.#wanted.set(id, { ...wanted, due: this.#now() + wait });
    this.#pump();
  }

  #put(id: string, shot: Shot): void {
    this.#shots = new Map(this.#shots).set(id, shot);
  }
}
