import { describe, expect, it } from 'vitest';
import { vm } from '../../stores/testing/rows';
import { COLUMNS, copied, rowLabel } from './columns';
import { groupingOf, groupTitle } from './groups';
import { connection } from '../../stores/testing/rows';

const now = new Date(2026, 10, 23, 15, 0);
const since = new Date(2026, 10, 23, 14, 2).toISOString();

describe('rowLabel', () => {
  it('reads a row in words', () => {
    const row = vm('web-02', { ips: ['10.20.1.22', 'fd20:1::22'] });
    expect(rowLabel(row, now)).toBe('web-02, running, 2\u00a0gibibytes, 10.20.1.22, live');
    expect(rowLabel({ ...row, stale: true, as_of: since }, now)).toBe(
      'web-02, was running, as of 14:02, host not connected',
    );
  });
});

describe('copied', () => {
  const rows = [vm('a', { ips: ['10.0.0.1', '10.0.0.2'] }), vm('b\tc')];
  it('is name and address, or what the table shows', () => {
    expect(copied(rows, [], false)).toBe('a\t10.0.0.1\nb\tc');
    const [name, state] = COLUMNS;
    expect(
      copied(
        rows,
        [name, state].flatMap((column) => column ?? []),
        true,
      ),
    ).toBe('Name\tState\na\tRunning\nb␉c\tRunning');
  });
});

describe('grouping', () => {
  it('counts what is not live as no state', () => {
    const by = groupingOf('state', []);
    const stale = by?.of(vm('a', { stale: true })) ?? '';
    expect(groupTitle('state', stale)).toBe('Not live');
    expect(groupTitle('state', by?.of(vm('a')) ?? '')).toBe('Running');
  });
  it('says that a host is being read before its first list', () => {
    const first = connection('c1', { state: 'syncing', as_of: null });
    expect(groupingOf('host', [first])?.groups?.[0]?.note).toBe('Reading virtual machines…');
    expect(groupingOf('host', [{ ...first, as_of: since }])?.groups?.[0]?.note).toBeUndefined();
  });
  it('puts what has no tag last and says so', () => {
    const by = groupingOf('tag', []);
    const none = by?.of(vm('a')) ?? '';
    expect(none > (by?.of(vm('b', { tags: ['zulu'] })) ?? '')).toBe(true);
    expect(groupTitle('tag', none)).toBe('No tags');
  });
});
