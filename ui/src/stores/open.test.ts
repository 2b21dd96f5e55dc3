import { beforeEach, describe, expect, it } from 'vitest';
import { connections } from './connections.svelte';
import { openVm, showPage } from './open';
import { prompt } from './prompt.svelte';
import { tabs, type TabKind } from './tabs.svelte';
import { FakeHost } from './testing/host';
import { connection, vm } from './testing/rows';

beforeEach(() => {
  new FakeHost();
  tabs.others = [];
  for (const kind of ['vm', 'console']) tabs.register(kind, {} as TabKind);
});

describe('openVm', () => {
  it('opens the console of what runs and the page of what does not', () => {
    openVm(vm('a'));
    openVm(vm('b', { state: 'paused' }));
    openVm(vm('c', { state: 'shut_off' }));
    openVm(vm('d', { stale: true }));
    connections.replaceAll([connection('c1'), connection('blind', { consoles: false })]);
    openVm(vm('e', { connection_id: 'blind' }));
    expect(tabs.others.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'console a',
      'console b',
      'vm c',
      'vm d',
      'vm e',
    ]);
  });

  it('opens the page when that is asked for', () => {
    openVm(vm('a'), true);
    expect(tabs.active.kind).toBe('vm');
  });
});

it('another window shows the question that waits, whatever is known of the VM', async () => {
  const host = new FakeHost();
  const asked = { id: 'p1', connection: 'ams', kind: 'password', text: '' } as const;
  host.answers.prompt_current = () => ({ ...asked, key_type: null, fingerprint: null });
  await prompt.load();
  showPage({ kind: 'question', id: 'c1/gone' });
  expect(prompt.open).toBe(true);
  prompt.set(null);
  prompt.open = false;
});
