// From a wish to tasks: asks first where something is lost, says how to take back what can be taken back.
import type { DisplayKind, TaskDto, VmAction, VmCommand, VmDto } from '../generated/api';
import { HostError } from '../host';
import { count } from '../lib/format';
import { toasts } from '../ui/toasts.svelte';
import { actionOf, commandOf, nameOf, plan, type Action } from './actions';
import { ask } from './ask.svelte';
import { layout } from './layout.svelte';
import { tasks } from './tasks.svelte';
import { ui } from './ui.svelte';
import { selection } from './selection.svelte';

export const MANY = 10;
export const PROTECTED = 'protected';

/** Who it hits, in a few words: "web-03", "web-01 and web-02", "12 VMs". */
export function whom(vms: readonly { name: string }[]): string {
  const names = vms.map(nameOf);
  if (names.length === 1) return names[0] ?? '';
  if (names.length === 2) return `${names[0]} and ${names[1]}`;
  return count(names.length, 'VM');
}

/** Of what was not even begun: "Could not force off web-03". */
export const couldNot = (label: string, whom = ''): string =>
  `Could not ${label.charAt(0).toLowerCase()}${label.slice(1)} ${whom}`.trimEnd();

/** Whether somebody should confirm first, by the guide's table. */
export function mustAsk(action: Action, vms: readonly VmDto[]): boolean {
  if (action.risk === 'loses') return true;
  if (action.risk === 'none' || action.id === 'rename' || action.id === 'edit_text') return false;
  if (action.risk === 'interrupts' && layout.current.asking === 'always') return true;
  return vms.length >= MANY || vms.some((vm) => vm.tags.includes(PROTECTED));
}

/** What a failed call says: one toast. What the user cancelled says nothing. */
export function report(thrown: unknown, what: string): void {
  const error = HostError.from(thrown);
  if (error.severity === 'silent') return;
  toasts.show({
    look: 'danger',
    title: what,
    text: error.hint ? `${error.message} ${error.hint}` : error.message,
  });
}

/** Asks Rust and shows the failure as a toast. True when it went well. */
export async function attempt(work: Promise<unknown>, what: string): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (thrown) {
    report(thrown, what);
    return false;
  }
}

/** Does it to those of the VMs that can, after asking where that is due. */
export function perform(id: VmAction, vms: readonly VmDto[]): void {
  const { action, able } = plan(id, vms);
  const [first] = able;
  if (!first) return;
  if (id === 'rename') {
    ui.renaming = first;
  } else if (id === 'add_display') {
    ui.addingDisplay = first;
  } else if (id === 'edit_text') {
    selection.lead = first.id;
    ui.detailTab = 'overview';
    ui.detailOpen = true;
  } else if (mustAsk(action, able)) {
    const title = `${action.label} ${whom(able)}?`;
    ask.put({
      title,
      text: action.effect ?? '',
      action: `${action.label} ${whom(able)}`,
      names: able.map(nameOf),
      run: () => void go(action, able, commandOf(id)),
    });
  } else void go(action, able, commandOf(id));
}

async function go(action: Action, vms: readonly VmDto[], command: VmCommand): Promise<void> {
  const made = await runOn(vms, command, couldNot(action.label, whom(vms)));
  const back = BACK[action.id];
  if (made && back) await offerUndo(made, `${DONE_WORDS[action.id]} ${whom(vms)}`, back);
}

async function runOn(
  vms: readonly VmDto[],
  command: VmCommand,
  what: string,
): Promise<TaskDto[] | undefined> {
  try {
    return await tasks.run(
      vms.map((vm) => vm.id),
      command,
    );
  } catch (thrown) {
    report(thrown, what);
    return undefined;
  }
}

const BACK: Partial<Record<VmAction, VmCommand>> = {
  pause: { do: 'resume' },
  autostart_on: { do: 'set_autostart', enabled: false },
  autostart_off: { do: 'set_autostart', enabled: true },
};
const DONE_WORDS: Partial<Record<VmAction, string>> = {
  pause: 'Paused',
  autostart_on: 'Autostart on for',
  autostart_off: 'Autostart off for',
};

async function offerUndo(made: readonly TaskDto[], title: string, back: VmCommand): Promise<void> {
  const ended = await tasks.ended(made.map((task) => task.id));
  const done = ended.filter((task) => task.status === 'succeeded').map((task) => task.vm_id);
  if (done.length === 0) return;
  toasts.undo(title, () => void attempt(tasks.run(done, back), 'Could not undo'));
}

/** Gives a VM another name; the way back is offered when it has it. */
export async function rename(vm: VmDto, name: string): Promise<boolean> {
  const made = await runOn([vm], { do: 'rename', name }, couldNot('Rename', nameOf(vm)));
  if (!made) return false;
  void offerUndo(made, `Renamed ${nameOf(vm)} to ${nameOf({ name })}`, { do: 'rename', name: vm.name });
  return true;
}

/** Gives a VM a display; null when it has one then, else why not. */
export async function addDisplay(
  vm: VmDto,
  kind: DisplayKind,
  words: string,
): Promise<{ message: string; hint: string | null } | null> {
  try {
    const made = await tasks.run([vm.id], { do: 'add_display', kind });
    const [done] = await tasks.ended(made.map((task) => task.id));
    if (done?.status !== 'succeeded')
      return done?.error ?? { message: 'It was not added: the task did not end well.', hint: null };
  } catch (thrown) {
    const { message, hint } = HostError.from(thrown);
    return { message, hint: hint ?? null };
  }
  toasts.show({ look: 'ok', title: `${nameOf(vm)} has a ${words} display from its next start on` });
  return null;
}

export type Texts = { title?: string; description?: string; tags?: string[] };

/** Changes title, description or tags; what is not given stays. `before` is what Undo brings back. */
export async function editTexts(vm: VmDto, change: Texts, before: Texts): Promise<boolean> {
  const command = (texts: Texts): VmCommand => ({
    do: 'edit_text',
    title: texts.title ?? null,
    description: texts.description ?? null,
    tags: texts.tags ?? null,
  });
  const made = await runOn([vm], command(change), couldNot('Edit', nameOf(vm)));
  if (!made) return false;
  const what = change.tags ? 'Tags' : change.title !== undefined ? 'Title' : 'Description';
  void offerUndo(made, `${what} of ${nameOf(vm)} changed`, command(before));
  return true;
}

/** P pauses what runs and resumes what is paused. */
export function pauseOrResume(vms: readonly VmDto[]): void {
  perform(plan('pause', vms).able.length > 0 ? 'pause' : 'resume', vms);
}

export const verbOf = (id: VmAction): string => actionOf(id).label;
