// Rust's judgement of a draft, asked as one types: debounced, the newest answer wins. Which fields may speak is
// decided here too: a field is silent until it was left, unless all were asked for by a submit.
import type { CheckResult, PutConnection, WrongPart } from '../../generated/api';
import { host, HostError } from '../../host';
import { fieldOf, type Field, type Source } from './draft';

const WAIT_MS = 250;

type Timer = { set: (run: () => void) => () => void };
const realTimer: Timer = {
  set: (run) => {
    const timer = setTimeout(run, WAIT_MS);
    return () => clearTimeout(timer);
  },
};

export class Check {
  result = $state.raw<CheckResult>({ parts: null, wrong: [] });
  /** Fields that have been left at least once. */
  #left = $state.raw<ReadonlySet<Field>>(new Set());
  #all = $state(false);
  #asked = 0;
  #cancel: () => void = () => {};
  #timer: Timer;

  constructor(timer: Timer = realTimer) {
    this.#timer = timer;
  }

  /** Asks once typing has paused. */
  later(request: PutConnection): void {
    this.#cancel();
    this.#cancel = this.#timer.set(() => void this.now(request));
  }

  /** Asks at once; true when nothing is wrong. */
  async now(request: PutConnection): Promise<boolean> {
    this.#cancel();
    const asked = ++this.#asked;
    try {
      const result = await host.call('connection_check', request);
      if (asked === this.#asked) this.result = result;
      return result.wrong.length === 0;
    } catch (thrown) {
      const { fields, message } = HostError.from(thrown);
      const wrong: WrongPart[] = fields.length > 0 ? [...fields] : [{ part: 'uri', message }];
      if (asked === this.#asked) this.result = { parts: null, wrong };
      return false;
    }
  }

  /** What is wrong by the words of a refused save. */
  learn(wrong: readonly WrongPart[]): void {
    this.result = { ...this.result, wrong: [...wrong] };
    this.#all = true;
  }

  leave(field: Field): void {
    if (!this.#left.has(field)) this.#left = new Set([...this.#left, field]);
  }

  /** From here on every field says what is wrong with it. */
  speakUp(): void {
    this.#all = true;
  }

  /** The sentence at a field, if it may be said. */
  at(field: Field, source: Source): string | undefined {
    if (!this.#all && !this.#left.has(field)) return undefined;
    return this.result.wrong.find(({ part }) => fieldOf(part, source) === field)?.message;
  }

  stop(): void {
    this.#cancel();
    this.#asked++;
  }
}
