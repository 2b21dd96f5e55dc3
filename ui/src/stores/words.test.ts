import { describe, expect, it } from 'vitest';
import { connection, task, vm } from './testing/rows';
import { linkView, needsAttention, stateView, workState } from './words';

const now = new Date('2026-11-23T14:06:00Z');

describe('stateView', () => {
  it('says what was of what is not live, whatever a task does', () => {
    const view = stateView(vm('a', { stale: true }), task('t', { action: 'reboot' }));
    expect(view).toMatchObject({ stale: true, word: 'Was running', tone: null });
    expect(stateView(vm('a', { stale: true, state: 'shut_off' }), undefined).word).toBe('Was shut off');
    expect(stateView(vm('a', { stale: true, state: 'unknown' }), undefined).word).toBe('Unknown');
  });
  it('says what a task does while it runs, not while it waits', () => {
    expect(stateView(vm('a'), task('t', { action: 'reboot' })).word).toBe('Rebooting');
    expect(stateView(vm('a'), task('t', { action: 'reboot', status: 'queued' })).word).toBe('Running');
    expect(stateView(vm('a'), task('t', { action: 'save', fraction: 0.624 })).word).toBe('Saving 62\u00a0%');
    expect(stateView(vm('a'), task('t', { action: 'shut_down', fraction: 0.3 })).word).toBe('Shutting down');
  });
  it('says why something stopped', () => {
    const paused = vm('a', { state: 'paused', reason: 'io_error' });
    expect(stateView(paused, undefined).word).toBe('Paused, I/O error');
    expect(needsAttention(paused)).toBe(true);
    expect(needsAttention(vm('b', { state: 'paused' }))).toBe(false);
  });
});

describe('linkView', () => {
  it('counts down to the next try', () => {
    const lost = connection('a', { state: 'lost', retry_at: '2026-11-23T14:06:08Z' });
    expect(linkView(lost, now)).toMatchObject({
      short: 'Lost',
      detail: 'next try in 8\u00a0s',
      tone: 'danger',
    });
    expect(linkView({ ...lost, retry_at: '2026-11-23T14:05:59Z' }, now).detail).toBe('trying again');
    expect(linkView({ ...lost, retry_at: null }, now).detail).toBe('');
  });
  it('tells a changed key apart from a lost host', () => {
    const error = { code: 'host_key_changed', message: '', hint: null, detail: null };
    expect(linkView(connection('a', { state: 'lost', error }), now).glyph).toBe('keyChanged');
  });
  it('says what it waits for', () => {
    const asks = connection('a', { state: 'connecting', prompt: 'p1' });
    expect(linkView(asks, now, 'password').word).toBe('Waits for your password');
    expect(linkView(asks, now).word).toBe('Waits for your answer');
  });
});

describe('workState', () => {
  it.each([
    [task('t'), false, 'running'],
    [task('t', { step: 'Waiting for guest, 38 of 120 s' }), false, 'waiting'],
    [task('t'), true, 'cancelling'],
    [task('t', { status: 'succeeded' }), false, 'done'],
  ] as const)('of %o', (of, cancelling, wanted) => expect(workState(of, cancelling)).toBe(wanted));
});
