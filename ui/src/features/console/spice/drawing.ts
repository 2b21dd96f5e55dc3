// What a SPICE display draws, by spice-html5's drawing and its codecs. Surfaces, streams and time are ours: its own look
// their elements up in the document by names that two consoles would share.
import { SpiceDisplayConn } from '@spice-project/spice-html5/src/display.js';
import { Constants } from '@spice-project/spice-html5/src/enums.js';
import type { Message } from './channel';
import { garbled } from './handshake';

const { SPICE_MSG_DISPLAY_SURFACE_CREATE: CREATE, SPICE_MSG_DISPLAY_SURFACE_DESTROY: DESTROY } = Constants;
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
const MOST_PIXELS = 64 * 1024 * 1024;
const MOST_SURFACES = 512;

type Canvas = HTMLCanvasElement & { context: CanvasRenderingContext2D };
type Surface = { surface_id: number; format: number; canvas: Canvas; draw_count: number };

export class Drawing {
  /** The display's clock, and when it showed that. */
  clock = { at: 0, is: 0 };
  reply: (type: number, body: ArrayBuffer) => void = () => undefined;
  #onpicture: (canvas: HTMLCanvasElement) => void;
  #surfaces: Record<number, Surface> = {};
  #display: SpiceDisplayConn;

  constructor(onpicture: (canvas: HTMLCanvasElement) => void) {
    this.#onpicture = onpicture;
    const quiet = (): void => undefined;
    this.#display = Object.assign(Object.create(SpiceDisplayConn.prototype) as SpiceDisplayConn, {
      type: Constants.SPICE_CHANNEL_DISPLAY,
      parent: { relative_now: () => Date.now() - this.clock.at + this.clock.is },
      surfaces: this.#surfaces,
      streams: [],
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
    if (type === CREATE) this.#create(view);
    else if (type === DESTROY) delete this.#surfaces[view.getUint32(0, true)];
    else this.#display.process_channel_message(message);
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
}
