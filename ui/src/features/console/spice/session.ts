// A SPICE session: the main channel, then one channel each for the picture, the keys and the pointer's shape, as far as
// the display offers them. Invariant: when one of them ends, all end, and that is told once.
import type { Socket } from '../../../host';
import { SpiceChannel, type ChannelEnd, type Message } from './channel';
import { Drawing, DISPLAY_CAPS } from './drawing';
import type { ChannelId } from './handshake';
import { Inputs } from './inputs';
import { shapeOf, SHAPES } from './pointer';

const CHANNEL = { main: 1, display: 2, inputs: 3, cursor: 4 } as const;
const MAIN = {
  init: 103,
  channels: 104,
  mouseMode: 105,
  clock: 106,
  agentUp: 107,
  agentDown: 108,
  agentUpTokens: 115,
};
const MAIN_CLIENT = { attach: 104, mouseMode: 105, agentStart: 106, agentData: 107 } as const;
const DISPLAY_INIT = { type: 101, bytes: 14 } as const;
/** The pointer is where the client says, not moved by so much. */
const POINTED = 2;
const AGENT = { protocol: 1, monitors: 2 } as const;

type Watch = {
  onopen: () => void;
  /** The picture has another size; it is drawn on this canvas from now on. */
  onpicture: (canvas: HTMLCanvasElement) => void;
  /** Something was drawn. */
  ondrawn: () => void;
  /** A CSS cursor. */
  onpointer: (shape: string) => void;
  onend: (end: ChannelEnd) => void;
};

export class SpiceSession {
  readonly inputs = new Inputs();
  #watch: Watch;
  #password: string;
  /** A socket for one more channel. */
  #more: () => Promise<Socket>;
  #channels: SpiceChannel[] = [];
  #main: SpiceChannel;
  #connection = 0;
  #drawing: Drawing;
  #agent = false;
  #ended = false;

  constructor(socket: Socket, password: string, more: () => Promise<Socket>, watch: Watch) {
    this.#watch = watch;
    this.#password = password;
    this.#more = more;
    this.#drawing = new Drawing(watch.onpicture);
    this.#main = this.#open(socket, { type: CHANNEL.main, id: 0 }, 0, {
      onopen: watch.onopen,
      onmessage: (message) => this.#heard(message),
    });
  }

  /** Asks the guest's agent for another size; without one nothing happens. */
  resize(width: number, height: number): void {
    if (!this.#agent || width < 320 || height < 200) return;
    const view = new DataView(new ArrayBuffer(48));
    const BODY = 28;
    [AGENT.protocol, AGENT.monitors, 0, 0, BODY].forEach((word, i) => view.setUint32(4 * i, word, true));
    // one monitor: height, width, depth, x, y
    [1, 0, height & ~7, width & ~7, 32, 0, 0].forEach((word, i) => view.setUint32(20 + 4 * i, word, true));
    this.#main.send(MAIN_CLIENT.agentData, view.buffer);
  }

  close(): void {
    this.#ended = true;
    for (const channel of this.#channels) channel.close();
    this.inputs.channel = undefined;
  }

  #open(
    socket: Socket,
    channel: ChannelId,
    caps: number,
    events: Pick<ConstructorParameters<typeof SpiceChannel>[3], 'onopen' | 'onready' | 'onmessage'>,
  ): SpiceChannel {
    const hello = { ...channel, connection: this.#connection, caps };
    const opened = new SpiceChannel(socket, hello, this.#password, {
      ...events,
      onend: (end) => this.#end(end),
    });
    this.#channels.push(opened);
    return opened;
  }

  #heard({ type, data }: Message): void {
    const view = new DataView(data);
    if (type === MAIN.init) {
      this.#connection = view.getUint32(0, true);
      this.#point(view.getUint32(8, true), view.getUint32(12, true));
      this.#drawing.clock = { at: Date.now(), is: view.getUint32(24, true) };
      if (view.getUint32(16, true) !== 0) this.#startAgent();
      this.#main.send(MAIN_CLIENT.attach);
    } else if (type === MAIN.mouseMode) this.#point(view.getUint16(0, true), view.getUint16(2, true));
    else if (type === MAIN.clock) this.#drawing.clock = { at: Date.now(), is: view.getUint32(0, true) };
    else if (type === MAIN.agentUp || type === MAIN.agentUpTokens) this.#startAgent();
    else if (type === MAIN.agentDown) this.#agent = false;
    else if (type === MAIN.channels) this.#channelsAre(view);
  }

  #channelsAre(view: DataView): void {
    const offered = Array.from({ length: Math.min(view.getUint32(0, true), 64) }, (_, i) => ({
      type: view.getUint8(4 + 2 * i),
      id: view.getUint8(5 + 2 * i),
    }));
    // one screen, and of the others the first: more is for a program of its own
    for (const channel of offered.filter(({ id }) => id === 0))
      this.#begin(channel).catch((error: unknown) =>
        this.#end({ code: 1011, reason: 'connection_lost', ...(error instanceof Error && { cause: error }) }),
      );
  }

  async #begin(channel: ChannelId): Promise<void> {
    if (channel.type === CHANNEL.display) {
      const socket = await this.#more();
      if (this.#ended) return socket.close();
      const display = this.#open(socket, channel, DISPLAY_CAPS, {
        onready: () => display.send(DISPLAY_INIT.type, new ArrayBuffer(DISPLAY_INIT.bytes)),
        onmessage: (message) => {
          this.#drawing.draw(message);
          this.#watch.ondrawn();
        },
      });
      this.#drawing.reply = (type, body) => display.send(type, body);
    } else if (channel.type === CHANNEL.inputs) {
      const socket = await this.#more();
      if (this.#ended) return socket.close();
      this.inputs.channel = this.#open(socket, channel, 0, {
        onmessage: (message) => this.inputs.heard(message),
      });
    } else if (channel.type === CHANNEL.cursor) {
      const socket = await this.#more();
      if (this.#ended) return socket.close();
      this.#open(socket, channel, 0, {
        onmessage: ({ type, data }) => {
          const shape = SHAPES.includes(type) ? shapeOf(type, data) : undefined;
          if (shape !== undefined) this.#watch.onpointer(shape);
        },
      });
    }
  }

  #point(supported: number, now: number): void {
    this.inputs.relative = now !== POINTED;
    if (now === POINTED || (supported & POINTED) === 0) return;
    const mode = new DataView(new ArrayBuffer(2));
    mode.setUint16(0, POINTED, true);
    this.#main.send(MAIN_CLIENT.mouseMode, mode.buffer);
  }

  #startAgent(): void {
    this.#agent = true;
    const tokens = new DataView(new ArrayBuffer(4));
    tokens.setUint32(0, 0xffffffff, true);
    this.#main.send(MAIN_CLIENT.agentStart, tokens.buffer);
  }

  #end(end: ChannelEnd): void {
    if (this.#ended) return;
    this.close();
    this.#watch.onend(end);
  }
}
