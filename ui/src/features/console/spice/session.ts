// A SPICE session: the main channel, then one channel each for the picture, the keys, the pointer's shape and the sound, as
// far as the display offers them. Invariant: when one of them ends, all end, and that is told once; only sound may be
// missing by itself.
import { HostError, type Socket } from '../../../host';
import { Agent } from './agent';
import { SpiceChannel, type ChannelEnd, type Message } from './channel';
import { Drawing, DISPLAY_CAPS, displayInit } from './drawing';
import type { ChannelId } from './handshake';
import { Inputs } from './inputs';
import { placeOf, Pointer } from './pointer';
import type { Sound, SoundIs } from './sound';

const CHANNEL = { main: 1, display: 2, inputs: 3, cursor: 4, playback: 5 } as const;
const MAIN = {
  init: 103,
  channels: 104,
  mouseMode: 105,
  clock: 106,
  agentUp: 107,
  agentDown: 108,
  agentData: 109,
  agentTokens: 110,
  agentUpTokens: 115,
};
/** Tells how much the agent takes when it comes. */
const MAIN_CAPS = 1 << 2;
/** For the agent's messages to us there is no limit but the socket's. */
const UNLIMITED = 0xffffffff;
const MAIN_CLIENT = { attach: 104, mouseMode: 105, agentStart: 106, agentData: 107 } as const;
const DISPLAY_INIT = 101;
/** The pointer is where the client says, not moved by so much. */
const POINTED = 2;
const LOST = { code: 1011, reason: 'connection_lost' } as const;

type Watch = {
  onopen: () => void;
  /** The picture has another size; it is drawn on this canvas from now on. */
  onpicture: (canvas: HTMLCanvasElement) => void;
  /** The canvas has changed. */
  ondrawn: () => void;
  /** There is a picture, and keys reach the guest; `takesKeys` is false where the display takes none at all. */
  onready: (takesKeys: boolean) => void;
  /** A CSS cursor. */
  onpointer: (shape: string) => void;
  /** Where the guest has moved its pointer to. */
  onpointed?: (at: { x: number; y: number }) => void;
  /** There is sound, and how it is. */
  onsound: (is: SoundIs) => void;
  /** Whether the guest takes and gives a clipboard. */
  oncarries: (carries: boolean) => void;
  /** The guest has copied something. */
  onclipboard: (text: string) => void;
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
  readonly agent: Agent;
  #sound: Sound | undefined;
  #muted = false;
  #offered: readonly ChannelId[] = [];
  #hasPicture = false;
  #isReady = false;
  #ended = false;

  constructor(socket: Socket, password: string, more: () => Promise<Socket>, watch: Watch) {
    this.#watch = watch;
    this.#password = password;
    this.#more = more;
    this.#drawing = new Drawing({
      onpicture: (canvas) => {
        watch.onpicture(canvas);
        this.#hasPicture = true;
        this.#ready();
      },
      onpainted: watch.ondrawn,
    });
    this.agent = new Agent({
      send: (piece) => this.#main.send(MAIN_CLIENT.agentData, piece),
      oncarries: watch.oncarries,
      onclipboard: watch.onclipboard,
    });
    this.#main = this.#open(socket, { type: CHANNEL.main, id: 0 }, MAIN_CAPS, {
      onopen: watch.onopen,
      onmessage: (message) => this.#heard(message),
    });
  }

  set muted(on: boolean) {
    this.#muted = on;
    if (this.#sound) this.#sound.muted = on;
  }
  /** Within a click or a key: sound that waits for one begins. */
  wake(): void {
    this.#sound?.wake();
  }

  /** Shows what has been drawn by now, also while the page has no frames. */
  paint(): void {
    this.#drawing.paint();
  }
  close(): void {
    this.#ended = true;
    this.#drawing.close();
    for (const channel of this.#channels) channel.close();
    this.#sound?.close();
    this.inputs.channel = undefined;
  }

  #open(
    socket: Socket,
    channel: ChannelId,
    caps: number,
    events: Pick<ConstructorParameters<typeof SpiceChannel>[3], 'onopen' | 'onready' | 'onmessage'> & {
      onend?: (end: ChannelEnd) => void;
    },
  ): SpiceChannel {
    const hello = { ...channel, connection: this.#connection, caps };
    const opened = new SpiceChannel(socket, hello, this.#password, {
      ...events,
      onend: events.onend ?? ((end) => this.#end(end)),
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
      if (view.getUint32(16, true) !== 0) this.#startAgent(view.getUint32(20, true));
      this.#main.send(MAIN_CLIENT.attach);
    } else if (type === MAIN.mouseMode) this.#point(view.getUint16(0, true), view.getUint16(2, true));
    else if (type === MAIN.clock) this.#drawing.clock = { at: Date.now(), is: view.getUint32(0, true) };
    else if (type === MAIN.agentUp) this.#startAgent();
    else if (type === MAIN.agentUpTokens) this.#startAgent(view.getUint32(0, true));
    else if (type === MAIN.agentTokens) this.agent.gets(view.getUint32(0, true));
    else if (type === MAIN.agentData) this.agent.heard(data);
    else if (type === MAIN.agentDown) this.agent.ends();
    else if (type === MAIN.channels) this.#channelsAre(view);
  }

  #channelsAre(view: DataView): void {
    const offered = Array.from({ length: Math.min(view.getUint32(0, true), 64) }, (_, i) => ({
      type: view.getUint8(4 + 2 * i),
      id: view.getUint8(5 + 2 * i),
    }));
    if (this.#offered.length > 0) return;
    // one screen, and of the others the first: more is for a program of its own
    this.#offered = [...new Map(offered.filter(({ id }) => id === 0).map((one) => [one.type, one])).values()];
    for (const channel of this.#offered)
      this.#begin(channel).catch((thrown: unknown) => {
        const error = HostError.from(thrown);
        if (channel.type !== CHANNEL.playback) this.#end({ ...LOST, reason: error.code, error });
      });
  }

  async #begin(channel: ChannelId): Promise<void> {
    if (channel.type === CHANNEL.display) {
      const display = this.#open(await this.#another(), channel, DISPLAY_CAPS, {
        onready: () => display.send(DISPLAY_INIT, displayInit()),
        onmessage: (message) => this.#drawing.draw(message),
      });
      this.#drawing.reply = (type, body) => display.send(type, body);
    } else if (channel.type === CHANNEL.inputs) {
      this.inputs.channel = this.#open(await this.#another(), channel, 0, {
        onready: () => this.#ready(),
        onmessage: (message) => this.inputs.heard(message),
      });
    } else if (channel.type === CHANNEL.cursor) {
      const pointer = new Pointer();
      this.#open(await this.#another(), channel, 0, {
        onmessage: ({ type, data }) => {
          const shape = pointer.shape(type, data);
          if (shape !== undefined) this.#watch.onpointer(shape);
          const at = placeOf(type, data);
          if (at) this.#watch.onpointed?.(at);
        },
      });
    } else if (channel.type === CHANNEL.playback) await this.#listen(channel);
  }

  async #listen(channel: ChannelId): Promise<void> {
    const { Sound, SOUND_CAPS } = await import('./sound');
    if (this.#ended) return;
    const sound = new Sound((is) => this.#watch.onsound(is));
    sound.muted = this.#muted;
    this.#sound = sound;
    this.#open(await this.#another(), channel, SOUND_CAPS, {
      onready: () => this.#watch.onsound('silent'),
      onmessage: (message) => sound.heard(message),
      onend: () => {
        sound.close();
        if (!this.#ended) this.#watch.onsound('failed');
      },
    });
  }

  /** A socket for one more channel; none for a session that has ended meanwhile. */
  async #another(): Promise<Socket> {
    const socket = await this.#more();
    if (!this.#ended) return socket;
    socket.close();
    throw new HostError({ code: 'cancelled', message: 'The display was left.' });
  }

  #ready(): void {
    const takesKeys = this.#offered.some(({ type }) => type === CHANNEL.inputs);
    if (this.#isReady || !this.#hasPicture || (takesKeys && !this.inputs.channel?.isReady)) return;
    this.#isReady = true;
    this.#watch.onready(takesKeys);
  }

  #point(supported: number, now: number): void {
    this.inputs.relative = now !== POINTED;
    if (now === POINTED || (supported & POINTED) === 0) return;
    const mode = new DataView(new ArrayBuffer(2));
    mode.setUint16(0, POINTED, true);
    this.#main.send(MAIN_CLIENT.mouseMode, mode.buffer);
  }

  #startAgent(tokens?: number): void {
    const limit = new DataView(new ArrayBuffer(4));
    limit.setUint32(0, UNLIMITED, true);
    this.#main.send(MAIN_CLIENT.agentStart, limit.buffer);
    this.agent.begins(tokens);
  }

  #end(end: ChannelEnd): void {
    if (this.#ended) return;
    this.close();
    this.#watch.onend(end);
  }
}
