// The shape of the guest's pointer as a CSS cursor. What is neither known nor small is the system's own arrow. Invariant: of
// shapes no more are kept than the display keeps itself.

const MSG = { init: 101, reset: 102, set: 103, move: 104, hide: 105, forget: 107, forgetAll: 108 } as const;
const PLACED: readonly number[] = [MSG.init, MSG.set, MSG.move];
const FLAG = { none: 1, keep: 2, kept: 4 } as const;
const KIND = { alpha: 0, mono: 1, colour4: 2, colour16: 4, colour32: 6 } as const;
/** Larger ones are not shown by any system. */
const MOST_PIXELS = 128;
const MOST_KEPT = 256;
const HEAD_BYTES = 17;
/** What comes before the shape in each message: position, then trails (init) and whether it is seen. */
const BEFORE: Record<number, number> = { [MSG.init]: 9, [MSG.set]: 5 };
/** A pixel that is to be the opposite of what is under it, which no cursor here can be. */
const OPPOSITE = 0x00ffffff;
const [BLACK, WHITE] = [0xff000000, 0xffffffff];

/** Where the guest has it now; undefined when nothing was said of that. */
export function placeOf(type: number, data: ArrayBuffer): { x: number; y: number } | undefined {
  if (!PLACED.includes(type) || data.byteLength < 4) return undefined;
  const view = new DataView(data);
  return { x: view.getInt16(0, true), y: view.getInt16(2, true) };
}

export class Pointer {
  #kept = new Map<bigint, string>();

  /** What it is from now on; undefined when it stays as it is. */
  shape(type: number, data: ArrayBuffer): string | undefined {
    const view = new DataView(data);
    if (type === MSG.hide) return 'none';
    if (type === MSG.forget) this.#kept.delete(view.getBigUint64(0, true));
    if (type === MSG.forgetAll || type === MSG.reset) this.#kept.clear();
    if (type === MSG.reset) return 'default';
    const before = BEFORE[type];
    if (before === undefined) return undefined;
    const flags = view.getUint16(before, true);
    if (flags & FLAG.none) return type === MSG.init ? 'default' : 'none';
    const at = before + 2;
    const id = view.getBigUint64(at, true);
    if (flags & FLAG.kept) return this.#kept.get(id) ?? 'default';
    const shape = shapeAt(view, at);
    if (flags & FLAG.keep) this.#keep(id, shape);
    return shape;
  }

  #keep(id: bigint, shape: string): void {
    this.#kept.delete(id);
    for (const old of this.#kept.keys()) {
      if (this.#kept.size < MOST_KEPT) break;
      this.#kept.delete(old);
    }
    this.#kept.set(id, shape);
  }
}

function shapeAt(view: DataView<ArrayBuffer>, at: number): string {
  const kind = view.getUint8(at + 8);
  const [width = 0, height = 0, x = 0, y = 0] = [0, 1, 2, 3].map((i) => view.getUint16(at + 9 + 2 * i, true));
  if (width === 0 || height === 0 || width > MOST_PIXELS || height > MOST_PIXELS) return 'default';
  const pixels = pixelsOf(kind, new DataView(view.buffer, at + HEAD_BYTES), width, height);
  return pixels ? drawn(edged(pixels, width, height), width, height, x, y) : 'default';
}

/** 0xAARRGGBB, multiplied by alpha, and OPPOSITE; undefined: of a kind that no guest sends. */
export function pixelsOf(
  kind: number,
  view: DataView,
  width: number,
  height: number,
): Uint32Array | undefined {
  const count = width * height;
  const bit = (from: number, i: number): boolean =>
    (view.getUint8(from + (i >> 3)) & (0x80 >> (i & 7))) !== 0;
  if (kind === KIND.alpha)
    return Uint32Array.from({ length: count }, (_, i) => {
      const word = view.getUint32(4 * i, true);
      return word >>> 24 === 0 ? 0 : word;
    });
  if (kind === KIND.mono) {
    const row = (width + 7) >> 3;
    return Uint32Array.from({ length: count }, (_, i) => {
      const at = 8 * row * Math.floor(i / width) + (i % width);
      const [keeps, turns] = [bit(0, at), bit(row * height, at)];
      if (keeps) return turns ? OPPOSITE : 0;
      return turns ? WHITE : BLACK;
    });
  }
  const colours = coloursOf(kind, view, width, height);
  if (!colours) return undefined;
  return Uint32Array.from({ length: count }, (_, i) => {
    const colour = colours.at(i);
    if (!bit(colours.mask, i)) return BLACK | colour;
    return colour === 0xffffff ? OPPOSITE : 0;
  });
}

/** Colours one by one, and where the bits begin that hide them. */
type Colours = { at: (i: number) => number; mask: number };

function coloursOf(kind: number, view: DataView, width: number, height: number): Colours | undefined {
  const count = width * height;
  if (kind === KIND.colour32) return { at: (i) => view.getUint32(4 * i, true) & 0xffffff, mask: 4 * count };
  if (kind === KIND.colour16) {
    const wide = (five: number): number => (five << 3) | (five >> 2);
    const at = (i: number): number => {
      const word = view.getUint16(2 * i, true);
      return (wide((word >> 10) & 31) << 16) | (wide((word >> 5) & 31) << 8) | wide(word & 31);
    };
    return { at, mask: 2 * count };
  }
  if (kind !== KIND.colour4) return undefined;
  const palette = Math.ceil(width / 2) * height;
  const at = (i: number): number => {
    const index = (view.getUint8(i >> 1) >> (i & 1 ? 0 : 4)) & 15;
    return view.getUint32(palette + 4 * index, true) & 0xffffff;
  };
  return { at, mask: palette + 4 * 16 };
}

/** What is to be the opposite of anything is black within white, so that it is seen on both. */
function edged(pixels: Uint32Array, width: number, height: number): Uint32Array {
  const isOpposite = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && pixels[y * width + x] === OPPOSITE;
  return pixels.map((pixel, i) => {
    if (pixel === OPPOSITE) return BLACK;
    if (pixel !== 0) return pixel;
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) if (isOpposite(x + dx, y + dy)) return WHITE;
    return 0;
  });
}

function drawn(pixels: Uint32Array, width: number, height: number, x: number, y: number): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d');
  if (!context) return 'default';
  const image = context.createImageData(width, height);
  pixels.forEach((pixel, i) => {
    const alpha = pixel >>> 24;
    // as it comes its colours are multiplied by it
    const plain = (shift: number): number =>
      alpha === 0 ? 0 : Math.min(255, Math.round((((pixel >>> shift) & 255) * 255) / alpha));
    image.data.set([plain(16), plain(8), plain(0), alpha], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return `url(${canvas.toDataURL()}) ${Math.min(x, width - 1)} ${Math.min(y, height - 1)}, default`;
}
