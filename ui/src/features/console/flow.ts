// Output of a line on its way to the terminal. Invariant: every byte is written once and in order, and never more than
// `most` are under way, so that a flood neither freezes the window nor is cut by the terminal's own limit.

export class Flow {
  #write: (bytes: Uint8Array, done: () => void) => void;
  #most: number;
  #waiting: Uint8Array[] = [];
  #next = 0;
  #underWay = 0;
  /** Bytes that were taken since the beginning. */
  taken = 0;

  constructor(write: (bytes: Uint8Array, done: () => void) => void, most = 256 * 1024) {
    this.#write = write;
    this.#most = most;
  }

  push(bytes: Uint8Array): void {
    this.taken += bytes.length;
    this.#waiting.push(bytes);
    this.#pump();
  }

  #pump(): void {
    while (this.#underWay < this.#most && this.#next < this.#waiting.length) {
      const bytes = this.#waiting[this.#next++];
      if (!bytes) continue;
      this.#underWay += bytes.length;
      this.#write(bytes, () => {
        this.#underWay -= bytes.length;
        this.#pump();
      });
    }
    // What was written is let go of in one go, not one by one.
    if (this.#next === this.#waiting.length || this.#next > 4096) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
  }
}
