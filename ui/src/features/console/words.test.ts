import { describe, expect, it } from 'vitest';
import type { ConsolesDto } from '../../generated/api';
import { HostError } from '../../host';
import { connection, task, vm } from '../../stores/testing/rows';
import { chooseOf, endpointsOf } from './endpoint';
import type { LinkState } from './link.svelte';
import { sane } from './prefs.svelte';
import { say, type Say } from './words';

const now = new Date('2026-11-23T14:06:00Z');
const OPEN: LinkState = { is: 'open' };
const AWAY: LinkState = { is: 'away' };

function said(
  state: LinkState,
  more: {
    vm?: Partial<ReturnType<typeof vm>>;
    task?: Partial<ReturnType<typeof task>>;
    connection?: Partial<ReturnType<typeof connection>>;
    elsewhere?: boolean;
  } = {},
): Say | undefined {
  return say({
    vm: vm('web-04', more.vm),
    connection: connection('c1', more.connection),
    task: more.task && task('t1', more.task),
    state,
    what: 'Serial 0',
    asksElsewhere: more.elsewhere ?? false,
    now,
  });
}

describe('what a console says', () => {
  it('says where a display is that another program has, and how to have it back', () => {
    expect(said({ is: 'lent' })).toMatchObject({
      look: 'info',
      text: 'Serial 0 is shown in remote-viewer.',
      offer: { does: 'retry', label: 'Show here' },
    });
  });

  it('says nothing when all is well', () => {
    expect(said(OPEN)).toBeUndefined();
  });

  it('offers to start what is off', () => {
    expect(said(AWAY, { vm: { state: 'shut_off' } })).toMatchObject({
      text: 'web-04 is shut off.',
      offer: { does: 'start' },
    });
  });

  it('follows a reboot, also while the connection is gone', () => {
    for (const state of [OPEN, { is: 'waiting', until: 0, why: 'ended' } as const])
      expect(said(state, { task: { action: 'reboot', status: 'running' } })?.text).toBe(
        'Guest is rebooting. The console stays and follows.',
      );
  });

  it('says when it tries again, and never zero', () => {
    const state: LinkState = { is: 'waiting', until: now.getTime() + 3200, why: 'lost' };
    expect(said(state)?.text).toBe('Connection lost. Trying again in 4\u00a0s.');
    expect(said({ ...state, until: now.getTime() - 5 })?.text).toContain('in 1\u00a0s');
  });

  it('says what did not answer and what to do, and goes on saying so while it tries again', () => {
    const silent = { why: 'silent' } as const;
    const words = 'Serial 0 of web-04 did not answer within 15\u00a0seconds. Trying again';
    const waits = said({ is: 'waiting', until: now.getTime() + 3200, ...silent });
    expect(waits).toMatchObject({ text: `${words} in 4\u00a0s.`, offer: { does: 'retry' } });
    expect(waits?.hint).toContain('reset the VM');
    expect(said({ is: 'opening', since: 0, after: silent })).toMatchObject({ text: `${words}.` });
    expect(said({ is: 'opening', since: 0 })).toBeUndefined();
  });

  it('offers to take over what is in use', () => {
    const error = new HostError({ code: 'conflict', message: 'x' });
    expect(said({ is: 'refused', error })).toMatchObject({
      text: 'Serial 0 is in use elsewhere.',
      offer: { does: 'take-over', label: 'Take over' },
    });
  });

  it('leaves what is open alone while its host is away', () => {
    const lost = { vm: { stale: true }, connection: { state: 'lost' } } as const;
    expect(said(OPEN, lost)).toBeUndefined();
    expect(said(AWAY, lost)).toMatchObject({ look: 'danger', offer: { does: 'connect' } });
  });

  it('says that its host asks something, and where it is answered', () => {
    const asks = {
      vm: { stale: true },
      connection: { state: 'connecting', prompt: 'p1', name: 'ams' },
    } as const;
    const text = 'ams waits for your answer.';
    for (const state of [OPEN, AWAY])
      expect(said(state, asks)).toMatchObject({ text, offer: { does: 'answer', label: 'Answer' } });
    expect(said(AWAY, { ...asks, elsewhere: true })?.offer?.label).toBe('Answer in the main window');
  });

  it('shows hostile names as text', () => {
    const name = '<img src=x onerror=alert(1)>\u202egnp\u0007' + 'x'.repeat(5000);
    const text = said(AWAY, { vm: { state: 'shut_off', name } })?.text ?? '';
    expect(text).toContain('<img src=x');
    for (const sign of ['\u202e', '\u0007']) expect(text).not.toContain(sign);
    expect(text.length).toBeLessThan(120);
  });
});

const both = (displays: ConsolesDto['displays'], lines: ConsolesDto['lines']): ConsolesDto => ({
  displays,
  lines,
});

describe('what is offered', () => {
  const vnc = { index: 0, kind: 'vnc', address: '', tunnelled: true, needs_password: null } as const;
  const spice = { ...vnc, index: 1, kind: 'spice' } as const;
  const line = { alias: 'serial0', label: 'Serial 0', kind: 'serial', unusable: null } as const;

  it('has a place for each display and line, numbered where there are several', () => {
    const labels = (...[displays, lines]: Parameters<typeof both>): string[] =>
      endpointsOf(both(displays, lines)).map(({ label }) => label);
    expect(labels([vnc, spice], [line])).toEqual(['VNC', 'SPICE', 'Serial']);
    expect(labels([vnc, { ...vnc, index: 1 }], [])).toEqual(['VNC 0', 'VNC 1']);
    expect(labels([], [line, { ...line, alias: 'console1', label: 'Console 1' }])).toEqual([
      'Serial 0',
      'Console 1',
    ]);
  });

  it('opens the display first, a line only when it was chosen before', () => {
    const both = endpointsOf({ displays: [vnc], lines: [line] });
    expect(chooseOf(both, undefined)?.key).toBe('display 0');
    expect(chooseOf(both, 'line serial0')?.key).toBe('line serial0');
    expect(chooseOf(both, 'line gone')?.key).toBe('display 0');
    const lines = endpointsOf({ displays: [], lines: [line] });
    expect(chooseOf(lines, undefined)).toBeUndefined();
  });
});

describe('what is kept', () => {
  it('is sane whatever the file says', () => {
    expect(sane(null)).toEqual({ scale: 'fit', quality: 'balanced', vms: {} });
    expect(
      sane({ scale: 'huge', quality: 7, vms: { a: { shown: 'display 0', layout: 3, x: 1 }, b: null } }),
    ).toEqual({
      scale: 'fit',
      quality: 'balanced',
      vms: { a: { shown: 'display 0' }, b: {} },
    });
  });
});
