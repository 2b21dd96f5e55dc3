// What screen readers hear. Polite messages come at most once per two seconds, the newest of each topic winning;
// assertive ones (my task failed, a host key changed) come at once.

const GAP_MS = 2000;

type Clock = { now: () => number; after: (ms: number, run: () => void) => void };
const realClock: Clock = { now: () => performance.now(), after: (ms, run) => void setTimeout(run, ms) };

export class Announcer {
  #pending = new Map<string, string>();
  #last = Number.NEGATIVE_INFINITY;
  #waiting = false;
  #say: (text: string, assertive: boolean) => void;
  #clock: Clock;

  constructor(say: (text: string, assertive: boolean) => void, clock: Clock = realClock) {
    this.#say = say;
    this.#clock = clock;
  }

  /** `topic` coalesces: of "3 selected", "4 selected" within the gap only the second is said. */
  polite(text: string, topic = text): void {
    this.#pending.delete(topic);
    this.#pending.set(topic, text);
    if (this.#waiting) return;
    const wait = Math.max(0, this.#last + GAP_MS - this.#clock.now());
    this.#waiting = true;
    this.#clock.after(wait, () => this.#flush());
  }

  assertive(text: string): void {
    this.#say(text, true);
  }

  #flush(): void {
    this.#waiting = false;
    this.#last = this.#clock.now();
    const text = [...this.#pending.values()].join('. ');
    this.#pending.clear();
    if (text) this.#say(text, false);
  }
}

function region(assertive: boolean): HTMLElement {
  const element = document.createElement('div');
  element.className = 'sr-only';
  element.setAttribute('role', assertive ? 'alert' : 'status');
  element.setAttribute('aria-live', assertive ? 'assertive' : 'polite');
  document.body.append(element);
  return element;
}

let regions: { polite: HTMLElement; assertive: HTMLElement } | undefined;

/** The window's announcer: makes its two live regions at the first message. */
export const announcer = new Announcer((text, assertive) => {
  regions ??= { polite: region(false), assertive: region(true) };
  const target = assertive ? regions.assertive : regions.polite;
  // The same text twice would not be a change, and nothing would be read.
  target.textContent = target.textContent === text ? `${text}\u00a0` : text;
});
