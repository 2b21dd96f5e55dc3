// One channel of a SPICE display over its own socket: greeting, then messages, acknowledged as the display wants it.
//
//   head ─▶ reply ─▶ ticket ─▶ [ message head ─▶ body ]*
//
// Invariant: a message is handed on whole or not at all, none is larger than MOST, and after `onend` nothing is.
import { HostError, type Socket } from '../../../host';
import {
  garbled,
  HEAD_BYTES,
  helloOf,
  keyOf,
  letIn,
  replyBytes,
  TICKET_ANSWER_BYTES,
  ticketOf,
  type Hello,
} from './handshake';
import { Wire } from './wire';

/** Ours; 1000 and up to 1015 are the socket's own. */
const REFUSED = 4002;
const MESSAGE_HEAD = 6;
/** A picture of 8192 by 8192 with nothing saved. */
const MOST = 256 * 1024 * 1024;
const SERVER = { setAck: 3, ping: 4, common: 100 } as const;
const CLIENT = { ackSync: 1, ack: 2, pong: 3 } as const;

export type Message = { type: number; data: ArrayBuffer };
export type ChannelEnd = { code: number; reason: string; error?: HostError };
type Watch = {
  /** The way is there, nothing was said yet. */
  onopen?: () => void;
  onready?: () => void;
  /**
   * May throw at what is no such message, or reject: that ends the channel. What is given back as a promise counts as taken
   * when that is kept, so that a display does not send more than can be shown.
   */
  onmessage: (message: Message) => void | Promise<void>;
  onend: (end: ChannelEnd) => void;
};
type Step = 'head' | 'reply' | 'working' | 'ticket' | 'message' | 'body' | 'ended';

export class SpiceChannel {
  #socket: Socket;
  #watch: Watch;
  #password: string;
  #wire = new Wire();
  #step: Step = 'head';
  #wanted = HEAD_BYTES;
  #type = 0;
  #window = 0;
  #untilAck = 0;
  /** Which of the display's windows it is; what came within an earlier one does not count in a later. */
  #nth = 0;

  constructor(socket: Socket, hello: Hello, password: string, watch: Watch) {
    this.#socket = socket;
    this.#watch = watch;
    this.#password = password;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      socket.send(new Uint8Array(helloOf(hello)));
      watch.onopen?.();
    };
    socket.onmessage = ({ data }) => this.#read(data);
    socket.onclose = ({ code, reason }) => this.#end({ code, reason });
  }

  get isReady(): boolean {
    return this.#step === 'message' || this.#step === 'body';
  }

  send(type: number, body: ArrayBuffer = new ArrayBuffer(0)): void {
    if (!this.isReady || this.#socket.readyState !== WebSocket.OPEN) return;
    const message = new Uint8Array(MESSAGE_HEAD + body.byteLength);
    const view = new DataView(message.buffer);
    view.setUint16(0, type, true);
    view.setUint32(2, body.byteLength, true);
    message.set(new Uint8Array(body), MESSAGE_HEAD);
    this.#socket.send(message);
  }

  close(): void {
    this.#step = 'ended';
    this.#password = '';
    this.#socket.close();
  }

  #read(data: ArrayBuffer): void {
    if (this.#step === 'ended') return;
    this.#wire.push(data);
    this.#pump();
  }

  #pump(): void {
    try {
      while (this.#step !== 'working' && this.#step !== 'ended') {
        const taken = this.#wire.take(this.#wanted);
        if (!taken) return;
        this.#next(taken);
      }
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #next(taken: ArrayBuffer): void {
    const view = new DataView(taken);
    switch (this.#step) {
      case 'head':
        return this.#await('reply', replyBytes(view));
      case 'reply':
        this.#step = 'working';
        return void this.#answer(keyOf(view)).catch((thrown: unknown) => this.#fail(thrown));
      case 'ticket':
        letIn(view.getUint32(0, true));
        this.#await('message', MESSAGE_HEAD);
        return this.#watch.onready?.();
      case 'message': {
        this.#type = view.getUint16(0, true);
        const size = view.getUint32(2, true);
        if (size > MOST) throw garbled();
        if (size > 0) return this.#await('body', size);
        return this.#message(new ArrayBuffer(0));
      }
      case 'body':
        this.#await('message', MESSAGE_HEAD);
        return this.#message(taken);
      case 'working':
      case 'ended':
    }
  }

  #await(step: Step, bytes: number): void {
    this.#step = step;
    this.#wanted = bytes;
  }

  async #answer(key: Uint8Array<ArrayBuffer>): Promise<void> {
    const ticket = await ticketOf(key, this.#password);
    if (this.#step !== 'working') return;
    this.#password = '';
    this.#socket.send(new Uint8Array(ticket));
    this.#await('ticket', TICKET_ANSWER_BYTES);
    this.#pump();
  }

  #message(data: ArrayBuffer): void {
    const type = this.#type;
    const view = new DataView(data);
    if (type === SERVER.setAck) {
      this.#window = this.#untilAck = view.getUint32(4, true);
      this.#nth++;
      this.send(CLIENT.ackSync, data.slice(0, 4));
    } else if (type === SERVER.ping) this.send(CLIENT.pong, data.slice(0, 12));
    else if (type > SERVER.common) {
      const taken = this.#watch.onmessage({ type, data });
      if (taken) return this.#later(taken);
    }
    this.#taken();
  }

  #later(taken: Promise<void>): void {
    const nth = this.#nth;
    taken.then(
      () => nth === this.#nth && this.#taken(),
      (thrown: unknown) => this.#step !== 'ended' && this.#fail(thrown),
    );
  }

  #taken(): void {
    if (this.#window === 0 || --this.#untilAck > 0) return;
    this.#untilAck = this.#window;
    this.send(CLIENT.ack);
  }

  #fail(thrown: unknown): void {
    const error = thrown instanceof HostError ? thrown : garbled();
    this.#end({ code: REFUSED, reason: error.code, error });
    this.#socket.close();
  }

  #end(end: ChannelEnd): void {
    if (this.#step === 'ended') return;
    this.#step = 'ended';
    this.#password = '';
    this.#watch.onend(end);
  }
}
