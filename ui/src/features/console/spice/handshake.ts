// How a channel of a SPICE display begins: who we are, the display's key, the ticket encrypted with it. Numbers are
// little-endian; the names are those of the protocol's description.
import { HostError } from '../../../host';

/** "REDQ". */
const MAGIC = 0x51444552;
const [MAJOR, MINOR] = [2, 2];
const AUTH_SPICE = 1;
/** Capabilities both sides must have: how one authenticates is chosen, heads are short. */
const AUTH_SELECTION = 1 << 0;
const MINI_HEADER = 1 << 3;
const KEY_BYTES = 162;
const REPLY_BYTES = 16;
/** A reply is a key and a few words; more is none. */
const MOST_REPLY = 4096;

export const HEAD_BYTES = REPLY_BYTES;
export const TICKET_ANSWER_BYTES = 4;

export type ChannelId = { type: number; id: number };
export type Hello = ChannelId & {
  /** The session's number, 0 for the main channel, which gets it. */
  connection: number;
  /** What this channel can, one bit each. */
  caps: number;
};

export function helloOf({ type, id, connection, caps }: Hello): ArrayBuffer {
  const OFFSET = 18;
  const view = new DataView(new ArrayBuffer(REPLY_BYTES + OFFSET + 8));
  [MAGIC, MAJOR, MINOR, OFFSET + 8, connection].forEach((word, i) => view.setUint32(4 * i, word, true));
  view.setUint8(20, type);
  view.setUint8(21, id);
  [1, 1, OFFSET, AUTH_SELECTION | MINI_HEADER, caps].forEach((word, i) =>
    view.setUint32(22 + 4 * i, word, true),
  );
  return view.buffer;
}

/** How many bytes the rest of the display's answer has. */
export function replyBytes(head: DataView): number {
  if (head.getUint32(0, true) !== MAGIC) throw garbled();
  const size = head.getUint32(12, true);
  if (size < KEY_BYTES + REPLY_BYTES || size > MOST_REPLY) throw garbled();
  return size;
}

/** The display's key, when it lets in. */
export function keyOf(reply: DataView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  letIn(reply.getUint32(0, true));
  const common = reply.getUint32(4 + KEY_BYTES, true);
  const caps = reply.getUint32(4 + KEY_BYTES + 8, true);
  const bits = common > 0 ? reply.getUint32(caps, true) : 0;
  if ((bits & AUTH_SELECTION) === 0 || (bits & MINI_HEADER) === 0)
    throw new HostError({ code: 'unsupported', message: 'The display speaks a SPICE that is too old.' });
  return new Uint8Array(reply.buffer, reply.byteOffset + 4, KEY_BYTES);
}

/** The password as the display wants it: ended by a zero, encrypted for it alone. */
export async function ticketOf(key: Uint8Array<ArrayBuffer>, password: string): Promise<ArrayBuffer> {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' };
  const known = await crypto.subtle.importKey('spki', key, algorithm, false, ['encrypt']);
  const words = new TextEncoder().encode(`${password}\0`);
  const ticket = new Uint8Array(await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, known, words));
  const message = new Uint8Array(4 + ticket.length);
  new DataView(message.buffer).setUint32(0, AUTH_SPICE, true);
  message.set(ticket, 4);
  return message.buffer;
}

/** Whatever a display answers with, as an error when it is none of "come in". */
export function letIn(code: number): void {
  if (code === 0) return;
  if (code === 7)
    throw new HostError({ code: 'auth_failed', message: 'The display did not take the password.' });
  if (code === 5)
    throw new HostError({
      code: 'unsupported',
      message: 'The display wants TLS on this channel.',
      hint: 'Allow this channel without it in its definition.',
    });
  if (code === 6)
    throw new HostError({
      code: 'unsupported',
      message: 'The display takes some of its channels inside TLS only, and this one never.',
      hint: 'Allow this channel inside TLS in its definition.',
    });
  throw new HostError({ code: 'connection_refused', message: `The display refused a channel (${code}).` });
}

export const garbled = (): HostError =>
  new HostError({ code: 'protocol', message: 'What the display sends is not SPICE.' });
