// The tabs of the window. The estate is the first and stays; the others are made of a kind and an id, so that they can
// be kept. A feature's page registers its kind: `tabs.register('vm', { icon, load })`, and anything opens one:
// `tabs.open({ kind: 'vm', id, title })`. The page is read when one is first shown; its component gets `id`.
import type { Component } from 'svelte';
import type { Icon } from '../ui/types';
import { layout, type KeptTab } from './layout.svelte';

export type Page = Component<{ id: string }>;
export type TabKind = { icon: Icon; load: () => Promise<{ default: Page }>; kept?: boolean };
export type Tab = KeptTab;
/** What a page says of itself in the strip: another icon than that of its kind, work under way. */
export type TabLook = { icon?: Icon; busy?: boolean };

export const ESTATE: Tab = { kind: 'estate', id: '', title: 'Estate' };
const keyOf = (tab: Tab): string => `${tab.kind} ${tab.id}`;

export class Tabs {
  others = $state.raw<readonly Tab[]>([]);
  activeKey = $state(keyOf(ESTATE));
  #kinds = new Map<string, TabKind>();
  #closed = $state.raw<readonly Tab[]>([]);
  #looks = $state.raw<ReadonlyMap<string, TabLook>>(new Map());

  readonly all = $derived<readonly Tab[]>([ESTATE, ...this.others]);
  readonly active = $derived(this.all.find((tab) => keyOf(tab) === this.activeKey) ?? ESTATE);
  key = keyOf;

  register(kind: string, page: TabKind): void {
    this.#kinds.set(kind, page);
  }
  kind(tab: Tab): TabKind | undefined {
    return this.#kinds.get(tab.kind);
  }

  /** Opens a page or goes to it when it is open. Until the pages are read, in the first moments, there is none. */
  open(tab: Tab): void {
    if (!this.#kinds.has(tab.kind)) return;
    if (!this.others.some((other) => keyOf(other) === keyOf(tab))) this.#set([...this.others, tab]);
    this.activeKey = keyOf(tab);
  }
  show(tab: Tab): void {
    this.activeKey = keyOf(tab);
  }

  close(tab: Tab): void {
    const at = this.others.findIndex((other) => keyOf(other) === keyOf(tab));
    if (at < 0) return;
    const wasActive = this.activeKey === keyOf(tab);
    this.#closed = [...this.#closed, tab];
    this.#set(this.others.filter((_, i) => i !== at));
    if (wasActive) this.activeKey = keyOf(this.others[at] ?? this.others[at - 1] ?? ESTATE);
  }
  reopen(): void {
    const tab = this.#closed.at(-1);
    if (!tab) return;
    this.#closed = this.#closed.slice(0, -1);
    this.open(tab);
  }
  get hasClosed(): boolean {
    return this.#closed.length > 0;
  }
  rename(tab: Tab, title: string): void {
    const known = this.others.find((other) => keyOf(other) === keyOf(tab));
    if (!known || known.title === title) return;
    this.#set(this.others.map((other) => (keyOf(other) === keyOf(tab) ? { ...other, title } : other)));
  }

  look(tab: Tab): TabLook | undefined {
    return this.#looks.get(keyOf(tab));
  }
  setLook(tab: Tab, look: TabLook): void {
    const known = this.look(tab);
    if (known?.icon === look.icon && (known?.busy ?? false) === (look.busy ?? false)) return;
    this.#looks = new Map(this.#looks).set(keyOf(tab), look);
  }

  /** Moves a page among the others; the estate stays the first. */
  move(tab: Tab, by: 1 | -1): void {
    const from = this.others.findIndex((other) => keyOf(other) === keyOf(tab));
    const to = from + by;
    const moved = this.others[from];
    if (!moved || to < 0 || to >= this.others.length) return;
    this.#set(this.others.toSpliced(from, 1).toSpliced(to, 0, moved));
  }

  step(by: 1 | -1): void {
    const at = this.all.indexOf(this.active);
    const next = this.all[(at + by + this.all.length) % this.all.length];
    if (next) this.show(next);
  }
  /** Ctrl+1…8 counts from the left, Ctrl+9 is the last. */
  at(number: number): void {
    const tab = number === 9 ? this.all.at(-1) : this.all[number - 1];
    if (tab) this.show(tab);
  }

  /** What was open last time, as far as its kind still exists. */
  restore(): void {
    this.others = layout.current.tabs.filter((tab) => this.#kinds.has(tab.kind));
  }
  #set(tabs: readonly Tab[]): void {
    this.others = tabs;
    layout.set(
      'tabs',
      tabs.filter((tab) => this.#kinds.get(tab.kind)?.kept !== false),
    );
  }
}

export const tabs = new Tabs();
