// A row of the dock in words: one task, or all that were asked for together.
import type { TaskDto } from '../../generated/api';
import { count, duration } from '../../lib/format';
import { cut, visible } from '../../lib/text';
import { isActive, isBad, type TaskRow } from '../../stores/tasks.svelte';
import { workState } from '../../stores/words';
import type { WorkState } from '../../ui/glyph/TaskGlyph.svelte';

export type RowView = {
  state: WorkState;
  action: string;
  target: string;
  /** What it is doing, or why it ended as it did. */
  progress: string;
  bad: boolean;
  /** 0 to 1, only when that is truly known. */
  fraction: number | null;
  duration: string;
};

const name = (text: string): string => visible(cut(text, 60));

/** The verb with what it was given: `Rename to “web-04”`. */
export function verb(task: TaskDto): string {
  return task.command.do === 'rename' ? `Rename to “${name(task.command.name)}”` : task.label;
}

function ended(task: TaskDto): string {
  if (task.error) return visible(cut(task.error.message, 300));
  if (task.status === 'interrupted')
    return 'Innkeeper ended before it did. Nobody knows whether it happened.';
  return '';
}

/** What still runs is counted in whole seconds: tenths would only flicker. */
const running = (ms: number): string => duration(Math.floor(Math.max(0, ms) / 1000) * 1000);

function taskDuration(task: TaskDto, now: number): string {
  if (task.status === 'queued') return '–';
  if (task.duration_ms !== null) return duration(task.duration_ms);
  return task.started_at === null ? '–' : running(now - Date.parse(task.started_at));
}

export function taskView(task: TaskDto, cancelling: boolean, now: number): RowView {
  return {
    state: workState(task, cancelling),
    action: verb(task),
    target: `${name(task.vm_name)} · ${name(task.connection)}`,
    progress: isActive(task.status) ? (task.step ?? '') : ended(task),
    bad: isBad(task.status),
    fraction: isActive(task.status) ? task.fraction : null,
    duration: taskDuration(task, now),
  };
}

const of = (tasks: readonly TaskDto[], test: (task: TaskDto) => boolean): number => tasks.filter(test).length;

function batchState(tasks: readonly TaskDto[]): WorkState {
  if (tasks.some((task) => task.status === 'running')) return 'running';
  if (tasks.some((task) => task.status === 'queued'))
    return tasks.some((task) => !isActive(task.status)) ? 'running' : 'queued';
  if (tasks.some((task) => task.status === 'failed')) return 'failed';
  if (tasks.some((task) => task.status === 'interrupted')) return 'interrupted';
  return tasks.every((task) => task.status === 'cancelled') ? 'cancelled' : 'done';
}

const NAMED = 2;
function batchTarget(tasks: readonly TaskDto[]): string {
  const names = tasks.slice(0, NAMED).map((task) => name(task.vm_name));
  const more = tasks.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** `9 of 12, 1 failed` while it runs, `11 of 12 succeeded, 1 failed` after. */
function batchProgress(tasks: readonly TaskDto[]): string {
  const done = of(tasks, (task) => task.status === 'succeeded');
  const failed = of(tasks, (task) => task.status === 'failed');
  const cancelled = of(tasks, (task) => task.status === 'cancelled');
  const interrupted = of(tasks, (task) => task.status === 'interrupted');
  const busy = tasks.some((task) => isActive(task.status));
  const head = busy
    ? `${of(tasks, (task) => !isActive(task.status))} of ${tasks.length}`
    : `${done} of ${tasks.length} succeeded`;
  const rest = [
    failed > 0 ? `${failed} failed` : '',
    cancelled > 0 ? `${cancelled} cancelled` : '',
    interrupted > 0 ? `${interrupted} interrupted` : '',
  ];
  return [head, ...rest].filter(Boolean).join(', ');
}

function batchDuration(tasks: readonly TaskDto[], now: number): string {
  const starts = tasks.flatMap((task) => (task.started_at === null ? [] : [Date.parse(task.started_at)]));
  if (starts.length === 0) return '–';
  const busy = tasks.some((task) => isActive(task.status));
  const ends = tasks.flatMap((task) => (task.ended_at === null ? [] : [Date.parse(task.ended_at)]));
  return busy ? running(now - Math.min(...starts)) : duration(Math.max(...ends) - Math.min(...starts));
}

export function rowView(row: TaskRow, cancelling: (task: TaskDto) => boolean, now: number): RowView {
  const [first] = row.tasks;
  if (!first) throw new Error('a row has a task');
  if (row.tasks.length === 1) return taskView(first, cancelling(first), now);
  const finished = of(row.tasks, (task) => !isActive(task.status));
  const busy = finished < row.tasks.length;
  return {
    state: batchState(row.tasks),
    action: `${first.label} ${count(row.tasks.length, 'VM')}`,
    target: batchTarget(row.tasks),
    progress: batchProgress(row.tasks),
    bad: row.tasks.some((task) => isBad(task.status)),
    fraction: busy ? finished / row.tasks.length : null,
    duration: batchDuration(row.tasks, now),
  };
}

/** "2 running · 1 failed" beside the dock's tab. */
export function dockCount(rows: readonly TaskRow[]): string {
  const all = rows.flatMap((row) => row.tasks);
  const running = of(all, (task) => isActive(task.status));
  const failed = of(all, (task) => isBad(task.status));
  return [running > 0 ? `${running} running` : '', failed > 0 ? `${failed} failed` : '']
    .filter(Boolean)
    .join(' · ');
}

/** Everything about a task as text, for a ticket. */
export function asText(task: TaskDto): string {
  const lines = [
    `${verb(task)}: ${task.vm}`,
    `Status: ${task.status}`,
    `Asked by ${task.asked_by} (${task.origin === 'cli' ? 'terminal' : 'window'}) at ${task.created_at}`,
    task.started_at === null ? '' : `Started ${task.started_at}`,
    task.ended_at === null ? '' : `Ended ${task.ended_at}`,
    task.error ? `Error ${task.error.code}: ${task.error.message}` : '',
    task.error?.hint ?? '',
    task.error?.detail ?? '',
  ];
  return lines.filter(Boolean).join('\n');
}
