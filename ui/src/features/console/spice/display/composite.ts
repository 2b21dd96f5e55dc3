// Pictures laid over each other as X's Render does it: a source, seen through a mask, over what is there. Both may be
// turned, repeated and smoothed.
import { Undrawn, type Image } from './image';
import type { Paint, Pictures } from './place';
import type { Point, Reader } from './reader';
import { SURFACE } from './surface';

const FLAG = {
  mask: 1 << 19,
  turnsSource: 1 << 20,
  turnsMask: 1 << 21,
  sourceOpaque: 1 << 22,
  maskOpaque: 1 << 23,
  destOpaque: 1 << 24,
} as const;
const REPEAT = { none: 0, normal: 1, pad: 2, reflect: 3 } as const;
const NEAREST: readonly number[] = [0, 3];

/** How much of source and of what is there each operation takes: by the alpha of the other one. */
type Factor = (alpha: number) => number;
type Operation = readonly [source: Factor, dest: Factor];
const [none, all, same, rest]: [Factor, Factor, Factor, Factor] = [
  () => 0,
  () => 255,
  (a) => a,
  (a) => 255 - a,
];
/** By their numbers, up to adding both; the one after that depends on more than an alpha. */
const OPERATIONS: readonly Operation[] = [
  [none, none],
  [all, none],
  [none, all],
  [all, rest],
  [rest, all],
  [same, none],
  [none, same],
  [rest, none],
  [none, rest],
  [same, rest],
  [rest, same],
  [rest, rest],
  [all, all],
];

/** How a place in the picture is found: six numbers of 16 bits before and 16 after the point. */
type Turn = readonly [number, number, number, number, number, number];
/** Between two pixels it is the first one. */
const LEAST = 1 / 65_536;
type Layer = {
  image: Image;
  opaque: boolean;
  turn: Turn | undefined;
  begins: Point;
  repeat: number;
  smooth: boolean;
};

export function compositeAt(from: Reader, pictures: Pictures): Paint {
  const flags = from.u32();
  const source = pictures.at(from.there());
  const mask = flags & FLAG.mask ? pictures.at(from.there()) : undefined;
  const turns = [FLAG.turnsSource, FLAG.turnsMask].map((bit) => (flags & bit ? turnAt(from) : undefined));
  const [sourceAt, maskAt] = [pointAt(from), pointAt(from)];
  const operation = OPERATIONS[flags & 255];
  const bits = (low: number, count: number): number => (flags >>> low) & (2 ** count - 1);
  return ({ surface, on, box, parts }) => {
    if (!source || !operation) throw new Undrawn(`composite ${flags & 255}`);
    const over = layer(source(), flags & FLAG.sourceOpaque, turns[0], sourceAt, bits(8, 3), bits(14, 2));
    const through =
      mask && layer(mask(), flags & FLAG.maskOpaque, turns[1], maskAt, bits(11, 3), bits(16, 2));
    const each = bits(18, 1) === 1;
    const destOpaque = surface.format !== SURFACE.argb || (flags & FLAG.destOpaque) !== 0;
    if (over.image.data === on.data) over.image = { ...over.image, data: on.data.slice() };
    for (const { top, left, bottom, right } of parts)
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) {
          const at = on.start + y * on.stride + x;
          const s = sample(over, x - box.left, y - box.top);
          const m = through ? sample(through, x - box.left, y - box.top) : 0xffffffff;
          const d = destOpaque ? (on.data[at] ?? 0) | 0xff000000 : (on.data[at] ?? 0);
          on.data[at] = mixed(s, m, each, d, operation);
        }
  };
}

const pointAt = (from: Reader): Point => ({ x: from.i16(), y: from.i16() });
const turnAt = (from: Reader): Turn =>
  Array.from({ length: 6 }, () => from.i32() / 65_536) as unknown as Turn;

function layer(
  image: Image,
  opaque: number,
  turn: Turn | undefined,
  begins: Point,
  filter: number,
  repeat: number,
): Layer {
  return {
    image,
    opaque: opaque !== 0 || !image.alpha,
    turn,
    begins,
    repeat,
    smooth: !NEAREST.includes(filter),
  };
}

function sample(layer: Layer, x: number, y: number): number {
  const { turn, begins, image } = layer;
  const [column, row] = [x + begins.x + 0.5, y + begins.y + 0.5];
  if (!turn) return pixel(layer, Math.floor(column), Math.floor(row));
  const [a, b, c, d, e, f] = turn;
  const [fromX, fromY] = [a * column + b * row + c, d * column + e * row + f];
  if (!layer.smooth || image.data.length === 1)
    return pixel(layer, Math.floor(fromX - LEAST), Math.floor(fromY - LEAST));
  const [left, top] = [Math.floor(fromX - 0.5), Math.floor(fromY - 0.5)];
  const [right, down] = [fromX - 0.5 - left, fromY - 0.5 - top];
  let word = 0;
  const four = [
    pixel(layer, left, top),
    pixel(layer, left + 1, top),
    pixel(layer, left, top + 1),
    pixel(layer, left + 1, top + 1),
  ];
  const parts = [(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down];
  for (let shift = 0; shift < 32; shift += 8) {
    let sum = 0.5;
    for (let i = 0; i < 4; i++) sum += (((four[i] ?? 0) >>> shift) & 255) * (parts[i] ?? 0);
    word |= Math.floor(sum) << shift;
  }
  return word;
}

function pixel({ image, repeat, opaque }: Layer, x: number, y: number): number {
  const { width, height } = image;
  const [column, row] = [inside(x, width, repeat), inside(y, height, repeat)];
  if (column < 0 || row < 0) return 0;
  const word = image.data[image.start + row * image.stride + column] ?? 0;
  return opaque ? word | 0xff000000 : word;
}
function inside(at: number, length: number, repeat: number): number {
  if (at >= 0 && at < length) return at;
  if (repeat === REPEAT.none) return -1;
  if (repeat === REPEAT.pad) return at < 0 ? 0 : length - 1;
  const wrap = repeat === REPEAT.reflect ? 2 * length : length;
  const within = ((at % wrap) + wrap) % wrap;
  return within < length ? within : wrap - 1 - within;
}

/** Each product is rounded by itself, as Render's own are. */
function mixed(s: number, m: number, each: boolean, d: number, [takes, keeps]: Operation): number {
  const [sourceAlpha, destAlpha] = [s >>> 24, d >>> 24];
  const taken = takes(destAlpha);
  let word = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const seen = each ? (m >>> shift) & 255 : m >>> 24;
    const source = times((s >>> shift) & 255, seen);
    const sum = times(source, taken) + times((d >>> shift) & 255, keeps(times(sourceAlpha, seen)));
    word |= Math.min(255, sum) << shift;
  }
  return word;
}
function times(byte: number, much: number): number {
  const product = byte * much + 128;
  return (product + (product >> 8)) >> 8;
}
