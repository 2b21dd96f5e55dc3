// What the grid is narrowed to: a place of the tree and a text. Both are plain predicates over rows; every row's texts
// are joined once, in lower case, when somebody first filters.
import type { VmDto } from '../generated/api';
import { host } from '../host';
import { inventory } from './inventory.svelte';
import { needsAttention } from './words';

export type Place =
  { kind: 'all' } | { kind: 'attention' } | { kind: 'folder'; folder: string } | { kind: 'host'; id: string };

export const EVERYWHERE: Place = { kind: 'all' };
const SEARCH_AFTER_MS = 150;

const haystacks = new WeakMap<VmDto, string>();

/** Every text of a row, in lower case, one per line. */
export function haystack(vm: VmDto): string {
  let text = haystacks.get(vm);
  if (text === undefined) {
    const sources = vm.disks.map((disk) => disk.source ?? '');
    const parts = [
      vm.name,
      vm.title,
      vm.description,
      vm.note,
      vm.uuid ?? '',
      vm.connection,
      vm.folder,
      vm.os ?? '',
    ];
    text = [...parts, ...vm.ips, ...vm.macs, ...vm.tags, ...sources].join('\n').toLowerCase();
    haystacks.set(vm, text);
  }
  return text;
}

export function inPlace(place: Place): ((vm: VmDto) => boolean) | null {
  switch (place.kind) {
    case 'all':
      return null;
    case 'attention':
      return needsAttention;
    case 'folder':
      return (vm) => vm.folder === place.folder;
    case 'host':
      return (vm) => vm.connection_id === place.id;
  }
}

export class Filter {
  text = $state('');
  place = $state.raw<Place>(EVERYWHERE);
  /** Rows whose long texts, which rows do not carry whole, contain the text. */
  #found = $state.raw<{ text: string; ids: ReadonlySet<string> }>({ text: '', ids: new Set() });
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #inPlace = $derived(inPlace(this.place));
  readonly #matches = $derived.by(() => {
    const wanted = this.text.trim().toLowerCase();
    if (wanted === '') return null;
    const found = this.#found.text === this.text ? this.#found.ids : null;
    return (vm: VmDto) => haystack(vm).includes(wanted) || (found?.has(vm.id) ?? false);
  });
  /** The rows of the grid; null shows all. */
  readonly predicate = $derived.by(() => {
    const [place, matches] = [this.#inPlace, this.#matches];
    if (!place || !matches) return place ?? matches;
    return (vm: VmDto) => place(vm) && matches(vm);
  });
  readonly active = $derived(this.text.trim() !== '');

  /** How many rows match outside the place, for "2 match on hosts outside this folder". */
  elsewhere(): number {
    const matches = this.#matches;
    if (!matches || this.place.kind === 'all') return 0;
    return inventory.vms.reduce((n, vm) => n + (matches(vm) ? 1 : 0), 0);
  }

  set(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    if (text.trim() !== '' && inventory.vms.some((vm) => vm.cut))
      this.#timer = setTimeout(() => void this.#search(text), SEARCH_AFTER_MS);
  }
  clear(): void {
    this.set('');
  }

  async #search(text: string): Promise<void> {
    const ids = await host.call('inventory_search', { text: text.trim() }).catch(() => []);
    if (this.text === text) this.#found = { text, ids: new Set(ids) };
  }
}

export const filter = new Filter();
