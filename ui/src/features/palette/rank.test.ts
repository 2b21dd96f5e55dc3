import { describe, expect, it, vi } from 'vitest';
import type { VmDto } from '../../generated/api';
import type { Bound, VmsAction } from '../../stores/registry.svelte';
import type { Item } from './items';
import { rank, split, type Found, type Group } from './rank';

const vm = (name: string, stale = false): VmDto =>
  ({
    id: `c/${name}`,
    name,
    title: '',
    connection: 'ams-kvm-01',
    ips: ['10.20.1.1'],
    tags: [],
    state: 'running',
    stale,
    as_of: '2026-11-24T06:00:00Z',
    reason: null,
  }) as unknown as VmDto;
const item = (label: string, more: Partial<Item> = {}): Item => ({
  key: label,
  label,
  run: vi.fn(),
  ...more,
});
const bound = (title: string, name: string): Bound => ({
  action: { on: 'vms', id: title, title, section: 'Virtual machines', run: vi.fn() } as VmsAction,
  id: title,
  title,
  icon: undefined,
  keys: 'Mod+Shift+S',
  note: name,
  disabledReason: undefined,
  danger: false,
  ask: undefined,
  run: vi.fn(),
});
const candidate = (of: VmDto, weight = 1) => ({ label: of.name, vm: of, weight, also: of.ips.join(' ') });

function found(more: Partial<Found> = {}): Found {
  return {
    subject: null,
    onSubject: () => [],
    verbs: () =>
      ['Start', 'Shut down', 'Force off…'].map((title) => ({
        label: title,
        bind: (of) => bound(title, of.label),
      })),
    vms: [candidate(vm('sonar')), candidate(vm('web-01')), candidate(vm('web-02', true), 0.7)],
    hosts: () => [item('ams-kvm-01'), item('fra-kvm-01')],
    tags: () => [item('prod'), item('web')],
    places: () => [item('All VMs'), item('Amsterdam')],
    commands: () => [
      item('Settings'),
      item('Add host…'),
      item('Retry all', { disabledReason: 'No host is lost' }),
    ],
    tasks: () => [],
    help: () => [item('Show or hide tree')],
    recency: () => undefined,
    filterBy: (text) => item(`Filter VMs by ‘${text}’`),
    ...more,
  };
}
const labels = (groups: Group[]): Record<string, string[]> =>
  Object.fromEntries(groups.map(({ title, rows }) => [title, rows.map((row) => row.item.label)]));

describe('the palette', () => {
  it('narrows by its prefixes', () => {
    expect(split('@fra')).toEqual({ prefix: '@', wanted: 'fra' });
    expect(split('a@b')).toEqual({ prefix: null, wanted: 'a@b' });
    expect(labels(rank('@fra', found()))).toEqual({ Hosts: ['fra-kvm-01'] });
    expect(labels(rank('#', found()))).toEqual({ Tags: ['prod', 'web'] });
    expect(labels(rank('>set', found()))).toEqual({ Commands: ['Settings'] });
    expect(Object.keys(labels(rank('?', found())))).toEqual(['Shortcuts']);
  });

  it('puts what acts on the subject first, and what cannot be done last of its kind', () => {
    const subject = { kind: 'vms', ids: ['c/web-01'], label: 'web-01', title: 'On web-01' } as const;
    const onSubject = () => [item('Start', { disabledReason: 'It is running' }), item('Shut down')];
    const [first] = rank('s', found({ subject, onSubject }));
    expect(first?.title).toBe('On web-01');
    expect(first?.rows.map((row) => row.item.label)).toEqual(['Shut down', 'Start']);
  });

  it('ranks what is not live below what is', () => {
    expect(labels(rank('web-0', found()))['Virtual machines']).toEqual(['web-01', 'web-02']);
  });

  it('understands a verb and a name, without keys that would act on something else', () => {
    const groups = rank('shutdown web-01', found());
    expect(labels(groups)).toEqual({ Do: ['Shut down web-01'] });
    const [row] = groups[0]?.rows ?? [];
    expect(row?.item.keys).toBeUndefined();
    expect(row?.pieces.map((piece) => piece.text).join('')).toBe('Shut down web-01');
    expect(labels(rank('force off sonar', found()))['Do']).toEqual(['Force off sonar']);
  });

  it('offers to filter by what nothing is called', () => {
    expect(labels(rank('xyzzy', found()))).toEqual({ '': ['Filter VMs by ‘xyzzy’'] });
  });

  it('brings what was done lately to the top', () => {
    const recency = (key: string): number | undefined => (key === 'fra-kvm-01' ? 0 : undefined);
    expect(labels(rank('', found({ recency })))['Recent']).toEqual(['fra-kvm-01']);
    expect(labels(rank('kvm', found({ recency })))['Hosts']?.[0]).toBe('fra-kvm-01');
  });
});
