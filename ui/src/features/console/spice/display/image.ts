// A picture as it is drawn with: one word for each pixel, 0xAARRGGBB as SPICE has it, its colours multiplied by its alpha.
// Invariant: every row lies within `data`; nothing is larger than a screen can be.
import { garbled } from '../handshake';

export const MOST_PIXELS = 64 * 1024 * 1024;
export const MOST_SIDE = 32_768;

export type Image = {
  width: number;
  height: number;
  data: Uint32Array;
  /** Where its upper left pixel is. */
  start: number;
  /** From a pixel to the one below it: negative where the last row comes first. */
  stride: number;
  /** Whether its top bytes say how much of it is seen; else they are carried along and say nothing. */
  alpha: boolean;
};
type Kind = { topDown?: boolean; alpha?: boolean };

export function imageOf(
  width: number,
  height: number,
  data: Uint32Array,
  { topDown = true, alpha = false }: Kind = {},
): Image {
  return topDown
    ? { width, height, data, start: 0, stride: width, alpha }
    : { width, height, data, start: width * (height - 1), stride: -width, alpha };
}

/** Ends at what no screen can be. */
export function sized(width: number, height: number): number {
  if (!(width > 0 && height > 0 && width <= MOST_SIDE && height <= MOST_SIDE)) throw garbled();
  if (width * height > MOST_PIXELS) throw garbled();
  return width * height;
}

/** A picture of its own, whatever is drawn over the first one meanwhile. */
export const copied = (image: Image): Image => ({ ...image, data: image.data.slice() });

/** Every top byte set: nothing shines through. */
export function opaque(image: Image): Image {
  const { data } = image;
  for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) | 0xff000000;
  return image;
}

/** A pixel of 16 bits, five for each colour. */
export function of555(word: number): number {
  const wide = (five: number): number => (five << 3) | (five >> 2);
  return (wide((word >> 10) & 31) << 16) | (wide((word >> 5) & 31) << 8) | wide(word & 31);
}

/** What cannot be drawn here, although the protocol knows it: counted, and the drawing is left out. */
export class Undrawn extends Error {
  constructor(readonly what: string) {
    super(what);
  }
}
