// What a display draws, one entry for each of its drawings: reads the message, asks for the pictures in it, and says how it
// is painted in its turn.
import { around, common, within, type Rect } from '../clip';
import { compositeAt } from './composite';
import { Undrawn, type Image } from './image';
import type { Images } from './images';
import { blend, blit, fill, move, scaled, tile, type Parts } from './paint';
import { brush, brushAt, colourOn, Pictures, type Paint, type Picture, type Place } from './place';
import type { Reader } from './reader';
import { INVERS, mix3Of, over, ROP, ropOf, type Mix, type Rop } from './rop';
import { strokeAt } from './stroke';
import type { Surface } from './surface';
import { textAt } from './text';

export const DRAW = {
  copyBits: 104,
  fill: 302,
  opaque: 303,
  copy: 304,
  blend: 305,
  blackness: 306,
  whiteness: 307,
  invers: 308,
  rop3: 309,
  stroke: 310,
  text: 311,
  transparent: 312,
  alphaBlend: 313,
  composite: 318,
} as const;

type Mask = (place: Place) => Parts;
const INVERTED = 1;

/** What of a place is seen through a mask. */
function maskAt(from: Reader, pictures: Pictures): Mask {
  const flags = from.u8();
  const begins = from.point();
  const picture = pictures.at(from.there(), true);
  if (!picture) return ({ parts }) => parts;
  const shown = flags & INVERTED ? 0 : 1;
  return ({ box, parts }) => seenThrough(picture(), shown, parts, box.left - begins.x, box.top - begins.y);
}

function* seenThrough(
  mask: Image,
  shown: number,
  parts: readonly Rect[],
  x: number,
  y: number,
): Generator<Rect> {
  const whole = { top: y, left: x, bottom: y + mask.height, right: x + mask.width };
  for (const { top, left, bottom, right } of within(whole, parts))
    for (let row = top; row < bottom; row++) {
      const first = mask.start + (row - y) * mask.stride - x;
      for (let at = left; at < right; at++) {
        if (mask.data[first + at] !== shown) continue;
        const begin = at;
        while (at < right && mask.data[first + at] === shown) at++;
        yield { top: row, left: begin, bottom: row + 1, right: at };
      }
    }
}

const sameSize = (a: Rect, b: Rect): boolean =>
  a.right - a.left === b.right - b.left && a.bottom - a.top === b.bottom - b.top;

/** That area of a picture, as large as the box: the picture to be put, and where its beginning lies. */
function fitted(from: Image, area: Rect, { box, parts }: Place, smooth: boolean): [Image, number, number] {
  if (sameSize(area, box)) return [from, box.left - area.left, box.top - area.top];
  const part = around(parts);
  return [scaled(from, area, box, part, smooth), part.left, part.top];
}

const SMOOTH = 0;

/** A picture of which an area is drawn. */
type Source = { picture: Picture | undefined; area: Rect };
const sourceAt = (from: Reader, pictures: Pictures): Source => ({
  picture: pictures.at(from.there()),
  area: from.rect(),
});

function put(place: Place, parts: Parts, { picture, area }: Source, smooth: boolean, rop: Rop): void {
  if (!picture) return;
  const [image, x, y] = fitted(picture(), area, place, smooth);
  blit(place.on, parts, image, x, y, rop);
}
function mixed(place: Place, { picture, area }: Source, mixOf: (image: Image) => Mix): void {
  if (!picture) return;
  const source = picture();
  const [image, x, y] = fitted(source, area, place, false);
  blend(place.on, place.parts, image, x, y, mixOf(source));
}

function copyAt(from: Reader, pictures: Pictures): Paint {
  const source = sourceAt(from, pictures);
  const rop = ropOf(from.u16(), INVERS.source, INVERS.dest);
  const smooth = from.u8() === SMOOTH;
  const mask = maskAt(from, pictures);
  return (place) => put(place, mask(place), source, smooth, rop);
}

function opaqueAt(from: Reader, pictures: Pictures): Paint {
  const source = sourceAt(from, pictures);
  const by = brushAt(from, pictures);
  const rop = ropOf(from.u16(), INVERS.brush, INVERS.source);
  const smooth = from.u8() === SMOOTH;
  const mask = maskAt(from, pictures);
  return (place) => {
    put(place, mask(place), source, smooth, ROP.copy);
    brush(place, mask(place), by, rop);
  };
}

function fillAt(from: Reader, pictures: Pictures): Paint {
  const by = brushAt(from, pictures);
  const rop = ropOf(from.u16(), INVERS.brush, INVERS.dest);
  const mask = maskAt(from, pictures);
  return (place) => brush(place, mask(place), by, rop);
}

const plainAt =
  (rop: Rop) =>
  (from: Reader, pictures: Pictures): Paint => {
    const mask = maskAt(from, pictures);
    return (place) => fill(place.on, mask(place), 0, rop);
  };

function rop3At(from: Reader, pictures: Pictures): Paint {
  const source = sourceAt(from, pictures);
  const by = brushAt(from, pictures);
  const mix = mix3Of(from.u8());
  const smooth = from.u8() === SMOOTH;
  const mask = maskAt(from, pictures);
  return (place) => {
    if (!source.picture) throw new Undrawn('rop3 without a source');
    const [image, x, y] = fitted(source.picture(), source.area, place, smooth);
    if (!by || !('picture' in by)) {
      const colour = colourOn(place, by?.colour ?? 0);
      return blend(place.on, mask(place), image, x, y, (s, d) => mix(s, d, colour));
    }
    // brush and source become one first: a picture of what is to be there
    for (const part of mask(place)) {
      const [width, height] = [part.right - part.left, part.bottom - part.top];
      const ink = {
        width,
        height,
        data: new Uint32Array(width * height),
        start: 0,
        stride: width,
        alpha: false,
      };
      const begins = { x: by.begins.x - part.left, y: by.begins.y - part.top };
      const all = { top: 0, left: 0, bottom: height, right: width };
      tile(ink, [all], by.picture(), begins, ROP.copy);
      let at = 0;
      const mixing: Mix = (s, d) => mix(s, d, ink.data[at++] ?? 0);
      for (let row = part.top; row < part.bottom; row++) {
        at = (row - part.top) * width + Math.max(0, x - part.left);
        blend(place.on, [{ ...part, top: row, bottom: row + 1 }], image, x, y, mixing);
      }
    }
  };
}

function transparentAt(from: Reader, pictures: Pictures): Paint {
  const source = sourceAt(from, pictures);
  from.u32();
  const hidden = from.u32() & 0xffffff;
  return (place) => mixed(place, source, () => (s, d) => ((s & 0xffffff) === hidden ? d : s));
}

const SURFACE_HAS_ALPHA = 2;

function alphaBlendAt(from: Reader, pictures: Pictures): Paint {
  const [flags, much] = [from.u8(), from.u8()];
  const source = sourceAt(from, pictures);
  return (place) =>
    mixed(place, source, (image) => {
      const isSeen = image.alpha || (flags & SURFACE_HAS_ALPHA) !== 0;
      return isSeen ? (s, d) => over(s, d, much) : (s, d) => over(s | 0xff000000, d, much);
    });
}

function copyBitsAt(from: Reader): Paint {
  const { x, y } = from.point();
  return ({ on, box, parts }) => move(on, parts, box.left - x, box.top - y);
}

type DrawAt = (from: Reader, pictures: Pictures) => Paint;
const DRAWS: Record<number, DrawAt> = {
  [DRAW.stroke]: strokeAt,
  [DRAW.text]: textAt,
  [DRAW.composite]: compositeAt,
  [DRAW.copyBits]: copyBitsAt,
  [DRAW.fill]: fillAt,
  [DRAW.opaque]: opaqueAt,
  [DRAW.copy]: copyAt,
  [DRAW.blend]: copyAt,
  [DRAW.blackness]: plainAt(ROP.clear),
  [DRAW.whiteness]: plainAt(ROP.set),
  [DRAW.invers]: plainAt(ROP.invert),
  [DRAW.rop3]: rop3At,
  [DRAW.transparent]: transparentAt,
  [DRAW.alphaBlend]: alphaBlendAt,
};

const areaOf = ({ top, left, bottom, right }: Rect): number => (right - left) * (bottom - top);

export type Draw = { surface: number; pictures: Pictures; paint: (surface: Surface) => void };

export function drawAt(type: number, from: Reader, images: Images): Draw | undefined {
  const at = DRAWS[type];
  if (!at) return undefined;
  const [surface, box, clip] = [from.u32(), from.rect(), from.parts()];
  const pictures = new Pictures(images);
  const paint = at(from, pictures);
  return {
    surface,
    pictures,
    paint: (target) => {
      const seen = common(box, target.whole);
      const parts = seen ? within(seen, clip) : [];
      if (!seen || parts.length === 0) return;
      // parts do not lie over each other; those of whoever says so would be drawn without end
      if (parts.reduce((sum, part) => sum + areaOf(part), 0) > 16 * areaOf(seen)) throw new Undrawn('parts');
      paint({ surface: target, on: target.image, box, parts });
      target.changed(parts);
    },
  };
}
