// What displays and lines have in common: a console that Rust opens, its socket, its figures.
import type { ConsoleTraffic, OpenedConsole, OpenWhat } from '../../generated/api';
import { host, type Socket } from '../../host';
import { Link, type Carrier } from './link.svelte';

export type Figures = { latency: number | null; rate: number | null };
const NONE: Figures = { latency: null, rate: null };

export abstract class Carried implements Carrier {
  readonly link: Link;
  figures = $state.raw<Figures>(NONE);
  /** The way is there and nothing has come through it yet. */
  tunnelled = $state(false);
  protected opened: OpenedConsole | undefined;
  #before: (ConsoleTraffic & { at: number }) | undefined;
  #dials = 0;

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
  /** What must be read from disk before a connection makes sense. */
  protected abstract prepare(): Promise<void>;

  async dial(): Promise<void> {
    const dial = ++this.#dials;
    const [opened] = await Promise.all([
      host.call('console_open', { id: this.vm, what: this.whatNow() }),
      this.prepare(),
    ]);
    // Hung up meanwhile: nobody waits for it any more.
    if (dial !== this.#dials) return close(opened);
    this.opened = opened;
    this.attach(host.socket(opened.url), opened);
  }

  hangUp(): void {
    this.#dials++;
    this.tunnelled = false;
    this.figures = NONE;
    this.#before = undefined;
    const { opened } = this;
    this.opened = undefined;
    this.detach();
    if (opened) close(opened);
  }

  /** Latency and rate since the last time; asked for by whoever shows them. */
  async measure(now: number): Promise<void> {
    const { opened } = this;
    if (!opened) return;
    const traffic = await host.call('console_traffic', { console: opened.console }).catch(() => undefined);
    if (!traffic || this.opened !== opened) return;
    const before = this.#before;
    this.#before = { ...traffic, at: now };
    const bytes = before ? traffic.received_bytes - before.received_bytes : 0;
    const rate = before && now > before.at ? (bytes * 1000) / (now - before.at) : null;
    this.figures = { latency: traffic.latency_ms, rate };
  }
}

function close({ console }: OpenedConsole): void {
  // A console that is gone already is closed.
  void host.call('console_close', { console }).catch(() => undefined);
}
