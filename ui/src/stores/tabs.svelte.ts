// The tabs of the window. The estate is the first and stays; the others are made of a kind and an id, so that they can
// be kept. A feature's page registers its kind: `tabs.register('vm', { icon, load })`, and anything opens one:
// `tabs.open({ kind: 'vm', id, title })`. The page is read when one is first shown; its component gets `id`.
// A tab may be divided: then it shows several pages of its kind, each in a pane, and has the id of the first.
// Invariant: a page is open once, be it as a tab or as a pane.
import type { Component } from 'svelte';
import { divide, leaves, without, type Panes, type Way } from '../lib/panes';
import type { Icon } from '../ui/types';
import { layout, type KeptTab } from './layout.svelte';

export type Page = Component<{ id: string }>;
export type TabKind = {
  icon: Icon;
  load: () => Promise<{ default: Page }>;
  kept?: boolean;
  /** What a divided tab of it looks like, and what each of its panes is called. */
  divided?: { icon: Icon; nameOf: (id: string) => string | undefined };
};
export type Tab = KeptTab;
/** What a page says of itself in the strip: another icon than that of its kind, work under way. */
export type TabLook = { icon?: Icon; busy?: boolean };

export const ESTATE: Tab = { kind: 'estate', id: '', title: 'Estate' };
const keyOf = (tab: Pick<Tab, 'kind' | 'id'>): string => `${tab.kind} ${tab.id}`;
/** The pages of a tab, by id. */
export const pagesOf = (tab: Tab): readonly string[] => leaves(tab.panes ?? tab.id);

export class Tabs {
  others = $state.raw<readonly Tab[]>([]);
  activeKey = $state(keyOf(ESTATE));
  #kinds = new Map<string, TabKind>();
  #closed = $state.raw<readonly Tab[]>([]);
  #looks = $state.raw<ReadonlyMap<string, TabLook>>(new Map());
  /** The pane that was used last, of tabs that are divided. */
  #panes = $state.raw<ReadonlyMap<string, string>>(new Map());

  readonly all = $derived<readonly Tab[]>([ESTATE, ...this.others]);
  readonly active = $derived(this.all.find((tab) => keyOf(tab) === this.activeKey) ?? ESTATE);
  key = keyOf;

  /** Where pages open that this window cannot show: a console's own window has no tabs. */
  elsewhere: (tab: Tab) => void = () => undefined;

  register(kind: string, page: TabKind): void {
    this.#kinds.set(kind, page);
  }
  kind(tab: Tab): TabKind | undefined {
    return this.#kinds.get(tab.kind);
  }
  /** The tab that shows a page. */
  find({ kind, id }: Pick<Tab, 'kind' | 'id'>): Tab | undefined {
    return this.others.find((tab) => tab.kind === kind && pagesOf(tab).includes(id));
  }

  /** Opens a page or goes to it when it is open. Until the pages are read, in the first moments, there is none. */
  open(tab: Tab): void {
    if (!this.#kinds.has(tab.kind)) return this.elsewhere(tab);
    const known = this.find(tab);
    if (!known) this.#set([...this.others, tab]);
    this.activeKey = keyOf(known ?? tab);
    this.toPane(known ?? tab, tab.id);
  }
  show(tab: Tab): void {
    this.activeKey = keyOf(tab);
  }

  close(tab: Tab): void {
    const at = this.others.findIndex((other) => keyOf(other) === keyOf(tab));
    const known = this.others[at];
    if (!known) return;
    this.#closed = [...this.#closed, known];
    this.#drop(at);
  }
  reopen(): void {
    const tab = this.#closed.at(-1);
    if (!tab) return;
    this.#closed = this.#closed.slice(0, -1);
    // What was opened elsewhere meanwhile stays there.
    const gone = pagesOf(tab).filter((id) => this.find({ kind: tab.kind, id }));
    const panes = gone.reduce<Panes | undefined>(
      (left, id) => left && without(left, id),
      tab.panes ?? tab.id,
    );
    this.open(panes === undefined ? tab : this.#made(tab, panes));
  }
  get hasClosed(): boolean {
    return this.#closed.length > 0;
  }
  rename(tab: Tab, title: string): void {
    const known = this.find(tab);
    if (!known) return;
    const next = known.panes ? this.#made(known, known.panes) : { ...known, title };
    if (known.title !== next.title) this.#swap(known, next);
  }

  /** The page of a tab that keys are for. */
  pane(tab: Tab): string {
    const last = this.#panes.get(keyOf(tab));
    const pages = pagesOf(tab);
    return last !== undefined && pages.includes(last) ? last : (pages[0] ?? tab.id);
  }
  toPane(tab: Tab, id: string): void {
    if (this.pane(tab) !== id) this.#panes = new Map(this.#panes).set(keyOf(tab), id);
  }
  /** Shows a page beside one that is open; it moves there from wherever it is. */
  divide(tab: Tab, at: string, way: Way, id: string): void {
    this.take({ kind: tab.kind, id });
    const known = this.find({ kind: tab.kind, id: at });
    if (!known) return;
    this.arrange(known, divide(known.panes ?? known.id, at, way, id));
    const made = this.find({ kind: tab.kind, id });
    if (made) this.toPane(made, id);
  }
  /** Other panes, or other sizes of the same. */
  arrange(tab: Tab, panes: Panes): void {
    const known = this.others.find((other) => keyOf(other) === keyOf(tab));
    if (known && panes !== (known.panes ?? known.id)) this.#swap(known, this.#made(known, panes));
  }
  closePane(tab: Tab, id: string): void {
    this.#closed = [...this.#closed, { kind: tab.kind, id, title: this.#nameOf(tab, id) ?? '' }];
    this.take({ kind: tab.kind, id });
  }
  /** Takes a page away from its tab, to be shown elsewhere. */
  take(page: Pick<Tab, 'kind' | 'id'>): void {
    const tab = this.find(page);
    if (!tab) return;
    const left = without(tab.panes ?? tab.id, page.id);
    if (left === undefined) this.#drop(this.others.indexOf(tab));
    else this.arrange(tab, left);
  }

  look(tab: Tab): TabLook | undefined {
    if (!tab.panes) return this.#looks.get(keyOf(tab));
    const busy = pagesOf(tab).some((id) => this.#looks.get(keyOf({ kind: tab.kind, id }))?.busy);
    const icon = this.kind(tab)?.divided?.icon;
    return { ...(icon && { icon }), busy };
  }
  setLook(tab: Tab, look: TabLook): void {
    const known = this.#looks.get(keyOf(tab));
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

  #nameOf = (tab: Tab, id: string): string | undefined => this.kind(tab)?.divided?.nameOf(id);
  #made({ kind, id, title, panes: before }: Tab, panes: Panes): Tab {
    const ids = leaves(panes);
    const names = ids.map((page) => this.#nameOf({ kind, id, title }, page));
    const tab = { kind, id: ids[0] ?? id };
    if (typeof panes === 'string') return { ...tab, title: names[0] ?? (before ? '' : title) };
    return { ...tab, title: names.every(Boolean) ? names.join(', ') : title, panes };
  }
  #swap(known: Tab, next: Tab): void {
    const pane = this.pane(known);
    const left = pagesOf(next);
    // A pane that goes gives the keys to the one before it.
    const before = left[Math.max(0, pagesOf(known).indexOf(pane) - 1)] ?? next.id;
    this.#set(this.others.map((tab) => (tab === known ? next : tab)));
    if (this.activeKey === keyOf(known)) this.activeKey = keyOf(next);
    this.toPane(next, left.includes(pane) ? pane : before);
  }
  #drop(at: number): void {
    const tab = this.others[at];
    this.#set(this.others.filter((_, i) => i !== at));
    if (tab && this.activeKey === keyOf(tab))
      this.activeKey = keyOf(this.others[at] ?? this.others[at - 1] ?? ESTATE);
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
