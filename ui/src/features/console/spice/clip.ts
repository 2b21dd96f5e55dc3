// What of a drawing may be seen: the parts that its message names, which spice-html5 leaves to others.
import { garbled } from './handshake';

export type Rect = { top: number; left: number; bottom: number; right: number };
type Point = { x: number; y: number };

/** The head that all drawings have: where they go, and which parts of that are seen. */
export type Head = {
  surface: number;
  box: Rect;
  /** undefined: all of it. */
  parts?: readonly Rect[];
  /** Where the rest of the message begins. */
  end: number;
};

const RECT_BYTES = 16;
const BY_RECTS = 1;
/** No desktop has so many windows. */
const MOST_PARTS = 16_384;

export function rectAt(view: DataView, at: number): Rect {
  const [top = 0, left = 0, bottom = 0, right = 0] = [0, 4, 8, 12].map((i) => view.getInt32(at + i, true));
  return { top, left, bottom, right };
}

/** A clip and where it ends. */
export function partsAt(view: DataView, at: number): { parts?: readonly Rect[]; end: number } {
  if (view.getUint8(at) !== BY_RECTS) return { end: at + 1 };
  const count = view.getUint32(at + 1, true);
  if (count > MOST_PARTS) throw garbled();
  const first = at + 5;
  const parts = Array.from({ length: count }, (_, i) => rectAt(view, first + RECT_BYTES * i));
  return { parts, end: first + RECT_BYTES * count };
}

export const headOf = (view: DataView): Head => ({
  surface: view.getUint32(0, true),
  box: rectAt(view, 4),
  ...partsAt(view, 4 + RECT_BYTES),
});

type Context = CanvasRenderingContext2D;

/** A context that draws nowhere but in some parts. It can do what spice-html5 asks of one. */
export class Pen {
  #context: Context;
  #parts: readonly Rect[];
  #shift: Point;

  /** `shift`: how far the beginning of a picture lies before the place where it is drawn. */
  constructor(context: Context, parts: readonly Rect[], shift: Point = { x: 0, y: 0 }) {
    this.#context = context;
    this.#parts = parts;
    this.#shift = shift;
  }

  set fillStyle(style: string) {
    this.#context.fillStyle = style;
  }
  createImageData(width: number, height: number): ImageData {
    return this.#context.createImageData(width, height);
  }
  getImageData(x: number, y: number, width: number, height: number): ImageData {
    return this.#context.getImageData(x, y, width, height);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#within((context) => context.fillRect(x, y, width, height));
  }
  drawImage(image: CanvasImageSource, x: number, y: number): void {
    const [left, top] = [x - this.#shift.x, y - this.#shift.y];
    this.#within((context) => context.drawImage(image, left, top));
  }
  /** A context's clip does not hold for this one, but a part of the picture can be named. */
  putImageData(image: ImageData, x: number, y: number): void {
    const [left, top] = [x - this.#shift.x, y - this.#shift.y];
    for (const part of this.#parts) {
      const [width, height] = [part.right - part.left, part.bottom - part.top];
      if (width > 0 && height > 0)
        this.#context.putImageData(image, left, top, part.left - left, part.top - top, width, height);
    }
  }

  #within(draw: (context: Context) => void): void {
    const context = this.#context;
    context.save();
    context.beginPath();
    for (const { left, top, right, bottom } of this.#parts)
      context.rect(left, top, right - left, bottom - top);
    context.clip();
    draw(context);
    context.restore();
  }
}

/** The parts of a box, where both overlap. */
export const within = (box: Rect, parts: readonly Rect[] = [box]): Rect[] =>
  parts.map((part) => ({
    top: Math.max(box.top, part.top),
    left: Math.max(box.left, part.left),
    bottom: Math.min(box.bottom, part.bottom),
    right: Math.min(box.right, part.right),
  }));
