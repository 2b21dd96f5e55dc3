import { describe, expect, it } from 'vitest';
import { inDock, Tasks, toRows } from './tasks.svelte';
import { FakeHost } from './testing/host';
import { task } from './testing/rows';

const done = (id: string, ended_at: string): ReturnType<typeof task> =>
  task(id, { status: 'succeeded', ended_at, created_at: ended_at });

describe('toRows', () => {
  it('keeps what was asked together in one row, work going on first, then the newest', () => {
    const rows = toRows([
      task('d', { status: 'succeeded' }),
      task('c', { status: 'running', batch: 'x' }),
      task('b', { status: 'failed', batch: 'x' }),
      task('a', { status: 'failed' }),
    ]);
    expect(rows.map((row) => row.id)).toEqual(['x', 'd', 'a']);
    expect(rows[0]?.tasks.map(({ id }) => id)).toEqual(['c', 'b']);
  });
});

describe('inDock', () => {
  const now = Date.parse('2026-11-23T15:00:00Z');
  it('lets what is done go after a minute, keeps failures until they are dismissed', () => {
    const rows = toRows([
      done('new', '2026-11-23T14:59:30Z'),
      done('old', '2026-11-23T14:58:30Z'),
      task('bad', { status: 'failed', ended_at: '2026-11-22T10:00:00Z' }),
      task('lost', { status: 'interrupted', ended_at: '2026-11-22T10:00:00Z' }),
    ]);
    expect(inDock(rows, new Set(['lost']), now).map((row) => row.id)).toEqual(['new', 'bad']);
  });
  it('cannot dismiss what is at work', () => {
    expect(inDock(toRows([task('a')]), new Set(['a']), now)).toHaveLength(1);
  });
});

describe('Tasks', () => {
  it('does not let an older list take back an end', () => {
    const tasks = new Tasks();
    tasks.apply([task('a', { status: 'succeeded' })]);
    tasks.apply([task('a', { status: 'running' })]);
    expect(tasks.get('a')?.status).toBe('succeeded');
  });

  it('knows what is under way on a VM: what runs before what waits', () => {
    const tasks = new Tasks();
    tasks.apply([
      task('b', { status: 'queued' }),
      task('a'),
      task('c', { vm_id: 'other', status: 'failed' }),
    ]);
    expect(tasks.activeOf('c1/web')?.id).toBe('a');
    expect(tasks.activeOf('other')).toBeUndefined();
  });

  it('resolves when all have ended and tells each end once', async () => {
    const tasks = new Tasks();
    const told: string[] = [];
    tasks.onEnd(({ id }) => told.push(id));
    tasks.apply([task('a'), task('b')]);
    const both = tasks.ended(['a', 'b']);
    tasks.apply([task('a', { status: 'succeeded' })]);
    tasks.apply([task('a', { status: 'succeeded' }), task('b', { status: 'failed' })]);
    expect((await both).map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    expect(told).toEqual(['a', 'b']);
  });

  it('says Cancelling until the task ends, and takes that back when the call fails', async () => {
    const host = new FakeHost({ task_cancel: () => ({}) });
    const tasks = new Tasks();
    tasks.apply([task('a')]);
    await tasks.cancel(['a']);
    expect(tasks.isCancelling(task('a'))).toBe(true);
    expect(tasks.isCancelling(task('a', { status: 'cancelled' }))).toBe(false);
    host.answers = {};
    await expect(tasks.cancel(['b'])).rejects.toThrow();
    expect(tasks.isCancelling(task('b'))).toBe(false);
  });

  it('keeps every task at work, however many have ended since', () => {
    const tasks = new Tasks();
    const ended = Array.from({ length: 2500 }, (_, i) => done(`e${i}`, '2026-11-23T14:59:30Z'));
    tasks.apply([task('first', { created_at: '2026-11-01T00:00:00Z' }), ...ended]);
    expect(tasks.get('first')).toBeDefined();
    expect(tasks.all.length).toBeLessThan(2500);
  });
});
