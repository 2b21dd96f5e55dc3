// Tasks of the mock: queued, running, ended, with the step words and the failures the real ones have. Sentinels:
// win11-tpm cannot start, web-03 never shuts down by itself, the name "taken" is taken, save shows a true fraction.
import type { AppEvent, Failure, TaskDto, VmCommand, VmAction, VmDto } from '../../generated/api';
import type { MockEstate } from './estate';

const LABELS: Record<VmAction, string> = {
  start: 'Start',
  shut_down: 'Shut down',
  reboot: 'Reboot',
  reset: 'Force reset',
  force_off: 'Force off',
  pause: 'Pause',
  resume: 'Resume',
  save: 'Save',
  discard_saved: 'Discard saved state',
  autostart_on: 'Turn autostart on',
  autostart_off: 'Turn autostart off',
  rename: 'Rename',
  edit_text: 'Edit title, description and tags',
  add_display: 'Add a display',
  send_nmi: 'Send NMI',
};
const AFTER: Partial<Record<VmAction, Partial<VmDto>>> = {
  start: { state: 'running', reason: null },
  shut_down: { state: 'shut_off', reason: null },
  force_off: { state: 'shut_off', reason: null },
  pause: { state: 'paused', reason: null },
  resume: { state: 'running', reason: null },
  save: { state: 'saved', reason: null },
  discard_saved: { state: 'shut_off', reason: null },
};
const TICK_MS = 500;
const LASTS: Partial<Record<VmAction, number>> = { shut_down: 8, reboot: 6, save: 8, start: 3 };

const actionOf = (command: VmCommand): VmAction =>
  command.do === 'set_autostart' ? (command.enabled ? 'autostart_on' : 'autostart_off') : command.do;

function changeOf(command: VmCommand): Partial<VmDto> {
  if (command.do === 'set_autostart') return { autostart: command.enabled };
  if (command.do === 'rename') return { name: command.name };
  if (command.do !== 'edit_text') return AFTER[command.do] ?? {};
  return {
    ...(command.title === null ? {} : { title: command.title }),
    ...(command.description === null ? {} : { description: command.description }),
    ...(command.tags === null ? {} : { tags: command.tags }),
  };
}

function failureOf(task: TaskDto): Failure | null {
  if (task.action === 'start' && task.vm_name === 'win11-tpm')
    return {
      code: 'insufficient_resources',
      message: 'Cannot start win11-tpm: lab-epyc has 5.2 GiB free, it needs 8 GiB.',
      hint: 'Shut something down or lower its memory.',
      detail:
        "internal error: qemu unexpectedly closed the monitor: cannot set up guest memory 'pc.ram': Cannot allocate memory",
    };
  if (task.command.do === 'rename' && task.command.name === 'taken')
    return {
      code: 'name_in_use',
      message: 'Cannot rename it to taken: that host has a VM of this name.',
      hint: null,
      detail: null,
    };
  return null;
}

export class MockWork {
  tasks: TaskDto[] = [];
  /** Told when a VM has stopped. */
  onstopped: (id: string) => void = () => undefined;
  #n = 0;
  #cancelled = new Set<string>();
  constructor(
    readonly estate: MockEstate,
    readonly emit: (event: AppEvent) => void,
  ) {}

  run(ids: readonly string[], command: VmCommand): TaskDto[] {
    const batch = ids.length > 1 ? `b${++this.#n}` : null;
    const made = ids.flatMap((id) => {
      const vm = this.estate.vms.get(id);
      return vm ? [this.#make(vm, command, batch)] : [];
    });
    this.tasks.unshift(...made);
    made.forEach((task, i) => void this.#work(task, 200 + Math.floor(i / 4) * 700));
    return structuredClone(made);
  }

  cancel(ids: readonly string[]): void {
    for (const id of ids) this.#cancelled.add(id);
  }
  retry(ids: readonly string[]): TaskDto[] {
    return this.tasks
      .filter((task) => ids.includes(task.id))
      .flatMap((task) => this.run([task.vm_id], task.command));
  }

  #make(vm: VmDto, command: VmCommand, batch: string | null): TaskDto {
    const action = actionOf(command);
    return {
      id: `t${String(++this.#n).padStart(5, '0')}`,
      vm: `${vm.connection}/${vm.name}`,
      action,
      status: 'queued',
      error: null,
      duration_ms: null,
      label: LABELS[action],
      vm_id: vm.id,
      vm_name: vm.name,
      connection: vm.connection,
      batch,
      command,
      origin: 'window',
      asked_by: 'mara',
      step: null,
      fraction: null,
      created_at: new Date().toISOString(),
      started_at: null,
      ended_at: null,
    };
  }

  async #work(task: TaskDto, delay: number): Promise<void> {
    await pause(delay);
    if (this.#cancelled.has(task.id)) return this.#end(task, 'cancelled');
    this.#tell(task, { status: 'running', started_at: new Date().toISOString() });
    const steps = LASTS[task.action] ?? 1;
    for (let i = 1; this.#goesOn(task, i, steps); i++) {
      await pause(TICK_MS);
      if (this.#cancelled.has(task.id)) return this.#end(task, 'cancelled');
      if (task.action === 'shut_down') {
        const off = this.estate.vms.get(task.vm_id)?.state === 'shut_off';
        if (off) break;
        const s = Math.round((i * TICK_MS) / 1000);
        this.#tell(task, { step: `Waiting for guest, ${s} of 120 s`, fraction: Math.min(1, s / 120) });
      } else if (task.action === 'save')
        this.#tell(task, { step: 'Writing memory, 410 MB/s', fraction: i / steps });
    }
    const error = failureOf(task);
    if (error) return this.#end(task, 'failed', error);
    const row = this.estate.change(task.vm_id, changeOf(task.command));
    this.#end(task, 'succeeded');
    if (row) this.sendRow(row);
  }

  #goesOn(task: TaskDto, i: number, steps: number): boolean {
    return (task.action === 'shut_down' && task.vm_name === 'web-03') || i <= steps;
  }

  sendRow(row: VmDto): void {
    if (row.state !== 'running' && row.state !== 'paused') this.onstopped(row.id);
    const profiles = this.estate.profiles.all.filter((profile) => profile.id === row.profile);
    this.emit({
      event: 'inventory',
      revision: ++this.estate.revision,
      upserted: [row],
      removed: [],
      profiles,
    });
  }

  #end(task: TaskDto, status: TaskDto['status'], error: Failure | null = null): void {
    const ended_at = new Date().toISOString();
    const duration_ms = Date.parse(ended_at) - Date.parse(task.started_at ?? task.created_at);
    this.#tell(task, { status, error, ended_at, duration_ms, fraction: null, step: null });
  }
  #tell(task: TaskDto, change: Partial<TaskDto>): void {
    Object.assign(task, change);
    this.emit({ event: 'tasks', tasks: [structuredClone(task)] });
  }
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
