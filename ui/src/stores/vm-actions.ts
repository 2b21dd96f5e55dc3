// VM actions in the registry, for the palette, the sheet of shortcuts and the keys themselves. Pause and resume share a
// key; what it means depends on the selection.
import type { VmAction, VmDto } from '../generated/api';
import { visible } from '../lib/text';
import { perform, rename } from './act';
import { ACTIONS, plan, type Action } from './actions';
import { inventory } from './inventory.svelte';
import type { VmsAction } from './registry.svelte';
import { selection } from './selection.svelte';

const vmsOf = (ids: readonly string[]): VmDto[] => ids.flatMap((id) => inventory.get(id) ?? []);
const ONE_ONLY: readonly VmAction[] = ['rename', 'edit_text', 'add_display'];

function toVmsAction(action: Action): VmsAction {
  const asks = action.risk === 'loses' || action.id === 'rename' || action.id === 'add_display';
  const isPause = action.id === 'pause' || action.id === 'resume';
  return {
    on: 'vms',
    id: `vm.${action.id}`,
    title: action.label + (asks ? '…' : ''),
    icon: action.icon,
    section: 'Virtual machines',
    ...(action.keys === undefined ? {} : { keys: action.keys }),
    danger: action.risk === 'loses',
    // F2 belongs to the grid, which knows the row; in the tree it means something else.
    ...(action.id === 'rename' ? { when: () => false } : {}),
    ...(isPause ? { when: () => plan(action.id, selection.vms).able.length > 0 } : {}),
    note: (ids) => noteOf(action, vmsOf(ids)),
    disabledReason: (ids) => {
      const vms = vmsOf(ids);
      if (ONE_ONLY.includes(action.id) && vms.length > 1) return 'Select a single VM for this';
      return plan(action.id, vms).disabledReason;
    },
    ...(action.id === 'rename' ? { ask: RENAME } : {}),
    run: (ids, value) => {
      const [vm] = vmsOf(ids);
      if (action.id === 'rename' && vm && value !== undefined) void rename(vm, value.trim());
      else perform(action.id, vmsOf(ids));
    },
  };
}

function noteOf(action: Action, vms: readonly VmDto[]): string | undefined {
  const { able, note } = plan(action.id, vms);
  if (note !== undefined) return `${able.length} of ${vms.length}. ${note}`;
  return action.effect;
}

const RENAME: NonNullable<VmsAction['ask']> = {
  question: (ids) => `Rename ${visible(vmsOf(ids)[0]?.name ?? '').slice(0, 60)} to`,
  initial: (ids) => vmsOf(ids)[0]?.name ?? '',
  wrong: (value, ids) => {
    if (value.trim() === '') return 'A name is needed.';
    if (value.includes('/') || visible(value) !== value)
      return 'A name holds no slash and no control characters.';
    return value === vmsOf(ids)[0]?.name ? 'This is its name already.' : undefined;
  },
};

export const vmActions = (): VmsAction[] => ACTIONS.map(toVmsAction);
