// An answer that is asked for when somebody looks: nothing for 100 ms, then that it is under way, then the answer or
// why there is none. An answer that comes after another question is dropped.
import { HostError } from '../host';

const QUIET_MS = 100;
const SLOW_MS = 1000;

export class Loaded<T> {
  value = $state.raw<T | undefined>();
  error = $state.raw<HostError | undefined>();
  /** `quiet` shows nothing, `busy` a line, `slow` words. */
  wait = $state<'none' | 'quiet' | 'busy' | 'slow'>('none');
  #key = '';
  #turn = 0;

  /** Asks, unless the answer to this key is there or under way. Another key forgets the old answer at once. */
  ask(key: string, work: () => Promise<T>): void {
    if (key === this.#key) return;
    this.#key = key;
    this.value = undefined;
    void this.#run(work);
  }

  /** Asks again and shows the old answer until the new one is there. */
  again(key: string, work: () => Promise<T>): void {
    if (key === this.#key) return;
    this.#key = key;
    void this.#run(work);
  }

  async #run(work: () => Promise<T>): Promise<void> {
    const turn = ++this.#turn;
    const later = (ms: number, wait: 'busy' | 'slow'): ReturnType<typeof setTimeout> =>
      setTimeout(() => turn === this.#turn && (this.wait = wait), ms);
    this.wait = 'quiet';
    this.error = undefined;
    const timers = [later(QUIET_MS, 'busy'), later(SLOW_MS, 'slow')];
    try {
      const value = await work();
      if (turn === this.#turn) this.value = value;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.value = undefined;
      this.error = HostError.from(thrown);
    } finally {
      timers.forEach(clearTimeout);
      if (turn === this.#turn) this.wait = 'none';
    }
  }
}
