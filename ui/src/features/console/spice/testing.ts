// Messages of a display as tests write them, and a canvas that keeps what is put on it.
import { vi } from 'vitest';

type Field = readonly [bytes: 1 | 2 | 4 | 8, value: number];
/** A message, its bytes little-endian; a part of it at which another points comes after all others. */
export class Bytes {
  #fields: (Field | { there: Bytes } | Uint8Array)[] = [];

  u8(...values: readonly number[]): this {
    return this.#all(1, values);
  }
  u16(...values: readonly number[]): this {
    return this.#all(2, values);
  }
  u32(...values: readonly number[]): this {
    return this.#all(4, values);
  }
  u64(value: number): this {
    return this.#all(8, [value]);
  }
  raw(bytes: Uint8Array): this {
    this.#fields.push(bytes);
    return this;
  }
  /** top, left, bottom, right */
  rect(...sides: readonly [number, number, number, number]): this {
    return this.u32(...sides);
  }
  there(part: Bytes | undefined): this {
    if (!part) return this.u32(0);
    this.#fields.push({ there: part });
    return this;
  }
  data(): ArrayBuffer {
    const whole = new Uint8Array(this.#size());
    this.#into(whole, 0);
    return whole.buffer;
  }

  #all(bytes: 1 | 2 | 4 | 8, values: readonly number[]): this {
    for (const value of values) this.#fields.push([bytes, value]);
    return this;
  }
  #own(): number {
    return this.#fields.reduce(
      (sum, field) => sum + (field instanceof Uint8Array ? field.length : 'there' in field ? 4 : field[0]),
      0,
    );
  }
  #size(): number {
    return this.#fields.reduce(
      (sum, field) => sum + ('there' in field ? field.there.#size() : 0),
      this.#own(),
    );
  }
  #into(whole: Uint8Array, begin: number): number {
    const view = new DataView(whole.buffer);
    let [at, next] = [begin, begin + this.#own()];
    for (const field of this.#fields) {
      if (field instanceof Uint8Array) {
        whole.set(field, at);
        at += field.length;
      } else if ('there' in field) {
        view.setUint32(at, next, true);
        next = field.there.#into(whole, next);
        at += 4;
      } else {
        const [bytes, value] = field;
        if (bytes === 1) view.setUint8(at, value);
        else if (bytes === 2) view.setUint16(at, value, true);
        else if (bytes === 4) view.setUint32(at, value, true);
        else view.setBigUint64(at, BigInt(value), true);
        at += bytes;
      }
    }
    return next;
  }
}
export const bytes = (): Bytes => new Bytes();

type Rect = readonly [top: number, left: number, bottom: number, right: number];
/** What all drawings begin with. */
export function base(surface: number, box: Rect, parts?: readonly Rect[]): Bytes {
  const head = bytes()
    .u32(surface)
    .rect(...box);
  if (!parts) return head.u8(0);
  head.u8(1).u32(parts.length);
  for (const part of parts) head.rect(...part);
  return head;
}
/** No mask. */
export const unmasked = (message: Bytes): Bytes => message.u8(0).u32(0, 0).there(undefined);

type Described = { id?: number; flags?: number };
export const picture = (
  kind: number,
  width: number,
  height: number,
  { id = 1, flags = 0 }: Described = {},
): Bytes => bytes().u64(id).u8(kind, flags).u32(width, height);

/** A picture of words as they are, the upper row first. */
export const bitmap = (
  width: number,
  height: number,
  words: readonly number[],
  described?: Described,
): Bytes =>
  picture(0, width, height, described)
    .u8(8, 4)
    .u32(width, height, 4 * width)
    .there(undefined)
    .u32(...words);

export const PUT = 8;
/** All of a picture into a box of its size. */
export function copy(
  at: Rect,
  from: Bytes,
  { mode = PUT, area = at, surface = 0, scale = 1 } = {},
): ArrayBuffer {
  return unmasked(
    base(surface, at)
      .there(from)
      .rect(...area)
      .u16(mode)
      .u8(scale),
  ).data();
}
export const fill = (at: Rect, colour: number, mode = PUT, surface = 0): ArrayBuffer =>
  unmasked(base(surface, at).u8(1).u32(colour).u16(mode)).data();

export const create = (
  id: number,
  width: number,
  height: number,
  format = 32,
  flags = id === 0 ? 1 : 0,
): ArrayBuffer => bytes().u32(id, width, height, format, flags).data();

/** Canvases on which one sees what was put there, as words 0xRRGGBB. */
export function seeingCanvas(): void {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (this: HTMLCanvasElement) {
    const held = new Map<HTMLCanvasElement, unknown>();
    const image = (width: number, height: number) => ({
      width,
      height,
      data: new Uint8ClampedArray(4 * width * height),
    });
    const made = {
      canvas: this,
      createImageData: image,
      putImageData: (paper: ImageData) => seen.set(this, paper),
      drawImage: (picture: unknown) => held.set(this, picture),
      getImageData: (_x: number, _y: number, width: number, height: number) => {
        const from = held.get(this) as { words?: readonly number[] } | undefined;
        const paper = image(width, height);
        from?.words?.forEach((word, i) =>
          paper.data.set([(word >> 16) & 255, (word >> 8) & 255, word & 255, 255], 4 * i),
        );
        return paper;
      },
    };
    return made as never;
  });
}
const seen = new WeakMap<HTMLCanvasElement, ImageData>();

export function wordsOf(canvas: HTMLCanvasElement | undefined): number[] {
  const paper = canvas && seen.get(canvas);
  if (!paper) return [];
  return Array.from(
    { length: paper.data.length / 4 },
    (_, i) =>
      ((paper.data[4 * i] ?? 0) << 16) | ((paper.data[4 * i + 1] ?? 0) << 8) | (paper.data[4 * i + 2] ?? 0),
  );
}

/** A JPEG as far as its size, which a browser of the test reads as all of one colour. */
export function jpeg(width: number, height: number): Uint8Array<ArrayBuffer> {
  const frame = [0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0];
  return Uint8Array.from([0xff, 0xd8, ...frame]);
}
