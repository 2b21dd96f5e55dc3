// The shape of the guest's pointer as a CSS cursor. Shapes that are no pictures with transparency are left to the
// system's own arrow.

const MSG = { init: 101, reset: 102, set: 103, move: 104, hide: 105 } as const;
export const SHAPES: readonly number[] = [MSG.init, MSG.reset, MSG.set, MSG.hide];
const PLACED: readonly number[] = [MSG.init, MSG.set, MSG.move];
const [NONE, FROM_CACHE] = [1, 4];
const ALPHA = 0;
/** Larger ones are not shown by any system. */
const MOST_PIXELS = 128;
const HEAD_BYTES = 17;
/** What comes before the shape in each message: position, then trails (init) and whether it is seen. */
const BEFORE: Record<number, number> = { [MSG.init]: 9, [MSG.set]: 5 };

/** Where the guest has it now; undefined when nothing was said of that. */
export function placeOf(type: number, data: ArrayBuffer): { x: number; y: number } | undefined {
  if (!PLACED.includes(type) || data.byteLength < 4) return undefined;
  const view = new DataView(data);
  return { x: view.getInt16(0, true), y: view.getInt16(2, true) };
}

/** undefined when it stays as it is. */
export function shapeOf(type: number, data: ArrayBuffer): string | undefined {
  if (type === MSG.hide) return 'none';
  const before = BEFORE[type];
  if (before === undefined) return 'default';
  const view = new DataView(data);
  const flags = view.getUint16(before, true);
  if (flags & NONE) return type === MSG.init ? 'default' : 'none';
  if (flags & FROM_CACHE) return undefined;
  const at = before + 2;
  // after the shape's own number
  const kind = view.getUint8(at + 8);
  const [width = 0, height = 0, x = 0, y = 0] = [0, 1, 2, 3].map((i) => view.getUint16(at + 9 + 2 * i, true));
  if (kind !== ALPHA || width === 0 || height === 0 || width > MOST_PIXELS || height > MOST_PIXELS)
    return 'default';
  return drawn(new Uint8Array(data, at + HEAD_BYTES, 4 * width * height), width, height, x, y);
}

function drawn(bgra: Uint8Array, width: number, height: number, x: number, y: number): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d');
  if (!context) return 'default';
  const image = context.createImageData(width, height);
  for (let i = 0; i < image.data.length; i += 4) {
    const alpha = bgra[i + 3] ?? 0;
    // as it comes its colours are multiplied by it
    const plain = (value = 0): number => (alpha === 0 ? 0 : Math.min(255, Math.round((value * 255) / alpha)));
    image.data.set([plain(bgra[i + 2]), plain(bgra[i + 1]), plain(bgra[i]), alpha], i);
  }
  context.putImageData(image, 0, 0);
  return `url(${canvas.toDataURL()}) ${Math.min(x, width - 1)} ${Math.min(y, height - 1)}, default`;
}
