// Everything that was asked for. Newest first; of each task the newest word wins. What stands in the dock follows from
// it: at work on top, failures until they are dismissed, the rest for a minute.
import type { TaskDto, TaskStatus, VmCommand } from '../generated/api';
import { host } from '../host';

export const DONE_STAYS_MS = 60_000;
/** Of what has ended; work going on is always kept. */
const MOST_ENDED = 2000;

export const isActive = (status: TaskStatus): boolean => status === 'queued' || status === 'running';
export const isBad = (status: TaskStatus): boolean => status === 'failed' || status === 'interrupted';

/** One row of the dock: a task, or all tasks that were asked for together. */
export type TaskRow = { id: string; tasks: readonly TaskDto[] };

const ended = (task: TaskDto): number => Date.parse(task.ended_at ?? task.created_at);
const newestFirst = (a: TaskDto, b: TaskDto): number =>
  a.created_at === b.created_at ? (a.id < b.id ? 1 : -1) : a.created_at < b.created_at ? 1 : -1;

/** Rows in order: those with work going on first, then newest first; a batch of several is one row. */
export function toRows(tasks: readonly TaskDto[]): TaskRow[] {
  const rows = new Map<string, TaskDto[]>();
  for (const task of tasks) {
    const key = task.batch ?? task.id;
    const row = rows.get(key);
    if (row) row.push(task);
    else rows.set(key, [task]);
  }
  const all = [...rows].map(([id, list]) => ({ id, tasks: list }));
  const busy = (row: TaskRow): boolean => row.tasks.some((task) => isActive(task.status));
  return [...all.filter(busy), ...all.filter((row) => !busy(row))];
}

/** Which rows the dock shows at a moment; the others are history. */
export function inDock(rows: readonly TaskRow[], dismissed: ReadonlySet<string>, now: number): TaskRow[] {
  return rows.filter((row) => {
    if (row.tasks.some((task) => isActive(task.status))) return true;
    if (dismissed.has(row.id)) return false;
    return (
      row.tasks.some((task) => isBad(task.status)) ||
      row.tasks.some((task) => now - ended(task) < DONE_STAYS_MS)
    );
  });
}

export class Tasks {
  all = $state.raw<readonly TaskDto[]>([]);
  /** Rows of the dock the user is done with, by id. Kept with the layout. */
  dismissed = $state.raw<ReadonlySet<string>>(new Set());
  #cancelling = $state.raw<ReadonlySet<string>>(new Set());
  #waiting = new Map<string, (task: TaskDto) => void>();
  #onend = new Set<(task: TaskDto) => void>();

  readonly rows = $derived(toRows(this.all));
  readonly #activeByVm = $derived.by(() => {
    const active = new Map<string, TaskDto>();
    for (const task of this.all)
      if (isActive(task.status) && (task.status === 'running' || !active.has(task.vm_id)))
        active.set(task.vm_id, task);
    return active;
  });
  readonly running = $derived(this.all.filter((task) => isActive(task.status)).length);

  async load(): Promise<void> {
    this.apply(await host.call('task_list', {}));
  }

  apply(tasks: readonly TaskDto[]): void {
    const byId = new Map(this.all.map((task) => [task.id, task]));
    const ended: TaskDto[] = [];
    for (const task of tasks) {
      const known = byId.get(task.id);
      // A list that was asked for earlier must not take back what an event has told since.
      if (known && !isActive(known.status) && isActive(task.status)) continue;
      byId.set(task.id, task);
      if (known && isActive(known.status) && !isActive(task.status)) ended.push(task);
    }
    const all = [...byId.values()].sort(newestFirst);
    this.all = all.filter((task, index) => index < MOST_ENDED || isActive(task.status));
    for (const task of ended) this.#tell(task);
  }

  #tell(task: TaskDto): void {
    this.#waiting.get(task.id)?.(task);
    this.#waiting.delete(task.id);
    for (const listener of this.#onend) listener(task);
  }

  /** Told of every task that ends while the window is open. */
  onEnd(listener: (task: TaskDto) => void): () => void {
    this.#onend.add(listener);
    return () => this.#onend.delete(listener);
  }

  get(id: string): TaskDto | undefined {
    return this.all.find((task) => task.id === id);
  }

  /** The tasks once all of them have ended. */
  ended(ids: readonly string[]): Promise<TaskDto[]> {
    return Promise.all(
      ids.map((id) => {
        const task = this.get(id);
        if (task && !isActive(task.status)) return task;
        return new Promise<TaskDto>((resolve) => this.#waiting.set(id, resolve));
      }),
    );
  }

  /** What is under way on a VM, if anything. */
  activeOf(vmId: string): TaskDto | undefined {
    return this.#activeByVm.get(vmId);
  }

  isCancelling(task: TaskDto): boolean {
    return isActive(task.status) && this.#cancelling.has(task.id);
  }

  async run(ids: readonly string[], command: VmCommand): Promise<TaskDto[]> {
    const made = await host.call('task_run', { ids: [...ids], command });
    this.apply(made);
    return made;
  }

  async cancel(ids: readonly string[]): Promise<void> {
    this.#cancelling = new Set([...this.#cancelling, ...ids]);
    try {
      await host.call('task_cancel', { ids: [...ids] });
    } catch (error) {
      this.#cancelling = new Set([...this.#cancelling].filter((id) => !ids.includes(id)));
      throw error;
    }
  }

  async retry(ids: readonly string[]): Promise<void> {
    this.apply(await host.call('task_retry', { ids: [...ids] }));
  }

  dismiss(rowId: string): void {
    this.dismissed = new Set([...this.dismissed, rowId].slice(-200));
  }
}

export const tasks = new Tasks();
