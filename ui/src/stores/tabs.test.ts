import { beforeEach, describe, expect, it } from 'vitest';
import { layout, sane } from './layout.svelte';
import { ESTATE, Tabs, type Tab, type TabKind } from './tabs.svelte';
import type { Icon } from '../ui/types';
import { FakeHost } from './testing/host';

const kind = {} as TabKind;
const icon = {} as Icon;
const tab = (id: string, kindOf = 'vm'): Tab => ({ kind: kindOf, id, title: id });

let tabs: Tabs;
beforeEach(() => {
  new FakeHost();
  tabs = new Tabs();
  tabs.register('vm', kind);
  tabs.register('form', { ...kind, kept: false });
  tabs.register('console', { ...kind, divided: { icon, nameOf: (id) => id } });
});

describe('Tabs', () => {
  it('opens a page once and goes to it the second time', () => {
    tabs.open(tab('a'));
    tabs.open(tab('b'));
    tabs.open(tab('a'));
    expect(tabs.others).toHaveLength(2);
    expect(tabs.active.id).toBe('a');
  });

  it('moves a page among the others, keeps the order, and never moves one before the estate', () => {
    for (const id of ['a', 'b', 'c']) tabs.open(tab(id));
    tabs.move(tab('c'), -1);
    tabs.move(tab('a'), -1);
    tabs.move(tab('b'), 1);
    expect(tabs.all.map(({ id }) => id)).toEqual(['', 'a', 'c', 'b']);
    expect(layout.current.tabs.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
    tabs.move(ESTATE, 1);
    expect(tabs.all[0]).toBe(ESTATE);
  });

  it('goes to the neighbour when the active one closes, and brings it back', () => {
    for (const id of ['a', 'b', 'c']) tabs.open(tab(id));
    tabs.show(tab('b'));
    tabs.close(tab('b'));
    expect(tabs.active.id).toBe('c');
    tabs.reopen();
    expect(tabs.active.id).toBe('b');
    for (const id of ['a', 'b', 'c']) tabs.close(tab(id));
    expect(tabs.active).toBe(ESTATE);
  });

  it('never closes the estate and counts from the left, nine being the last', () => {
    tabs.open(tab('a'));
    tabs.open(tab('b'));
    tabs.close(ESTATE);
    tabs.at(1);
    expect(tabs.active).toBe(ESTATE);
    tabs.at(9);
    expect(tabs.active.id).toBe('b');
    tabs.step(1);
    expect(tabs.active).toBe(ESTATE);
  });

  it('keeps pages, not forms, and restores only kinds that exist', () => {
    tabs.open(tab('a'));
    tabs.open(tab('new', 'form'));
    expect(layout.current.tabs).toEqual([tab('a')]);
    layout.set('tabs', [tab('a'), tab('x', 'gone')]);
    tabs.restore();
    expect(tabs.others).toEqual([tab('a')]);
  });
});

describe('a divided tab', () => {
  const of = (...ids: string[]): void => ids.forEach((id) => tabs.open(tab(id, 'console')));
  const strip = (): string[] => tabs.others.map(({ title }) => title);

  it('takes another tab in, is named after both, and has its place among the tabs', () => {
    of('a', 'b', 'c');
    tabs.show(tab('b', 'console'));
    tabs.divide(tabs.active, 'b', 'right', 'c');
    expect(strip()).toEqual(['a', 'b, c']);
    expect(tabs.active.id).toBe('b');
    expect(tabs.pane(tabs.active)).toBe('c');
    expect(layout.current.tabs[1]?.panes).toEqual({ across: true, share: 0.5, first: 'b', second: 'c' });
  });

  it('keeps its place and stays shown when its first pane changes', () => {
    of('a', 'b', 'c');
    tabs.divide(tab('b', 'console'), 'b', 'left', 'c');
    tabs.show(tab('c', 'console'));
    expect(strip()).toEqual(['a', 'c, b']);
    tabs.closePane(tabs.active, 'c');
    expect(strip()).toEqual(['a', 'b']);
    expect(tabs.active.id).toBe('b');
    expect(tabs.active.panes).toBeUndefined();
    tabs.reopen();
    expect(strip()).toEqual(['a', 'b', 'c']);
  });

  it('is gone to, not opened twice, when one of its panes is opened', () => {
    of('a', 'b');
    tabs.divide(tab('a', 'console'), 'a', 'down', 'b');
    tabs.show(ESTATE);
    of('b');
    expect(strip()).toEqual(['a, b']);
    expect(tabs.pane(tabs.active)).toBe('b');
    of('a');
    expect(tabs.pane(tabs.active)).toBe('a');
  });

  it('comes back whole after it was closed, without what is open elsewhere by then', () => {
    of('a', 'b', 'c');
    tabs.divide(tab('a', 'console'), 'a', 'right', 'b');
    tabs.divide(tab('a', 'console'), 'b', 'down', 'c');
    expect(tabs.pane(tabs.active)).toBe('c');
    tabs.closePane(tabs.active, 'c');
    expect(tabs.pane(tabs.active)).toBe('b');
    tabs.divide(tab('a', 'console'), 'b', 'down', 'c');
    tabs.close(tabs.active);
    expect(strip()).toEqual([]);
    of('b');
    tabs.reopen();
    expect(strip()).toEqual(['b', 'a, c']);
  });

  it('says that it works while any of its panes does', () => {
    of('a', 'b');
    tabs.divide(tab('a', 'console'), 'a', 'right', 'b');
    tabs.setLook(tab('b', 'console'), { busy: true });
    expect(tabs.look(tabs.active)).toEqual({ icon, busy: true });
  });

  it('is restored as it was, each page once', () => {
    const panes = { across: false, share: 0.3, first: 'b', second: 'a' };
    const kept = [{ ...tab('wrong', 'console'), panes }, tab('a', 'console')];
    layout.current = sane({ tabs: kept });
    tabs.restore();
    expect(tabs.others).toEqual([{ kind: 'console', id: 'b', title: 'wrong', panes }]);
  });
});
