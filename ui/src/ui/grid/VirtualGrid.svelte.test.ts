// The grid as its user meets it: roles, keys and clicks. happy-dom has no layout, so the view counts as 600 px high.
import { fireEvent } from '@testing-library/svelte';
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Column } from './types';
import VirtualGrid from './VirtualGrid.svelte';

type Row = { id: string; host: string };
const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ id: `vm-${i}`, host: i % 2 ? 'b' : 'a' }));
const columns: Column<Row>[] = [
  { id: 'name', label: 'Name', width: 200, text: (r) => r.id, sort: (r) => r.id },
];

const mounted: (() => void)[] = [];
afterEach(() => mounted.splice(0).forEach((end) => end()));

class Inputs {
  rows = $state.raw<readonly Row[]>([]);
  filter = $state.raw<((row: Row) => boolean) | null>(null);
  selected = $state.raw<ReadonlySet<string>>(new Set());
  lead = $state.raw<string | null>(null);
}

/** Props as a parent with `bind:` passes them. */
function setup(extra: Record<string, unknown> = {}, first: readonly Row[] = rows(10_000)) {
  const inputs = new Inputs();
  inputs.rows = first;
  const target = document.createElement('div');
  document.body.append(target);
  const props = {
    get rows() {
      return inputs.rows;
    },
    get filter() {
      return inputs.filter;
    },
    get selected() {
      return inputs.selected;
    },
    set selected(next) {
      inputs.selected = next;
    },
    get lead() {
      return inputs.lead;
    },
    set lead(next) {
      inputs.lead = next;
    },
    rowKey: (r: Row) => r.id,
    columns,
    label: 'VMs',
    ...extra,
  };
  const component = mount(VirtualGrid<Row>, { target, props });
  mounted.push(() => {
    void unmount(component);
    target.remove();
  });
  flushSync();
  const grid = target.querySelector<HTMLElement>('[role="treegrid"]') as HTMLElement;
  const press = async (key: string, init: KeyboardEventInit = {}): Promise<void> => {
    await fireEvent.keyDown(document.activeElement ?? grid, { key, ...init });
    await tick();
    await tick();
  };
  const name = (element: Element | null): string | undefined => element?.textContent?.trim();
  const selected = (): (string | undefined)[] =>
    [...grid.querySelectorAll('[aria-selected="true"]')].map(name);
  const rowNamed = (text: string): HTMLElement => {
    const found = [...grid.querySelectorAll<HTMLElement>('[data-index]')].find((row) => name(row) === text);
    if (!found) throw new Error(`${text} is not drawn`);
    return found;
  };
  const click = async (text: string, init: MouseEventInit = {}): Promise<void> => {
    await fireEvent.click(rowNamed(text), init);
    await tick();
  };
  return { inputs, grid, press, selected, rowNamed, click, focused: () => name(document.activeElement) };
}

describe('the grid', () => {
  it('tells how many rows there are and draws only those in view', () => {
    const { grid } = setup();
    expect(grid.getAttribute('aria-rowcount')).toBe('10001');
    expect(grid.querySelectorAll('[data-index]').length).toBeLessThan(45);
    expect(grid.querySelectorAll('[data-index][tabindex="0"]')).toHaveLength(1);
  });

  it('selects like a file manager', async () => {
    const { click, selected } = setup();
    await click('vm-2');
    await click('vm-4', { shiftKey: true });
    expect(selected()).toEqual(['vm-2', 'vm-3', 'vm-4']);
    await click('vm-3', { ctrlKey: true });
    await click('vm-7', { ctrlKey: true });
    expect(selected()).toEqual(['vm-2', 'vm-4', 'vm-7']);
    await click('vm-9', { shiftKey: true, ctrlKey: true });
    expect(selected()).toEqual(['vm-2', 'vm-4', 'vm-7', 'vm-8', 'vm-9']);
  });

  it('moves, extends, only moves and toggles by keyboard', async () => {
    const { click, press, selected, focused } = setup();
    await click('vm-1');
    await press('ArrowDown');
    expect([selected(), focused()]).toEqual([['vm-2'], 'vm-2']);
    await press('ArrowDown', { shiftKey: true });
    await press('ArrowDown', { ctrlKey: true });
    await press('ArrowDown', { ctrlKey: true });
    expect([selected(), focused()]).toEqual([['vm-2', 'vm-3'], 'vm-5']);
    await press(' ', { ctrlKey: true });
    expect(selected()).toEqual(['vm-2', 'vm-3', 'vm-5']);
    await press('Escape');
    expect(selected()).toEqual([]);
  });

  it('goes to the far end and keeps the focus on a drawn row', async () => {
    const { click, press, focused, grid } = setup();
    await click('vm-0');
    await press('End');
    expect(focused()).toBe('vm-9999');
    await press('Home');
    expect(focused()).toBe('vm-0');
    await press('PageDown');
    expect(focused()).toBe('vm-19');
    expect(grid.contains(document.activeElement)).toBe(true);
  });

  it('jumps to what is typed', async () => {
    const { click, press, focused } = setup();
    await click('vm-0');
    for (const key of 'vm-42') await press(key);
    expect(focused()).toBe('vm-42');
  });

  it('folds groups and walks from a row to its head', async () => {
    const { click, press, focused, grid } = setup(
      { grouping: { by: 'host', of: (r: Row) => r.host } },
      rows(8),
    );
    await click('vm-2');
    await press('ArrowLeft');
    expect([focused(), document.activeElement?.getAttribute('aria-expanded')]).toEqual(['a', 'true']);
    await press('ArrowLeft');
    expect(document.activeElement?.getAttribute('aria-expanded')).toBe('false');
    expect(grid.getAttribute('aria-rowcount')).toBe('7');
    await press('ArrowRight');
    await press('ArrowRight');
    expect(focused()).toBe('vm-0');
  });

  it('keeps the selection through filter and refresh, and forgets rows that are gone', async () => {
    const { click, selected, inputs } = setup({}, rows(10));
    await click('vm-3');
    await click('vm-5', { ctrlKey: true });
    inputs.filter = (r) => r.id === 'vm-5';
    flushSync();
    expect(selected()).toEqual(['vm-5']);
    inputs.filter = null;
    inputs.rows = rows(10);
    flushSync();
    expect(selected()).toEqual(['vm-3', 'vm-5']);
    inputs.rows = rows(5);
    flushSync();
    expect([...inputs.selected]).toEqual(['vm-3']);
  });

  it('gives the focus of a deleted row to its neighbour', async () => {
    const { click, focused, inputs } = setup({}, rows(10));
    await click('vm-4');
    inputs.rows = rows(10).filter((r) => r.id !== 'vm-4');
    flushSync();
    await tick();
    await tick();
    expect(focused()).toBe('vm-5');
  });

  it('keeps the rows that a filter needs no more, out of everybody’s reach, and fills them again', () => {
    const { inputs, grid } = setup({ rowLabel: (r: Row) => r.id }, rows(10));
    const third = grid.querySelectorAll('[data-index]')[2];
    inputs.filter = () => false;
    flushSync();
    expect(grid.querySelectorAll('[data-index], [aria-label], [tabindex="0"][role="row"]')).toHaveLength(0);
    expect(third?.getAttribute('aria-hidden')).toBe('true');
    inputs.filter = (r) => r.id > 'vm-3';
    flushSync();
    expect(grid.querySelectorAll('[data-index]')[2]).toBe(third);
    expect([
      third?.getAttribute('aria-label'),
      third?.textContent?.trim(),
      third?.hasAttribute('aria-hidden'),
    ]).toEqual(['vm-6', 'vm-6', false]);
  });

  it('touches no other row when one changes', async () => {
    const first = rows(30);
    const text = vi.fn((r: Row) => r.id);
    const counted: Column<Row>[] = [{ ...(columns[0] as Column<Row>), text }];
    const { inputs } = setup({ columns: counted }, first);
    text.mockClear();
    inputs.rows = first.map((r) => (r.id === 'vm-7' ? { ...r } : r));
    flushSync();
    const seen = new Set(text.mock.calls.map(([r]) => r.id));
    expect([...seen]).toEqual(['vm-7']);
  });

  it('hands what it does not do itself to its owner', async () => {
    const [onopen, ondetail, onmenu, oncopy] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
    const { click, press, rowNamed } = setup({ onopen, ondetail, onmenu, oncopy });
    await click('vm-1');
    await press('Enter');
    await press('Enter', { altKey: true });
    await press(' ');
    await press('c', { ctrlKey: true });
    await fireEvent.contextMenu(rowNamed('vm-2'), { clientX: 5, clientY: 6 });
    expect(onopen.mock.calls.map(([r, alt]) => [r.id, alt])).toEqual([
      ['vm-1', false],
      ['vm-1', true],
    ]);
    expect(ondetail).toHaveBeenCalledOnce();
    expect(oncopy).toHaveBeenCalledWith(false);
    expect(onmenu.mock.calls[0]?.[1]).toMatchObject({ kind: 'row', row: { id: 'vm-2' } });
  });

  it('sorts by a click on a head and says so', async () => {
    const { grid } = setup({}, rows(3));
    const head = grid.querySelector('[role="columnheader"]') as HTMLElement;
    await fireEvent.click(head);
    expect(head.getAttribute('aria-sort')).toBe('ascending');
    await fireEvent.keyDown(head, { key: 'Enter' });
    expect(head.getAttribute('aria-sort')).toBe('descending');
    expect([...grid.querySelectorAll('[data-index]')].map((r) => r.textContent?.trim())).toEqual([
      'vm-2',
      'vm-1',
      'vm-0',
    ]);
  });
});
