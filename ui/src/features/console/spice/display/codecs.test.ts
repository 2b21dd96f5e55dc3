// Pictures as a display packs them, from the bytes of each format's description.
import { describe, expect, it } from 'vitest';
import { HostError } from '../../../../host';
import { bitmap, bytes, jpeg, picture } from '../testing';
import { bitmapOf, lz4Of } from './bitmap';
import { Undrawn, type Image } from './image';
import { Images } from './images';
import { jpegSize } from './jpeg';
import { glzOf, lzOf, Window } from './lz';
import { Reader } from './reader';

/** Row by row, the upper first. */
const words = ({ width, height, data, start, stride }: Image): number[] =>
  Array.from(
    { length: width * height },
    (_, i) => data[start + Math.floor(i / width) * stride + (i % width)] ?? NaN,
  );
const big = (...all: readonly number[]): number[] =>
  all.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
const TYPE = { plt1Be: 2, plt4Le: 3, plt8: 5, rgb16: 6, rgb32: 8, rgba: 9, xxxa: 10, a8: 11 } as const;

const lz = (
  type: number,
  width: number,
  height: number,
  packed: readonly number[],
  stride = 4 * width,
  up = 1,
) => Uint8Array.from([...big(0x20205a4c, 0x10001, type, width, height, stride, up), ...packed]);

describe('LZ', () => {
  it('has new pixels, and such as came before', () => {
    // two new ones, three as two before, five as the one before
    const packed = [1, 1, 2, 3, 4, 5, 6, 0b0110_0000, 1, 0b1010_0000, 0];
    expect(words(lzOf(lz(TYPE.rgb32, 5, 2, packed)))).toEqual([
      0x030201,
      0x060504,
      0x030201,
      0x060504,
      0x030201,
      ...Array<number>(5).fill(0x030201),
    ]);
    const up = words(lzOf(lz(TYPE.rgb32, 5, 2, packed, 20, 0)));
    expect(up.slice(0, 6)).toEqual([...Array<number>(5).fill(0x030201), 0x030201]);
    expect(up[6]).toBe(0x060504);
  });

  it('repeats as long, and from as far, as it takes', () => {
    // 7 + 255 + 38 more of one
    const long = [0, 9, 9, 9, 0b1110_0000, 255, 37, 0];
    expect(words(lzOf(lz(TYPE.rgb32, 300, 1, long)))).toEqual(Array(300).fill(0x090909));
    // nine thousand pixels, then one of the first
    const run = [0, 7, 7, 7, 0, 8, 8, 8, 0b1110_0000, ...Array<number>(35).fill(255), 69, 0];
    const far = [0b0010_0000 | 31, 255, (9003 - 8191 - 2) >> 8, (9003 - 8191 - 2) & 255];
    const all = words(lzOf(lz(TYPE.rgb32, 9004, 1, [...run, ...far])));
    expect([all[0], all[1], all[9002], all[9003]]).toEqual([0x070707, 0x080808, 0x080808, 0x080808]);
  });

  it('has the alpha after all colours', () => {
    const packed = [0, 1, 1, 1, 0b0110_0000, 0, 0, 200, 0b0010_0000, 0];
    const image = lzOf(lz(TYPE.rgba, 4, 1, packed));
    expect([image.alpha, words(image)]).toEqual([true, Array(4).fill(0xc8010101)]);
    expect(words(lzOf(lz(TYPE.xxxa, 2, 1, [1, 128, 255])))).toEqual([0x80000000, 0xff000000]);
  });

  it('widens 16 bits', () => {
    const packed = [2, 0x7c, 0x00, 0x03, 0xe0, 0x00, 0x10];
    expect(words(lzOf(lz(TYPE.rgb16, 3, 1, packed)))).toEqual([0xff0000, 0x00ff00, 0x000084]);
  });

  it('looks colours up in a palette', () => {
    const palette = Uint32Array.of(0xa, 0xb, 0xc, 0xd);
    const repeated = [1, 2, 3, 0b0010_0000, 1];
    expect(words(lzOf(lz(TYPE.plt8, 5, 1, repeated, 5), palette))).toEqual([0xc, 0xd, 0xc, 0xd, 0xc]);
    expect(words(lzOf(lz(TYPE.plt4Le, 3, 1, [1, 0x21, 0x03], 2), palette))).toEqual([0xb, 0xc, 0xd]);
    expect(words(lzOf(lz(TYPE.plt1Be, 3, 1, [0, 0b0100_0000], 1), palette))).toEqual([0xa, 0xb, 0xa]);
    expect(() => lzOf(lz(TYPE.plt8, 5, 1, repeated, 5))).toThrow(Undrawn);
  });
});

/** `id` and how many pictures before it are still wanted. */
const glz = (
  id: number,
  keeps: number,
  width: number,
  packed: readonly number[],
  type: number = TYPE.rgb32,
) =>
  Uint8Array.from([
    ...big(0x20205a4c, 0x10001),
    0x10 | type,
    ...big(width, 1, 4 * width, 0, id, keeps),
    ...packed,
  ]);

describe('GLZ', () => {
  const first = glz(0, 0, 4, [3, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0]);
  it('repeats what was in earlier pictures, and in its own', () => {
    const window = new Window(100);
    expect(words(glzOf(first, window))).toEqual([1, 2, 3, 4]);
    // three from the second on of the picture before; two from one pixel before
    const second = glz(1, 1, 5, [0b0110_0001, 0, 1, 0b0100_0000, 0, 0]);
    expect(words(glzOf(second, window))).toEqual([2, 3, 4, 4, 4]);
    // the same by the long way
    const third = glz(2, 2, 3, [0b0111_0001, 0, 0b0100_0000, 2]);
    expect(words(glzOf(third, window))).toEqual([2, 3, 4]);
  });

  it('keeps what may be repeated, and no more', () => {
    const window = new Window(100);
    glzOf(first, window);
    glzOf(glz(1, 0, 1, [0, 9, 9, 9]), window);
    expect(window.pixels).toBe(1);
    expect(() => glzOf(glz(2, 2, 3, [0b0110_0000, 0, 2]), window)).toThrow(Undrawn);
    for (let id = 3; id < 1000; id++) glzOf(glz(id, id, 4, [0, 9, 9, 9, 0b0110_0000, 0, 0]), window);
    expect(window.pixels).toBeLessThanOrEqual(200);
  });

  it('does not read beyond a picture', () => {
    const window = new Window(100);
    glzOf(first, window);
    expect(() => glzOf(glz(1, 1, 5, [0b1010_0001, 0, 1]), window)).toThrow('not SPICE');
  });
});

describe('LZ4', () => {
  const block = (...packed: readonly number[]): number[] => [...big(packed.length), ...packed];
  it('repeats, also what earlier blocks brought', () => {
    const pixel = [1, 2, 3, 0];
    const packed = [1, 8, ...block(0x40, ...pixel), ...block(0x04, 4, 0, 0x40, 9, 9, 9, 0)];
    expect(words(lz4Of(Uint8Array.from(packed), 4, 1))).toEqual([0x030201, 0x030201, 0x030201, 0x090909]);
  });
  it('ends at what is more, or less, than its picture', () => {
    const of = (...packed: readonly number[]) => lz4Of(Uint8Array.from([1, 8, ...packed]), 2, 1);
    expect(() => of(...block(0x40, 1, 2, 3, 0))).toThrow('not SPICE');
    expect(() => of(...block(0x41, 1, 2, 3, 0, 4, 0, 0x40, 1, 2, 3, 0))).toThrow('not SPICE');
    expect(() => of(...block(0x40, 1, 2, 3, 0), ...block(0x00, 9, 0))).toThrow('not SPICE');
    expect(() => of(...big(0x7fffffff), 0)).toThrow('not SPICE');
  });
});

describe('bitmaps', () => {
  const palette = Uint32Array.from({ length: 16 }, (_, i) => 0x10 * i);
  it.each([
    ['1 bit, lowest first', 1, [0b0000_0110], [0, 0x10, 0x10, 0]],
    ['1 bit, highest first', 2, [0b0110_0000], [0, 0x10, 0x10, 0]],
    ['4 bits, lower first', 3, [0x21, 0x43], [0x10, 0x20, 0x30, 0x40]],
    ['4 bits, upper first', 4, [0x12, 0x34], [0x10, 0x20, 0x30, 0x40]],
    ['8 bits', 5, [1, 2, 3, 15], [0x10, 0x20, 0x30, 0xf0]],
    ['16 bits', 6, [0xff, 0x7f, 0, 0x7c, 0xe0, 3, 0x1f, 0], [0xffffffff, 0xffff0000, 0xff00ff00, 0xff0000ff]],
    ['24 bits', 7, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [0x030201, 0x060504, 0x090807, 0x0c0b0a]],
    ['alpha', 10, [1, 2, 3, 255], [0x01000000, 0x02000000, 0x03000000, 0xff000000]],
  ])('of %s', (_, format, row, expected) => {
    const filled = Uint8Array.from([...row, 0, 0, 0]);
    const rows = {
      format,
      width: 4,
      height: 1,
      stride: filled.length,
      topDown: true,
      bytes: filled,
      palette,
    };
    expect(words(bitmapOf(rows))).toEqual(expected);
  });

  it('may have the lowest row first, and rows that are filled up', () => {
    const filled = Uint8Array.from([1, 0, 0, 0, 9, 9, 2, 0, 0, 0]);
    const rows = { format: 8, width: 1, height: 2, stride: 6, topDown: false, bytes: filled };
    expect(words(bitmapOf(rows))).toEqual([2, 1]);
    expect(() => bitmapOf({ ...rows, height: 3 })).toThrow('not SPICE');
    expect(() => bitmapOf({ ...rows, stride: 3 })).toThrow('not SPICE');
  });

  it('may use a palette that came before', () => {
    const images = new Images(() => undefined);
    const of = (message: ReturnType<typeof bytes>) =>
      words(images.asked(new Reader(new DataView(message.data()))).take());
    const head = (flags: number) => picture(0, 2, 1).u8(5, flags).u32(2, 1, 2);
    const colours = bytes().u64(77).u16(2).u32(0xaa, 0xbb);
    expect(
      of(
        head(4 | 1)
          .there(colours)
          .u8(0, 1),
      ),
    ).toEqual([0xaa, 0xbb]);
    expect(
      of(
        head(4 | 2)
          .u64(77)
          .u8(1, 0),
      ),
    ).toEqual([0xbb, 0xaa]);
    images.forgetPalette(77n);
    expect(() =>
      of(
        head(4 | 2)
          .u64(77)
          .u8(1, 0),
      ),
    ).toThrow(Undrawn);
  });

  it('are opaque where they say so', () => {
    const images = new Images(() => undefined);
    const asked = images.asked(new Reader(new DataView(bitmap(1, 1, [0x00112233], { flags: 2 }).data())));
    expect(words(asked.take())).toEqual([0xff112233]);
  });
});

describe('QUIC', () => {
  /** As a display sent it, of a picture of 32 by 6. */
  const packed = Uint8Array.from(
    atob(
      'UVVJQwAAAAAEAAAAIAAAAAYAAACAv/6+G4GAgCEICAINghACEBDQhUSICBEIESN2AAPmwnd391P///93GDjgwX/QAwbP/8kzfJAM8GBAQQIf1AAfB1hA' +
        'K5/pbvxiBzDA4LsQfxR2nqQCBfiJwg5gQH4X/qR/quO+iR3AAADwL/wAAAAA',
    ),
    (character) => character.charCodeAt(0),
  );
  const message = (width: number, of = packed) => picture(1, width, 6).u32(of.length).raw(of);
  const read = async (of: ReturnType<typeof bytes>) => {
    const images = new Images(() => undefined);
    const asked = images.asked(new Reader(new DataView(of.data())));
    await asked.begin?.();
    return asked.take();
  };
  it('is read, wherever that is done', async () => {
    const image = words(await read(message(32)));
    expect(image.slice(0, 8)).toEqual([
      0x1f3fe0, 0x1f3fe0, 0x1f38e0, 0x1f38e0, 0x1f38e0, 0x1f38e0, 0x1837e7, 0x1837e7,
    ]);
    expect(image.slice(-3)).toEqual([0x1837e7, 0x1837e7, 0x1837e7]);
    expect(new Set(image).size).toBe(6);
  });
  it('is left out where it is none, or has another size', async () => {
    await expect(read(message(33))).rejects.toThrow(Undrawn);
    await expect(read(message(32, packed.slice(0, 40)))).rejects.toThrow(Undrawn);
    await expect(read(message(32, packed.slice(4)))).rejects.toThrow(Undrawn);
  });
});

describe('JPEG', () => {
  it('says its size before it is read', () => {
    expect(jpegSize(jpeg(640, 480))).toEqual({ width: 640, height: 480 });
    const later = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, ...jpeg(3, 5).slice(2)]);
    expect(jpegSize(later)).toEqual({ width: 3, height: 5 });
    expect(() => jpegSize(jpeg(65_535, 65_535))).toThrow('not SPICE');
    expect(() => jpegSize(Uint8Array.of(0xff, 0xd8, 1, 2, 3))).toThrow(Undrawn);
  });
  it('has the size that the drawing says, or is none', () => {
    const packed = jpeg(4, 4);
    const message = picture(105, 5, 4).u32(packed.length).raw(packed);
    const images = new Images(() => undefined);
    expect(() => images.asked(new Reader(new DataView(message.data())))).toThrow('not SPICE');
  });
});

it('whatever is read is a picture, or ends: never more than was told', () => {
  // the same numbers each time
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const packers = [
    (body: number[]) =>
      lzOf(lz(1 + random(11), 1 + random(20), 1 + random(9), body, 1 + random(90)), Uint32Array.of(1, 2)),
    (body: number[]) => glzOf(glz(random(4), random(4), 1 + random(50), body, random(16)), window),
    (body: number[]) =>
      lz4Of(Uint8Array.from([1, 6 + random(4), 0, 0, 0, body.length, ...body]), 1 + random(9), 2),
  ];
  const window = new Window(200);
  for (let i = 0; i < 6000; i++) {
    const body = Array.from({ length: random(60) }, () => (random(3) === 0 ? random(256) : random(40)));
    try {
      const image = packers[i % 3]?.(body);
      expect(image?.data.length).toBe((image?.width ?? 0) * (image?.height ?? 0));
    } catch (thrown) {
      expect(thrown instanceof HostError || thrown instanceof Undrawn || thrown instanceof RangeError).toBe(
        true,
      );
    }
  }
});
