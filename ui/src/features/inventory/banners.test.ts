import { describe, expect, it } from 'vitest';
import { connection } from '../../stores/testing/rows';
import { bannersOf } from './banners.svelte';

const now = new Date(2026, 10, 23, 15, 0);
const at = (hour: number, minute: number): string => new Date(2026, 10, 23, hour, minute).toISOString();
const world = { online: true, notices: [], place: { kind: 'all' } as const, vmsOf: () => 7, now };
const ready = connection('ready');
const lost = connection('ams-kvm-02', { state: 'lost', folder: 'Amsterdam', since: at(14, 2) });
const lost2 = connection('fra', { state: 'lost', folder: 'Frankfurt', since: at(13, 0) });

const said = (
  more: Partial<Parameters<typeof bannersOf>[0]> & {
    connections: Parameters<typeof bannersOf>[0]['connections'];
  },
): string[] => bannersOf({ ...world, ...more }).map(({ lead, text }) => `${lead} ${text}`.trim());

describe('bannersOf', () => {
  it('says which host was lost, when, and how many rows that makes old', () => {
    expect(said({ connections: [ready, lost] })).toEqual([
      'ams-kvm-02 lost at 14:02. 7 VMs show their last known state.',
    ]);
  });
  it('says when no host answers that should', () => {
    const off = connection('off', { state: 'disconnected' });
    expect(said({ connections: [lost, lost2, off] })).toEqual([
      'No host answers. Everything below is as of 14:02 or earlier.',
    ]);
    expect(said({ connections: [ready, lost, lost2] })[0]).toContain('lost, the last at 14:02.');
  });
  it('speaks of the scope only', () => {
    expect(said({ connections: [ready, lost], place: { kind: 'folder', folder: 'Frankfurt' } })).toEqual([]);
  });
  it('blames the computer’s own network before the hosts', () => {
    expect(said({ connections: [lost], online: false })).toEqual([
      'This computer is offline. Hosts reconnect by themselves.',
    ]);
  });
  it('is another banner when the same host is lost again', () => {
    const id = (since: string): string | undefined =>
      bannersOf({ ...world, connections: [ready, { ...lost, since }] })[0]?.id;
    expect(id(at(14, 2))).toBe(id(at(14, 2)));
    expect(id(at(14, 2))).not.toBe(id(at(14, 30)));
  });
  it('offers nothing but a check for a changed key', () => {
    const error = { code: 'host_key_changed', message: '', hint: null, detail: null };
    const [first] = bannersOf({ ...world, connections: [{ ...lost, error }, ready] });
    expect(first).toMatchObject({ action: 'check-key', host: 'ams-kvm-02' });
  });
});
