// LZ and GLZ: runs of new pixels, and repetitions of such as came before; in GLZ also of those in earlier pictures.
// Numbers are big-endian. Invariant: what reads or writes beyond its picture ends the channel.
import { garbled } from '../handshake';
import { bitmapOf, FORMAT, type Palette } from './bitmap';
import { imageOf, of555, sized, Undrawn, type Image } from './image';

const MAGIC = 0x20205a4c;
const VERSION = 0x10001;
const TYPE = { plt1Le: 1, plt8: 5, rgb16: 6, rgb24: 7, rgb32: 8, rgba: 9, xxxa: 10, a8: 11 } as const;
const OF_PALETTE = [0, FORMAT.bit1Le, FORMAT.bit1Be, FORMAT.bit4Le, FORMAT.bit4Be, FORMAT.bit8];
/** From here on, a control byte begins a repetition. */
const REPEATS = 32;
const FAR = 8191;

/** What one unit is: a pixel, the alpha of one that is there already, or a byte of a picture with a palette. */
type Unit = 'rgb' | 'rgb16' | 'alpha' | 'byte';
/** By how many units a repetition is longer than it says. */
const LONGER = { rgb: 0, rgb16: 1, alpha: 2, byte: 2 } as const;
const BYTES = { rgb: 3, rgb16: 2, alpha: 1, byte: 1 } as const;
type Units = Uint32Array | Uint8Array;
type Repeats = (into: Into, control: number) => void;

class Source {
  readonly bytes: Uint8Array;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  u8(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw garbled();
    return byte;
  }
  /** Where the next so many bytes begin, which then are read. */
  next(count: number): number {
    const at = this.#at;
    this.#at += count;
    if (this.#at > this.bytes.length) throw garbled();
    return at;
  }
  u32(): number {
    return ((this.u8() << 24) | (this.u8() << 16) | (this.u8() << 8) | this.u8()) >>> 0;
  }
  head(): void {
    if (this.u32() !== MAGIC || this.u32() !== VERSION) throw garbled();
  }
  /** The rest of a length that is more than a control byte can say. */
  more(): number {
    let [length, byte] = [0, 255];
    while (byte === 255) length += byte = this.u8();
    return length;
  }
}

/** Units that come to be one after the other. */
class Into {
  #units: Units;
  #at = 0;
  readonly longer: number;
  #unit: Unit;
  constructor(units: Units, unit: Unit) {
    this.#units = units;
    this.#unit = unit;
    this.longer = LONGER[unit];
  }
  get full(): boolean {
    return this.#at >= this.#units.length;
  }
  fresh(count: number, source: Source): void {
    const units = this.#units;
    const end = this.#at + count;
    if (end > units.length) throw garbled();
    const { bytes } = source;
    const byte = (at: number): number => bytes[at] ?? 0;
    let at = source.next(count * BYTES[this.#unit]);
    for (let i = this.#at; i < end; i++)
      switch (this.#unit) {
        case 'rgb':
          units[i] = byte(at++) | (byte(at++) << 8) | (byte(at++) << 16);
          break;
        case 'rgb16':
          units[i] = of555((byte(at++) << 8) | byte(at++));
          break;
        case 'alpha':
          units[i] = ((units[i] ?? 0) & 0xffffff) | (byte(at++) << 24);
          break;
        case 'byte':
          units[i] = byte(at++);
      }
    this.#at = end;
  }
  /** Units that came so long before. */
  again(count: number, before: number): void {
    this.repeat(this.#units, this.#at - before, count);
  }
  repeat(from: Units, first: number, count: number): void {
    const units = this.#units;
    const start = this.#at;
    const end = start + count;
    if (end > units.length || first < 0 || (from === units ? first >= start : first + count > from.length))
      throw garbled();
    this.#at = end;
    if (this.#unit === 'alpha')
      for (let i = start, at = first; i < end; i++, at++)
        units[i] = ((units[i] ?? 0) & 0xffffff) | ((from[at] ?? 0) & 0xff000000);
    else if (from !== units) units.set(from.subarray(first, first + count), start);
    else if (first === start - 1) units.fill(units[first] ?? 0, start, end);
    else if (first + count <= start) units.copyWithin(start, first, first + count);
    else for (let i = start, at = first; i < end; i++, at++) units[i] = units[at] ?? 0;
  }
}

function unpack(source: Source, into: Into, repeats: Repeats): void {
  while (!into.full) {
    const control = source.u8();
    if (control >= REPEATS) repeats(into, control);
    else into.fresh(control + 1, source);
  }
}

/** The pixels of a picture without a palette; its alpha comes after all of them. */
function pixels(source: Source, type: number, count: number, repeats: Repeats): Uint32Array {
  const data = new Uint32Array(count);
  if (type < TYPE.rgb16 || type > TYPE.a8) throw garbled();
  if (type <= TYPE.rgba) unpack(source, new Into(data, type === TYPE.rgb16 ? 'rgb16' : 'rgb'), repeats);
  if (type >= TYPE.rgba) unpack(source, new Into(data, 'alpha'), repeats);
  return data;
}

export function lzOf(bytes: Uint8Array, palette?: Palette): Image {
  const source = new Source(bytes);
  source.head();
  const [type, width, height, stride] = [source.u32(), source.u32(), source.u32(), source.u32()];
  const topDown = source.u32() !== 0;
  sized(width, height);
  const repeats: Repeats = (into, control) => {
    let length = (control >> 5) - 1;
    if (length === 6) length += source.more();
    const high = (control & 31) << 8;
    const low = source.u8();
    const far = low === 255 && high === 31 << 8;
    const before = far ? ((source.u8() << 8) | source.u8()) + FAR : high + low;
    into.again(length + 1 + into.longer, before + 1);
  };
  if (type >= TYPE.plt1Le && type <= TYPE.plt8) {
    const rows = new Uint8Array(sized(stride, height));
    unpack(source, new Into(rows, 'byte'), repeats);
    return bitmapOf({ format: OF_PALETTE[type] ?? 0, width, height, stride, topDown, bytes: rows, palette });
  }
  const data = pixels(source, type, width * height, repeats);
  return imageOf(width, height, data, { topDown, alpha: type >= TYPE.rgba });
}

/** The earlier pictures of which later ones may repeat something. */
export class Window {
  #most: number;
  #pictures = new Map<number, Uint32Array>();
  #pixels = 0;

  /** As many pixels as the display was told that are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  get pixels(): number {
    return this.#pixels;
  }
  of(id: number): Uint32Array {
    const picture = this.#pictures.get(id);
    if (!picture) throw new Undrawn('GLZ picture that is gone');
    return picture;
  }
  keep(id: number, data: Uint32Array, oldest: number): void {
    this.#drop(id);
    this.#pictures.set(id, data);
    this.#pixels += data.length;
    // in the order in which they came; a display that keeps more than was said loses the oldest
    for (const old of this.#pictures.keys())
      if (old !== id && (old < oldest || this.#pixels > 2 * this.#most)) this.#drop(old);
      else if (old >= oldest) break;
  }
  clear(): void {
    this.#pictures.clear();
    this.#pixels = 0;
  }
  #drop(id: number): void {
    this.#pixels -= this.#pictures.get(id)?.length ?? 0;
    this.#pictures.delete(id);
  }
}

export function glzOf(bytes: Uint8Array, window: Window): Image {
  const source = new Source(bytes);
  source.head();
  const kind = source.u8();
  const [width, height] = [source.u32(), source.u32()];
  source.u32();
  const id = source.u32() * 0x1_0000_0000 + source.u32();
  const oldest = id - source.u32();
  const repeats: Repeats = (into, control) => {
    let length = control >> 5;
    if (length === 7) length += source.more();
    const low = (control & 15) | (source.u8() << 4);
    const { before, pictures } = control & 16 ? longWay(source, low) : shortWay(source, low);
    if (pictures === 0) into.again(length + into.longer, before + 1);
    else into.repeat(window.of(id - pictures), before, length + into.longer);
  };
  const data = pixels(source, kind & 15, sized(width, height), repeats);
  window.keep(id, data, oldest);
  return imageOf(width, height, data, { topDown: kind >> 4 !== 0, alpha: (kind & 15) >= TYPE.rgba });
}

type Way = { before: number; pictures: number };

function shortWay(source: Source, before: number): Way {
  const code = source.u8();
  let pictures = code & 63;
  for (let i = 0; i < code >> 6; i++) pictures += source.u8() * 2 ** (6 + 8 * i);
  return { before, pictures };
}

function longWay(source: Source, low: number): Way {
  const code = source.u8();
  let pictures = 0;
  for (let i = 0; i < code >> 6; i++) pictures += source.u8() * 2 ** (8 * i);
  const before = low + ((code & 31) << 12) + (code & 32 ? source.u8() << 17 : 0);
  return { before, pictures };
}
