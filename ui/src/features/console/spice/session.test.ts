// A session against the mock's display: the same bytes as on a wire.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HostError } from '../../../host';
import { MockSpice, MockSpiceGuest } from '../../../host/mock/spice';
import { fakeCanvas } from '../../../stores/testing/canvas';
import type { ChannelEnd } from './channel';
import { SpiceSession } from './session';

beforeEach(fakeCanvas);

type Opened = { channels: MockSpice[]; at: (type: number) => MockSpice | undefined };
function begun(fault = '', more?: (socket: () => MockSpice) => Promise<MockSpice>) {
  const guest = new MockSpiceGuest(fault);
  const opened: Opened = { channels: [], at: (type) => opened.channels.find((one) => one.type === type) };
  const dial = (): MockSpice => {
    const socket = new MockSpice(guest);
    opened.channels.push(socket);
    socket.dial();
    return socket;
  };
  const seen = {
    pictures: 0,
    ready: [] as boolean[],
    sounds: [] as string[],
    carries: [] as boolean[],
    copied: [] as string[],
    ends: [] as ChannelEnd[],
  };
  const session = new SpiceSession(dial(), 'secret', () => more?.(dial) ?? Promise.resolve(dial()), {
    onopen: () => undefined,
    onpicture: () => seen.pictures++,
    ondrawn: () => undefined,
    onready: (takesKeys) => seen.ready.push(takesKeys),
    onpointer: () => undefined,
    onsound: (is) => seen.sounds.push(is),
    oncarries: (carries) => seen.carries.push(carries),
    onclipboard: (text) => seen.copied.push(text),
    onend: (end) => seen.ends.push(end),
  });
  return { session, guest, opened, seen };
}
const [DISPLAY, INPUTS, PLAYBACK] = [2, 3, 5];

describe('SpiceSession', () => {
  it('shows, types, sounds and shares a clipboard', async () => {
    const { session, guest, seen } = begun();
    await vi.waitFor(() => expect(seen.ready).toEqual([true]));
    session.inputs.key('KeyA', true);
    await vi.waitFor(() => expect(guest.typed).toBe('a'));
    await vi.waitFor(() => expect(seen.sounds).toEqual(['silent']));
    await vi.waitFor(() => expect(seen.copied).toHaveLength(1));
    session.agent.offer('b'.repeat(5000));
    await vi.waitFor(() => expect(guest.typed).toBe(`a${'b'.repeat(5000)}`));
    expect([seen.carries, seen.ends]).toEqual([[true], []]);
    session.close();
  });

  it('is not ready before keys reach the guest', async () => {
    const held: (() => void)[] = [];
    let asked = 0;
    const { session, opened, guest, seen } = begun('no-sound', async (dial) => {
      // display, inputs, cursor: the second is slow
      if (++asked === 2) await new Promise<void>((go) => held.push(go));
      return dial();
    });
    await vi.waitFor(() => expect(seen.pictures).toBe(1));
    await vi.waitFor(() => expect(opened.channels).toHaveLength(3));
    expect(seen.ready).toEqual([]);
    held.pop()?.();
    await vi.waitFor(() => expect(seen.ready).toEqual([true]));
    session.inputs.key('KeyZ', true);
    await vi.waitFor(() => expect(guest.typed).toBe('z'));
    session.close();
  });

  it('is for looking only where the display takes no keys', async () => {
    const { session, seen } = begun('no-keys');
    await vi.waitFor(() => expect(seen.ready).toEqual([false]));
    session.close();
  });

  it('carries no clipboard and makes no sound where there is none', async () => {
    const { session, seen, opened } = begun('no-agent');
    await vi.waitFor(() => expect(seen.ready).toEqual([true]));
    expect([seen.carries, seen.copied]).toEqual([[], []]);
    const silent = begun('no-sound');
    await vi.waitFor(() => expect(silent.seen.ready).toEqual([true]));
    expect([silent.seen.sounds, silent.opened.at(PLAYBACK)]).toEqual([[], undefined]);
    expect(opened.at(DISPLAY)).toBeDefined();
    session.close();
    silent.session.close();
  });

  it('goes on without sound when only that ends', async () => {
    const { session, opened, guest, seen } = begun();
    await vi.waitFor(() => expect(seen.sounds).toEqual(['silent']));
    opened.at(PLAYBACK)?.ends(1011);
    await vi.waitFor(() => expect(seen.sounds).toEqual(['silent', 'failed']));
    session.inputs.key('KeyQ', true);
    await vi.waitFor(() => expect(guest.typed).toBe('q'));
    expect(seen.ends).toEqual([]);
    session.close();
  });

  it('ends once, and with all of it, when one of the others ends', async () => {
    const { opened, seen } = begun();
    await vi.waitFor(() => expect(seen.ready).toEqual([true]));
    opened.at(INPUTS)?.ends(1000);
    await vi.waitFor(() => expect(seen.ends).toEqual([{ code: 1000, reason: '' }]));
    await vi.waitFor(() => {
      for (const { readyState } of opened.channels) expect(readyState).toBe(WebSocket.CLOSED);
    });
    expect(seen.ends).toHaveLength(1);
  });

  it('says why a channel could not be opened', async () => {
    const error = new HostError({ code: 'permission_denied', message: 'Only for looking.' });
    const { seen } = begun('', () => Promise.reject(error));
    await vi.waitFor(() => expect(seen.ends).toHaveLength(1));
    expect(seen.ends[0]).toMatchObject({ reason: 'permission_denied', error });
    const tls = begun('tls');
    await vi.waitFor(() => expect(tls.seen.ends[0]).toMatchObject({ reason: 'unsupported' }));
  });

  it('opens nothing for a session that was left', async () => {
    const go: (() => void)[] = [];
    const { session, opened, seen } = begun('', async (dial) => {
      await new Promise<void>((then) => go.push(then));
      return dial();
    });
    await vi.waitFor(() => expect(go.length).toBeGreaterThan(2));
    session.close();
    for (const then of go) then();
    await vi.waitFor(() => expect(opened.channels.length).toBeGreaterThan(2));
    await vi.waitFor(() => {
      for (const { readyState } of opened.channels) expect(readyState).toBe(WebSocket.CLOSED);
    });
    expect(seen.ends).toEqual([]);
  });

  it('draws nothing on what is not there, and goes on', async () => {
    const { session, opened, guest, seen } = begun();
    await vi.waitFor(() => expect(seen.ready).toEqual([true]));
    const display = opened.at(DISPLAY);
    const nowhere = new Uint8Array(64);
    nowhere[0] = 9;
    // reset of a screen that is gone, a copy on one that never was, films nobody began
    display?.message(315, new Uint8Array(4));
    display?.message(103);
    for (const type of [104, 302, 304, 318, 123, 124, 125, 126]) display?.message(type, nowhere);
    guest.show(display as MockSpice);
    await vi.waitFor(() => expect(seen.pictures).toBe(2));
    session.inputs.key('KeyW', true);
    await vi.waitFor(() => expect(guest.typed).toBe('w'));
    expect(seen.ends).toEqual([]);
    session.close();
  });
});
