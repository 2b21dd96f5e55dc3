// What a line has said, for saving: the newest part, up to a limit. Control codes stay in it, as `script` keeps them.

const MOST = 16 * 1024 * 1024;

export class Log {
  #parts: Uint8Array<ArrayBuffer>[] = [];
  bytes = 0;
  /** Whether the beginning had to go. */
  cut = false;
  constructor(readonly most = MOST) {}

  add(bytes: Uint8Array<ArrayBuffer>): void {
    this.#parts.push(bytes);
    this.bytes += bytes.length;
    let from = 0;
    while (this.bytes > this.most && from < this.#parts.length - 1) {
      this.bytes -= this.#parts[from++]?.length ?? 0;
      this.cut = true;
    }
    if (from > 0) this.#parts.splice(0, from);
  }

  blob(): Blob {
    return new Blob(this.#parts, { type: 'text/plain' });
  }
  text(): Promise<string> {
    return this.blob().text();
  }
}
