// The connections and how each is doing, and what is counted by them. Only what is live is counted as running.
import type { ConnectionDto, VmDto } from '../generated/api';
import { naturalKey } from '../lib/text';
import { host } from '../host';
import { inventory } from './inventory.svelte';

/** `memory` is what the running VMs were given, in bytes. */
export type Counts = { total: number; running: number; stale: number; memory: number };
const EMPTY: Counts = { total: 0, running: 0, stale: 0, memory: 0 };

export function countByConnection(vms: readonly VmDto[]): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const vm of vms) {
    let of = counts.get(vm.connection_id);
    if (!of) counts.set(vm.connection_id, (of = { ...EMPTY }));
    of.total++;
    if (vm.stale) of.stale++;
    else if (vm.state === 'running') {
      of.running++;
      of.memory += vm.memory_bytes ?? 0;
    }
  }
  return counts;
}

const byPlace = (a: ConnectionDto, b: ConnectionDto): number => {
  if (a.folder !== b.folder) {
    // Without a folder comes last: folders are what an estate is sorted by.
    if (a.folder === '' || b.folder === '') return a.folder === '' ? 1 : -1;
    return naturalKey(a.folder) < naturalKey(b.folder) ? -1 : 1;
  }
  const [x, y] = [naturalKey(a.name), naturalKey(b.name)];
  return x === y ? 0 : x < y ? -1 : 1;
};

export class Connections {
  /** By folder, then by name. */
  all = $state.raw<readonly ConnectionDto[]>([]);
  readonly #byId = $derived(new Map(this.all.map((connection) => [connection.id, connection])));
  readonly #counts = $derived(countByConnection(inventory.vms));

  readonly lost = $derived(this.all.filter((connection) => connection.state === 'lost'));
  readonly live = $derived(
    this.all.filter((connection) => connection.state === 'ready' || connection.state === 'syncing'),
  );
  readonly folders = $derived([...new Set(this.all.map((connection) => connection.folder))]);

  replaceAll(connections: readonly ConnectionDto[]): void {
    this.all = [...connections].sort(byPlace);
  }

  apply(upserted: readonly ConnectionDto[], removed: readonly string[]): void {
    const next = new Map(this.#byId);
    for (const id of removed) next.delete(id);
    for (const connection of upserted) next.set(connection.id, connection);
    this.replaceAll([...next.values()]);
  }

  get(id: string): ConnectionDto | undefined {
    return this.#byId.get(id);
  }

  counts(id: string): Counts {
    return this.#counts.get(id) ?? EMPTY;
  }

  connect = (id: string): Promise<unknown> => host.call('connection_connect', { id });
  disconnect = (id: string): Promise<unknown> => host.call('connection_disconnect', { id });
  refresh = (id: string): Promise<unknown> => host.call('connection_refresh', { id });
  retryAll = (): Promise<unknown> => host.call('connection_retry_all', {});
}

export const connections = new Connections();
