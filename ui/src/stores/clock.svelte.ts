// The time, for what shows it. Nobody looking means no timer.
import { createSubscriber } from 'svelte/reactivity';

export class Clock {
  #subscribe: () => void;

  constructor(everyMs: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, everyMs);
      return () => clearInterval(timer);
    });
  }

  get now(): Date {
    this.#subscribe();
    return new Date();
  }
}

/** For what counts seconds: a retry, a running task. */
export const seconds = new Clock(1000);
/** For what only changes with the day: "Sun 14:02". */
export const minutes = new Clock(60_000);
