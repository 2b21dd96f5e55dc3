// The only door to Rust, as the page sees it: calls, messages, sockets of consoles, a place to keep the layout, and the
// window's title and size.
import type { AppEvent, Commands } from '../generated/api';

export interface Host {
  /** Asks Rust; rejects with a HostError and nothing else. */
  call<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Commands[K]['response']>;
  /** Every message from now on, in order. Tells how many were sent before: a snapshot says how many it contains. */
  listen(handler: (event: AppEvent) => void): Promise<number>;
  /** Small values that outlive the window: its layout. */
  keep: Keep;
  setTitle(title: string): Promise<void>;
  /** Whether the window takes the whole screen. */
  setFullScreen(on: boolean): Promise<void>;
  /** A console's bytes, by the address that `console_open` gave. */
  socket(url: string): Socket;
}

/** As much of a WebSocket as consoles use: binary both ways. */
export type Socket = Pick<WebSocket, 'binaryType' | 'send' | 'close'> & {
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
};

export interface Keep {
  /** Everything that was kept, by name. */
  all(): Promise<Readonly<Record<string, unknown>>>;
  /** One of them; undefined when nothing was kept under the name. */
  get(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
}
