// What a SPICE display draws: surfaces, of which one is the screen, the pictures on them, and films. All of it is drawn into
// memory in the order in which it came, and brought onto the screen's canvas once a frame. Invariant: what cannot be drawn
// is left out and counted, and ends nothing; what is no such message ends the channel.
import type { Message } from './channel';
import { Undrawn, MOST_PIXELS, sized } from './display/image';
import { Images, KEPT_PIXELS, WINDOW_PIXELS, type Asked } from './display/images';
import { DRAW, drawAt, type Draw } from './display/draws';
import { FILM, Films } from './display/films';
import { Order } from './display/order';
import { fill } from './display/paint';
import { Reader } from './display/reader';
import { FORMATS, Shown, Surface } from './display/surface';
import { garbled } from './handshake';

const MSG = {
  reset: 103,
  forget: 105,
  forgetAll: 106,
  forgetPalette: 107,
  forgetPalettes: 108,
  create: 314,
  destroy: 315,
} as const;
const CAP = { sized: 0, report: 4, lz4: 5, multiCodec: 8, mjpeg: 9 } as const;
export const DISPLAY_CAPS = Object.values(CAP).reduce<number>((caps, bit) => caps | (1 << bit), 0);

const PRIMARY = 1;
/** As many as a display keeps itself. */
const MOST_SURFACES = 1024;
const PIXMAP = 1;
/** A page that is not seen has no frames, and a screen in a tab behind needs few. */
const UNSEEN_MS = 250;
/** Kinds of what cannot be drawn. */
const MOST_KINDS = 64;

const DRAWS: readonly number[] = Object.values(DRAW);
const FILMS: readonly number[] = Object.values(FILM);
const PICTURES: readonly number[] = [FILM.data, FILM.sized];

/** What the display is told first: what is kept here of what it sends. */
export function displayInit(): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(14));
  view.setUint8(0, 1);
  view.setBigInt64(1, BigInt(KEPT_PIXELS), true);
  view.setUint8(9, 1);
  view.setInt32(10, WINDOW_PIXELS, true);
  return view.buffer;
}

type Watch = {
  /** The screen has another size; it is drawn on this canvas from now on. */
  onpicture: (canvas: HTMLCanvasElement) => void;
  /** The canvas has changed. */
  onpainted: () => void;
};

export class Drawing {
  /** The display's clock, and when it showed that. */
  clock = { at: 0, is: 0 };
  reply: (type: number, body: ArrayBuffer) => void = () => undefined;
  /** How much could not be drawn, by what it was. */
  readonly undrawn = new Map<string, number>();
  #watch: Watch;
  #surfaces = new Map<number, Surface>();
  #pixels = 0;
  #primary: { id: number; shown: Shown } | undefined;
  #images = new Images((id) => this.#surfaces.get(id)?.image);
  #films = new Films(
    (type, body) => this.reply(type, body),
    () => Date.now() - this.clock.at + this.clock.is,
  );
  #order = new Order();
  #frame: (() => void) | undefined;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** Draws it; a promise of that where it has to wait. Throws, or rejects, at what is no such message. */
  draw(message: Message): void | Promise<void> {
    const { type, data } = message;
    const from = new Reader(new DataView(data));
    const step = { bytes: data.byteLength, weight: 0 };
    try {
      if (PICTURES.includes(type)) {
        const frame = this.#films.frame(type, from);
        const draw = (): void => this.#try(() => frame.draw((id) => this.#surfaces.get(id)));
        // one that is left out meanwhile is not waited for longer than the others
        return this.#order.add({ ...step, weight: frame.weight, begin: () => begun([frame]), draw });
      }
      this.#films.interrupted();
      if (!DRAWS.includes(type)) return this.#order.add({ ...step, draw: () => this.#heard(type, from) });
      const draw = drawAt(type, from, this.#images);
      if (!draw) throw new Undrawn(`drawing ${type}`);
      const { asked } = draw.pictures;
      const begin = asked.some((one) => one.begin) ? () => begun(asked) : undefined;
      const weight = asked.reduce((sum, one) => sum + one.weight, 0);
      return this.#order.add({ ...step, weight, begin, draw: () => this.#try(() => this.#drawn(draw)) });
    } catch (thrown) {
      this.#left(thrown);
    }
  }

  /** Brings onto the canvas what has been drawn and is not there yet. */
  paint(): void {
    this.#frame?.();
    this.#frame = undefined;
    if (this.#primary?.shown.paint()) this.#watch.onpainted();
  }

  close(): void {
    this.#frame?.();
    this.#primary?.shown.paint();
    this.#order.close();
    this.#films.close();
    this.#images.close();
    this.#surfaces.clear();
    this.#primary = undefined;
  }

  #drawn({ surface, pictures, paint }: Draw): void {
    // also for a surface that is gone: what is kept of them, others repeat
    pictures.take();
    const target = this.#surfaces.get(surface);
    if (target) paint(target);
  }

  #try(draw: () => void): void {
    try {
      draw();
    } catch (thrown) {
      this.#left(thrown);
    }
    this.#soon();
  }

  #left(thrown: unknown): void {
    if (!(thrown instanceof Undrawn)) throw thrown;
    const { what } = thrown;
    if (this.undrawn.has(what) || this.undrawn.size < MOST_KINDS)
      this.undrawn.set(what, (this.undrawn.get(what) ?? 0) + 1);
  }

  #soon(): void {
    if (this.#frame || !this.#primary) return;
    const paint = (): void => this.paint();
    if (document.hidden || !this.#primary.shown.canvas.isConnected) {
      const timer = setTimeout(paint, UNSEEN_MS);
      this.#frame = () => clearTimeout(timer);
    } else {
      const frame = requestAnimationFrame(paint);
      this.#frame = () => cancelAnimationFrame(frame);
    }
  }

  #heard(type: number, from: Reader): void {
    if (type === MSG.create) this.#create(from);
    else if (type === MSG.destroy) this.#destroy(from.u32());
    else if (FILMS.includes(type)) this.#films.heard(type, from);
    else if (type === MSG.reset) this.#reset();
    else if (type === MSG.forget) {
      const count = from.u16();
      for (let i = 0; i < count; i++) {
        const [kind, id] = [from.u8(), from.id()];
        if (kind === PIXMAP) this.#images.forget(id);
      }
    } else if (type === MSG.forgetAll) this.#images.forgetAll();
    else if (type === MSG.forgetPalette) this.#images.forgetPalette(from.id());
    else if (type === MSG.forgetPalettes) this.#images.forgetPalettes();
  }

  #reset(): void {
    this.#images.forgetPalettes();
    const surface = this.#surfaces.get(this.#primary?.id ?? NaN);
    if (!surface) return;
    fill(surface.image, [surface.whole], 0);
    surface.changed([surface.whole]);
    this.#soon();
  }

  #create(from: Reader): void {
    const [id, width, height, format, flags] = [from.u32(), from.u32(), from.u32(), from.u32(), from.u32()];
    this.#destroy(id);
    this.#pixels += sized(width, height);
    if (this.#surfaces.size >= MOST_SURFACES || this.#pixels > MOST_PIXELS) throw garbled();
    if (!FORMATS.includes(format)) {
      this.#pixels -= width * height;
      return this.#left(new Undrawn(`surface of format ${format}`));
    }
    const surface = new Surface(width, height, format);
    this.#surfaces.set(id, surface);
    if (!(flags & PRIMARY)) return;
    this.#primary = { id, shown: new Shown(surface) };
    this.#watch.onpicture(this.#primary.shown.canvas);
  }

  #destroy(id: number): void {
    const surface = this.#surfaces.get(id);
    if (!surface) return;
    this.#surfaces.delete(id);
    this.#pixels -= surface.image.data.length;
    if (this.#primary?.id !== id) return;
    // what was drawn last is what stays to be seen
    this.paint();
    this.#primary = undefined;
  }
}

const begun = (asked: readonly Asked[]): Promise<unknown> => Promise.all(asked.map((one) => one.begin?.()));
