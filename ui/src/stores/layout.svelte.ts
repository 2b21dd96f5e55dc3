// What the window keeps of its own: panes, columns, folders, theme. Kept by name, a moment after the last change.
// Invariant: whatever the file says, the values are sane: a pane is never wider than it may be, a word never unknown.
import { host } from '../host';
import { leaves, sanePanes, type Division } from '../lib/panes';
import type { GridLayout, SortKey } from '../ui/grid/types';

export const GROUPINGS = ['host', 'folder', 'state', 'tag', 'os', 'provider', 'none'] as const;
export type GroupBy = (typeof GROUPINGS)[number];
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const DENSITIES = ['compact', 'comfortable'] as const;
export type Density = (typeof DENSITIES)[number];
/** When somebody is asked before VMs are interrupted: from ten at once, or always. */
export const ASKING = ['many', 'always'] as const;
export type Asking = (typeof ASKING)[number];

export const BOUNDS = {
  tree: { min: 176, max: 360, start: 224 },
  detail: { min: 300, max: 640, start: 352 },
  detailBelow: { min: 140, max: 520, start: 260 },
  dock: { min: 84, max: 600, start: 166 },
} as const;

export type SmartFolder = { name: string; query: string };
/** With `panes` it shows several pages at once; its own id is then that of the first. */
export type KeptTab = { kind: string; id: string; title: string; panes?: Division };

export type Layout = {
  theme: Theme;
  density: Density;
  typeAhead: boolean;
  asking: Asking;
  tree: { open: boolean; width: number; folded: readonly string[] };
  detail: { open: boolean; width: number; height: number; place: 'right' | 'below' };
  dock: { open: boolean; height: number };
  grid: GridLayout;
  sort: readonly SortKey[];
  groupBy: GroupBy;
  collapsed: readonly string[];
  views: readonly SmartFolder[];
  tabs: readonly KeptTab[];
  dismissed: readonly string[];
  keys: Readonly<Record<string, string>>;
};

export const DEFAULTS: Layout = {
  theme: 'system',
  density: 'compact',
  typeAhead: true,
  asking: 'many',
  tree: { open: true, width: BOUNDS.tree.start, folded: [] },
  detail: { open: true, width: BOUNDS.detail.start, height: BOUNDS.detailBelow.start, place: 'right' },
  dock: { open: true, height: BOUNDS.dock.start },
  grid: { columns: null, widths: {} },
  sort: [{ column: 'name', descending: false }],
  groupBy: 'host',
  collapsed: [],
  views: [],
  tabs: [],
  dismissed: [],
  keys: {},
};
const SAVE_AFTER_MS = 300;
const MOST_LISTED = 500;

type Bag = Readonly<Record<string, unknown>>;
const bag = (value: unknown): Bag => (typeof value === 'object' && value !== null ? (value as Bag) : {});
const truth = (value: unknown, otherwise: boolean): boolean =>
  typeof value === 'boolean' ? value : otherwise;
const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, MOST_LISTED) : [];
const texts = (value: unknown): string[] =>
  list(value).filter((item): item is string => typeof item === 'string');
function oneOf<W extends string>(value: unknown, words: readonly W[], otherwise: W): W {
  return words.find((word) => word === value) ?? otherwise;
}
function textMap(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(bag(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export function within(value: unknown, bounds: { min: number; max: number; start: number }): number {
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.round(Math.max(bounds.min, Math.min(value, bounds.max)))
    : bounds.start;
}

function grid(value: unknown): GridLayout {
  const { columns, widths } = bag(value);
  const sane = Object.entries(bag(widths)).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= 40 && entry[1] <= 2000,
  );
  return { columns: Array.isArray(columns) ? texts(columns) : null, widths: Object.fromEntries(sane) };
}

function sortKeys(value: unknown): readonly SortKey[] {
  const keys = list(value).flatMap((item) => {
    const { column, descending } = bag(item);
    return typeof column === 'string' ? [{ column, descending: truth(descending, false) }] : [];
  });
  return Array.isArray(value) ? keys : DEFAULTS.sort;
}

function records<K extends string>(value: unknown, keys: readonly K[]): Record<K, string>[] {
  return list(value).flatMap((item) => {
    const fields = keys.map((key) => [key, bag(item)[key]] as const);
    return fields.every(([, text]) => typeof text === 'string')
      ? [Object.fromEntries(fields) as Record<K, string>]
      : [];
  });
}

/** No page is open twice. */
function tabs(value: unknown): KeptTab[] {
  const seen = new Set<string>();
  return list(value).flatMap((item) => {
    const [tab] = records([item], ['kind', 'id', 'title']);
    const panes = sanePanes(bag(item).panes);
    const ids = panes ? leaves(panes) : [tab?.id ?? ''];
    if (!tab || ids.some((id) => seen.has(`${tab.kind} ${id}`))) return [];
    for (const id of ids) seen.add(`${tab.kind} ${id}`);
    return panes ? [{ ...tab, id: ids[0] ?? '', panes }] : [tab];
  });
}

/** A layout from whatever was kept. */
export function sane(kept: Bag): Layout {
  const tree = bag(kept.tree);
  const detail = bag(kept.detail);
  const dock = bag(kept.dock);
  return {
    theme: oneOf(kept.theme, THEMES, DEFAULTS.theme),
    density: oneOf(kept.density, DENSITIES, DEFAULTS.density),
    typeAhead: truth(kept.typeAhead, DEFAULTS.typeAhead),
    asking: oneOf(kept.asking, ASKING, DEFAULTS.asking),
    tree: {
      open: truth(tree.open, true),
      width: within(tree.width, BOUNDS.tree),
      folded: texts(tree.folded),
    },
    detail: {
      open: truth(detail.open, true),
      width: within(detail.width, BOUNDS.detail),
      height: within(detail.height, BOUNDS.detailBelow),
      place: oneOf(detail.place, ['right', 'below'], 'right'),
    },
    dock: { open: truth(dock.open, true), height: within(dock.height, BOUNDS.dock) },
    grid: grid(kept.grid),
    sort: sortKeys(kept.sort),
    groupBy: oneOf(kept.groupBy, GROUPINGS, DEFAULTS.groupBy),
    collapsed: texts(kept.collapsed),
    views: records(kept.views, ['name', 'query']),
    tabs: tabs(kept.tabs),
    dismissed: texts(kept.dismissed),
    keys: textMap(kept.keys),
  };
}

export class LayoutStore {
  current = $state.raw<Layout>(DEFAULTS);
  #changed = new Set<keyof Layout>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  async load(): Promise<void> {
    this.current = sane(await host.keep.all().catch(() => ({})));
  }

  set<K extends keyof Layout>(name: K, value: Layout[K]): void {
    if (this.current[name] === value) return;
    this.current = { ...this.current, [name]: value };
    this.#changed.add(name);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SAVE_AFTER_MS);
  }

  /** Another window has kept one of them. */
  heard(name: string, value: unknown): void {
    if (!(name in this.current)) return;
    this.current = sane({ ...this.current, [name]: value });
  }

  /** Changes a part of one pane. */
  patch<K extends 'tree' | 'detail' | 'dock'>(name: K, change: Partial<Layout[K]>): void {
    this.set(name, { ...this.current[name], ...change });
  }

  /** Keeps what has changed, now: also called when the window goes away. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const names = [...this.#changed];
    this.#changed.clear();
    // A layout that cannot be kept costs the user nothing but the layout.
    await Promise.all(names.map((name) => host.keep.set(name, this.current[name]).catch(() => undefined)));
  }
}

export const layout = new LayoutStore();
