import { beforeEach, describe, expect, it, vi } from 'vitest';
import { connections } from './connections.svelte';
import { Filter } from './filter.svelte';
import { inventory } from './inventory.svelte';
import { FakeHost } from './testing/host';
import { connection, vm } from './testing/rows';

const shown = (filter: Filter): string[] =>
  inventory.vms.filter(filter.predicate ?? (() => true)).map(({ id }) => id);

beforeEach(() => {
  const rows = [
    vm('web-1', { folder: 'Lab', connection_id: 'c2', tags: ['prod'] }),
    vm('web-2', { state: 'crashed' }),
    vm('db', { description: 'a long text that was …', cut: true }),
  ];
  inventory.replaceAll(1, rows, []);
  connections.replaceAll([connection('c1'), connection('c2', { folder: 'Lab' })]);
});

describe('Filter', () => {
  it('narrows by place and by text at once', () => {
    const filter = new Filter();
    expect(shown(filter)).toHaveLength(3);
    filter.set('web');
    expect(shown(filter)).toEqual(['web-1', 'web-2']);
    filter.place = { kind: 'folder', folder: 'Lab' };
    expect(shown(filter)).toEqual(['web-1']);
    expect(filter.elsewhere()).toBe(2);
    filter.place = { kind: 'attention' };
    expect(shown(filter)).toEqual(['web-2']);
    filter.place = { kind: 'host', id: 'c2' };
    filter.clear();
    expect(shown(filter)).toEqual(['web-1']);
  });

  it('shows the whole estate once the host it was narrowed to has left', () => {
    const filter = new Filter();
    filter.place = { kind: 'host', id: 'c2' };
    connections.apply([], ['c2']);
    expect(filter.place).toEqual({ kind: 'all' });
    expect(shown(filter)).toHaveLength(3);
  });

  it('asks Rust for what rows do not carry whole', async () => {
    const host = new FakeHost({ inventory_search: () => ['db'] });
    const filter = new Filter();
    filter.set('tail tag:prod');
    expect(shown(filter)).toEqual([]);
    filter.set('tail');
    await vi.waitFor(() => expect(shown(filter)).toEqual(['db']));
    expect(host.requests('inventory_search')).toEqual([{ text: 'tail' }]);
  });

  it('knows when a key narrows, and the same text again', async () => {
    new FakeHost({ inventory_search: () => ['db'] });
    const filter = new Filter();
    const typed = (text: string): NonNullable<Filter['matches']> => {
      filter.set(text);
      return filter.matches ?? (() => true);
    };
    const [web, dash] = [typed('web'), typed('web-')];
    expect([filter.narrows(dash, web), filter.narrows(web, dash)]).toEqual([true, false]);
    expect(typed('web')).toBe(web);
    // what Rust has found belongs to another time
    typed('tail');
    await vi.waitFor(() => expect(shown(filter)).toEqual(['db']));
    expect(filter.narrows(typed('web-'), web)).toBe(false);
    expect(typed('web')).not.toBe(web);
  });

  it('marks what it does not know and keeps the rest', () => {
    const filter = new Filter();
    filter.set('hsot:x web');
    expect(filter.pieces.find((piece) => piece.look === 'unknown')?.hint).toContain('host');
    expect(shown(filter)).toEqual(['web-1', 'web-2']);
  });
});
