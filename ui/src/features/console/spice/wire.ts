// Bytes as they come, handed out in the sizes that are asked for. Invariant: each byte once and in order, and copied at
// most once.

export class Wire {
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #next = 0;
  #have = 0;

  get length(): number {
    return this.#have;
  }

  push(data: ArrayBuffer): void {
    if (data.byteLength === 0) return;
    this.#parts.push(new Uint8Array(data));
    this.#have += data.byteLength;
  }

  /** That many bytes, when they have come. */
  take(bytes: number): ArrayBuffer | undefined {
    if (this.#have < bytes) return undefined;
    const taken = new Uint8Array(bytes);
    for (let at = 0; at < bytes;) {
      const part = this.#parts[this.#next];
      if (!part) break;
      const some = part.subarray(0, bytes - at);
      taken.set(some, at);
      at += some.length;
      if (some.length === part.length) this.#next++;
      else this.#parts[this.#next] = part.subarray(some.length);
    }
    this.#have -= bytes;
    this.#tidy();
    return taken.buffer;
  }

  #tidy(): void {
    if (this.#next < this.#parts.length && this.#next < 1024) return;
    this.#parts = this.#parts.slice(this.#next);
    this.#next = 0;
  }
}
