// Films: parts of a surface of which a picture comes after the other. A picture is left out when the next of its film has
// come before it was its turn, and nothing else in between. Invariant: a film that cannot be shown is told to the display,
// which then draws what it would have filmed.
import { common, within, type Rect } from '../clip';
import { garbled } from '../handshake';
import type { Image } from './image';
import { jpegAsked, type Asked } from './images';
import { blit, scaled } from './paint';
import type { Reader } from './reader';
import type { Surface } from './surface';

export const FILM = {
  create: 122,
  data: 123,
  clip: 124,
  destroy: 125,
  destroyAll: 126,
  sized: 316,
  report: 319,
} as const;
const REPORT = 102;
const MJPEG = 1;
const TOP_DOWN = 1;
const MOST_FILMS = 64;
const NOTHING = 0xffffffff;

type Told = {
  id: number;
  window: number;
  timeout: number;
  began: number;
  frames: number;
  dropped: number;
};
type Film = {
  surface: number;
  isKnown: boolean;
  topDown: boolean;
  dest: Rect;
  clip: readonly Rect[] | undefined;
  told?: Told;
};
/** A picture of a film that waits for its turn. */
export type Frame = Asked & { left: boolean; draw: (surface: (id: number) => Surface | undefined) => void };

export class Films {
  #films = new Map<number, Film>();
  /** The last picture of each film, as long as nothing but such has come since. */
  #last = new Map<number, Frame>();
  #reply: (type: number, body: ArrayBuffer) => void;
  /** The display's clock. */
  #now: () => number;

  constructor(reply: (type: number, body: ArrayBuffer) => void, now: () => number) {
    this.#reply = reply;
    this.#now = now;
  }

  get count(): number {
    return this.#films.size;
  }
  /** Something else is drawn: what waits is drawn before it. */
  interrupted(): void {
    this.#last.clear();
  }
  close(): void {
    this.#films.clear();
    this.#last.clear();
  }

  /** What is no picture, in its turn. */
  heard(type: number, from: Reader): void {
    if (type === FILM.destroyAll) return this.close();
    if (type === FILM.create) return this.#create(from);
    const id = from.u32();
    const film = this.#films.get(id);
    if (!film) return;
    if (type === FILM.destroy) this.#films.delete(id);
    else if (type === FILM.clip) film.clip = from.parts();
    else if (type === FILM.report) {
      const [unique, window, timeout] = [from.u32(), from.u32(), from.u32()];
      film.told = { id: unique, window, timeout, began: 0, frames: 0, dropped: 0 };
      if (!film.isKnown) this.#refuse(id, film.told);
    }
  }

  #create(from: Reader): void {
    if (this.#films.size >= MOST_FILMS) throw garbled();
    const [surface, id] = [from.u32(), from.u32()];
    const [flags, codec] = [from.u8(), from.u8()];
    from.id();
    for (let i = 0; i < 4; i++) from.u32();
    const [dest, clip] = [from.rect(), from.parts()];
    this.#films.set(id, { surface, isKnown: codec === MJPEG, topDown: (flags & TOP_DOWN) !== 0, dest, clip });
  }

  /** A picture as it comes. */
  frame(type: number, from: Reader): Frame {
    const [id, at] = [from.u32(), from.u32()];
    let dest: Rect | undefined;
    if (type === FILM.sized) {
      from.id();
      dest = from.rect();
    }
    const asked = jpegAsked(from.bytes(from.u32()));
    const earlier = this.#last.get(id);
    if (earlier && !dest) earlier.left = true;
    const frame: Frame = {
      ...asked,
      left: false,
      begin: () => (frame.left ? Promise.resolve() : (asked.begin?.() ?? Promise.resolve())),
      draw: (surfaceOf) => {
        if (this.#last.get(id) === frame) this.#last.delete(id);
        const film = this.#films.get(id);
        if (!film) return;
        const surface = surfaceOf(film.surface);
        if (surface && !frame.left) show(surface, asked.take(), film, dest ?? film.dest);
        if (film.told) this.#tell(id, film.told, at, frame.left);
      },
    };
    if (dest) this.#last.delete(id);
    else this.#last.set(id, frame);
    return frame;
  }

  #tell(film: number, told: Told, at: number, left: boolean): void {
    told.frames++;
    if (left) told.dropped++;
    if (told.began === 0) told.began = at;
    if (told.frames <= told.window && at - told.began <= told.timeout) return;
    this.#report(film, told, at, at - this.#now());
    Object.assign(told, { began: 0, frames: 0, dropped: 0 });
  }
  #refuse(film: number, told: Told): void {
    this.#report(film, { ...told, dropped: NOTHING }, 0, 0);
  }
  #report(film: number, { id, began, frames, dropped }: Told, ends: number, early: number): void {
    const view = new DataView(new ArrayBuffer(32));
    // of sound nothing is told here
    [film, id, began, ends, frames, dropped, early, NOTHING].forEach((word, i) =>
      view.setUint32(4 * i, word, true),
    );
    this.#reply(REPORT, view.buffer);
  }
}

function show(surface: Surface, picture: Image, { clip, topDown }: Film, dest: Rect): void {
  const seen = common(dest, surface.whole);
  const parts = seen ? within(seen, clip) : [];
  if (!seen || parts.length === 0) return;
  const { width, height } = picture;
  const upright = topDown ? picture : { ...picture, start: width * (height - 1), stride: -width };
  const area = { top: 0, left: 0, bottom: height, right: width };
  const isSame = dest.right - dest.left === width && dest.bottom - dest.top === height;
  if (isSame) blit(surface.image, parts, upright, dest.left, dest.top);
  else blit(surface.image, parts, scaled(upright, area, dest, seen, true), seen.left, seen.top);
  surface.changed(parts);
}
