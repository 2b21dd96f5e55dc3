// What the grid is narrowed to: a place of the tree and a text in the grammar of lib/query. Both are plain predicates
// over rows.
import type { VmDto } from '../generated/api';
import { host } from '../host';
import { compile, haystack, narrows, parseQuery, pieces, textsOf, type Query } from '../lib/query';
import { connections } from './connections.svelte';
import { inventory } from './inventory.svelte';
import { needsAttention } from './words';

export type Place =
  { kind: 'all' } | { kind: 'attention' } | { kind: 'folder'; folder: string } | { kind: 'host'; id: string };

export const EVERYWHERE: Place = { kind: 'all' };
const SEARCH_AFTER_MS = 150;
const SLICE = 500;
/** Compiled texts kept: more than anybody takes back key by key. */
const MOST = 200;

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

type Matches = (vm: VmDto) => boolean;

/** What texts were compiled to. A text that is typed again is the same function again, by which the grid knows its rows. */
class Compiled {
  #hits: Hits = NO_HITS;
  #matches = new Map<string, Matches | null>();
  #queries = new WeakMap<Matches, Query>();

  of(text: string, query: Query, hits: Hits): Matches | null {
    if (hits !== this.#hits || this.#matches.size >= MOST) this.#matches.clear();
    if (hits !== this.#hits) this.#queries = new WeakMap();
    this.#hits = hits;
    let matches = this.#matches.get(text);
    if (matches === undefined) {
      matches = compile(query, (part, row) => hits.get(part)?.has((row as VmDto).id) ?? false);
      this.#matches.set(text, matches);
      if (matches) this.#queries.set(matches, query);
    }
    return matches;
  }

  narrows(matches: Matches, before: Matches): boolean {
    const [query, old] = [this.#queries.get(matches), this.#queries.get(before)];
    return query !== undefined && old !== undefined && narrows(query, old, this.#hits.size > 0);
  }
}

export class Filter {
  text = $state('');
  #place = $state.raw<Place>(EVERYWHERE);
  /** For each plain text of the query: the VMs that have it where their rows were cut. */
  #hits = $state.raw<Hits>(NO_HITS);
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #compiled = new Compiled();
  readonly #query = $derived(parseQuery(this.text));
  /** The text as the field draws it: chips for what was understood, the first thing that is wrong underlined. */
  readonly pieces = $derived(pieces(this.text, this.#query));
  /** Whether a row matches the text; null when there is none and all do. */
  readonly matches = $derived.by(() => this.#compiled.of(this.text, this.#query, this.#hits));
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

  /** Whether a former or present `matches` leaves no row that another one does not. */
  readonly narrows = (matches: Matches, before: Matches): boolean => this.#compiled.narrows(matches, before);

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
