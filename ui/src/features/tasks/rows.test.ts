import { describe, expect, it } from 'vitest';
import { task } from '../../stores/testing/rows';
import { asText, dockCount, rowView } from './rows';

const now = Date.parse('2026-11-23T14:00:39.900Z');
const row = (...tasks: ReturnType<typeof task>[]): { id: string; tasks: typeof tasks } => ({
  id: 'r',
  tasks,
});
const view = (...tasks: ReturnType<typeof task>[]): ReturnType<typeof rowView> =>
  rowView(row(...tasks), () => false, now);
const error = {
  code: 'insufficient_resources',
  message: 'Cannot start it.',
  hint: 'Make room.',
  detail: 'oom',
};

describe('rowView', () => {
  it('counts whole seconds while it runs', () => {
    expect(view(task('a', { step: 'Waiting for guest, 38 of 120 s' }))).toMatchObject({
      state: 'waiting',
      progress: 'Waiting for guest, 38 of 120 s',
      duration: '38\u00a0s',
    });
  });
  it('tells a failure in its own words', () => {
    expect(view(task('a', { status: 'failed', error, duration_ms: 400 }))).toMatchObject({
      state: 'failed',
      progress: 'Cannot start it.',
      bad: true,
      duration: '0.4\u00a0s',
    });
  });
  it('sums a batch up while it runs and after', () => {
    const done = task('a', { status: 'succeeded', ended_at: '2026-11-23T14:00:05Z' });
    const failed = task('b', { status: 'failed', error, ended_at: '2026-11-23T14:00:09Z' });
    expect(view(done, failed, task('c'))).toMatchObject({ state: 'running', progress: '2 of 3, 1 failed' });
    expect(view(done, failed)).toMatchObject({
      action: 'Shut down 2\u00a0VMs',
      state: 'failed',
      progress: '1 of 2 succeeded, 1 failed',
      fraction: null,
      duration: '8\u00a0s',
    });
  });
  it('names the new name of a rename, as text', () => {
    const renamed = task('a', { command: { do: 'rename', name: 'a\nb' } });
    expect(view(renamed).action).toBe('Rename to “a␤b”');
  });
});

describe('dockCount', () => {
  it('counts tasks, not rows', () => {
    expect(dockCount([row(task('a'), task('b', { status: 'failed' })), row(task('c'))])).toBe(
      '2 running · 1 failed',
    );
    expect(dockCount([row(task('a', { status: 'succeeded' }))])).toBe('');
  });
});

describe('asText', () => {
  it('has everything a ticket needs', () => {
    const text = asText(task('a', { status: 'failed', error, origin: 'cli' }));
    for (const part of ['ams-1/web', 'mara', 'terminal', 'insufficient_resources', 'Make room.', 'oom'])
      expect(text).toContain(part);
  });
});
