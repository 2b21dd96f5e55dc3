// What a line has said, for saving: the newest part, up to a limit. Control codes stay in it, as `script` keeps them.
// A line comes in pieces of some bytes: they are gathered into pages, of which the oldest go. A million pieces would each
// cost more than they hold, and stop the window while they are tidied up.

const MOST = 16 * 1024 * 1024;
const PAGE = 64 * 1024;

export class Log {
  /** All but the last are full. */
  #pages: Uint8Array<ArrayBuffer>[] = [];
  /** How much of the last page is written. */
  #written = 0;
  bytes = 0;
  /** Whether the beginning had to go. */
  cut = false;
  constructor(
    readonly most = MOST,
    readonly page = PAGE,
  ) {}

  add(bytes: Uint8Array<ArrayBuffer>): void {
    for (let from = 0; from < bytes.length;) {
      const page = this.#room();
      const piece = bytes.subarray(from, from + page.length - this.#written);
      page.set(piece, this.#written);
      this.#written += piece.length;
      this.bytes += piece.length;
      from += piece.length;
    }
    while (this.bytes > this.most && this.#pages.length > 1) {
      this.bytes -= this.#pages.shift()?.length ?? 0;
      this.cut = true;
    }
  }

  blob(): Blob {
    const last = this.#pages.at(-1)?.subarray(0, this.#written);
    return new Blob([...this.#pages.slice(0, -1), ...(last ? [last] : [])], { type: 'text/plain' });
  }
  text(): Promise<string> {
    return this.blob().text();
  }

  /** The last page, with room in it. */
  #room(): Uint8Array {
    const last = this.#pages.at(-1);
    if (last && this.#written < last.length) return last;
    const page = new Uint8Array(this.page);
    this.#pages.push(page);
    this.#written = 0;
    return page;
  }
}
