// QUIC, by spice-html5's decoder. It believes what it reads, so the size is looked at first. It knows nothing of the page:
// it is read by a thread beside it.
import { SpiceQuic } from '@spice-project/spice-html5/src/quic.js';

const MAGIC = 0x43495551;
const TYPE = { rgb24: 3, rgb32: 4, rgba: 5 } as const;
const KNOWN: readonly number[] = Object.values(TYPE);
const HEAD_BYTES = 20;
/** The decoder looks a few words ahead. */
const AHEAD = 16;

export type Unquic = { data: Uint32Array<ArrayBuffer>; alpha: boolean };

/** undefined: it is no such picture of that size, or of a kind that is not known. */
export function unquic(bytes: Uint8Array, width: number, height: number): Unquic | undefined {
  const whole = new Uint8Array(4 + bytes.length + AHEAD);
  whole.set(bytes, 4);
  const view = new DataView(whole.buffer);
  view.setUint32(0, bytes.length, true);
  const word = (at: number): number => view.getUint32(4 + 4 * at, true);
  if (bytes.length < HEAD_BYTES || word(0) !== MAGIC || !KNOWN.includes(word(2))) return undefined;
  if (word(3) !== width || word(4) !== height) return undefined;
  const quic = new SpiceQuic();
  try {
    quic.from_dv(view, 0, whole.buffer);
  } catch {
    // it ran out of bytes
    return undefined;
  }
  const pixels = quic.outptr;
  return pixels && { data: new Uint32Array(pixels.buffer), alpha: word(2) === TYPE.rgba };
}
