import { describe, expect, it } from 'vitest';
import type { InventoryBatch } from '../generated/api';
import { countByConnection } from './connections.svelte';
import { Inventory } from './inventory.svelte';
import { vm } from './testing/rows';

const batch = (revision: number, more: Partial<InventoryBatch> = {}): InventoryBatch => ({
  revision,
  upserted: [],
  removed: [],
  profiles: [],
  ...more,
});
const ids = (inventory: Inventory): string[] => inventory.vms.map(({ id }) => id);

function three(): Inventory {
  const inventory = new Inventory();
  inventory.replaceAll(7, [vm('a'), vm('b'), vm('c')], []);
  return inventory;
}

describe('Inventory', () => {
  it('replaces, adds and removes rows, and finds them by id afterwards', () => {
    const inventory = three();
    const b = inventory.get('b');
    expect(
      inventory.apply(batch(8, { upserted: [vm('a', { name: 'renamed' }), vm('d')], removed: ['c'] })),
    ).toBe('applied');
    expect(ids(inventory)).toEqual(['a', 'b', 'd']);
    expect(inventory.get('a')?.name).toBe('renamed');
    expect(inventory.get('d')?.id).toBe('d');
    expect(inventory.get('c')).toBeUndefined();
    expect(inventory.get('b')).toBe(b);
  });

  it('refuses a batch after a gap and ignores one it has', () => {
    const inventory = three();
    expect(inventory.apply(batch(9, { removed: ['a'] }))).toBe('gap');
    expect(inventory.apply(batch(7, { removed: ['a'] }))).toBe('old');
    expect(ids(inventory)).toEqual(['a', 'b', 'c']);
    expect(inventory.apply(batch(8))).toBe('applied');
  });

  it('takes rows that look different at the same revision, not those of before its snapshot', () => {
    const inventory = three();
    inventory.refresh(7, [vm('a', { stale: true })], []);
    expect(inventory.get('a')?.stale).toBe(true);
    inventory.refresh(6, [vm('a', { stale: false })], []);
    expect(inventory.get('a')?.stale).toBe(true);
  });

  it('gives the reason of the row’s profile, and forbids all under one it does not know', () => {
    const inventory = new Inventory();
    const forbidden = [{ action: 'start' as const, reason: 'It is running' }];
    inventory.replaceAll(1, [vm('a', { profile: 3 }), vm('b', { profile: 4 })], [{ id: 3, forbidden }]);
    expect(inventory.forbidden(inventory.vms[0] ?? vm('x'), 'start')).toBe('It is running');
    expect(inventory.forbidden(inventory.vms[0] ?? vm('x'), 'pause')).toBeUndefined();
    expect(inventory.forbidden(inventory.vms[1] ?? vm('x'), 'pause')).toBeDefined();
  });
});

describe('countByConnection', () => {
  it('counts what is not live as nothing else', () => {
    const counts = countByConnection([
      vm('a'),
      vm('b', { stale: true }),
      vm('c', { state: 'shut_off' }),
      vm('d', { connection_id: 'c2' }),
    ]);
    expect(counts.get('c1')).toEqual({ total: 3, running: 1, stale: 1, memory: 2 ** 31 });
    expect(counts.get('c2')?.total).toBe(1);
  });
});
