// A SPICE screen as a page has it, against the mock's display.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Socket } from '../../../host';
import { MockSpice, MockSpiceGuest } from '../../../host/mock/spice';
import { fakeCanvas } from '../../../stores/testing/canvas';
import { FakeHost } from '../../../stores/testing/host';
import { prefs } from '../prefs.svelte';
import { SpiceScreen } from './spice.svelte';

vi.stubGlobal(
  'ResizeObserver',
  class {
    observe = (): void => undefined;
    disconnect = (): void => undefined;
  },
);

let guest: MockSpiceGuest;
let sockets: Map<string, MockSpice>;
let closed: string[];
beforeEach(() => {
  fakeCanvas();
  guest = new MockSpiceGuest('');
  sockets = new Map();
  closed = [];
  const far = (url: string): Socket => {
    const socket = sockets.get(url) ?? new MockSpice(guest);
    socket.dial();
    return socket;
  };
  new FakeHost(
    {
      console_open: () => {
        const console = `c${sockets.size}`;
        sockets.set(console, new MockSpice(guest));
        return { console, url: console, kind: 'spice', password: null };
      },
      console_close: ({ console }) => {
        closed.push(console);
        return {};
      },
    },
    far,
  );
});

const screenOf = (): SpiceScreen => {
  const screen = new SpiceScreen('vm', { kind: 'display', index: 1 });
  document.body.append(screen.element);
  screen.link.follow('yes');
  return screen;
};
const press = (screen: SpiceScreen, code: string): void => {
  screen.focus();
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { code, cancelable: true }));
};
const isOpen = (screen: SpiceScreen) => vi.waitFor(() => expect(screen.link.state.is).toBe('open'));

describe('SpiceScreen', () => {
  it('takes the first key that is pressed once it is open, also when its VM was started anew', async () => {
    const screen = screenOf();
    await isOpen(screen);
    press(screen, 'KeyA');
    await vi.waitFor(() => expect(guest.typed).toBe('a'));
    for (const socket of sockets.values()) socket.ends(1000);
    screen.link.follow('no');
    await vi.waitFor(() => expect(closed).toHaveLength(sockets.size));
    expect([screen.link.state.is, screen.sound]).toEqual(['away', null]);
    guest = new MockSpiceGuest('');
    screen.link.follow('yes');
    await isOpen(screen);
    press(screen, 'KeyB');
    await vi.waitFor(() => expect(guest.typed).toBe('b'));
    expect(screen.still).toBeNull();
    screen.link.close();
  });

  it('is for looking only while the display takes no keys, and as before when it does again', async () => {
    guest = new MockSpiceGuest('no-keys');
    const screen = screenOf();
    await isOpen(screen);
    expect([screen.takesNoKeys, screen.viewOnly]).toEqual([true, true]);
    screen.link.follow('no');
    guest = new MockSpiceGuest('');
    screen.link.follow('yes');
    await isOpen(screen);
    expect([screen.takesNoKeys, screen.viewOnly]).toEqual([false, false]);
    screen.link.close();
  });

  it('says why it carries no clipboard, and asks for the password that is wanted', async () => {
    guest = new MockSpiceGuest('no-agent');
    const screen = screenOf();
    await isOpen(screen);
    expect(screen.noClipboard).toContain('no SPICE agent');
    screen.link.follow('no');
    guest = new MockSpiceGuest('password');
    screen.link.follow('yes');
    await vi.waitFor(() => expect(screen.link.state).toMatchObject({ error: { code: 'auth_failed' } }));
    screen.answer('lantern');
    await isOpen(screen);
    await vi.waitFor(() => expect(screen.noClipboard).toBeUndefined());
    screen.link.close();
  });

  it('stays muted', async () => {
    const screen = screenOf();
    await vi.waitFor(() => expect(screen.sound).toBe('silent'));
    screen.mute(true);
    screen.link.close();
    const again = screenOf();
    await isOpen(again);
    expect([again.muted, prefs.of('vm').muted]).toEqual([true, true]);
    again.mute(false);
    expect(prefs.of('vm')).toEqual({});
    again.link.close();
  });
});
