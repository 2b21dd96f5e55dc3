// Text as pictures of letters, which say for each pixel how much of the brush is seen there.
import { common, within, type Rect } from '../clip';
import { Undrawn } from './image';
import { brush, brushAt, colourOn, type Brush, type Paint, type Pictures, type Place } from './place';
import type { Reader } from './reader';
import { over, ROP } from './rop';

const RASTER = { a1: 1, a4: 2, a8: 4, topDown: 8 } as const;
const MOST_LETTERS = 16_384;

type Letter = { box: Rect; row: number; bytes: Uint8Array };
type Words = { bits: number; topDown: boolean; letters: readonly Letter[] };

export function textAt(from: Reader, pictures: Pictures): Paint {
  const there = from.there();
  const backArea = from.rect();
  const [fore, back] = [brushAt(from, pictures), brushAt(from, pictures)];
  const words = there && wordsAt(there);
  return (place) => {
    if (backArea.left < backArea.right && backArea.top < backArea.bottom)
      brush(place, within(backArea, place.parts), back, ROP.copy);
    if (words && fore) for (const letter of words.letters) write(place, words, letter, fore);
  };
}

function wordsAt(from: Reader): Words {
  const [count, flags] = [from.u16(), from.u8()];
  const bits = flags & RASTER.a1 ? 1 : flags & RASTER.a4 ? 4 : flags & RASTER.a8 ? 8 : 0;
  if (bits === 0 || count > MOST_LETTERS) throw new Undrawn('text that is no picture');
  const letters = Array.from({ length: count }, () => {
    const [at, begins] = [from.point(), from.point()];
    const [width, height] = [from.u16(), from.u16()];
    const [left, top] = [at.x + begins.x, at.y + begins.y];
    const row = Math.ceil((width * bits) / 8);
    return {
      box: { top, left, bottom: top + height, right: left + width },
      row,
      bytes: from.bytes(row * height),
    };
  });
  return { bits, topDown: (flags & RASTER.topDown) !== 0, letters };
}

function write(
  place: Place,
  { bits, topDown }: Words,
  { box, row, bytes }: Letter,
  by: NonNullable<Brush>,
): void {
  const { on } = place;
  const most = 2 ** bits - 1;
  const each = 8 / bits;
  const ink = 'picture' in by ? by.picture() : undefined;
  const begins = 'picture' in by ? by.begins : { x: 0, y: 0 };
  const plain = 'colour' in by ? colourOn(place, by.colour) : 0;
  const inkAt = (x: number, y: number): number => {
    if (!ink) return plain;
    const wrap = (at: number, length: number): number => ((at % length) + length) % length;
    return (
      ink.data[ink.start + wrap(y - begins.y, ink.height) * ink.stride + wrap(x - begins.x, ink.width)] ?? 0
    );
  };
  for (const part of place.parts) {
    const seen = common(part, box);
    if (!seen) continue;
    for (let y = seen.top; y < seen.bottom; y++) {
      // the lowest row comes first
      const first = row * (topDown ? y - box.top : box.bottom - 1 - y);
      for (let x = seen.left; x < seen.right; x++) {
        const place = x - box.left;
        const byte = bytes[first + Math.floor(place / each)] ?? 0;
        const much = (byte >> (bits * (each - 1 - (place % each)))) & most;
        if (much === 0) continue;
        const at = on.start + y * on.stride + x;
        on.data[at] = over(inkAt(x, y) | 0xff000000, on.data[at] ?? 0, (much * 255) / most);
      }
    }
  }
}
