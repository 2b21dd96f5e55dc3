// Each of a display's drawings, by the pixels it leaves. Four by one: A B C D before.
import { describe, expect, it } from 'vitest';
import { base, bitmap, bytes, fill, picture, unmasked, type Bytes } from '../testing';
import { drawAt } from './draws';
import { Undrawn } from './image';
import { Images } from './images';
import { Reader } from './reader';
import { Surface } from './surface';

const [A, B, C, D] = [0x102030, 0xf0e0d0, 0x00ff00, 0x0000ff];
const ROW = [0, 0, 1, 4] as const;
const PUT = 8;
const NEAREST = 1;

/** What is on a surface of one row after a drawing; top bytes are not looked at. */
function after(type: number, data: ArrayBuffer, before = [A, B, C, D], format = 32): number[] {
  const surface = new Surface(before.length, 1, format);
  surface.image.data.set(before);
  const images = new Images(() => surface.image);
  const draw = drawAt(type, new Reader(new DataView(data)), images);
  draw?.pictures.take();
  draw?.paint(surface);
  return [...surface.image.data].map((word) => (format === 96 ? word : word & 0xffffff));
}
const not = (word: number): number => ~word & 0xffffff;

describe('fill', () => {
  it.each([
    ['puts', PUT, A],
    ['puts the opposite', PUT | 2, not(A)],
    ['ors', 16, B | A],
    ['ands', 32, B & A],
    ['xors', 64, B ^ A],
    ['blackens', 128, 0],
    ['whitens', 256, 0xffffff],
    ['inverts', 512, not(B)],
    ['xors, and inverts that', 64 | 1024, not(B ^ A)],
    ['ors what is there inverted', 16 | 4, A | not(B)],
  ])('%s', (_, mode, word) => {
    expect(after(302, fill([0, 1, 1, 2], A, mode))).toEqual([A, word, C, D]);
  });

  it('is seen in its parts only, and within the surface', () => {
    const parts = [
      [0, 0, 1, 1],
      [-5, 3, 7, 1000],
    ] as const;
    const data = unmasked(base(0, [-100, -100, 100, 100], parts).u8(1).u32(7).u16(PUT)).data();
    expect(after(302, data)).toEqual([7, B, C, 7]);
  });

  it('repeats a pattern from where it begins', () => {
    const pattern = bitmap(3, 1, [1, 2, 3]);
    const data = unmasked(base(0, ROW).u8(2).there(pattern).u32(1, 0).u16(PUT)).data();
    expect(after(302, data)).toEqual([3, 1, 2, 3]);
  });

  it.each([
    ['through the ones of a mask', 0, 2, [7, B, 7, D]],
    ['through the zeros of a mask', 1, 2, [A, 7, C, 7]],
    ['with the lowest bit first', 0, 1, [A, B, C, D]],
  ])('is drawn %s', (_, flags, format, row) => {
    const mask = picture(0, 4, 1).u8(format, 4).u32(4, 1, 1).there(undefined).u8(0b1010_0000);
    const data = base(0, ROW).u8(1).u32(7).u16(PUT).u8(flags).u32(0, 0).there(mask).data();
    expect(after(302, data)).toEqual(row);
  });

  it('needs parts that do not lie over each other', () => {
    const parts = Array.from({ length: 100 }, () => ROW);
    const data = unmasked(base(0, ROW, parts).u8(1).u32(7).u16(PUT)).data();
    expect(() => after(302, data)).toThrow(Undrawn);
  });
});

const source = (area: readonly [number, number, number, number], from: Bytes, box = ROW): Bytes =>
  base(0, box)
    .there(from)
    .rect(...area);
const four = bitmap(4, 1, [1, 2, 3, 4]);

describe('copy', () => {
  const copy = (message: Bytes, mode = PUT, scale = NEAREST): ArrayBuffer =>
    unmasked(message.u16(mode).u8(scale)).data();
  it('takes an area of a picture', () => {
    expect(after(304, copy(source([0, 1, 1, 3], four, [0, 0, 1, 2] as never)))).toEqual([2, 3, C, D]);
    expect(after(304, copy(source([0, 2, 1, 6], four)))).toEqual([3, 4, C, D]);
  });
  it('mixes with what is there', () => {
    expect(after(304, copy(source(ROW, four), 64))).toEqual([A ^ 1, B ^ 2, C ^ 3, D ^ 4]);
    expect(after(305, copy(source(ROW, four), 32 | 1))).toEqual([A & ~1, B & ~2, C & ~3, D & ~4]);
  });
  it('makes it larger or smaller', () => {
    expect(after(304, copy(source([0, 0, 1, 2], four)))).toEqual([1, 1, 2, 2]);
    const grey = bitmap(2, 1, [0, 0x404040]);
    expect(after(304, copy(source([0, 0, 1, 2], grey), PUT, 0))).toEqual([0, 0x101010, 0x303030, 0x404040]);
  });
  it('is left out where its area is empty', () => {
    expect(() => after(304, copy(source([0, 2, 1, 2], four)))).toThrow(Undrawn);
  });
});

describe('other drawings', () => {
  it('lays a brush over a picture', () => {
    const data = unmasked(source(ROW, four).u8(1).u32(0xf).u16(64).u8(NEAREST)).data();
    expect(after(303, data)).toEqual([14, 13, 12, 11]);
  });

  it.each([
    ['blackens', 306, [A, 0, 0, D]],
    ['whitens', 307, [A, 0xffffff, 0xffffff, D]],
    ['inverts', 308, [A, not(B), not(C), D]],
  ])('%s', (_, type, row) => {
    expect(after(type, unmasked(base(0, [0, 1, 1, 3])).data())).toEqual(row);
  });

  it.each([
    ['source', 0xcc, (s: number) => s],
    ['brush', 0xf0, (_s: number, _d: number, p: number) => p],
    ['brush and source', 0xc0, (s: number, _d: number, p: number) => p & s],
    [
      'source where the brush has it, else what is there',
      0xca,
      (s: number, d: number, p: number) => (p & s) | (~p & d),
    ],
    ['all three', 0x96, (s: number, d: number, p: number) => s ^ d ^ p],
  ])('mixes three: %s', (_, code, mix) => {
    const solid = unmasked(source(ROW, four).u8(1).u32(0xabcdef).u8(code, NEAREST)).data();
    const before = [A, B, C, D];
    expect(after(309, solid)).toEqual(before.map((d, i) => mix(i + 1, d, 0xabcdef) & 0xffffff));
    const pattern = bitmap(2, 1, [0x555555, 0xfedcba]);
    const tiled = unmasked(source(ROW, four).u8(2).there(pattern).u32(0, 0).u8(code, NEAREST)).data();
    const brush = (i: number): number => (i % 2 === 0 ? 0x555555 : 0xfedcba);
    expect(after(309, tiled)).toEqual(before.map((d, i) => mix(i + 1, d, brush(i)) & 0xffffff));
  });

  it('leaves out one colour', () => {
    expect(after(312, source(ROW, four).u32(0, 3).data())).toEqual([1, 2, C, 4]);
  });

  it('blends by how much of it is seen', () => {
    const half = picture(0, 4, 1)
      .u8(9, 4)
      .u32(4, 1, 16)
      .there(undefined)
      .u32(0, 0x80404040, 0xff010203, 0x80000000);
    const data = base(0, ROW)
      .u8(0, 255)
      .there(half)
      .rect(...ROW)
      .data();
    const through = (d: number): number => Math.round((d * 127) / 255);
    expect(after(313, data, [A, 0x404040, C, 0x808080])).toEqual([
      A,
      0x404040 + through(0x40) * 0x010101,
      0x010203,
      through(0x80) * 0x010101,
    ]);
    const faint = base(0, ROW)
      .u8(0, 128)
      .there(bitmap(4, 1, [0, 0, 0xffffff, 0xffffff]))
      .rect(...ROW)
      .data();
    expect(after(313, faint, [0, 0xffffff, 0, 0xffffff])).toEqual([0, 0x7f7f7f, 0x808080, 0xffffff]);
  });

  it('moves what is there, in both directions', () => {
    const moved = (box: readonly [number, number, number, number], x: number): number[] =>
      after(104, base(0, box).u32(x, 0).data());
    expect(moved([0, 1, 1, 4], 0)).toEqual([A, A, B, C]);
    expect(moved([0, 0, 1, 3], 1)).toEqual([B, C, D, D]);
    expect(moved([0, 0, 1, 4], 2)).toEqual([C, D, C, D]);
    const parts = [
      [0, 0, 1, 1],
      [0, 2, 1, 4],
    ] as const;
    expect(after(104, base(0, ROW, parts).u32(-1, 0).data())).toEqual([A, B, B, C]);
  });

  it('draws lines without their last pixel, and dashes', () => {
    const path = (...points: readonly number[]): Bytes =>
      bytes()
        .u32(1)
        .u8(3)
        .u32(points.length / 2)
        .u32(...points.map((at) => at * 16));
    const line = (from: Bytes): Bytes => base(0, ROW).there(from);
    expect(
      after(
        310,
        line(path(0, 0, 3, 0))
          .u8(0)
          .u8(1)
          .u32(7)
          .u16(PUT, PUT)
          .data(),
      ),
    ).toEqual([7, 7, 7, D]);
    expect(
      after(
        310,
        line(path(-900, 0, 2, 0))
          .u8(0)
          .u8(1)
          .u32(7)
          .u16(PUT, PUT)
          .data(),
      ),
    ).toEqual([7, 7, C, D]);
    const dashes = bytes().u32(16, 16);
    const dashed = line(path(0, 0, 4, 0))
      .u8(8, 2)
      .there(dashes)
      .u8(1)
      .u32(7)
      .u16(PUT, PUT)
      .data();
    expect(after(310, dashed)).toEqual([7, B, 7, D]);
    const gap = line(path(0, 0, 4, 0))
      .u8(12, 2)
      .there(bytes().u32(16, 16))
      .u8(1)
      .u32(7)
      .u16(PUT, PUT)
      .data();
    expect(after(310, gap)).toEqual([A, 7, C, 7]);
  });

  it.each([
    ['of one bit', 1, [0b1010_0000], [7, B, 7, D]],
    ['of four bits', 2, [0xf0, 0xf0], [7, B, 7, D]],
    ['of eight bits', 4, [255, 0, 255, 0], [7, B, 7, D]],
  ])('writes letters %s', (_, flags, raster, row) => {
    const words = bytes()
      .u16(1)
      .u8(flags)
      .u32(0, 0, 0, 0)
      .u16(4, 1)
      .u8(...raster);
    const data = base(0, ROW).there(words).rect(0, 0, 0, 0).u8(1).u32(7).u8(0).u16(PUT, PUT).data();
    expect(after(311, data)).toEqual(row);
    const onPaper = base(0, ROW).there(words).rect(0, 1, 1, 4).u8(1).u32(7).u8(1).u32(9).u16(PUT, PUT).data();
    expect(after(311, onPaper)).toEqual([7, 9, 7, 9]);
  });

  it('composes as Render does', () => {
    const half = picture(0, 1, 1).u8(9, 4).u32(1, 1, 4).there(undefined).u32(0x80800000);
    const REPEATED = 1 << 14;
    const composed = (operation: number): number[] =>
      after(
        318,
        base(0, ROW)
          .u32(operation | REPEATED)
          .there(half)
          .u16(0, 0, 0, 0)
          .data(),
        [0xff0000ff, 0xff00ff00, 0xffff0000, 0],
        96,
      );
    expect(composed(3)).toEqual([0xff80007f, 0xff807f00, 0xffff0000, 0x80800000]);
    expect(composed(1)).toEqual(Array(4).fill(0x80800000));
    expect(composed(0)).toEqual([0, 0, 0, 0]);
    expect(composed(12)).toEqual([0xff8000ff, 0xff80ff00, 0xffff0000, 0x80800000]);
    expect(() => composed(99)).toThrow(Undrawn);
  });
});
