// What can be done to VMs: one table for toolbar, menus, palette and shortcuts. Whether it may be done was decided in
// Rust (the row's profile); here it is only counted, said and asked about.
import CalendarCheck from '@lucide/svelte/icons/calendar-check';
import CalendarOff from '@lucide/svelte/icons/calendar-off';
import CirclePower from '@lucide/svelte/icons/circle-power';
import Eraser from '@lucide/svelte/icons/eraser';
import MonitorCog from '@lucide/svelte/icons/monitor-cog';
import Moon from '@lucide/svelte/icons/moon';
import Pause from '@lucide/svelte/icons/pause';
import Pencil from '@lucide/svelte/icons/pencil';
import Play from '@lucide/svelte/icons/play';
import Power from '@lucide/svelte/icons/power';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import Siren from '@lucide/svelte/icons/siren';
import SquarePen from '@lucide/svelte/icons/square-pen';
import StepForward from '@lucide/svelte/icons/step-forward';
import Zap from '@lucide/svelte/icons/zap';
import type { VmAction, VmCommand, VmDto } from '../generated/api';
import { count } from '../lib/format';
import { cut, visible } from '../lib/text';
import type { Icon } from '../ui/types';
import { inventory } from './inventory.svelte';
import { tasks } from './tasks.svelte';
import { workingWord } from './words';

/** How much it costs (guide, "Dangerous actions"): nothing, a way back, a pause, or what the guest had not saved. */
export type Risk = 'none' | 'undo' | 'interrupts' | 'loses';

export type Action = {
  id: VmAction;
  label: string;
  icon: Icon;
  risk: Risk;
  keys?: string;
  /** What happens to a VM, for the dialog: "Its memory is lost." */
  effect?: string;
};

export const ACTIONS: readonly Action[] = [
  { id: 'start', label: 'Start', icon: Play, risk: 'none', keys: 'Mod+Shift+A' },
  {
    id: 'shut_down',
    label: 'Shut down',
    icon: Power,
    risk: 'interrupts',
    keys: 'Mod+Shift+S',
    effect: 'The guest is asked to shut down.',
  },
  {
    id: 'reboot',
    label: 'Reboot',
    icon: RotateCw,
    risk: 'interrupts',
    keys: 'Mod+Shift+B',
    effect: 'The guest is asked to reboot.',
  },
  {
    id: 'pause',
    label: 'Pause',
    icon: Pause,
    risk: 'undo',
    keys: 'Mod+Shift+P',
    effect: 'Its CPUs stop until it is resumed.',
  },
  { id: 'resume', label: 'Resume', icon: StepForward, risk: 'none', keys: 'Mod+Shift+P' },
  {
    id: 'save',
    label: 'Save',
    icon: Moon,
    risk: 'interrupts',
    effect: 'Its memory is written to the host’s disk and it stops.',
  },
  {
    id: 'discard_saved',
    label: 'Discard saved state',
    icon: Eraser,
    risk: 'loses',
    effect: 'The saved memory is deleted. The next start is a cold one.',
  },
  {
    id: 'force_off',
    label: 'Force off',
    icon: CirclePower,
    risk: 'loses',
    effect: 'It stops as if the plug were pulled. What the guest has not written is lost.',
  },
  {
    id: 'reset',
    label: 'Force reset',
    icon: Zap,
    risk: 'loses',
    effect: 'It restarts as if the reset button were pressed. What the guest has not written is lost.',
  },
  {
    id: 'send_nmi',
    label: 'Send NMI',
    icon: Siren,
    risk: 'loses',
    effect: 'Most guests answer an NMI with a crash dump and stop.',
  },
  {
    id: 'autostart_on',
    label: 'Turn autostart on',
    icon: CalendarCheck,
    risk: 'undo',
    effect: 'The host starts it at boot.',
  },
  {
    id: 'autostart_off',
    label: 'Turn autostart off',
    icon: CalendarOff,
    risk: 'undo',
    effect: 'The host no longer starts it at boot.',
  },
  { id: 'rename', label: 'Rename', icon: Pencil, risk: 'undo', keys: 'F2' },
  { id: 'edit_text', label: 'Edit title, description and tags', icon: SquarePen, risk: 'undo' },
  { id: 'add_display', label: 'Add a display', icon: MonitorCog, risk: 'none' },
];
const BY_ID = new Map(ACTIONS.map((action) => [action.id, action]));

export function actionOf(id: VmAction): Action {
  const action = BY_ID.get(id);
  if (!action) throw new Error(`no action ${id}`);
  return action;
}

/** What needs more than a click. */
type Asking = 'rename' | 'edit_text' | 'add_display';

export const commandOf = (id: Exclude<VmAction, Asking>): VmCommand =>
  id === 'autostart_on' || id === 'autostart_off'
    ? { do: 'set_autostart', enabled: id === 'autostart_on' }
    : { do: id };

export type Refusal = { vm: VmDto; reason: string };
export type Plan = {
  action: Action;
  able: readonly VmDto[];
  refused: readonly Refusal[];
  /** "Shut down", or "Shut down 2 of 3" when not all can. */
  label: string;
  /** Set when none can. */
  disabledReason: string | undefined;
  /** Set when some cannot: who, and why. */
  note: string | undefined;
};

/** A name as it may stand in a sentence. */
export const nameOf = (vm: { name: string }): string => cut(visible(vm.name), 60);
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function reasonAgainst(vm: VmDto, action: Action): string | undefined {
  const task = tasks.activeOf(vm.id);
  if (task?.action === action.id) {
    const word = workingWord(action.id);
    return task.status === 'queued' || !word ? 'It is asked for already' : `It is ${lower(word)} already`;
  }
  return inventory.forbidden(vm, action.id);
}

/** What pressing the button would do to these VMs, said before it is pressed. */
export function plan(id: VmAction, vms: readonly VmDto[]): Plan {
  const action = actionOf(id);
  const able: VmDto[] = [];
  const refused: Refusal[] = [];
  for (const vm of vms) {
    const reason = reasonAgainst(vm, action);
    if (reason === undefined) able.push(vm);
    else refused.push({ vm, reason });
  }
  const some = able.length > 0 && refused.length > 0;
  return {
    action,
    able,
    refused,
    label: some ? `${action.label} ${able.length} of ${vms.length}` : action.label,
    disabledReason: able.length > 0 ? undefined : whyNone(refused),
    note: some ? whyNot(refused) : undefined,
  };
}

function whyNone(refused: readonly Refusal[]): string {
  const [first] = refused;
  if (!first) return 'Nothing is selected';
  if (refused.length === 1) return first.reason;
  const reasons = new Set(refused.map(({ reason }) => reason));
  return reasons.size === 1
    ? `All ${count(refused.length, 'VM')}: ${lower(first.reason)}`
    : `None of these ${count(refused.length, 'VM')} can. ${whyNot(refused)}`;
}

const NAMED = 3;
function whyNot(refused: readonly Refusal[]): string {
  const named = refused.slice(0, NAMED).map(({ vm, reason }) => `${nameOf(vm)}: ${lower(reason)}`);
  const more = refused.length - named.length;
  return named.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
