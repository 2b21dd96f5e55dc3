// Pictures as they are: rows of pixels of 1 to 32 bits, and such of LZ4 blocks.
import { garbled } from '../handshake';
import { imageOf, of555, sized, Undrawn, type Image } from './image';

export const FORMAT = {
  bit1Le: 1,
  bit1Be: 2,
  bit4Le: 3,
  bit4Be: 4,
  bit8: 5,
  bit16: 6,
  bit24: 7,
  bit32: 8,
  rgba: 9,
  a8: 10,
} as const;
const BITS = [0, 1, 1, 4, 4, 8, 16, 24, 32, 32, 8];

export type Palette = Uint32Array;
export type Rows = {
  format: number;
  width: number;
  height: number;
  /** Bytes from one row to the next. */
  stride: number;
  topDown: boolean;
  bytes: Uint8Array;
  palette?: Palette | undefined;
};

/** Bytes of a row without what fills it up. */
const rowBytes = (format: number, width: number): number => Math.ceil((width * (BITS[format] ?? 0)) / 8);

function checked({ format, width, height, stride, bytes }: Rows): void {
  sized(width, height);
  const row = rowBytes(format, width);
  if (row === 0 || stride < row || stride * (height - 1) + row > bytes.length) throw garbled();
}

export function bitmapOf(rows: Rows): Image {
  checked(rows);
  const { format, width, height, stride, topDown, bytes, palette } = rows;
  const data = new Uint32Array(width * height);
  const kind = { topDown, alpha: format === FORMAT.rgba || format === FORMAT.a8 };
  if (format === FORMAT.bit32 || format === FORMAT.rgba) {
    const whole = new Uint8Array(data.buffer);
    if (stride === 4 * width) whole.set(bytes.subarray(0, whole.length));
    else
      for (let y = 0; y < height; y++)
        whole.set(bytes.subarray(stride * y, stride * y + 4 * width), 4 * width * y);
    return imageOf(width, height, data, kind);
  }
  const pixel = pixelOf(format, bytes, palette);
  for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++) data[at++] = pixel(stride * y, x);
  return imageOf(width, height, data, kind);
}

function pixelOf(format: number, bytes: Uint8Array, palette?: Palette): (row: number, x: number) => number {
  const byte = (at: number): number => bytes[at] ?? 0;
  if (format === FORMAT.bit16)
    // these alone are opaque on a surface with alpha
    return (row, x) => 0xff000000 | of555(byte(row + 2 * x) | (byte(row + 2 * x + 1) << 8));
  if (format === FORMAT.bit24)
    return (row, x) => {
      const at = row + 3 * x;
      return byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16);
    };
  if (format === FORMAT.a8) return (row, x) => byte(row + x) << 24;
  if (!palette) throw new Undrawn('picture without its palette');
  const colour = (index: number): number => palette[index] ?? 0;
  if (format === FORMAT.bit8) return (row, x) => colour(byte(row + x));
  const index = indexOf(format, bytes);
  return (row, x) => colour(index(row, x));
}

function indexOf(format: number, bytes: Uint8Array): (row: number, x: number) => number {
  const isBig = format === FORMAT.bit1Be || format === FORMAT.bit4Be;
  const [each, bits] = format <= FORMAT.bit1Be ? [8, 1] : [2, 4];
  return (row, x) => {
    const place = x % each;
    const shift = bits * (isBig ? each - 1 - place : place);
    return ((bytes[row + Math.floor(x / each)] ?? 0) >> shift) & (2 ** bits - 1);
  };
}

/** A picture of ones and zeros, through which others are drawn. */
export function maskOf(rows: Rows): Image {
  if (rows.format !== FORMAT.bit1Le && rows.format !== FORMAT.bit1Be) throw new Undrawn('mask of colours');
  return bitmapOf({ ...rows, palette: Uint32Array.of(0, 1) });
}

/** Blocks of LZ4, each preceded by its size; each may repeat what the ones before it brought. */
export function lz4Of(packed: Uint8Array, width: number, height: number): Image {
  const [topDown, format = 0] = packed;
  if (format < FORMAT.bit16 || format > FORMAT.rgba) throw garbled();
  sized(width, height);
  const stride = rowBytes(format, width);
  const bytes = new Uint8Array(stride * height);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let [at, filled] = [2, 0];
  while (at < packed.length) {
    const size = view.getUint32(at);
    at += 4;
    if (size > packed.length - at) throw garbled();
    filled = unpackLz4(packed.subarray(at, at + size), bytes, filled);
    at += size;
  }
  if (filled !== bytes.length) throw garbled();
  return bitmapOf({ format, width, height, stride, topDown: topDown !== 0, bytes });
}

function unpackLz4(from: Uint8Array, into: Uint8Array, filled: number): number {
  let at = 0;
  const next = (): number => {
    const byte = from[at++];
    if (byte === undefined) throw garbled();
    return byte;
  };
  const length = (some: number): number => {
    let all = some;
    for (let byte = some === 15 ? 255 : 0; byte === 255;) all += byte = next();
    return all;
  };
  while (at < from.length) {
    const token = next();
    const fresh = length(token >> 4);
    if (fresh > from.length - at || fresh > into.length - filled) throw garbled();
    into.set(from.subarray(at, at + fresh), filled);
    at += fresh;
    filled += fresh;
    if (at >= from.length) break;
    const before = next() | (next() << 8);
    const again = length(token & 15) + 4;
    if (before === 0 || before > filled || again > into.length - filled) throw garbled();
    if (before >= again) into.copyWithin(filled, filled - before, filled - before + again);
    else for (let i = 0; i < again; i++) into[filled + i] = into[filled + i - before] ?? 0;
    filled += again;
  }
  return filled;
}
