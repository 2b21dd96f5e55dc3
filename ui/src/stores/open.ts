// What opening a VM means: its console while it runs, its page otherwise.
import type { ShowPage, VmDto } from '../generated/api';
import { host } from '../host';
import { connections } from './connections.svelte';
import { inventory } from './inventory.svelte';
import { ownWindows } from './own-windows.svelte';
import { prompt } from './prompt.svelte';
import { tabs } from './tabs.svelte';
import { stateView } from './words';

/** Why there is no console to look at; undefined when there may be one. */
export function whyNoConsole(vm: VmDto): string | undefined {
  if (vm.stale) return 'Its host is not connected';
  // The demo estate's have nothing to look at, for one.
  if (connections.get(vm.connection_id)?.consoles === false) return 'Machines of this host have no console';
  if (vm.state === 'running' || vm.state === 'paused') return undefined;
  return `It is ${stateView(vm, undefined).word.toLowerCase()}`;
}

/** Filled by the console's page: its tab was asked for, so the keyboard goes into the guest when it is there. */
export const entering = { console: '' };

export function openConsole(vm: VmDto): void {
  // It is somewhere already: that window comes to the front.
  if (ownWindows.ids.has(vm.id))
    return void host.call('console_window_open', { id: vm.id }).catch(() => undefined);
  entering.console = vm.id;
  tabs.open({ kind: 'console', id: vm.id, title: vm.name });
}

export function openPage(vm: VmDto): void {
  tabs.open({ kind: 'vm', id: vm.id, title: vm.name });
}

/** What another window asks for. */
export function showPage({ kind, id }: ShowPage): void {
  if (kind === 'question') return prompt.show();
  const vm = inventory.get(id);
  if (!vm) return;
  if (kind === 'vm') openPage(vm);
  else openConsole(vm);
}

/** Enter or a double click on a VM; `alt` is for the page, whatever it does. */
export function openVm(vm: VmDto, alt = false): void {
  if (alt || whyNoConsole(vm) !== undefined) openPage(vm);
  else openConsole(vm);
}
