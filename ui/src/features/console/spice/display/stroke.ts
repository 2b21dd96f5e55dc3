// Lines of one pixel, whole or dashed, straight or bent. Invariant: of a line only what is within its box is walked along,
// and of one message no more than MOST_STEPS.
import { around, common, type Rect } from '../clip';
import { Undrawn } from './image';
import { brush, brushAt, type Paint, type Pictures } from './place';
import type { Point, Reader } from './reader';
import { INVERS, ropOf } from './rop';

const PATH = { begin: 1, end: 2, close: 8, bezier: 16 } as const;
const LINE = { startsWithGap: 4, styled: 8 } as const;
const MOST_STEPS = 4 * 1024 * 1024;
const MOST_POINTS = 65_536;
/** A curve is a line when it is no further from one than half a pixel, or after so many halvings. */
const MOST_HALVINGS = 8;

/** 28 bits before the point, 4 after it. */
const fixed = (from: Reader): Point => ({ x: from.i32() / 16, y: from.i32() / 16 });
const whole = ({ x, y }: Point): Point => ({ x: Math.floor(x + 0.5), y: Math.floor(y + 0.5) });

export function strokeAt(from: Reader, pictures: Pictures): Paint {
  const path = from.there();
  const style = styleAt(from);
  const by = brushAt(from, pictures);
  const rop = ropOf(from.u16(), INVERS.brush, INVERS.dest);
  const lines = path ? linesAt(path) : [];
  return (place) => {
    const steps = { left: MOST_STEPS / Math.ceil(place.parts.length / 16) };
    const bounds = around(place.parts);
    for (const line of lines) brush(place, seen(walk(line, style, bounds, steps), place.parts), by, rop);
    if (steps.left <= 0) throw new Undrawn('line without end');
  };
}

/** Lengths of dashes and gaps, the first a dash; none: the line is whole. */
type Style = { lengths: readonly number[]; at: number };

function styleAt(from: Reader): Style {
  const flags = from.u8();
  if (!(flags & LINE.styled)) return { lengths: [], at: 0 };
  const count = from.u8();
  const there = from.there();
  const lengths = there ? Array.from({ length: count }, () => Math.max(0, Math.round(there.i32() / 16))) : [];
  const sum = lengths.reduce((all, length) => all + length, 0);
  if (sum === 0) return { lengths: [], at: 0 };
  // what begins with a gap has its dash afterwards
  return flags & LINE.startsWithGap
    ? { lengths: [...lengths.slice(1), lengths[0] ?? 0], at: sum - (lengths[0] ?? 0) }
    : { lengths, at: 0 };
}

function linesAt(path: Reader): Point[][] {
  const lines: Point[][] = [];
  let line: Point[] = [];
  let count = 0;
  const end = (): void => {
    if (line.length > 0) lines.push(line);
    line = [];
  };
  const segments = path.u32();
  for (let i = 0; i < segments; i++) {
    const [flags, points] = [path.u8(), path.u32()];
    count += points;
    if (count > MOST_POINTS) throw new Undrawn('path without end');
    const read = Array.from({ length: points }, () => fixed(path));
    if (flags & PATH.begin) {
      end();
      line.push(...read.splice(0, 1).map(whole));
    }
    if (flags & PATH.bezier)
      for (let at = 0; at + 2 < read.length; at += 3) {
        const [a, b, c] = read.slice(at, at + 3);
        if (a && b && c) bend(line, line.at(-1) ?? whole(a), a, b, c);
      }
    else for (const point of read) line.push(whole(point));
    if (flags & PATH.end) {
      if (flags & PATH.close && line[0]) line.push(line[0]);
      end();
    }
  }
  end();
  return lines;
}

const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

function bend(line: Point[], from: Point, a: Point, b: Point, to: Point, halvings = 0): void {
  if (halvings === MOST_HALVINGS || isFlat(from, a, b, to)) return void line.push(whole(to));
  const [first, second, third] = [middle(from, a), middle(a, b), middle(b, to)];
  const [left, right] = [middle(first, second), middle(second, third)];
  const half = middle(left, right);
  bend(line, from, first, left, half, halvings + 1);
  bend(line, half, right, third, to, halvings + 1);
}
function isFlat(from: Point, a: Point, b: Point, to: Point): boolean {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const away = ({ x, y }: Point): number =>
    length === 0
      ? Math.hypot(x - from.x, y - from.y)
      : Math.abs((x - from.x) * dy - (y - from.y) * dx) / length;
  return away(a) < 0.5 && away(b) < 0.5;
}

/** The pixels of a line but the last one of it, those next to each other in a row together. */
function* walk(
  line: readonly Point[],
  { lengths, at }: Style,
  bounds: Rect,
  steps: { left: number },
): Generator<Rect> {
  const period = lengths.reduce((all, length) => all + length, 0) * (lengths.length % 2 === 0 ? 1 : 2);
  const isDash = (along: number): boolean => {
    let rest = along % period;
    for (let i = 0; ; i++) {
      rest -= lengths[i % lengths.length] ?? 0;
      if (rest < 0) return i % 2 === 0;
    }
  };
  let along = at;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1], line[i]];
    if (!a || !b) return;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = Math.max(Math.abs(dx), Math.abs(dy));
    const isFlat = Math.abs(dx) >= Math.abs(dy);
    const [first, end] = isFlat
      ? reach(a.x, dx, bounds.left, bounds.right)
      : reach(a.y, dy, bounds.top, bounds.bottom);
    for (let step = first; step < Math.min(end, length); step++) {
      if (steps.left-- <= 0) return;
      if (period > 0 && !isDash(along + step)) continue;
      const left = isFlat ? a.x + step * Math.sign(dx) : Math.floor(a.x + (step * dx) / length + 0.5);
      const top = isFlat ? Math.floor(a.y + (step * dy) / length + 0.5) : a.y + step * Math.sign(dy);
      yield { top, left, bottom: top + 1, right: left + 1 };
    }
    along += length;
  }
}

/** Of the steps from there in that direction, those between two ends. */
function reach(from: number, way: number, low: number, high: number): [number, number] {
  return way >= 0
    ? [Math.max(0, low - from), Math.max(0, high - from)]
    : [Math.max(0, from - high + 1), Math.max(0, from - low + 1)];
}

function* seen(pixels: Iterable<Rect>, parts: readonly Rect[]): Generator<Rect> {
  for (const pixel of pixels) if (parts.some((part) => common(part, pixel))) yield pixel;
}
