import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeCanvas } from '../../../stores/testing/canvas';
import { pixelsOf, placeOf, Pointer } from './pointer';
import { bytes } from './testing';

const [SET, HIDE, RESET, FORGET, FORGET_ALL] = [103, 105, 102, 107, 108];
const [KEEP, KEPT] = [2, 4];
let made = 0;
beforeEach(() => {
  fakeCanvas();
  made = 0;
  vi.spyOn(HTMLCanvasElement.prototype, 'toDataURL').mockImplementation(() => `data:${++made}`);
});

const head = (flags: number, id: number, kind = 0, [width, height] = [1, 1]) =>
  bytes()
    .u16(5, 6)
    .u8(1)
    .u16(flags)
    .u64(id)
    .u8(kind)
    .u16(width ?? 1, height ?? 1, 0, 0);
const set = (flags: number, id: number): ArrayBuffer => head(flags, id).u32(0xff00ff00).data();
const view = (of: ReturnType<typeof bytes>): DataView => new DataView(of.data());

describe('the shape of a pointer', () => {
  it('comes again when it was kept, until the display forgets it', () => {
    const pointer = new Pointer();
    const first = pointer.shape(SET, set(KEEP, 7));
    const second = pointer.shape(SET, set(0, 8));
    expect([first, second]).toEqual(['url(data:1) 0 0, default', 'url(data:2) 0 0, default']);
    expect(pointer.shape(SET, set(KEPT, 7))).toBe(first);
    expect(pointer.shape(FORGET, bytes().u64(7).data())).toBeUndefined();
    expect(pointer.shape(SET, set(KEPT, 7))).toBe('default');
    pointer.shape(SET, set(KEEP, 7));
    expect(pointer.shape(FORGET_ALL, new ArrayBuffer(0))).toBeUndefined();
    expect(pointer.shape(SET, set(KEPT, 7))).toBe('default');
    pointer.shape(SET, set(KEEP, 7));
    expect(pointer.shape(RESET, new ArrayBuffer(0))).toBe('default');
    expect(pointer.shape(SET, set(KEPT, 7))).toBe('default');
  });

  it('keeps the newest of more than a display keeps', () => {
    const pointer = new Pointer();
    for (let id = 0; id < 1000; id++) pointer.shape(SET, set(KEEP, id));
    expect(pointer.shape(SET, set(KEPT, 999))).toBe('url(data:1000) 0 0, default');
    expect(pointer.shape(SET, set(KEPT, 700))).toBe('default');
  });

  it('may be none, and the arrow where no system would show it', () => {
    const pointer = new Pointer();
    expect(pointer.shape(HIDE, new ArrayBuffer(0))).toBe('none');
    expect(pointer.shape(SET, bytes().u16(0, 0).u8(1).u16(1).data())).toBe('none');
    expect(pointer.shape(SET, head(0, 1, 0, [500, 500]).data())).toBe('default');
    expect(pointer.shape(SET, head(0, 1, 5).u32(0, 0).data())).toBe('default');
    expect(() => pointer.shape(SET, head(0, 1, 0, [9, 9]).data())).toThrow(RangeError);
  });

  it('says where it is', () => {
    expect(placeOf(104, bytes().u16(3, 0xffff).data())).toEqual({ x: 3, y: -1 });
    expect(placeOf(HIDE, new ArrayBuffer(8))).toBeUndefined();
  });
});

describe('the pixels of a pointer', () => {
  const [BLACK, WHITE, OPPOSITE] = [0xff000000, 0xffffffff, 0x00ffffff];
  const row = (of: Uint32Array | undefined): number[] => [...(of ?? [])];

  it('of colours with alpha, where what is not seen has no colour', () => {
    const of = bytes().u32(0x80402010, 0x00ffffff, 0xffffffff);
    expect(row(pixelsOf(0, view(of), 3, 1))).toEqual([0x80402010, 0, WHITE]);
  });

  it('of two colours: black, white, nothing, and the opposite', () => {
    expect(row(pixelsOf(1, view(bytes().u8(0b0011_0000, 0b0101_0000)), 4, 1))).toEqual([
      BLACK,
      WHITE,
      0,
      OPPOSITE,
    ]);
    const rows = bytes().u8(0, 0x80, 0xff, 0x80, 0, 0, 0xff, 0x80);
    expect(row(pixelsOf(1, view(rows), 9, 2)).slice(7, 11)).toEqual([BLACK, 0, OPPOSITE, OPPOSITE]);
  });

  it.each([
    [
      '32',
      6,
      bytes().u32(0x112233, 0xffffff, 0x445566, 0).u8(0b0101_0000),
      [0xff112233, OPPOSITE, 0xff445566, 0],
    ],
    ['16', 4, bytes().u16(0x7c00, 0x7fff, 0x001f, 0).u8(0b0101_0000), [0xffff0000, OPPOSITE, 0xff0000ff, 0]],
    [
      '4',
      2,
      bytes()
        .u8(0x10, 0x2f)
        .u32(...Array.from({ length: 16 }, (_, i) => (i === 15 ? 0xffffff : i)))
        .u8(0b0001_0000),
      [0xff000001, BLACK, 0xff000002, OPPOSITE],
    ],
  ])('of %s bits, with what hides them', (_, kind, of, expected) => {
    expect(row(pixelsOf(kind, view(of), 4, 1))).toEqual(expected);
  });
});
