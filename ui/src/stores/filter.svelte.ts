// What the grid is narrowed to: a place of the tree and a text in the grammar of lib/query. Both are plain predicates
// over rows.
import type { VmDto } from '../generated/api';
import { host } from '../host';
import { compile, haystack, parseQuery, pieces, textsOf } from '../lib/query';
import { connections } from './connections.svelte';
import { inventory } from './inventory.svelte';
import { needsAttention } from './words';

export type Place =
  { kind: 'all' } | { kind: 'attention' } | { kind: 'folder'; folder: string } | { kind: 'host'; id: string };

export const EVERYWHERE: Place = { kind: 'all' };
const SEARCH_AFTER_MS = 150;
const SLICE = 500;

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

const exists = (place: Place): boolean =>
  place.kind === 'host'
    ? connections.get(place.id) !== undefined
    : place.kind !== 'folder' || connections.folders.includes(place.folder);

type Hits = ReadonlyMap<string, ReadonlySet<string>>;
const NO_HITS: Hits = new Map();

export class Filter {
  text = $state('');
  #place = $state.raw<Place>(EVERYWHERE);
  /** For each plain text of the query: the VMs that have it where their rows were cut. */
  #hits = $state.raw<Hits>(NO_HITS);
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #query = $derived(parseQuery(this.text));
  /** The text as the field draws it: chips for what was understood, the first thing that is wrong underlined. */
  readonly pieces = $derived(pieces(this.text, this.#query));
  /** Whether a row matches the text; null when there is none and all do. */
  readonly matches = $derived.by(() => {
    const hits = this.#hits;
    return compile(this.#query, (text, row) => hits.get(text)?.has((row as VmDto).id) ?? false);
  });
  /** Whether the grid shows a row: by place and by text. */
  readonly predicate = $derived.by(() => {
    const [place, matches] = [inPlace(this.place), this.matches];
    if (!place || !matches) return place ?? matches;
    return (vm: VmDto) => place(vm) && matches(vm);
  });
  readonly active = $derived(this.text.trim() !== '');

  /** The chosen place; all of the estate once the host or folder chosen has left it. */
  get place(): Place {
    return exists(this.#place) ? this.#place : EVERYWHERE;
  }
  set place(place: Place) {
    this.#place = place;
  }

  /** How many rows match anywhere, for "2 match on hosts outside this folder". */
  elsewhere(): number {
    const { matches } = this;
    if (!matches || this.place.kind === 'all') return 0;
    return inventory.vms.reduce((n, vm) => n + (matches(vm) ? 1 : 0), 0);
  }

  set(text: string): void {
    if (text === this.text) return;
    this.text = text;
    clearTimeout(this.#timer);
    if (!inventory.anyCut) return;
    const missing = textsOf(this.#query).filter((part) => !this.#hits.has(part));
    if (missing.length > 0) this.#timer = setTimeout(() => void this.#search(missing), SEARCH_AFTER_MS);
  }
  /** Joins the rows' texts a few at a time, so that the first keystroke does not have to: called with the focus. */
  warm(from = 0): void {
    const { vms } = inventory;
    for (const vm of vms.slice(from, from + SLICE)) haystack(vm);
    if (from + SLICE < vms.length) setTimeout(() => this.warm(from + SLICE));
  }
  clear(): void {
    this.set('');
  }

  /** Asks where rows were cut: their long texts are whole in Rust. */
  async #search(texts: readonly string[]): Promise<void> {
    const found = await Promise.all(
      texts.map(async (text) => [text, new Set(await host.call('inventory_search', { text }))] as const),
    ).catch(() => []);
    if (found.length > 0) this.#hits = new Map(found);
  }
}

export const filter = new Filter();
