// Consoles beside each other in one tab: what can be done with the panes of the tab that is shown.
import AppWindow from '@lucide/svelte/icons/app-window';
import Columns2 from '@lucide/svelte/icons/columns-2';
import Rows2 from '@lucide/svelte/icons/rows-2';
import { MOST, neighbour, nudge, type Way } from '../../lib/panes';
import { registry, type AppAction } from '../../stores/registry.svelte';
import { pagesOf, tabs } from '../../stores/tabs.svelte';
import type { MenuEntry } from '../../ui/types';

export const KIND = 'console';
/** Narrower than this a console's toolbar does not hold everything. */
export const COMPACT = 600;
/** How far a key moves the line between two panes. */
const STEP = 0.04;
const ARROWS = { left: 'ArrowLeft', right: 'ArrowRight', up: 'ArrowUp', down: 'ArrowDown' } as const;
const WAYS = Object.keys(ARROWS) as Way[];

class Asking {
  /** Where the console that is asked for will stand; null while nobody asks. */
  way = $state<'right' | 'down' | null>(null);
}
export const asking = new Asking();

const onConsole = (): boolean => tabs.active.kind === KIND;
const isDivided = (): boolean => onConsole() && tabs.active.panes !== undefined;
const shown = (): string => tabs.pane(tabs.active);

const whyNoMore = (): string | undefined => {
  if (!onConsole()) return 'No console is shown';
  return pagesOf(tabs.active).length >= MOST ? `${MOST} consoles side by side are the most` : undefined;
};
const whyAlone = (): string | undefined => {
  if (!onConsole()) return 'No console is shown';
  return isDivided() ? undefined : 'The tab shows one console';
};

/** Shows a console beside the one that is used, wherever it was before. */
export function divideBy(way: Way, id: string): void {
  tabs.divide(tabs.active, shown(), way, id);
}

/** Gives a pane the keyboard. */
function go(way: Way): void {
  const { active } = tabs;
  const next = active.panes && neighbour(active.panes, shown(), way);
  if (next !== undefined) tabs.toPane(active, next);
}

function move(way: Way): void {
  const { active } = tabs;
  if (active.panes) tabs.arrange(active, nudge(active.panes, shown(), way, STEP));
}

function toOwnTab(): void {
  const id = shown();
  const title = tabs.kind(tabs.active)?.divided?.nameOf(id) ?? '';
  tabs.take({ kind: KIND, id });
  tabs.open({ kind: KIND, id, title });
}

const action = (
  id: string,
  title: string,
  more: Omit<AppAction, 'on' | 'id' | 'title' | 'section'>,
): AppAction => ({ on: 'app', id: `console.${id}`, title, section: 'Tabs', ...more });

export const paneActions = (): AppAction[] => [
  action('split-right', 'Split right…', {
    icon: Columns2,
    keys: 'Mod+\\',
    when: onConsole,
    also: 'pane beside console column',
    disabledReason: whyNoMore,
    run: () => (asking.way = 'right'),
  }),
  action('split-down', 'Split down…', {
    icon: Rows2,
    keys: 'Mod+|',
    when: onConsole,
    also: 'pane below console row',
    disabledReason: whyNoMore,
    run: () => (asking.way = 'down'),
  }),
  action('pane-to-tab', 'Move pane to a tab of its own', {
    icon: AppWindow,
    disabledReason: whyAlone,
    run: toOwnTab,
  }),
  action('close-pane', 'Close pane', {
    keys: 'Mod+Shift+W',
    when: isDivided,
    disabledReason: whyAlone,
    run: () => tabs.closePane(tabs.active, shown()),
  }),
  ...WAYS.map((way) =>
    action(`pane-${way}`, `Go to the pane ${WORDS[way]}`, {
      keys: { mac: `Alt+Meta+${ARROWS[way]}`, other: `Alt+${ARROWS[way]}` },
      when: isDivided,
      disabledReason: whyAlone,
      run: () => go(way),
    }),
  ),
  ...WAYS.map((way) =>
    action(`line-${way}`, `Move the line between panes ${way}`, {
      keys: { mac: `Alt+Shift+Meta+${ARROWS[way]}`, other: `Alt+Shift+${ARROWS[way]}` },
      when: isDivided,
      disabledReason: whyAlone,
      run: () => move(way),
    }),
  ),
];

const WORDS: Record<Way, string> = {
  left: 'at the left',
  right: 'at the right',
  up: 'above',
  down: 'below',
};

/** What the menu of a console offers of it: it is about the one that is used, as the menu's own is. */
export const paneEntries = (divided: boolean): MenuEntry[] =>
  ['split-right', 'split-down', ...(divided ? ['pane-to-tab', 'close-pane'] : [])].flatMap((id) => {
    const found = registry.get(`console.${id}`);
    return found ? [registry.entry(registry.bound(found))] : [];
  });
