// Draws on a picture. Invariant: a pixel outside the parts, or outside either picture, is neither read nor written.
import type { Rect } from '../clip';
import { copied, Undrawn, type Image } from './image';
import { mixOf, ROP, type Mix, type Rop } from './rop';

export type Parts = Iterable<Rect>;

const rowOf = (image: Image, x: number, y: number): number => image.start + y * image.stride + x;
export const wholeOf = ({ width, height }: Image): Rect => ({
  top: 0,
  left: 0,
  bottom: height,
  right: width,
});

export function fill(on: Image, parts: Parts, colour: number, rop: Rop = ROP.copy): void {
  if (rop === ROP.keep) return;
  const plain = rop === ROP.copy ? colour : rop === ROP.clear ? 0 : rop === ROP.set ? 0xffffffff : undefined;
  const mix = mixOf(rop);
  const { data } = on;
  for (const { top, left, bottom, right } of parts)
    for (let y = top; y < bottom; y++) {
      const at = rowOf(on, left, y);
      const end = at + right - left;
      if (plain !== undefined) data.fill(plain, at, end);
      else for (let i = at; i < end; i++) data[i] = mix(colour, data[i] ?? 0);
    }
}

/** A picture again and again, one of them beginning at that place. */
export function tile(on: Image, parts: Parts, from: Image, begins: { x: number; y: number }, rop: Rop): void {
  if (rop === ROP.keep) return;
  const mix = mixOf(rop);
  const source = from.data === on.data ? copied(from) : from;
  const { data } = on;
  for (const { top, left, bottom, right } of parts)
    for (let y = top; y < bottom; y++) {
      const row = rowOf(source, 0, within(y - begins.y, source.height));
      let x = within(left - begins.x, source.width);
      const at = rowOf(on, left, y);
      const end = at + right - left;
      for (let i = at; i < end; i++) {
        data[i] = mix(source.data[row + x] ?? 0, data[i] ?? 0);
        if (++x === source.width) x = 0;
      }
    }
}
const within = (at: number, length: number): number => ((at % length) + length) % length;

/** A picture whose beginning lies there: only those of its pixels that it has. */
export function blit(on: Image, parts: Parts, from: Image, x: number, y: number, rop: Rop = ROP.copy): void {
  if (rop === ROP.keep) return;
  if (rop !== ROP.copy) return blend(on, parts, from, x, y, mixOf(rop));
  const source = from.data === on.data ? copied(from) : from;
  for (const part of parts) {
    const { top, left, bottom, right } = common(part, source, x, y);
    for (let row = top; row < bottom && left < right; row++) {
      const first = rowOf(source, left - x, row - y);
      on.data.set(source.data.subarray(first, first + right - left), rowOf(on, left, row));
    }
  }
}

/** The same, each pixel mixed with the one that is there. */
export function blend(on: Image, parts: Parts, from: Image, x: number, y: number, mix: Mix): void {
  const source = from.data === on.data ? copied(from) : from;
  const { data } = on;
  for (const part of parts) {
    const { top, left, bottom, right } = common(part, source, x, y);
    for (let row = top; row < bottom; row++) {
      let at = rowOf(source, left - x, row - y);
      const first = rowOf(on, left, row);
      const end = first + right - left;
      for (let i = first; i < end; i++) data[i] = mix(source.data[at++] ?? 0, data[i] ?? 0);
    }
  }
}

function common(part: Rect, { width, height }: Image, x: number, y: number): Rect {
  return {
    top: Math.max(part.top, y),
    left: Math.max(part.left, x),
    bottom: Math.min(part.bottom, y + height),
    right: Math.min(part.right, x + width),
  };
}

/** Moves what is on a picture: each part is what was `x`, `y` before it. */
export function move(on: Image, parts: readonly Rect[], x: number, y: number): void {
  if (x === 0 && y === 0) return;
  const [only] = parts;
  if (parts.length > 1 || !only) return blit(on, parts, copied(on), x, y);
  const { top, left, bottom, right } = common(only, on, x, y);
  const rows = left < right ? bottom - top : 0;
  for (let i = 0; i < rows; i++) {
    const row = y > 0 ? bottom - 1 - i : top + i;
    const from = rowOf(on, left - x, row - y);
    on.data.copyWithin(rowOf(on, left, row), from, from + right - left);
  }
}

/** The part of a picture as it is seen when that area of it fills the box. */
export function scaled(from: Image, area: Rect, box: Rect, part: Rect, smooth: boolean): Image {
  const [width, height] = [part.right - part.left, part.bottom - part.top];
  const [across, down] = [
    (area.right - area.left) / (box.right - box.left),
    (area.bottom - area.top) / (box.bottom - box.top),
  ];
  if (!(across > 0 && down > 0 && Number.isFinite(across) && Number.isFinite(down)))
    throw new Undrawn('empty area');
  const data = new Uint32Array(width * height);
  const between = smooth ? 0.5 : 0;
  for (let y = 0; y < height; y++) {
    const fromY = area.top + (part.top + y - box.top + 0.5) * down - between;
    for (let x = 0; x < width; x++) {
      const fromX = area.left + (part.left + x - box.left + 0.5) * across - between;
      data[y * width + x] = smooth ? between4(from, fromX, fromY) : at(from, fromX, fromY);
    }
  }
  return { width, height, data, start: 0, stride: width, alpha: from.alpha };
}

function at(image: Image, x: number, y: number): number {
  const [column, row] = [
    Math.max(0, Math.min(image.width - 1, Math.floor(x))),
    Math.max(0, Math.min(image.height - 1, Math.floor(y))),
  ];
  return image.data[image.start + row * image.stride + column] ?? 0;
}

function between4(image: Image, x: number, y: number): number {
  const [dx, dy] = [x - Math.floor(x), y - Math.floor(y)];
  const upper = between2(at(image, x, y), at(image, x + 1, y), dx);
  return dy === 0 ? upper : between2(upper, between2(at(image, x, y + 1), at(image, x + 1, y + 1), dx), dy);
}

function between2(a: number, b: number, far: number): number {
  if (far === 0 || a === b) return a;
  let word = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const [one, other] = [(a >>> shift) & 255, (b >>> shift) & 255];
    word |= Math.round(one + (other - one) * far) << shift;
  }
  return word;
}
