// What the drawings have in common: where they go, the pictures that they name, and the brushes they are painted with.
import type { Rect } from '../clip';
import { of555, Undrawn, type Image } from './image';
import type { Asked, Images } from './images';
import { fill, tile, type Parts } from './paint';
import type { Point, Reader } from './reader';
import type { Rop } from './rop';
import { SURFACE, type Surface } from './surface';

/** A picture of the drawing, once it is its turn. */
export type Picture = () => Image;
/** Where a drawing goes: `parts` lie within the surface and the box. */
export type Place = { surface: Surface; on: Image; box: Rect; parts: readonly Rect[] };
export type Paint = (place: Place) => void;

/** The pictures that a message names, in the order in which they are taken. */
export class Pictures {
  readonly asked: Asked[] = [];
  #taken: Image[] = [];
  #images: Images;
  constructor(images: Images) {
    this.#images = images;
  }
  at(there: Reader | undefined, isMask = false): Picture | undefined {
    if (!there) return undefined;
    const index = this.asked.push(this.#images.asked(there, isMask)) - 1;
    return () => {
      const image = this.#taken[index];
      if (!image) throw new Undrawn('picture');
      return image;
    };
  }
  /** All of them, also when one cannot be: others may repeat them later. */
  take(): void {
    let failed: Undrawn | undefined;
    this.asked.forEach((asked, i) => {
      try {
        this.#taken[i] = asked.take();
      } catch (thrown) {
        if (!(thrown instanceof Undrawn)) throw thrown;
        failed ??= thrown;
      }
    });
    if (failed) throw failed;
  }
}

export type Brush = { colour: number } | { picture: Picture; begins: Point } | undefined;
const BRUSH = { none: 0, solid: 1, pattern: 2 } as const;

export function brushAt(from: Reader, pictures: Pictures): Brush {
  const kind = from.u8();
  if (kind === BRUSH.solid) return { colour: from.u32() };
  if (kind !== BRUSH.pattern) return undefined;
  const picture = pictures.at(from.there());
  const begins = from.point();
  return picture && { picture, begins };
}

/** A colour as its surface means it. */
export const colourOn = ({ surface }: Place, colour: number): number =>
  surface.format === SURFACE.rgb555 ? of555(colour) : colour;

export function brush(place: Place, parts: Parts, by: Brush, rop: Rop): void {
  if (by && 'picture' in by) tile(place.on, parts, by.picture(), by.begins, rop);
  else fill(place.on, parts, colourOn(place, by?.colour ?? 0), rop);
}
