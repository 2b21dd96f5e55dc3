// What displays and lines have in common: a console that Rust opens, its socket, its figures.
import type { OpenedConsole, OpenWhat } from '../../generated/api';
import { host, type Socket } from '../../host';
import { closes } from './closing';
import { Link, type Carrier } from './link.svelte';

export type Figures = { latency: number | null; rate: number | null };
const NONE: Figures = { latency: null, rate: null };

export abstract class Carried implements Carrier {
  readonly link: Link;
  figures = $state.raw<Figures>(NONE);
  /** The way is there and nothing has come through it yet. */
  tunnelled = $state(false);
  protected opened: OpenedConsole | undefined;
  #before: { received: number; at: number } | undefined;
  #dials = 0;
  #socket: Socket | undefined;
  #dialling: Promise<void> | undefined;

  constructor(
    readonly vm: string,
    protected readonly what: OpenWhat,
  ) {
    this.link = new Link(this);
  }

  protected abstract attach(socket: Socket, opened: OpenedConsole): void;
  protected abstract detach(): void;
  protected whatNow(): OpenWhat {
    return this.what;
  }
  /** Consoles that belong to it and move bytes as well. */
  protected besides(): readonly string[] {
    return [];
  }
  /** What must be read from disk before a connection makes sense. */
  protected abstract prepare(): Promise<void>;

  dial(): Promise<void> {
    const dialling = this.#dial(++this.#dials);
    this.#dialling = dialling;
    return dialling;
  }

  async #dial(dial: number): Promise<void> {
    const [opened] = await Promise.all([
      host.call('console_open', { id: this.vm, what: this.whatNow() }),
      this.prepare(),
    ]);
    // Hung up meanwhile: nobody waits for it any more.
    if (dial !== this.#dials) return close(opened);
    this.opened = opened;
    this.#dialling = undefined;
    const socket = host.socket(opened.url);
    this.attach(socket, opened);
    this.#listen(socket);
  }

  /** Whatever comes is a sign of life, also what its reader waits for more of. */
  #listen(socket: Socket): void {
    const { onopen, onmessage } = socket;
    const heard = (): void => void (socket === this.#socket && this.link.heard());
    this.#socket = socket;
    socket.onopen = () => (heard(), onopen?.());
    socket.onmessage = (event) => (heard(), onmessage?.(event));
    heard();
  }

  hangUp(): void {
    this.#dials++;
    this.tunnelled = false;
    this.figures = NONE;
    this.#before = undefined;
    const { opened } = this;
    this.opened = this.#socket = undefined;
    this.detach();
    // What is just being opened is closed as soon as it is.
    const going = [opened && close(opened), this.#dialling];
    this.#dialling = undefined;
    if (this.what.kind === 'line') for (const each of going) if (each) closes(each);
  }

  /** Latency and rate since the last time; asked for by whoever shows them. */
  async measure(now: number): Promise<void> {
    const { opened } = this;
    if (!opened) return;
    const asked = [opened.console, ...this.besides()].map((console) =>
      host.call('console_traffic', { console }),
    );
    const [first, ...others] = (await Promise.all(asked).catch(() => undefined)) ?? [];
    if (!first || this.opened !== opened) return;
    const received = others.reduce((sum, { received_bytes }) => sum + received_bytes, first.received_bytes);
    const before = this.#before;
    this.#before = { received, at: now };
    const bytes = before ? Math.max(0, received - before.received) : 0;
    const rate = before && now > before.at ? (bytes * 1000) / (now - before.at) : null;
    this.figures = { latency: first.latency_ms, rate };
  }
}

async function close({ console }: OpenedConsole): Promise<void> {
  // A console that is gone already is closed.
  await host.call('console_close', { console }).catch(() => undefined);
}
