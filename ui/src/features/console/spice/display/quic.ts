// QUIC, by spice-html5's decoder. It believes what it reads, so that the size is looked at first.
import { SpiceQuic } from '@spice-project/spice-html5/src/quic.js';
import { garbled } from '../handshake';
import { imageOf, Undrawn, type Image } from './image';

const MAGIC = 0x43495551;
const TYPE = { rgb24: 3, rgb32: 4, rgba: 5 } as const;
/** The decoder looks a few words ahead. */
const AHEAD = 16;

export function quicOf(bytes: Uint8Array, width: number, height: number): Image {
  const whole = new Uint8Array(4 + bytes.length + AHEAD);
  whole.set(bytes, 4);
  const view = new DataView(whole.buffer);
  view.setUint32(0, bytes.length, true);
  const word = (at: number): number => view.getUint32(4 + 4 * at, true);
  if (bytes.length < 20 || word(0) !== MAGIC || word(3) !== width || word(4) !== height) throw garbled();
  const type = word(2);
  if (type !== TYPE.rgb24 && type !== TYPE.rgb32 && type !== TYPE.rgba) throw new Undrawn(`QUIC ${type}`);
  const quic = new SpiceQuic();
  try {
    quic.from_dv(view, 0, whole.buffer);
  } catch {
    // it throws words
    throw garbled();
  }
  const pixels = quic.outptr;
  if (!pixels) throw garbled();
  const data = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  return imageOf(width, height, data, { alpha: type === TYPE.rgba });
}
