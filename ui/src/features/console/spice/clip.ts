// Where a drawing may be seen: the parts that its message names.
import { garbled } from './handshake';

export type Rect = { top: number; left: number; bottom: number; right: number };

const RECT_BYTES = 16;
const BY_RECTS = 1;
/** No desktop has so many windows. */
const MOST_PARTS = 16_384;

export function rectAt(view: DataView, at: number): Rect {
  const [top = 0, left = 0, bottom = 0, right = 0] = [0, 4, 8, 12].map((i) => view.getInt32(at + i, true));
  return { top, left, bottom, right };
}

/** A clip and where it ends; without parts all of it is seen. */
export function partsAt(view: DataView, at: number): { parts?: readonly Rect[]; end: number } {
  if (view.getUint8(at) !== BY_RECTS) return { end: at + 1 };
  const count = view.getUint32(at + 1, true);
  if (count > MOST_PARTS) throw garbled();
  const first = at + 5;
  const parts = Array.from({ length: count }, (_, i) => rectAt(view, first + RECT_BYTES * i));
  return { parts, end: first + RECT_BYTES * count };
}

export function common(a: Rect, b: Rect): Rect | undefined {
  const [top, left] = [Math.max(a.top, b.top), Math.max(a.left, b.left)];
  const [bottom, right] = [Math.min(a.bottom, b.bottom), Math.min(a.right, b.right)];
  return top < bottom && left < right ? { top, left, bottom, right } : undefined;
}

/** Those parts of a box that lie within both. */
export const within = (box: Rect, parts: readonly Rect[] = [box]): Rect[] =>
  parts.map((part) => common(box, part)).filter((part) => part !== undefined);

/** What holds all of them. */
export function around(parts: readonly Rect[]): Rect {
  const all = { top: Infinity, left: Infinity, bottom: -Infinity, right: -Infinity };
  for (const { top, left, bottom, right } of parts) {
    all.top = Math.min(all.top, top);
    all.left = Math.min(all.left, left);
    all.bottom = Math.max(all.bottom, bottom);
    all.right = Math.max(all.right, right);
  }
  return all;
}
