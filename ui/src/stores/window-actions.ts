// What can be done with the window itself: panes, regions, tabs, filter.
import Filter from '@lucide/svelte/icons/list-filter';
import Layers from '@lucide/svelte/icons/layers';
import ListChecks from '@lucide/svelte/icons/list-checks';
import LogOut from '@lucide/svelte/icons/log-out';
import PanelBottom from '@lucide/svelte/icons/panel-bottom';
import PanelLeft from '@lucide/svelte/icons/panel-left';
import PanelRight from '@lucide/svelte/icons/panel-right';
import { host } from '../host';
import { layout } from './layout.svelte';
import type { AppAction } from './registry.svelte';
import { ESTATE, tabs } from './tabs.svelte';
import { regions, ui } from './ui.svelte';

const view = (
  id: string,
  title: string,
  more: Omit<AppAction, 'on' | 'id' | 'title' | 'section'>,
): AppAction => ({
  on: 'app',
  id,
  title,
  section: 'View',
  ...more,
});
const tab = (
  id: string,
  title: string,
  more: Omit<AppAction, 'on' | 'id' | 'title' | 'section'>,
): AppAction => ({
  ...view(id, title, more),
  section: 'Tabs',
});

const onEstate = (): boolean => tabs.active === ESTATE;
function toFilter(): void {
  tabs.show(ESTATE);
  ui.focusFilter();
}
const noOthers = (): string | undefined => (tabs.others.length === 0 ? 'No other tab is open' : undefined);

export const windowActions = (): AppAction[] => [
  view('view.filter', 'Filter VMs', { icon: Filter, keys: 'Mod+F', also: 'find search', run: toFilter }),
  view('view.filter-slash', 'Filter VMs', {
    icon: Filter,
    keys: '/',
    when: () => onEstate() && layout.current.typeAhead,
    run: toFilter,
  }),
  view('view.tree', 'Show or hide tree', {
    icon: PanelLeft,
    keys: 'Mod+B',
    also: 'sidebar hosts',
    run: () => (ui.treeOpen = !ui.treeOpen),
  }),
  view('view.detail', 'Show or hide detail', {
    icon: PanelRight,
    keys: 'Mod+I',
    run: () => (ui.detailOpen = !ui.detailOpen),
  }),
  view('view.dock', 'Show or hide dock', {
    icon: PanelBottom,
    keys: 'Mod+J',
    also: 'tasks',
    run: () => (ui.dockOpen = !ui.dockOpen),
  }),
  view('view.next-region', 'Next part of the window', { keys: 'F6', run: () => void regions.cycle(1) }),
  view('view.previous-region', 'Previous part of the window', {
    keys: 'Shift+F6',
    run: () => void regions.cycle(-1),
  }),
  view('view.newest-toast', 'Newest message', { keys: 'F8', run: () => ui.focusNewestToast() }),
  {
    on: 'app',
    id: 'go.estate',
    title: 'Estate',
    icon: Layers,
    section: 'Go to',
    keys: 'Mod+G E',
    run: () => {
      tabs.show(ESTATE);
      ui.grid?.focus();
    },
  },
  {
    on: 'app',
    id: 'go.tasks',
    title: 'Tasks',
    icon: ListChecks,
    section: 'Go to',
    keys: 'Mod+G T',
    run: () => {
      ui.dockOpen = true;
      ui.focusDock();
    },
  },
  tab('tab.next', 'Next tab', { keys: 'Ctrl+Tab', disabledReason: noOthers, run: () => tabs.step(1) }),
  tab('tab.previous', 'Previous tab', {
    keys: 'Ctrl+Shift+Tab',
    disabledReason: noOthers,
    run: () => tabs.step(-1),
  }),
  tab('tab.move-left', 'Move tab left', {
    keys: 'Ctrl+Shift+PageUp',
    disabledReason: () => (onEstate() ? 'The estate stays the first' : undefined),
    run: () => tabs.move(tabs.active, -1),
  }),
  tab('tab.move-right', 'Move tab right', {
    keys: 'Ctrl+Shift+PageDown',
    disabledReason: () => (onEstate() ? 'The estate stays the first' : undefined),
    run: () => tabs.move(tabs.active, 1),
  }),
  tab('tab.close', 'Close tab', {
    keys: 'Mod+W',
    disabledReason: () => (onEstate() ? 'The estate stays' : undefined),
    run: () => tabs.close(tabs.active),
  }),
  tab('tab.reopen', 'Reopen closed tab', {
    keys: 'Mod+Shift+T',
    disabledReason: () => (tabs.hasClosed ? undefined : 'No tab was closed'),
    run: () => tabs.reopen(),
  }),
  {
    on: 'app',
    id: 'app.quit',
    title: 'Quit',
    icon: LogOut,
    section: 'Application',
    keys: 'Mod+Q',
    also: 'exit close',
    run: () => void host.call('app_quit', {}),
  },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) =>
    tab(`tab.${n}`, n === 9 ? 'Last tab' : `Tab ${n}`, { keys: `Mod+${n}`, run: () => tabs.at(n) }),
  ),
];
