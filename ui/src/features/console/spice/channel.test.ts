import { describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../../../stores/testing/host';
import { SpiceChannel, type ChannelEnd, type Message } from './channel';

/** What a display says of itself, with the capabilities `caps` and a key of nothing. */
function reply(key: Uint8Array, caps = 0b1011, error = 0): Uint8Array<ArrayBuffer> {
  const body = new DataView(new ArrayBuffer(182));
  body.setUint32(0, error, true);
  new Uint8Array(body.buffer).set(key.slice(0, 162), 4);
  [1, 0, 178, caps].forEach((word, i) => body.setUint32(166 + 4 * i, word, true));
  return Uint8Array.from([...head(182), ...new Uint8Array(body.buffer)]);
}
function head(size: number, magic = 0x51444552): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(16));
  [magic, 2, 2, size].forEach((word, i) => view.setUint32(4 * i, word, true));
  return new Uint8Array(view.buffer);
}
function message(type: number, body: readonly number[] = [], size = body.length): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(6));
  view.setUint16(0, type, true);
  view.setUint32(2, size, true);
  return Uint8Array.from([...new Uint8Array(view.buffer), ...body]);
}

type Seen = { socket: FakeSocket; channel: SpiceChannel; heard: Message[]; ends: ChannelEnd[] };
type Heard = (message: Message) => void | Promise<void>;
function begun(onmessage?: Heard): Seen {
  const socket = new FakeSocket('ws://127.0.0.1/');
  const heard: Message[] = [];
  const ends: ChannelEnd[] = [];
  const channel = new SpiceChannel(socket, { type: 2, id: 0, connection: 7, caps: 0 }, 'secret', {
    onmessage: onmessage ?? ((message) => void heard.push(message)),
    onend: (end) => ends.push(end),
  });
  socket.opens();
  return { socket, channel, heard, ends };
}

/** The private half is the display's: only it can read the ticket. */
const pair = crypto.subtle.generateKey(
  { name: 'RSA-OAEP', hash: 'SHA-1', modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1) },
  true,
  ['encrypt', 'decrypt'],
);

async function ready(onmessage?: Heard): Promise<Seen> {
  const seen = begun(onmessage);
  const key = new Uint8Array(await crypto.subtle.exportKey('spki', (await pair).publicKey));
  seen.socket.says(reply(key));
  await vi.waitFor(() => expect(seen.socket.sent).toHaveLength(2));
  seen.socket.says(new Uint8Array(4));
  return seen;
}
const sentBytes = ({ socket }: Seen, at: number): number[] => [...new Uint8Array(bytesOf(socket.sent[at]))];
function bytesOf(sent: unknown): ArrayBuffer {
  if (ArrayBuffer.isView(sent))
    return sent.buffer.slice(sent.byteOffset, sent.byteOffset + sent.byteLength) as ArrayBuffer;
  return sent as ArrayBuffer;
}

describe('SpiceChannel', () => {
  it('greets, and encrypts the password for the display alone', async () => {
    const seen = await ready();
    const hello = new DataView(bytesOf(seen.socket.sent[0]));
    expect([hello.getUint32(0, true), hello.getUint32(12, true), hello.byteLength]).toEqual([
      0x51444552, 26, 42,
    ]);
    expect([hello.getUint32(16, true), hello.getUint8(20)]).toEqual([7, 2]);
    const ticket = bytesOf(seen.socket.sent[1]).slice(4);
    const plain = await crypto.subtle.decrypt({ name: 'RSA-OAEP' }, (await pair).privateKey, ticket);
    expect(new TextDecoder().decode(plain)).toBe('secret\0');
    expect(seen.channel.isReady).toBe(true);
  });

  it('hands on messages that come in pieces', async () => {
    const { socket, heard } = await ready();
    const both = Uint8Array.from([...message(304, [1, 2, 3]), ...message(105)]);
    for (const byte of both) socket.says(Uint8Array.of(byte));
    expect(heard.map(({ type, data }) => [type, data.byteLength])).toEqual([
      [304, 3],
      [105, 0],
    ]);
  });

  it('acknowledges as often as the display wants, and answers its pings', async () => {
    const seen = await ready();
    seen.socket.says(message(3, [9, 0, 0, 0, 2, 0, 0, 0]));
    seen.socket.says(message(4, [1, 0, 0, 0, 5, 6, 7, 8, 9, 10, 11, 12, 99, 99]));
    seen.socket.says(message(304, [1]));
    const types = seen.socket.sent.slice(2).map((_, i) => sentBytes(seen, i + 2)[0]);
    expect(types).toEqual([1, 3, 2]);
    expect(sentBytes(seen, 3).slice(6)).toEqual([1, 0, 0, 0, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('acknowledges what waits when it has been drawn, and only within its window', async () => {
    const waiting: { drawn: () => void; fails: (thrown: unknown) => void }[] = [];
    const seen = await ready(() => new Promise<void>((drawn, fails) => waiting.push({ drawn, fails })));
    const acknowledged = (): number =>
      seen.socket.sent.slice(2).filter((_, i) => sentBytes(seen, i + 2)[0] === 2).length;
    seen.socket.says(message(3, [9, 0, 0, 0, 3, 0, 0, 0]));
    for (let i = 0; i < 5; i++) seen.socket.says(message(304, [1]));
    expect([waiting.length, acknowledged()]).toEqual([5, 0]);
    waiting[0]?.drawn();
    waiting[1]?.drawn();
    await vi.waitFor(() => expect(acknowledged()).toBe(1));
    // of another window: what was sent before does not count in it
    seen.socket.says(message(3, [10, 0, 0, 0, 2, 0, 0, 0]));
    for (const { drawn } of waiting.slice(2)) drawn();
    await Promise.resolve();
    expect(acknowledged()).toBe(1);
    seen.socket.says(message(304, [1]));
    waiting[5]?.drawn();
    await vi.waitFor(() => expect(acknowledged()).toBe(2));
    seen.socket.says(message(304, [1]));
    waiting[6]?.fails(new Error('no picture'));
    await vi.waitFor(() => expect(seen.ends.map(({ reason }) => reason)).toEqual(['protocol']));
  });

  it.each([
    ['is no SPICE', [head(182, 0x12345678)], 'protocol'],
    ['has a reply of gigabytes', [head(0xffffffff)], 'protocol'],
    ['refuses the password', [reply(new Uint8Array(162), 0b1011, 7)], 'auth_failed'],
    ['wants TLS', [reply(new Uint8Array(162), 0b1011, 5)], 'unsupported'],
    ['wants no TLS', [reply(new Uint8Array(162), 0b1011, 6)], 'unsupported'],
    ['is too old', [reply(new Uint8Array(162), 0b0010)], 'unsupported'],
  ])('ends once when the display %s', (_, says, code) => {
    const { socket, ends } = begun();
    for (const bytes of says) socket.says(bytes);
    socket.says(Uint8Array.of(1, 2, 3));
    expect(ends.map(({ reason }) => reason)).toEqual([code]);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });

  it('ends when a message is larger than any picture, or is none', async () => {
    const large = await ready();
    large.socket.says(message(304, [], 0x7fffffff));
    expect(large.ends[0]?.reason).toBe('protocol');
    const broken = await ready(() => {
      throw new RangeError('Offset is outside the bounds of the DataView');
    });
    broken.socket.says(message(304, [1]));
    broken.socket.says(message(304, [1]));
    expect(broken.ends).toHaveLength(1);
  });

  it('says how the far end closed it', async () => {
    const { socket, ends } = await ready();
    socket.ends(1011, 'connection_lost');
    expect(ends).toEqual([{ code: 1011, reason: 'connection_lost' }]);
  });
});
