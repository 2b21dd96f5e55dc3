// Windows of the mock: a console's own is another window of the browser, with a mock of its own that invents the same
// VM. A browser may refuse to open one.
import type { AppEvent, Commands } from '../../generated/api';
import { HostError } from '../error';

const LOOK_MS = 250;
const SIZE = 'popup,width=960,height=720';

type Handlers = {
  [K in 'console_window_open' | 'console_window_close' | 'main_window_show']: (
    request: Commands[K]['request'],
  ) => Commands[K]['response'];
};

export class MockWindows {
  #open = new Map<string, Window>();
  #between = new BroadcastChannel('innkeeper windows');

  constructor(
    /** What the address bar says; with `vm` this is the own window of that VM's console. */
    readonly asked: URLSearchParams,
    readonly emit: (event: AppEvent) => void,
    /** Keeps what another window has kept: each of a browser's windows has a place of its own. */
    keeps: (name: string, value: unknown) => void,
  ) {
    this.#between.onmessage = ({ data }: MessageEvent<AppEvent>) => {
      if (data.event === 'kept' && (asked.has('vm') || data.name === 'consoles')) {
        keeps(data.name, data.value);
        emit(data);
      } else if (data.event !== 'kept' && !asked.has('vm')) emit(data);
    };
    if (!asked.has('vm')) setInterval(() => this.#look(), LOOK_MS);
  }

  readonly handlers: Handlers = {
    console_window_open: ({ id }) => {
      const asked = new URLSearchParams(this.asked);
      asked.set('vm', id);
      const opened = this.#open.get(id) ?? window.open(`console.html?${asked}`, `console ${id}`, SIZE);
      if (!opened)
        throw new HostError({
          code: 'unsupported',
          message: 'The browser opens no window.',
          hint: 'Allow it for this page.',
        });
      opened.focus();
      this.#open.set(id, opened);
      this.#tell();
      return {};
    },
    console_window_close: ({ to_tab }) => {
      const id = this.asked.get('vm') ?? '';
      if (to_tab) this.#show({ event: 'show', kind: 'console', id });
      window.close();
      return {};
    },
    main_window_show: (page) => {
      this.#show({ event: 'show', ...page });
      return {};
    },
  };

  /** Tells the other windows what this one has kept. */
  kept(name: string, value: unknown): void {
    const told: AppEvent = { event: 'kept', name, value };
    if (['theme', 'density', 'consoles'].includes(name)) this.#between.postMessage(told);
  }

  #show(event: AppEvent): void {
    const id = this.asked.get('vm');
    const gone: AppEvent = {
      event: 'console_windows',
      ids: [...this.#open.keys()].filter((one) => one !== id),
    };
    for (const each of [gone, event]) this.#between.postMessage(each);
  }
  #look(): void {
    const closed = [...this.#open].filter(([, opened]) => opened.closed);
    if (closed.length === 0) return;
    for (const [id] of closed) this.#open.delete(id);
    this.#tell();
  }
  #tell(): void {
    this.emit({ event: 'console_windows', ids: [...this.#open.keys()] });
  }
}
