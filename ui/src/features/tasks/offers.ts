// What can be done with a row of tasks now, in the order of its buttons.
import type { TaskDto } from '../../generated/api';
import { attempt, perform } from '../../stores/act';
import { inventory } from '../../stores/inventory.svelte';
import { isActive, tasks, type TaskRow } from '../../stores/tasks.svelte';
import { ui } from '../../stores/ui.svelte';

export type Offer = { label: string; run: () => void };

const TIMED_OUT = 'timeout_still_running';

/** A guest that does not shut down may be forced off: while one waits for it, or after it took too long. */
function mayForce(task: TaskDto): boolean {
  if (task.action !== 'shut_down') return false;
  const waits = task.status === 'running' || task.error?.code === TIMED_OUT;
  const vm = inventory.get(task.vm_id);
  return waits && vm !== undefined && inventory.forbidden(vm, 'force_off') === undefined;
}

export function forceOff(task: TaskDto): void {
  const vm = inventory.get(task.vm_id);
  if (vm) perform('force_off', [vm]);
}

export function cancel(list: readonly TaskDto[]): void {
  const ids = list.filter((task) => isActive(task.status)).map((task) => task.id);
  if (ids.length > 0) void attempt(tasks.cancel(ids), 'Cancel did not reach it');
}
function retry(list: readonly TaskDto[]): void {
  const ids = list.filter(mayRetry).map((task) => task.id);
  if (ids.length > 0) void attempt(tasks.retry(ids), 'Could not retry');
}
const mayRetry = (task: TaskDto): boolean => task.status === 'failed' || task.status === 'interrupted';

export function offersOf(row: TaskRow): Offer[] {
  const [only] = row.tasks;
  if (row.tasks.length === 1 && only) return offersOfTask(only);
  const busy = row.tasks.some((task) => isActive(task.status) && !tasks.isCancelling(task));
  if (busy) return [{ label: 'Cancel', run: () => cancel(row.tasks) }];
  return row.tasks.some(mayRetry) ? [{ label: 'Retry failed', run: () => retry(row.tasks) }] : [];
}

export function offersOfTask(task: TaskDto): Offer[] {
  const offers: Offer[] = [];
  if (isActive(task.status)) {
    if (mayForce(task)) offers.push({ label: 'Force off…', run: () => forceOff(task) });
    if (!tasks.isCancelling(task)) offers.push({ label: 'Cancel', run: () => cancel([task]) });
    return offers;
  }
  if (mayForce(task)) offers.push({ label: 'Force off…', run: () => forceOff(task) });
  if (task.status !== 'succeeded') offers.push({ label: 'Details', run: () => (ui.taskDetails = task.id) });
  if (mayRetry(task)) offers.push({ label: 'Retry', run: () => retry([task]) });
  return offers;
}
