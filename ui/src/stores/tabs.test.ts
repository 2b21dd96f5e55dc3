import { beforeEach, describe, expect, it } from 'vitest';
import { layout } from './layout.svelte';
import { ESTATE, Tabs, type Tab, type TabKind } from './tabs.svelte';
import { FakeHost } from './testing/host';

const kind = {} as TabKind;
const tab = (id: string, kindOf = 'vm'): Tab => ({ kind: kindOf, id, title: id });

let tabs: Tabs;
beforeEach(() => {
  new FakeHost();
  tabs = new Tabs();
  tabs.register('vm', kind);
  tabs.register('form', { ...kind, kept: false });
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
