import { describe, expect, it } from 'vitest';
import { BOUNDS, DEFAULTS, LayoutStore, sane } from './layout.svelte';
import { FakeHost } from './testing/host';

describe('sane', () => {
  it.each([[{}], [{ tree: null, grid: 7, sort: 'x', tabs: [1], theme: ['dark'], collapsed: { a: 1 } }]])(
    'makes the defaults of %j',
    (kept) => expect(sane(kept)).toEqual(DEFAULTS),
  );

  it('takes a pane back to what it may be', () => {
    const layout = sane({
      tree: { width: 9000 },
      detail: { width: -5, height: Number.NaN },
      dock: { height: 1e9 },
    });
    expect(layout.tree.width).toBe(BOUNDS.tree.max);
    expect(layout.detail.width).toBe(BOUNDS.detail.min);
    expect(layout.detail.height).toBe(BOUNDS.detailBelow.start);
    expect(layout.dock.height).toBe(BOUNDS.dock.max);
  });

  it('keeps what is valid beside what is not', () => {
    const layout = sane({
      groupBy: 'tag',
      sort: [{ column: 'memory', descending: true }, { column: 5 }],
      grid: { columns: ['name', 'os'], widths: { os: 120, name: 'wide', ip: 3 } },
      tabs: [{ kind: 'vm', id: 'a', title: 'web' }, { kind: 'vm' }],
    });
    expect(layout.groupBy).toBe('tag');
    expect(layout.sort).toEqual([{ column: 'memory', descending: true }]);
    expect(layout.grid).toEqual({ columns: ['name', 'os'], widths: { os: 120 } });
    expect(layout.tabs).toEqual([{ kind: 'vm', id: 'a', title: 'web' }]);
  });

  it('survives its own words', () => expect(sane(structuredClone(DEFAULTS))).toEqual(DEFAULTS));
});

describe('LayoutStore', () => {
  it('keeps only what has changed, and reads it again', async () => {
    const host = new FakeHost();
    const layout = new LayoutStore();
    await layout.load();
    layout.patch('tree', { width: 300 });
    layout.set('groupBy', 'state');
    await layout.flush();
    expect(Object.keys(host.kept).sort()).toEqual(['groupBy', 'tree']);
    const again = new LayoutStore();
    await again.load();
    expect(again.current.tree.width).toBe(300);
    expect(again.current.groupBy).toBe('state');
  });

  it('takes what another window has kept, as sane as what is read, and does not keep it once more', async () => {
    const host = new FakeHost();
    const layout = new LayoutStore();
    await layout.load();
    layout.heard('theme', 'dark');
    expect(layout.current.theme).toBe('dark');
    layout.heard('theme', { evil: true });
    expect(layout.current.theme).toBe('system');
    const before = layout.current;
    layout.heard('consoles', {});
    expect(layout.current).toBe(before);
    await layout.flush();
    expect(host.kept).toEqual({});
  });
});
