import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { InventorySnapshot } from '../generated/api';
import { connections } from './connections.svelte';
import { start } from './feed';
import { inventory } from './inventory.svelte';
import { FakeHost } from './testing/host';
import { connection, pack, vm } from './testing/rows';

const INFO = { version: '', platform: '', data_dir: '', trace_timing: false, demo: false, notices: [] };
const snapshot = (revision: number, ids: readonly string[]): InventorySnapshot => ({
  revision,
  messages: 0,
  vms: pack(ids.map((id) => vm(`c1/${id}`))),
  connections: [connection('c1', { state: 'connecting' })],
  profiles: [],
});
const ids = (): string[] => inventory.vms.map(({ id }) => id.replace('c1/', ''));

let host: FakeHost;
beforeEach(() => {
  host = new FakeHost({
    app_info: () => INFO,
    inventory_snapshot: () => snapshot(5, ['a', 'b']),
    task_list: () => [],
    prompt_current: () => null,
    settings_get: () => ({ shutdown_timeout_s: 120 }),
  });
});

describe('the feed', () => {
  it('applies what arrives while the snapshot is on its way, after it and only what is newer', async () => {
    host.answers.inventory_snapshot = () => {
      host.send({ event: 'inventory', revision: 5, upserted: [], removed: ['c1/b'], profiles: [] });
      host.send({ event: 'inventory', revision: 6, upserted: [vm('c1/c')], removed: ['c1/a'], profiles: [] });
      host.send({ event: 'connections', upserted: [connection('c1', { state: 'ready' })], removed: [] });
      return snapshot(5, ['a', 'b']);
    };
    await start();
    expect(ids()).toEqual(['b', 'c']);
    expect(connections.get('c1')?.state).toBe('ready');
  });

  it('asks for another snapshot after a gap, once, and after a resync', async () => {
    await start();
    host.answers.inventory_snapshot = () => snapshot(9, ['x']);
    host.send({ event: 'inventory', revision: 8, upserted: [], removed: [], profiles: [] });
    host.send({ event: 'inventory', revision: 9, upserted: [], removed: [], profiles: [] });
    await vi.waitFor(() => expect(ids()).toEqual(['x']));
    expect(host.requests('inventory_snapshot')).toHaveLength(2);
    host.answers.inventory_snapshot = () => snapshot(12, ['y']);
    await vi.waitFor(() => {
      host.send({ event: 'resync' });
      expect(ids()).toEqual(['y']);
    });
  });

  it('asks for another snapshot when messages were sent before it listened', async () => {
    host.sent = 2;
    const answers = [snapshot(5, ['a']), snapshot(7, ['b'])];
    host.answers.inventory_snapshot = () => answers.shift() ?? snapshot(0, []);
    await start();
    await vi.waitFor(() => expect(ids()).toEqual(['b']));
    expect(answers).toHaveLength(0);
  });

  it('rejects when the inventory cannot be opened', async () => {
    host.answers.inventory_snapshot = undefined;
    await expect(start()).rejects.toMatchObject({ code: 'unsupported' });
  });
});
