import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostError } from '../../host';
import { Link, SILENCE_MS, type Carrier } from './link.svelte';

class FakeCarrier implements Carrier {
  dials = 0;
  hungUp = 0;
  fails: HostError | undefined;
  dial(): Promise<void> {
    this.dials++;
    return this.fails ? Promise.reject(this.fails) : Promise.resolve();
  }
  hangUp(): void {
    this.hungUp++;
  }
}

let carrier: FakeCarrier;
let link: Link;
beforeEach(() => {
  vi.useFakeTimers();
  carrier = new FakeCarrier();
  link = new Link(carrier);
});
afterEach(() => vi.useRealTimers());

const error = (code: string): HostError => new HostError({ code, message: code });
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('Link', () => {
  it('dials when the VM runs and rests when it does not', () => {
    link.follow('no');
    expect(carrier.dials).toBe(0);
    link.follow('yes');
    link.opened();
    expect(link.state.is).toBe('open');
    link.follow('no');
    expect(link.state.is).toBe('away');
    link.follow('yes');
    expect(carrier.dials).toBe(2);
  });

  it('comes back by itself after an end, each time more patiently', async () => {
    link.follow('yes');
    const waited: number[] = [];
    for (let i = 0; i < 6; i++) {
      link.opened();
      link.ended({ code: 1011, reason: 'connection_lost' });
      if (link.state.is !== 'waiting') throw new Error(`it is ${link.state.is}`);
      waited.push(link.state.until - Date.now());
      await vi.advanceTimersByTimeAsync(link.state.until - Date.now());
    }
    expect(waited).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
    expect(carrier.dials).toBe(7);
  });

  it('is quick again once one has stood for a while', async () => {
    link.follow('yes');
    for (let i = 0; i < 3; i++) {
      link.opened();
      link.ended({ code: 1000, reason: '' });
      await vi.advanceTimersByTimeAsync(8000);
    }
    link.opened();
    await vi.advanceTimersByTimeAsync(10_000);
    link.ended({ code: 1000, reason: '' });
    expect(link.state).toMatchObject({ is: 'waiting', why: 'ended', until: Date.now() + 500 });
  });

  it('does not try in vain while the VM is off', async () => {
    link.follow('yes');
    link.opened();
    link.ended({ code: 1000, reason: '' });
    link.follow('no');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(carrier.dials).toBe(1);
  });

  it('keeps what is open when only the host’s session is lost, as a restarted daemon does', () => {
    link.follow('yes');
    link.opened();
    link.follow('unknown');
    expect(link.isOpen).toBe(true);
    link.follow('yes');
    expect(carrier.dials).toBe(1);
  });

  it('waits for the host when it went together with the connection', async () => {
    link.follow('yes');
    link.opened();
    link.follow('unknown');
    link.ended({ code: 1011, reason: 'connection_lost' });
    expect(link.state.is).toBe('away');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(carrier.dials).toBe(1);
    link.follow('yes');
    expect(carrier.dials).toBe(2);
  });

  it('asks somebody where trying again is of no use', async () => {
    carrier.fails = error('conflict');
    link.follow('yes');
    await settle();
    expect(link.state).toMatchObject({ is: 'refused', error: { code: 'conflict' } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(carrier.dials).toBe(1);
    carrier.fails = undefined;
    link.retry();
    link.opened();
    expect(link.isOpen).toBe(true);
  });

  it('tries again what may go well later', async () => {
    carrier.fails = error('connection_lost');
    link.follow('yes');
    await settle();
    expect(link.state).toMatchObject({ is: 'waiting', why: 'failed' });
    await vi.advanceTimersByTimeAsync(500);
    expect(carrier.dials).toBe(2);
  });

  it('does not wait for ever for a far end that was reached and says nothing, and tries again', async () => {
    link.follow('yes');
    await vi.advanceTimersByTimeAsync(10 * SILENCE_MS);
    expect(link.state.is, 'the host is being asked, which has a limit of its own').toBe('opening');
    link.heard();
    await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
    expect(link.state.is).toBe('opening');
    const hungUp = carrier.hungUp;
    await vi.advanceTimersByTimeAsync(1);
    expect(link.state).toMatchObject({ is: 'waiting', why: 'silent' });
    expect(carrier.hungUp).toBe(hungUp + 1);
    await vi.advanceTimersByTimeAsync(500);
    expect(link.state).toMatchObject({ is: 'opening', after: { why: 'silent' } });
    expect(carrier.dials).toBe(2);
  });

  it('gives a slow far end its time as long as it says something', async () => {
    link.follow('yes');
    for (let i = 0; i < 5; i++) {
      link.heard();
      await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
    }
    link.opened();
    await vi.advanceTimersByTimeAsync(10 * SILENCE_MS);
    expect(link.isOpen).toBe(true);
  });

  it('does not hurry somebody who is asked for a password, and then the far end again', async () => {
    link.follow('yes');
    link.heard();
    link.hold(true);
    link.heard();
    await vi.advanceTimersByTimeAsync(10 * SILENCE_MS);
    expect(link.state.is).toBe('opening');
    link.hold(false);
    await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
    expect(link.state.is).toBe('opening');
    await vi.advanceTimersByTimeAsync(1);
    expect(link.state).toMatchObject({ is: 'waiting', why: 'silent' });
  });

  it('has no time limit left over from an attempt that was given up', async () => {
    link.follow('yes');
    link.heard();
    link.follow('no');
    await vi.advanceTimersByTimeAsync(10 * SILENCE_MS);
    expect(link.state.is).toBe('away');
    link.follow('yes');
    await vi.advanceTimersByTimeAsync(10 * SILENCE_MS);
    expect(carrier.dials).toBe(2);
    expect(link.state.is).toBe('opening');
  });

  it('does not hear of an attempt it has given up', async () => {
    let fail: (thrown: unknown) => void = () => undefined;
    vi.spyOn(carrier, 'dial').mockImplementationOnce(() => new Promise((_, no) => (fail = no)));
    link.follow('yes');
    link.follow('no');
    link.follow('yes');
    link.opened();
    fail(error('connection_lost'));
    await settle();
    expect(link.isOpen).toBe(true);
  });

  it('does nothing more once the tab is closed', async () => {
    link.follow('yes');
    link.ended({ code: 1011, reason: 'connection_lost' });
    link.close();
    link.follow('no');
    link.follow('yes');
    link.retry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(carrier.dials).toBe(1);
    expect(link.state.is).toBe('away');
  });
});
