// A console's own window: how it goes there, and from there back to a tab. Between two windows nothing can be carried
// but the VM's id, so its connection is made anew.
import ExternalLink from '@lucide/svelte/icons/external-link';
import SquareArrowDownLeft from '@lucide/svelte/icons/square-arrow-down-left';
import { tick } from 'svelte';
import { host } from '../../host';
import { attempt } from '../../stores/act';
import { nameOf } from '../../stores/actions';
import { inventory } from '../../stores/inventory.svelte';
import { openConsole, whyNoConsole } from '../../stores/open';
import { prompt } from '../../stores/prompt.svelte';
import { registry, type AppAction, type Bound, type VmsAction } from '../../stores/registry.svelte';
import { tabs } from '../../stores/tabs.svelte';
import { closed } from './closing';
import { KIND } from './panes.svelte';

const KEYS = 'Mod+Shift+O';
/** More at once would be a mistake. */
const MOST = 6;

/** What is open may go there whatever its VM does; what is not must have something to show. */
const able = (ids: readonly string[]): readonly string[] =>
  ids.filter((id) => {
    const vm = inventory.get(id);
    return vm && (tabs.find({ kind: KIND, id }) || whyNoConsole(vm) === undefined);
  });

async function popOut(id: string): Promise<void> {
  const vm = inventory.get(id);
  const what = `${vm ? nameOf(vm) : 'The console'} gets no window of its own`;
  const wasHere = tabs.find({ kind: KIND, id }) !== undefined;
  tabs.take({ kind: KIND, id });
  await tick();
  await closed();
  const isThere = await attempt(host.call('console_window_open', { id }), what);
  if (!isThere && wasHere && vm) openConsole(vm);
}

/** In the main window. */
export const OWN_WINDOW: VmsAction = {
  on: 'vms',
  id: 'vm.own-window',
  title: 'Open console in its own window',
  icon: ExternalLink,
  section: 'Tabs',
  keys: KEYS,
  also: 'pop out detach separate screen',
  note: (ids) => (ids.length > 1 ? `${able(ids).length} of ${ids.length}` : undefined),
  disabledReason: (ids) => {
    const can = able(ids).length;
    if (can > MOST) return `${can} windows at once are too many`;
    if (can > 0) return undefined;
    const vm = inventory.get(ids[0] ?? '');
    return vm && ids.length === 1 ? whyNoConsole(vm) : 'None of them runs';
  },
  run: (ids) => {
    for (const id of able(ids)) void popOut(id);
  },
};

async function close(toTab: boolean): Promise<void> {
  await attempt(host.call('console_window_close', { to_tab: toTab }), 'The window did not close');
}

/** Closes it once its connections are let go of: a line has one reader, who is next must find it free. */
async function leave(end: () => void, toTab: boolean): Promise<void> {
  end();
  await closed();
  await close(toTab);
}

/** In the console's own window; `end` lets its connections go. */
export const backActions = (end: () => void): AppAction[] => [
  {
    on: 'app',
    id: 'console.back',
    title: 'Back to the tab',
    icon: SquareArrowDownLeft,
    section: 'Tabs',
    keys: KEYS,
    run: () => void leave(end, true),
  },
  {
    on: 'app',
    id: 'console.close-window',
    title: 'Close window',
    section: 'Tabs',
    keys: 'Mod+W',
    run: () => void leave(end, false),
  },
];

/** Whether this is a console's own window, where nobody is asked anything of a host. */
export const isOwnWindow = (): boolean => registry.get('console.back') !== undefined;

/** Shows the question that a VM's host waits for. */
export function showQuestion(id: string): void {
  if (isOwnWindow())
    void attempt(host.call('main_window_show', { kind: 'question', id }), 'The main window did not come');
  else prompt.show();
}

/** What the toolbar offers: out of the tab, or back into it. */
export function moveOf(id: string): Bound | undefined {
  const action = registry.get('console.back') ?? registry.get(OWN_WINDOW.id);
  if (!action || action.on === 'host') return undefined;
  return action.on === 'vms' ? registry.onVms(action, [id]) : registry.onApp(action);
}
