import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeHost, type FakeSocket } from '../../stores/testing/host';
import { SILENCE_MS } from './link.svelte';
import { withoutPictures } from './testing/rfb';
import { VncScreen } from './vnc.svelte';

const VERSION = new TextEncoder().encode('RFB 003.008\n');
const PASSWORD = 2;

let host: FakeHost;
let screen: VncScreen;

beforeEach(async () => {
  await import('./relative');
  vi.useFakeTimers();
  withoutPictures();
  host = new FakeHost({
    console_open: () => ({ console: 'a', url: 'ws:', kind: 'vnc', password: null }),
    console_close: () => ({}),
  });
  screen = new VncScreen('c1/a', { kind: 'display', index: 0 });
  screen.link.follow('yes');
});
afterEach(() => {
  screen.link.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function dialled(count: number): Promise<FakeSocket> {
  await vi.waitFor(() => expect(host.sockets).toHaveLength(count));
  const socket = host.sockets[count - 1];
  if (!socket) throw new Error('it was dialled');
  return socket;
}

it('a display that takes the connection and says nothing is left, and tried again', async () => {
  const socket = await dialled(1);
  socket.opens();
  await vi.advanceTimersByTimeAsync(SILENCE_MS);
  expect(screen.link.state).toMatchObject({ is: 'waiting', why: 'silent' });
  expect(socket.readyState).toBe(WebSocket.CLOSED);
  expect(host.requests('console_close')).toEqual([{ console: 'a' }]);
  await dialled(2);
  expect(screen.link.state).toMatchObject({ is: 'opening', after: { why: 'silent' } });
});

it('each word of it is a sign of life, and a password takes the time that it takes', async () => {
  const socket = await dialled(1);
  socket.opens();
  await vi.advanceTimersByTimeAsync(SILENCE_MS - 100);
  socket.says(VERSION);
  await vi.advanceTimersByTimeAsync(SILENCE_MS - 100);
  socket.says(Uint8Array.of(1, PASSWORD));
  socket.says(new Uint8Array(16));
  expect(screen.asks).toBe(true);
  await vi.advanceTimersByTimeAsync(10 * SILENCE_MS);
  expect(screen.asks).toBe(true);
  screen.answer('secret');
  await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
  expect(screen.link.state.is).toBe('opening');
  await vi.advanceTimersByTimeAsync(1);
  expect(screen.link.state).toMatchObject({ is: 'waiting', why: 'silent' });
});
