import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Job, Result } from './quics';
import { Quics } from './quics';

/** A thread of its own, as far as it is spoken to. */
class FakeWorker {
  static all: FakeWorker[] = [];
  jobs: Job[] = [];
  terminated = false;
  onmessage?: (event: { data: Result }) => void;
  onerror?: () => void;
  constructor() {
    FakeWorker.all.push(this);
  }
  postMessage(job: Job): void {
    this.jobs.push(job);
  }
  terminate(): void {
    this.terminated = true;
  }
}
afterEach(() => {
  FakeWorker.all = [];
  vi.unstubAllGlobals();
});
const NONE = new Uint8Array(40);

describe('QUIC beside the page', () => {
  it('is read by one thread, whose answers go to who asked', async () => {
    vi.stubGlobal('Worker', FakeWorker);
    const quics = new Quics();
    const both = [quics.read(NONE, 1, 1), quics.read(NONE, 2, 1)];
    const [worker, ...others] = FakeWorker.all;
    expect([worker?.jobs.length, others]).toEqual([2, []]);
    const answer = (job: Job | undefined): void =>
      worker?.onmessage?.({
        data: { id: job?.id ?? -1, read: { data: new Uint32Array(job?.width ?? 0), alpha: false } },
      });
    answer(worker?.jobs[1]);
    answer(worker?.jobs[0]);
    expect((await Promise.all(both)).map((read) => read?.data.length)).toEqual([1, 2]);
  });

  it('is read by the page where there may be no other thread', async () => {
    vi.stubGlobal('Worker', FakeWorker);
    const quics = new Quics();
    const reading = quics.read(NONE, 1, 1);
    FakeWorker.all[0]?.onerror?.();
    expect(await reading).toBeUndefined();
    expect(await quics.read(NONE, 1, 1)).toBeUndefined();
    expect(FakeWorker.all.map(({ terminated }) => terminated)).toEqual([true]);
  });

  it('ends with the display', async () => {
    vi.stubGlobal('Worker', FakeWorker);
    const quics = new Quics();
    const reading = quics.read(NONE, 1, 1);
    quics.close();
    expect([await reading, FakeWorker.all[0]?.terminated]).toEqual([undefined, true]);
  });
});
