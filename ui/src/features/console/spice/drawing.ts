// What a SPICE display draws, by spice-html5's drawing and its codecs. Surfaces, films, clipping and time are ours: its
// own look their elements up in the document by names that two consoles would share, and it does not clip. Invariant:
// what is drawn on a surface that is not there is not drawn, and ends nothing.
import { SpiceDisplayConn } from '@spice-project/spice-html5/src/display.js';
import { Constants } from '@spice-project/spice-html5/src/enums.js';
import type { Message } from './channel';
import { headOf, partsAt, Pen, within, type Rect } from './clip';
import { garbled } from './handshake';
import { isPlain, MOST_PIXELS, sourceOf } from './source';

const MSG = {
  reset: 103,
  copyBits: 104,
  streamCreate: 122,
  streamData: 123,
  streamClip: 124,
  streamDestroy: 125,
  streamsDestroy: 126,
  fill: 302,
  copy: 304,
  alphaBlend: 313,
  create: 314,
  destroy: 315,
  streamDataSized: 316,
  composite: 318,
} as const;
const bit = (name: `SPICE_DISPLAY_CAP_${string}`): number => 1 << (Constants[name] ?? 31);

/** Films come as single pictures: a film of its own would need another element over the canvas. */
export const DISPLAY_CAPS =
  bit('SPICE_DISPLAY_CAP_SIZED_STREAM') |
  bit('SPICE_DISPLAY_CAP_STREAM_REPORT') |
  bit('SPICE_DISPLAY_CAP_MULTI_CODEC') |
  bit('SPICE_DISPLAY_CAP_CODEC_MJPEG');

const [XRGB, ARGB] = [32, 96];
const PRIMARY = 1;
const MOST_SIDE = 16_384;
const MOST_SURFACES = 512;
const MOST_FILMS = 64;

type Canvas = HTMLCanvasElement & { context: CanvasRenderingContext2D };
/** What spice-html5 draws on: a canvas, or the parts of one that are seen. */
type Target = Canvas | { width: number; height: number; context: Pen };
type Surface = { surface_id: number; format: number; canvas: Target; draw_count: number };
type Film = { surface_id: number; dest: Rect; clip: { type: number } };

const isDrawing = (type: number): boolean =>
  type === MSG.copyBits || type === MSG.composite || (type >= MSG.fill && type <= MSG.alphaBlend);

export class Drawing {
  /** The display's clock, and when it showed that. */
  clock = { at: 0, is: 0 };
  reply: (type: number, body: ArrayBuffer) => void = () => undefined;
  #onpicture: (canvas: HTMLCanvasElement) => void;
  #surfaces: Record<number, Surface & { canvas: Canvas }> = {};
  #films: Record<number, Film> = {};
  /** The parts of a film that are seen, where something lies over it. */
  #seen = new Map<number, readonly Rect[]>();
  #display: SpiceDisplayConn;

  constructor(onpicture: (canvas: HTMLCanvasElement) => void) {
    this.#onpicture = onpicture;
    const quiet = (): void => undefined;
    this.#display = Object.assign(Object.create(SpiceDisplayConn.prototype) as SpiceDisplayConn, {
      type: Constants.SPICE_CHANNEL_DISPLAY,
      parent: { relative_now: () => Date.now() - this.clock.at + this.clock.is },
      surfaces: this.#surfaces,
      streams: this.#films,
      cache: {},
      warnings: [],
      // a guest's words are no business of the log
      log_info: quiet,
      log_warn: quiet,
      log_err: quiet,
      send_msg: ({ type, data }: { type: number; data?: ArrayBuffer }) =>
        this.reply(type, data ?? new ArrayBuffer(0)),
    });
  }

  draw(message: Message): void {
    const { type, data } = message;
    const view = new DataView(data);
    if (type === MSG.create) this.#create(view);
    else if (type === MSG.destroy) this.#destroy(view.getUint32(0, true));
    else if (isDrawing(type)) this.#drawn(message, view);
    else if (type >= MSG.streamCreate && type <= MSG.streamsDestroy) this.#film(message, view);
    else if (type === MSG.streamDataSized) this.#film(message, view);
    else if (type !== MSG.reset || this.#display.primary_surface !== undefined)
      this.#display.process_channel_message(message);
  }

  #create(view: DataView): void {
    const [id = 0, width = 0, height = 0, format = 0, flags = 0] = [0, 4, 8, 12, 16].map((at) =>
      view.getUint32(at, true),
    );
    const fits = width > 0 && height > 0 && width <= MOST_SIDE && height <= MOST_SIDE;
    if (!fits || width * height > MOST_PIXELS || Object.keys(this.#surfaces).length >= MOST_SURFACES)
      throw garbled();
    if (format !== XRGB && format !== ARGB) throw garbled();
    const canvas = document.createElement('canvas') as Canvas;
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d', { alpha: format === ARGB });
    if (!context) throw garbled();
    canvas.context = context;
    this.#surfaces[id] = { surface_id: id, format, canvas, draw_count: 0 };
    if (!(flags & PRIMARY)) return;
    // what it is given back to when the display starts anew
    context.save();
    this.#display.primary_surface = id;
    this.#onpicture(canvas);
  }

  #destroy(id: number): void {
    delete this.#surfaces[id];
    if (this.#display.primary_surface === id) this.#display.primary_surface = undefined;
  }

  #drawn(message: Message, view: DataView): void {
    const head = headOf(view);
    if (!this.#surfaces[head.surface]) return;
    if (message.type === MSG.fill && !isPlain(view, head.end)) return;
    const source = message.type === MSG.copy ? sourceOf(view, head.end) : undefined;
    if (message.type === MSG.copy && !source) return;
    if (source?.surface !== undefined && !this.#surfaces[source.surface]) return;
    const { left = 0, top = 0 } = source?.area ?? {};
    const parts = head.parts || left > 0 || top > 0 ? within(head.box, head.parts) : undefined;
    this.#on(head.surface, parts, { x: left, y: top }).process_channel_message(message);
  }

  #film(message: Message, view: DataView): void {
    const { type } = message;
    if (type === MSG.streamCreate) {
      if (Object.keys(this.#films).length >= MOST_FILMS) throw garbled();
      this.#display.process_channel_message(message);
      // its clip is the last thing of the message
      const id = view.getUint32(4, true);
      this.#clipped(id, view, FILM_CLIP);
    } else if (type === MSG.streamsDestroy) {
      for (const id of Object.keys(this.#films)) delete this.#films[Number(id)];
      this.#seen.clear();
    } else {
      const id = view.getUint32(0, true);
      const film = this.#films[id];
      if (!film) return;
      if (type === MSG.streamDestroy) {
        delete this.#films[id];
        this.#seen.delete(id);
      } else if (type === MSG.streamClip) this.#clipped(id, view, 4);
      else this.#on(film.surface_id, this.#seen.get(id)).process_channel_message(message);
    }
  }

  #clipped(id: number, view: DataView, at: number): void {
    const { parts } = partsAt(view, at);
    if (parts) this.#seen.set(id, parts);
    else this.#seen.delete(id);
  }

  /** The display, drawing only in some parts of one of its surfaces; also what it draws later, when a picture is read. */
  #on(id: number, parts?: readonly Rect[], shift?: { x: number; y: number }): SpiceDisplayConn {
    const surface = this.#surfaces[id];
    if (!surface || !parts) return this.#display;
    const { canvas } = surface;
    const target = {
      width: canvas.width,
      height: canvas.height,
      context: new Pen(canvas.context, parts, shift),
    };
    const seen = Object.create(this.#surfaces) as Record<number, Surface>;
    seen[id] = { ...surface, canvas: target };
    return Object.assign(Object.create(this.#display) as SpiceDisplayConn, { surfaces: seen });
  }
}

/** surface, id, flags, codec, stamp, four sizes, where it is shown. */
const FILM_CLIP = 4 + 4 + 1 + 1 + 8 + 4 * 4 + 16;
