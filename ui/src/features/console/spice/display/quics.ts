// QUIC pictures, read beside the page, or by it where it may not have another thread. Invariant: every reading ends.
import type { Unquic } from './quic';

export type Job = { id: number; bytes: Uint8Array<ArrayBuffer>; width: number; height: number };
export type Result = { id: number; read: Unquic | undefined };
type Waiting = Job & { done: (read: Unquic | undefined) => void };

export class Quics {
  #worker: Worker | undefined;
  #isRefused = typeof Worker === 'undefined';
  #waiting = new Map<number, Waiting>();
  #count = 0;

  /** undefined: it is none. */
  read(bytes: Uint8Array<ArrayBuffer>, width: number, height: number): Promise<Unquic | undefined> {
    return new Promise((done) => {
      const job = { id: this.#count++, bytes, width, height };
      this.#waiting.set(job.id, { ...job, done });
      const worker = this.#begun();
      if (worker) worker.postMessage(job);
      else void this.#here();
    });
  }
  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { done } of this.#waiting.values()) done(undefined);
    this.#waiting.clear();
  }

  #begun(): Worker | undefined {
    if (this.#isRefused || this.#worker) return this.#worker;
    const worker = new Worker(new URL('./quic.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data: { id, read } }: MessageEvent<Result>) => this.#done(id, read);
    worker.onerror = () => {
      worker.terminate();
      this.#worker = undefined;
      this.#isRefused = true;
      void this.#here();
    };
    return (this.#worker = worker);
  }

  async #here(): Promise<void> {
    const { unquic } = await import('./quic');
    for (const { id, bytes, width, height } of [...this.#waiting.values()])
      this.#done(id, unquic(bytes, width, height));
  }
  #done(id: number, read: Unquic | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.done(read);
  }
}
