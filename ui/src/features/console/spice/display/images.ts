// The pictures of drawings: what they are compressed with, which are kept, and which are repeated. Invariant: what must be
// read beforehand has been begun before it is taken, and pictures are taken in the order in which they came.
import { garbled } from '../handshake';
import { bitmapOf, lz4Of, maskOf, type Palette } from './bitmap';
import { imageOf, opaque, sized, Undrawn, type Image } from './image';
import { inflate, jpegSize, pixelsOf, putAway, readJpeg } from './jpeg';
import { glzOf, lzOf, Window } from './lz';
import type { Unquic } from './quic';
import { Quics } from './quics';
import type { Reader } from './reader';

const KIND = {
  bitmap: 0,
  quic: 1,
  lzPlt: 100,
  lz: 101,
  glz: 102,
  fromCache: 103,
  surface: 104,
  jpeg: 105,
  fromCacheLossless: 106,
  zlibGlz: 107,
  jpegAlpha: 108,
  lz4: 109,
} as const;
const FLAG = { keep: 1, opaque: 2, keepInstead: 4 } as const;
const ROWS = { keepPalette: 1, knownPalette: 2, topDown: 4 } as const;

/** What the display is told that is kept here, in pixels. */
export const KEPT_PIXELS = 8 * 1024 * 1024;
export const WINDOW_PIXELS = 4 * 1024 * 1024;
/** Of palettes the display keeps 128 itself. */
const MOST_PALETTES = 256;
const MOST_COLOURS = 256;
/** Nothing that compresses a picture makes it so much larger. */
const MOST_INFLATED = 4.5;

/** A picture that a drawing asks for. */
export type Asked = {
  /** How many pixels are kept while it waits, when it is read beforehand. */
  weight: number;
  /** Reads beforehand what cannot be read at once; never rejects. */
  begin?: () => Promise<void>;
  /** In its turn, once. Throws Undrawn. */
  take: () => Image;
};

export class Images {
  readonly window = new Window(WINDOW_PIXELS);
  /** The picture of a surface as it is now. */
  #surface: (id: number) => Image | undefined;
  #kept = new Map<bigint, Image>();
  #keptPixels = 0;
  #palettes = new Map<bigint, Palette>();
  #quics = new Quics();

  constructor(surface: (id: number) => Image | undefined) {
    this.#surface = surface;
  }

  get keptPixels(): number {
    return this.#keptPixels;
  }

  forget(id: bigint): void {
    this.#keptPixels -= sizeOf(this.#kept.get(id));
    this.#kept.delete(id);
  }
  forgetAll(): void {
    this.#kept.clear();
    this.#keptPixels = 0;
  }
  forgetPalette(id: bigint): void {
    this.#palettes.delete(id);
  }
  forgetPalettes(): void {
    this.#palettes.clear();
  }
  close(): void {
    this.forgetAll();
    this.forgetPalettes();
    this.window.clear();
    this.#quics.close();
    putAway();
  }

  /** The picture that begins there. */
  asked(from: Reader, isMask = false): Asked {
    const [id, kind, flags] = [from.id(), from.u8(), from.u8()];
    const [width, height] = [from.u32(), from.u32()];
    if (kind === KIND.surface) {
      const surface = from.u32();
      return { weight: 0, take: () => this.#ofSurface(surface) };
    }
    if (kind === KIND.fromCache || kind === KIND.fromCacheLossless)
      return { weight: 0, take: () => this.#ofKept(id) };
    sized(width, height);
    const asked = this.#read(from, kind, width, height, isMask);
    const take = (): Image => {
      const image = asked.take();
      if (flags & FLAG.opaque && !image.alpha && !isMask) opaque(image);
      if (flags & (FLAG.keep | FLAG.keepInstead)) this.#keep(id, image);
      return image;
    };
    return { ...asked, take };
  }

  #ofSurface(id: number): Image {
    const image = this.#surface(id);
    if (!image) throw new Undrawn('surface that is gone');
    return image;
  }
  #ofKept(id: bigint): Image {
    const image = this.#kept.get(id);
    if (!image) throw new Undrawn('picture that is not kept');
    return image;
  }
  #keep(id: bigint, image: Image): void {
    this.forget(id);
    this.#kept.set(id, image);
    this.#keptPixels += sizeOf(image);
    // the display knows when there is room; one that does not loses the oldest
    for (const old of this.#kept.keys()) {
      if (this.#keptPixels <= 2 * KEPT_PIXELS) break;
      this.forget(old);
    }
  }

  #read(from: Reader, kind: number, width: number, height: number, isMask: boolean): Asked {
    switch (kind) {
      case KIND.bitmap:
        return this.#rows(from, isMask);
      case KIND.lz: {
        const bytes = from.bytes(from.u32());
        return now(() => same(lzOf(bytes), width, height));
      }
      case KIND.lzPlt: {
        const flags = from.u8();
        const size = from.u32();
        const palette = this.#palette(from, flags);
        const bytes = from.bytes(size);
        return now(() => same(lzOf(bytes, palette()), width, height));
      }
      case KIND.glz: {
        const bytes = from.bytes(from.u32());
        return now(() => same(glzOf(bytes, this.window), width, height));
      }
      case KIND.zlibGlz:
        return this.#zlibGlz(from, width, height);
      case KIND.lz4: {
        const bytes = from.bytes(from.u32());
        return now(() => lz4Of(bytes, width, height));
      }
      case KIND.quic:
        return this.#ofQuic(from.bytes(from.u32()), width, height);
      case KIND.jpeg:
        return jpegAsked(from.bytes(from.u32()), { width, height });
      case KIND.jpegAlpha: {
        from.u8();
        const [size, whole] = [from.u32(), from.u32()];
        if (size > whole) throw garbled();
        const jpeg = jpegAsked(from.bytes(size), { width, height });
        const alpha = from.bytes(whole - size);
        return { ...jpeg, take: () => joined(jpeg.take(), same(lzOf(alpha), width, height)) };
      }
      default:
        return now(() => {
          throw new Undrawn(`picture of kind ${kind}`);
        });
    }
  }

  #rows(from: Reader, isMask: boolean): Asked {
    const [format, flags] = [from.u8(), from.u8()];
    const [width, height, stride] = [from.u32(), from.u32(), from.u32()];
    sized(width, height);
    const palette = this.#palette(from, flags);
    // the last row may end with the message
    const bytes = from.bytes(Math.min(stride * height, from.left));
    const rows = { format, width, height, stride, topDown: (flags & ROWS.topDown) !== 0, bytes };
    return now(() => {
      const known = palette();
      return isMask ? maskOf(rows) : bitmapOf({ ...rows, palette: known });
    });
  }

  #palette(from: Reader, flags: number): () => Palette | undefined {
    if (flags & ROWS.knownPalette) {
      const id = from.id();
      return () => this.#palettes.get(id);
    }
    const there = from.there();
    if (!there) return () => undefined;
    const id = there.id();
    const colours = Array.from({ length: Math.min(there.u16(), MOST_COLOURS) }, () => there.u32());
    const palette = Uint32Array.from(colours);
    return () => {
      if (flags & ROWS.keepPalette && (this.#palettes.size < MOST_PALETTES || this.#palettes.has(id)))
        this.#palettes.set(id, palette);
      return palette;
    };
  }

  #zlibGlz(from: Reader, width: number, height: number): Asked {
    const size = from.u32();
    if (size > MOST_INFLATED * width * height + 1024) throw garbled();
    const packed = from.bytes(from.u32());
    let unpacked: Uint8Array | undefined;
    return {
      weight: size / 4,
      begin: () => settled(inflate(packed, size).then((bytes) => (unpacked = bytes))),
      take: () => {
        if (!unpacked) throw new Undrawn('zlib');
        return same(glzOf(unpacked, this.window), width, height);
      },
    };
  }

  #ofQuic(bytes: Uint8Array<ArrayBuffer>, width: number, height: number): Asked {
    let read: Unquic | undefined;
    return {
      weight: width * height,
      begin: () => settled(this.#quics.read(bytes, width, height).then((data) => (read = data))),
      take: () => {
        if (!read) throw new Undrawn('QUIC');
        return imageOf(width, height, read.data, { alpha: read.alpha });
      },
    };
  }
}

const now = (take: () => Image): Asked => ({ weight: 0, take });
const sizeOf = (image?: Image): number => image?.data.length ?? 0;
const settled = (reading: Promise<unknown>): Promise<void> =>
  reading.then(
    () => undefined,
    // taking it tells that it is not there
    () => undefined,
  );

function same(image: Image, width: number, height: number): Image {
  if (image.width !== width || image.height !== height) throw garbled();
  return image;
}

/** `size`: what it must have; a film's pictures have whatever they say. */
export function jpegAsked(bytes: Uint8Array<ArrayBuffer>, size?: { width: number; height: number }): Asked {
  let picture: ImageBitmap | undefined;
  const told = jpegSize(bytes);
  if (size && (told.width !== size.width || told.height !== size.height)) throw garbled();
  return {
    weight: told.width * told.height,
    begin: () => settled(readJpeg(bytes).then((read) => (picture = read))),
    take: () => {
      if (!picture) throw new Undrawn('JPEG');
      if (picture.width !== told.width || picture.height !== told.height) throw new Undrawn('turned JPEG');
      return pixelsOf(picture);
    },
  };
}

/** Colours of the one, alpha of the other; colours are multiplied by it already. */
function joined(colours: Image, alpha: Image): Image {
  const { width, height, data } = colours;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = colours.start + y * colours.stride + x;
      const seen = (alpha.data[alpha.start + y * alpha.stride + x] ?? 0) & 0xff000000;
      data[at] = ((data[at] ?? 0) & 0xffffff) | seen;
    }
  return { ...colours, alpha: true };
}
