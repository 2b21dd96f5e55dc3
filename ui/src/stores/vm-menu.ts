// All actions on some VMs as a menu: for the toolbar's ⋯, the context menu and the detail's head.
import Copy from '@lucide/svelte/icons/copy';
import type { VmAction, VmDto } from '../generated/api';
import type { MenuEntry } from '../ui/types';
import { plan } from './actions';
import { perform } from './act';
import { registry } from './registry.svelte';

const SECTIONS: readonly (readonly VmAction[])[] = [
  ['start', 'shut_down', 'reboot'],
  ['pause', 'resume', 'save'],
  ['autostart_on', 'autostart_off', 'rename', 'edit_text', 'add_display'],
  ['force_off', 'reset', 'send_nmi', 'discard_saved'],
];
/** Where one shortcut means either of two, only the one that applies is shown. */
const EITHER: readonly (readonly [VmAction, VmAction])[] = [
  ['pause', 'resume'],
  ['autostart_on', 'autostart_off'],
];
const ONE_ONLY: readonly VmAction[] = ['rename', 'edit_text', 'add_display'];

function entry(id: VmAction, vms: readonly VmDto[]): MenuEntry {
  const { action, label, disabledReason } = plan(id, vms);
  const one = ONE_ONLY.includes(id) && vms.length > 1 ? 'Select a single VM for this' : undefined;
  const asks = id === 'rename' || id === 'add_display' || action.risk === 'loses';
  return {
    label: one ? action.label + (asks ? '…' : '') : label + (asks ? '…' : ''),
    icon: action.icon,
    keys: action.keys,
    danger: action.risk === 'loses',
    disabledReason: one ?? disabledReason,
    onselect: () => perform(id, vms),
  };
}

export function vmMenu(vms: readonly VmDto[], without: readonly VmAction[] = []): MenuEntry[] {
  const hidden = new Set<VmAction>(without);
  for (const [a, b] of EITHER) {
    const canB = plan(b, vms).able.length > 0;
    const canA = plan(a, vms).able.length > 0;
    if (!canA || !canB) hidden.add(canB ? a : b);
  }
  const entries: MenuEntry[] = [];
  const look = registry.get('vm.console');
  if (look?.on === 'vms')
    entries.push(
      registry.entry(
        registry.onVms(
          look,
          vms.map(({ id }) => id),
        ),
      ),
    );
  for (const section of SECTIONS) {
    const shown = section.filter((id) => !hidden.has(id));
    if (shown.length === 0) continue;
    if (entries.length > 0) entries.push({ kind: 'line' });
    entries.push(...shown.map((id) => entry(id, vms)));
  }
  return entries;
}

export const copyEntry = (label: string, keys: string | undefined, onselect: () => void): MenuEntry => ({
  label,
  icon: Copy,
  keys,
  onselect,
});
