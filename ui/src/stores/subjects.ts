// What keys and the palette act on now: the VM of the open page, else what is selected in the estate; the host that is
// chosen in the tree, else that of the VM.
import { connections } from './connections.svelte';
import { filter } from './filter.svelte';
import { inventory } from './inventory.svelte';
import type { Subjects } from './registry.svelte';
import { selection } from './selection.svelte';
import { ESTATE, tabs, type Tab } from './tabs.svelte';

const isOfVm = (tab: Tab): boolean => tab.kind === 'vm' || tab.kind === 'console';

export const subjects: Subjects = {
  vms: () => {
    const tab = tabs.active;
    if (tab === ESTATE) return [...selection.selected];
    return isOfVm(tab) ? [tabs.pane(tab)] : [];
  },
  host: () => {
    const tab = tabs.active;
    if (tab.kind === 'host') return tab.id;
    if (isOfVm(tab)) return inventory.get(tabs.pane(tab))?.connection_id;
    if (filter.place.kind === 'host') return filter.place.id;
    if (selection.leadVm) return selection.leadVm.connection_id;
    return connections.all.length === 1 ? connections.all[0]?.id : undefined;
  },
};
