// What a display draws, one after the other as it came. Most of it is drawn at once. What has a picture that must be read
// beforehand waits for that, and what comes after it waits too, while the pictures of the next ones are read already.
//
//   add ─▶ [ waits: begun, or not yet ]* ─▶ drawn ─▶ acknowledged
//
// Invariant: nothing overtakes; no more waits than a display sends that heeds acknowledgements, of which there are none for
// what waits; of pictures no more are read ahead than AHEAD_PIXELS.
import { garbled } from '../handshake';

/** A display sends two of its windows before it waits: some dozens, few of which are whole screens. */
const MOST_WAITING = 1024;
const MOST_BYTES = 512 * 1024 * 1024;
const AHEAD = 8;
const AHEAD_PIXELS = 16 * 1024 * 1024;
/** After so long, keys and clicks have their turn. */
const AT_A_TIME_MS = 12;

export type Step = {
  bytes: number;
  /** Pixels that are kept while it waits. */
  weight: number;
  /** Reads beforehand; it never rejects. */
  begin?: (() => Promise<unknown>) | undefined;
  /** May throw at what is no such message. */
  draw: () => void;
};
type Waiting = Step & { begun?: Promise<unknown>; done: () => void; fail: (thrown: unknown) => void };

export class Order {
  #waiting: Waiting[] = [];
  #bytes = 0;
  #ended = false;

  get length(): number {
    return this.#waiting.length;
  }

  /** Draws it; a promise of that where it has to wait. */
  add(step: Step): void | Promise<void> {
    if (this.#ended) return;
    if (this.#waiting.length === 0 && !step.begin) return step.draw();
    this.#bytes += step.bytes;
    if (this.#waiting.length >= MOST_WAITING || this.#bytes > MOST_BYTES) throw garbled();
    return new Promise((done, fail) => {
      this.#waiting.push({ ...step, done, fail });
      if (this.#waiting.length === 1) void this.#work();
      else this.#begin();
    });
  }

  /** Nothing more is drawn. */
  close(): void {
    this.#ended = true;
    this.#waiting = [];
  }

  #begin(): void {
    let pixels = 0;
    for (const [i, waiting] of this.#waiting.slice(0, AHEAD).entries()) {
      pixels += waiting.weight;
      if (i > 0 && pixels > AHEAD_PIXELS) return;
      waiting.begun ??= waiting.begin?.();
    }
  }

  async #work(): Promise<void> {
    let since = performance.now();
    for (;;) {
      this.#begin();
      const [first] = this.#waiting;
      if (!first) return;
      if (first.begun) {
        await first.begun;
        since = performance.now();
      } else if (performance.now() - since > AT_A_TIME_MS) {
        await new Promise((go) => setTimeout(go));
        since = performance.now();
      }
      if (this.#ended) return;
      try {
        first.draw();
      } catch (thrown) {
        this.close();
        return first.fail(thrown);
      }
      this.#waiting.shift();
      this.#bytes -= first.bytes;
      first.done();
    }
  }
}
