// The connection of one display or line, as it comes and goes with its VM.
//
//   away ──VM runs──▶ opening ──▶ open
//    ▲                 ▲   │        │ the far end closes
//    │                 │   ▼        ▼
//    └──VM stops────── waiting ◀────┘        opening ──not for us──▶ refused ──asked again──▶ opening
//
// Any of them may be lent to another program, and is asked for again. While it opens, a far end that was reached must
// not be silent for long; what waits for its user is not hurried.
//
// Invariant: at most one attempt or timer is under way, and after `close` there is none.
import { HostError } from '../../host';
import type { Ending } from './channel';

/** Whether the VM runs, as far as is known: nothing is known of a host that is not there. */
export type Runs = 'yes' | 'no' | 'unknown';

/** What became of the attempt before. */
export type Before = { why: 'ended' | 'lost' | 'failed' | 'silent'; error?: HostError };

export type LinkState =
  | { is: 'away' }
  | { is: 'opening'; since: number; after?: Before }
  | { is: 'open' }
  | ({ is: 'waiting'; until: number } & Before)
  | { is: 'refused'; error: HostError }
  /** Another program has the display now, from here. */
  | { is: 'lent' };

export interface Carrier {
  /** Begins a connection; `opened`, `ended` or the rejection says what became of it. */
  dial(): Promise<void>;
  /** Lets go of it, whatever became of it. */
  hangUp(): void;
}

const DELAYS_MS = [500, 1000, 2000, 4000, 8000];
/** One that stood so long starts over with the short delays. */
const STEADY_MS = 5000;
const VM_ENDED = 1000;
/** A far end that was reached says something within this time. */
export const SILENCE_MS = 15_000;
/** Mean that somebody has to do something; all others may go well when tried again. */
const FINAL = [
  'conflict',
  'permission_denied',
  'unsupported',
  'invalid_input',
  'auth_failed',
  'auth_cancelled',
  'protocol',
];

export class Link {
  state = $state.raw<LinkState>({ is: 'away' });
  #carrier: Carrier;
  #now: () => number;
  #runs: Runs = 'unknown';
  #tries = 0;
  #openedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #held = false;
  #attempt = 0;
  #closed = false;

  constructor(carrier: Carrier, now: () => number = Date.now) {
    this.#carrier = carrier;
    this.#now = now;
  }

  get isOpen(): boolean {
    return this.state.is === 'open';
  }

  follow(runs: Runs): void {
    if (runs === this.#runs || this.#closed) return;
    this.#runs = runs;
    if (runs === 'yes') {
      this.#tries = 0;
      if (this.state.is !== 'open' && this.state.is !== 'opening') this.#dial();
    } else if (runs === 'no') this.#rest();
    // A host that is lost may still carry what is open; only new attempts are in vain.
    else if (this.state.is === 'waiting') this.#rest();
  }

  /** Tries now, also what was refused. */
  retry(): void {
    if (this.#closed || this.state.is === 'open') return;
    this.#dial();
  }

  /** Lets go of it for another program, until it is asked again or the VM has been off. */
  lend(): void {
    if (this.#closed || this.state.is === 'away') return;
    this.#rest();
    this.state = { is: 'lent' };
  }

  /** The way to the far end is there, or something came from it. */
  heard(): void {
    if (this.state.is !== 'opening') return;
    clearTimeout(this.#silence);
    if (!this.#held) this.#silence = setTimeout(() => this.#wait('silent'), SILENCE_MS);
  }

  /** Somebody is asked for something, and takes the time that it takes. */
  hold(on: boolean): void {
    this.#held = on;
    this.heard();
  }

  opened(): void {
    if (this.state.is !== 'opening') return;
    clearTimeout(this.#silence);
    this.#openedAt = this.#now();
    this.state = { is: 'open' };
  }

  ended({ code, reason }: Ending): void {
    if (this.state.is !== 'open' && this.state.is !== 'opening') return;
    if (FINAL.includes(reason))
      return this.#refuse(new HostError({ code: reason, message: GARBLED[reason] ?? 'It was refused.' }));
    this.#wait(code === VM_ENDED ? 'ended' : 'lost');
  }

  failed(thrown: unknown): void {
    const error = HostError.from(thrown);
    if (FINAL.includes(error.code)) this.#refuse(error);
    else this.#wait('failed', error);
  }

  /** The tab is closed. */
  close(): void {
    this.#closed = true;
    this.#rest();
  }

  #dial(): void {
    clearTimeout(this.#timer);
    this.#carrier.hangUp();
    clearTimeout(this.#silence);
    const attempt = ++this.#attempt;
    const { state } = this;
    const after: Before | undefined =
      state.is === 'waiting' ? { why: state.why, ...(state.error && { error: state.error }) } : undefined;
    this.state = { is: 'opening', since: this.#now(), ...(after && { after }) };
    this.#carrier.dial().catch((thrown: unknown) => {
      if (attempt === this.#attempt) this.failed(thrown);
    });
  }

  #wait(why: Before['why'], error?: HostError): void {
    if (this.#openedAt > 0 && this.#now() - this.#openedAt >= STEADY_MS) this.#tries = 0;
    this.#openedAt = 0;
    this.#leave();
    if (this.#runs !== 'yes' || this.#closed) return void (this.state = { is: 'away' });
    const delay = DELAYS_MS[Math.min(this.#tries++, DELAYS_MS.length - 1)] ?? 0;
    this.state = { is: 'waiting', until: this.#now() + delay, why, ...(error && { error }) };
    this.#timer = setTimeout(() => this.#dial(), delay);
  }

  #refuse(error: HostError): void {
    this.#leave();
    this.state = { is: 'refused', error };
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#leave();
    this.state = { is: 'away' };
  }

  /** Gives up the attempt or the connection. */
  #leave(): void {
    this.#attempt++;
    this.#carrier.hangUp();
    clearTimeout(this.#silence);
  }
}

const GARBLED: Record<string, string> = {
  protocol: 'What the display sends is not VNC.',
  auth_failed: 'The display did not take the password.',
};
