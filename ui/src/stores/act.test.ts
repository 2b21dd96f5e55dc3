import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { VmDto } from '../generated/api';
import { toasts } from '../ui/toasts.svelte';
import { actionOf, plan } from './actions';
import { mustAsk, perform, whom } from './act';
import { ask } from './ask.svelte';
import { inventory } from './inventory.svelte';
import { tasks } from './tasks.svelte';
import { FakeHost } from './testing/host';
import { task, vm } from './testing/rows';
import { vmMenu } from './vm-menu';

const OFF = 1;
const forbidden = [
  { action: 'shut_down' as const, reason: 'It is shut off' },
  { action: 'force_off' as const, reason: 'It is shut off' },
];
const row = (id: string, more: Partial<VmDto> = {}): VmDto => vm(id, { profile: 0, ...more });

beforeEach(() => {
  inventory.replaceAll(
    1,
    [],
    [
      { id: 0, forbidden: [{ action: 'start', reason: 'It is running' }] },
      { id: OFF, forbidden },
    ],
  );
  tasks.all = [];
  ask.close();
});

describe('plan', () => {
  it('says how many of a mixed selection can, and why the others cannot', () => {
    const { able, label, disabledReason, note } = plan('shut_down', [
      row('a'),
      row('b'),
      row('c', { profile: OFF }),
    ]);
    expect(able.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(label).toBe('Shut down 2 of 3');
    expect(disabledReason).toBeUndefined();
    expect(note).toBe('c: it is shut off');
  });

  it('gives one reason for all when it is one', () => {
    expect(plan('start', [row('a')]).disabledReason).toBe('It is running');
    expect(plan('start', [row('a'), row('b')]).disabledReason).toBe('All 2\u00a0VMs: it is running');
  });

  it('does not ask twice for what is under way', () => {
    tasks.apply([task('t', { vm_id: 'a', action: 'shut_down' })]);
    expect(plan('shut_down', [row('a')]).disabledReason).toBe('It is shutting down already');
    expect(plan('force_off', [row('a')]).disabledReason).toBeUndefined();
  });

  it('shows hostile names as text of one line', () => {
    expect(whom([row('x', { name: 'a\nb\u202e' })])).toBe('a␤b�');
  });
});

describe('mustAsk', () => {
  const many = Array.from({ length: 10 }, (_, i) => row(String(i)));
  it.each([
    ['force_off', [row('a')], true],
    ['reset', [row('a')], true],
    ['discard_saved', [row('a')], true],
    ['shut_down', [row('a')], false],
    ['shut_down', many, true],
    ['shut_down', [row('a', { tags: ['protected'] })], true],
    ['pause', many, true],
    ['start', many, false],
  ] as const)('%s of %o', (id, vms, asks) => {
    expect(mustAsk(actionOf(id), vms)).toBe(asks);
  });
});

describe('perform', () => {
  it('asks with the names before something is lost, and acts only after the answer', () => {
    const host = new FakeHost({ task_run: () => [] });
    perform('force_off', [row('web-03'), row('off', { profile: OFF })]);
    expect(host.requests('task_run')).toEqual([]);
    expect(ask.current).toMatchObject({
      title: 'Force off web-03?',
      action: 'Force off web-03',
      names: ['web-03'],
    });
    ask.current?.run();
    expect(host.requests('task_run')).toEqual([{ ids: ['web-03'], command: { do: 'force_off' } }]);
  });

  it('offers the way back of what succeeded, not of what failed', async () => {
    const host = new FakeHost({
      task_run: ({ ids, command }) =>
        ids.map((id) => task(`t-${id}`, { vm_id: id, command, action: 'pause' })),
    });
    perform('pause', [row('a'), row('b')]);
    await vi.waitFor(() => expect(tasks.get('t-b')).toBeDefined());
    const end = (id: string, status: 'succeeded' | 'failed'): void =>
      tasks.apply([task(`t-${id}`, { vm_id: id, action: 'pause', status })]);
    end('a', 'succeeded');
    end('b', 'failed');
    await vi.waitFor(() => expect(toasts.shown.at(-1)?.action?.label).toBe('Undo'));
    toasts.shown.at(-1)?.action?.run();
    expect(host.requests('task_run').at(-1)).toEqual({ ids: ['a'], command: { do: 'resume' } });
  });

  it('says so when the tasks cannot be made', async () => {
    new FakeHost();
    perform('reboot', [row('a')]);
    await vi.waitFor(() =>
      expect(toasts.shown.at(-1)).toMatchObject({ look: 'danger', title: 'Could not reboot a' }),
    );
  });
});

describe('vmMenu', () => {
  it('keeps what cannot be done in its place, with the reason', () => {
    const start = vmMenu([row('a')]).find((entry) => 'label' in entry && entry.label === 'Start');
    expect(start).toMatchObject({ disabledReason: 'It is running' });
  });
});
