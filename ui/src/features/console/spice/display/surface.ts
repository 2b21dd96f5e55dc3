// What is drawn on: the pixels of a surface, and what has changed of those since they were shown. Invariant: no more is
// kept of what has changed than a few rectangles.
import { around, common, type Rect } from '../clip';
import { imageOf, type Image } from './image';
import { wholeOf } from './paint';

export const SURFACE = { rgb555: 16, xrgb: 32, rgb565: 80, argb: 96 } as const;
export const FORMATS: readonly number[] = Object.values(SURFACE);

const MOST_CHANGES = 16;

export class Surface {
  readonly image: Image;
  readonly whole: Rect;
  #changes: Rect[] = [];

  constructor(
    width: number,
    height: number,
    readonly format: number,
  ) {
    this.image = imageOf(width, height, new Uint32Array(width * height), { alpha: format === SURFACE.argb });
    this.whole = wholeOf(this.image);
  }

  /** `parts` lie within it. */
  changed(parts: readonly Rect[]): void {
    for (const part of parts) {
      if (this.#changes.some((one) => holds(one, part))) continue;
      this.#changes.push(part);
      if (this.#changes.length > MOST_CHANGES) this.#changes = [around(this.#changes)];
    }
  }
  /** What has changed since this was asked last. */
  changes(): readonly Rect[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }
}

const holds = (outer: Rect, inner: Rect): boolean => {
  const both = common(outer, inner);
  return (
    both?.top === inner.top &&
    both.left === inner.left &&
    both.bottom === inner.bottom &&
    both.right === inner.right
  );
};

/** The picture of a surface, for the eye. */
export class Shown {
  readonly canvas = document.createElement('canvas');
  #surface: Surface;
  #context: CanvasRenderingContext2D | null;
  #paper: ImageData | undefined;

  constructor(surface: Surface) {
    this.#surface = surface;
    this.canvas.width = surface.image.width;
    this.canvas.height = surface.image.height;
    this.#context = this.canvas.getContext('2d', { alpha: false });
  }

  /** Brings onto the canvas what has changed; whether something had. */
  paint(): boolean {
    const context = this.#context;
    const changes = this.#surface.changes();
    if (!context || changes.length === 0) return false;
    const { width, height, data } = this.#surface.image;
    const paper = (this.#paper ??= context.createImageData(width, height));
    const words = new Uint32Array(paper.data.buffer);
    for (const { top, left, bottom, right } of changes) {
      for (let y = top; y < bottom; y++)
        for (let at = y * width + left, end = y * width + right; at < end; at++) {
          const word = data[at] ?? 0;
          // a canvas has red first, and nothing shines through a screen
          words[at] = 0xff000000 | (word & 0xff00) | ((word & 255) << 16) | ((word >>> 16) & 255);
        }
      context.putImageData(paper, 0, 0, left, top, right - left, bottom - top);
    }
    return true;
  }
}
