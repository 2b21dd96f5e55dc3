// A VNC server's side of a connection, as far as tests need one.
import { vi } from 'vitest';
import type { FakeSocket } from '../../../stores/testing/host';
import { Channel } from '../channel';

const utf8 = new TextEncoder();
const ignore = (): void => undefined;

/** A canvas that takes everything and shows nothing. */
export function withoutPictures(): void {
  const context = new Proxy({}, { get: () => () => ({ data: [] }), set: () => true });
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
}

export const channelOf = (socket: FakeSocket): Channel =>
  new Channel(socket, { onopen: ignore, onread: ignore, onend: ignore });

/** The handshake of a server that lets everybody in, up to its first picture. */
export function greets(socket: FakeSocket, name: string): void {
  socket.opens();
  socket.says(utf8.encode('RFB 003.008\n'));
  socket.says(Uint8Array.of(1, 1));
  socket.says(new Uint8Array(4));
  const hello = new DataView(new ArrayBuffer(24));
  hello.setUint16(0, 640);
  hello.setUint16(2, 480);
  hello.setUint32(20, name.length);
  socket.says(new Uint8Array(hello.buffer));
  socket.says(utf8.encode(name));
}
