// The program inside the guest that a SPICE display passes messages to: it sets the size of the guest's screen and carries
// the clipboard as text.
//
//   away ──connected──▶ there ──says what it can──▶ carries the clipboard
//    ▲                                                │
//    └────────────────── disconnected ◀───────────────┘
//
// Invariant: nothing is sent without a token of the display's, of one message no more is kept than MOST, and of what waits
// to be sent no more than twice that.
import { Wire } from './wire';

const PROTOCOL = 1;
const HEAD_BYTES = 20;
/** The display takes no larger piece. */
const PIECE_BYTES = 2048;
const MOST = 1024 * 1024;
const MSG = { monitors: 2, clipboard: 4, caps: 6, grab: 7, request: 8, release: 9, most: 14 } as const;
const CAP = { monitors: 1, byDemand: 5, selection: 6, linesCrLf: 9, most: 10 } as const;
const OURS = (1 << CAP.monitors) | (1 << CAP.byDemand) | (1 << CAP.selection);
const [NONE, UTF8] = [0, 1];
/** The clipboard proper; the others are an X11 desktop's selections. */
const CLIPBOARD = 0;
const SELECTION_BYTES = 4;
/** Guests make nothing of smaller screens. */
const [LEAST_WIDTH, LEAST_HEIGHT] = [320, 200];

type Watch = {
  /** Hands a piece to the display. */
  send: (piece: ArrayBuffer) => void;
  /** Whether it carries the clipboard. */
  oncarries: (carries: boolean) => void;
  /** The guest has copied something. */
  onclipboard: (text: string) => void;
};

const words = (...all: readonly number[]): Uint8Array<ArrayBuffer> => {
  const view = new DataView(new ArrayBuffer(4 * all.length));
  all.forEach((word, i) => view.setUint32(4 * i, word, true));
  return new Uint8Array(view.buffer);
};

export class Agent {
  #watch: Watch;
  #there = false;
  #caps = 0;
  #tokens = 0;
  #queue: ArrayBuffer[] = [];
  #queued = 0;
  #wire = new Wire();
  #head: { type: number; size: number } | undefined;
  /** Bytes of a message that is too long, on their way to nowhere. */
  #skips = 0;
  /** What was copied here, for as long as nothing was copied there. */
  #offered: string | undefined;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** It is there, and the display takes so many pieces for it; undefined where that has not changed. */
  begins(tokens: number | undefined): void {
    if (this.#there) this.ends();
    this.#there = true;
    if (tokens !== undefined) this.#tokens = tokens;
    this.#say(MSG.caps, words(1, OURS));
  }
  ends(): void {
    this.#there = false;
    this.#caps = this.#skips = this.#queued = 0;
    this.#queue = [];
    this.#wire = new Wire();
    this.#head = this.#offered = undefined;
    this.#watch.oncarries(false);
  }
  /** The display takes so many more pieces. */
  gets(tokens: number): void {
    this.#tokens += tokens;
    this.#flush();
  }

  heard(piece: ArrayBuffer): void {
    if (!this.#there) return;
    const skipped = Math.min(this.#skips, piece.byteLength);
    this.#skips -= skipped;
    this.#wire.push(skipped > 0 ? piece.slice(skipped) : piece);
    while (this.#next());
  }

  resize(width: number, height: number): void {
    // one monitor: height, width, depth, x, y
    if (this.#there && width >= LEAST_WIDTH && height >= LEAST_HEIGHT)
      this.#say(MSG.monitors, words(1, 0, height & ~7, width & ~7, 32, 0, 0));
  }
  offer(text: string): void {
    if (!this.#can(CAP.byDemand)) return;
    this.#offered = text;
    this.#sayOf(MSG.grab, words(UTF8));
  }

  #can(cap: number): boolean {
    return (this.#caps & (1 << cap)) !== 0;
  }

  /** Whether there was something to read. */
  #next(): boolean {
    if (!this.#head) {
      const head = this.#wire.take(HEAD_BYTES);
      if (!head) return false;
      const view = new DataView(head);
      this.#head = { type: view.getUint32(4, true), size: view.getUint32(16, true) };
    }
    const { type, size } = this.#head;
    const kept = Math.min(size, MOST);
    const body = this.#wire.take(kept);
    if (!body) return false;
    this.#head = undefined;
    this.#skip(size - kept);
    this.#message(type, body, size > kept);
    return true;
  }

  #skip(bytes: number): void {
    const here = Math.min(bytes, this.#wire.length);
    this.#wire.take(here);
    this.#skips = bytes - here;
  }

  #message(type: number, body: ArrayBuffer, cut: boolean): void {
    const view = new DataView(body);
    if (type === MSG.caps) {
      if (body.byteLength < 8) return;
      this.#caps = view.getUint32(4, true);
      if (view.getUint32(0, true) !== 0) this.#say(MSG.caps, words(0, OURS));
      if (this.#can(CAP.most)) this.#say(MSG.most, words(MOST));
      this.#watch.oncarries(this.#can(CAP.byDemand));
      return;
    }
    const at = this.#can(CAP.selection) ? SELECTION_BYTES : 0;
    if (body.byteLength < at || (at > 0 && view.getUint8(0) !== CLIPBOARD)) return;
    const word = body.byteLength >= at + 4 ? view.getUint32(at, true) : NONE;
    if (type === MSG.grab) {
      this.#offered = undefined;
      const count = Math.min(Math.floor((body.byteLength - at) / 4), 32);
      const offers = Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, true));
      if (offers.includes(UTF8)) this.#sayOf(MSG.request, words(UTF8));
    } else if (type === MSG.request) this.#give(word);
    else if (type === MSG.clipboard && word === UTF8)
      this.#watch.onclipboard(this.#read(new Uint8Array(body, at + 4), cut));
  }

  #give(type: number): void {
    const text = type === UTF8 ? this.#offered : undefined;
    if (text === undefined) return this.#sayOf(MSG.clipboard, words(NONE));
    const lines = this.#can(CAP.linesCrLf) ? text.replace(/\r?\n/g, '\r\n') : text;
    const bytes = new TextEncoder().encode(lines).subarray(0, MOST);
    this.#sayOf(MSG.clipboard, words(UTF8), bytes);
  }

  #read(bytes: Uint8Array<ArrayBuffer>, cut: boolean): string {
    // half a character at the end of what was cut is none
    const text = new TextDecoder().decode(bytes, { stream: cut }).replace(/\0+$/, '');
    return this.#can(CAP.linesCrLf) ? text.replaceAll('\r\n', '\n') : text;
  }

  /** About the clipboard: of several, this one. */
  #sayOf(type: number, ...parts: readonly Uint8Array<ArrayBuffer>[]): void {
    this.#say(type, ...(this.#can(CAP.selection) ? [words(CLIPBOARD)] : []), ...parts);
  }

  #say(type: number, ...parts: readonly Uint8Array<ArrayBuffer>[]): void {
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    if (this.#queued + size > 2 * MOST) return;
    const message = new Uint8Array(HEAD_BYTES + size);
    message.set(words(PROTOCOL, type, 0, 0, size));
    let at = HEAD_BYTES;
    for (const part of parts) {
      message.set(part, at);
      at += part.length;
    }
    for (at = 0; at < message.length; at += PIECE_BYTES)
      this.#queue.push(message.slice(at, at + PIECE_BYTES).buffer);
    this.#queued += message.length;
    this.#flush();
  }

  #flush(): void {
    while (this.#tokens > 0) {
      const piece = this.#queue.shift();
      if (!piece) return;
      this.#tokens--;
      this.#queued -= piece.byteLength;
      this.#watch.send(piece);
    }
  }
}
