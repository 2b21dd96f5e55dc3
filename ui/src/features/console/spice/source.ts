// What a drawing is made of: looked at before spice-html5 reads it, which believes every size and decodes also what it
// does not draw. Invariant: what is let through is no larger than a screen can be, and has the bytes that it says.
import { rectAt, type Rect } from './clip';
import { garbled } from './handshake';

export const MOST_PIXELS = 64 * 1024 * 1024;
const KIND = { bitmap: 0, quic: 1, lz: 101, surface: 104 } as const;
const SOLID = 1;
/** A picture's own number, kind, flags and size. */
const HEAD_BYTES = 18;
/** Flags and place of a mask, before where it is. */
const MASK_HEAD = 9;

/** Which part of a picture is copied, or from which surface: a surface's is cut out already. */
export type Source = { area?: Rect; surface?: number };

/** Of a copy whose head ends there; undefined when there is nothing to copy. */
export function sourceOf(view: DataView, end: number): Source | undefined {
  const at = view.getUint32(end, true);
  // what is copied from where, how, and how it is scaled
  unmask(view, end + 4 + 16 + 2 + 1);
  if (at === 0) return undefined;
  const kind = view.getUint8(at + 8);
  if (kind === KIND.surface) return { surface: view.getUint32(at + HEAD_BYTES, true) };
  sized(view.getUint32(at + 10, true), view.getUint32(at + 14, true));
  if (kind === KIND.bitmap) {
    const [width, height, stride] = [20, 24, 28].map((i) => view.getUint32(at + i, true)) as [
      number,
      number,
      number,
    ];
    sized(width, height);
    if (stride * height > view.byteLength) throw garbled();
  } else if (kind === KIND.lz) sized(view.getUint32(at + 34), view.getUint32(at + 38));
  else if (kind === KIND.quic) sized(view.getUint32(at + 34, true), view.getUint32(at + 38, true));
  return { area: rectAt(view, end + 4) };
}

/** Whether a filling whose head ends there is of one colour; others are not drawn. */
export function isPlain(view: DataView, end: number): boolean {
  if (view.getUint8(end) !== SOLID) return false;
  unmask(view, end + 1 + 4 + 2);
  return true;
}

/** Masks are not drawn through, so they are not read either. */
function unmask(view: DataView, at: number): void {
  view.setUint32(at + MASK_HEAD, 0, true);
}

function sized(width: number, height: number): void {
  if (width * height > MOST_PIXELS) throw garbled();
}
