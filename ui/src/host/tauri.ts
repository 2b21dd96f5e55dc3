// The app's own host: Tauri. The only file that imports @tauri-apps.
// What only changes something is read when something changes: the first paint waits for every byte.
import { Channel, invoke } from '@tauri-apps/api/core';
import type { Store } from '@tauri-apps/plugin-store';
import type { AppEvent, Commands, Listening } from '../generated/api';
import { isForFrame } from '../frame';
import { HostError } from './error';
import type { Host, Socket } from './types';

/** What Rust put into the page before its scripts were read (src-tauri/src/appearance.rs). */
type Ahead = {
  /** When the first frame was painted that the last run kept (ui/public/frame.js), by the page's clock. */
  framePaintedAt?: number;
  layout: Readonly<Record<string, unknown>>;
  /** The VM whose console has this window for itself. */
  console: string | null;
  answers?: { [K in keyof Commands]?: Promise<Commands[K]['response']> };
};
declare global {
  interface Window {
    __INNKEEPER__?: Ahead;
  }
}

const SAVE_AFTER_MS = 400;

async function call<K extends keyof Commands>(
  name: K,
  request: Commands[K]['request'],
): Promise<Commands[K]['response']> {
  try {
    const answer = askedAhead(name);
    if (answer) return await answer;
    return await invoke<Commands[K]['response']>(name, { request });
  } catch (thrown) {
    throw HostError.from(thrown);
  }
}

/** An answer that was asked for before the scripts were read; each is good once. */
function askedAhead<K extends keyof Commands>(name: K): NonNullable<Ahead['answers']>[K] {
  const answers = window.__INNKEEPER__?.answers;
  const answer = answers?.[name];
  delete answers?.[name];
  return answer;
}

let opened: Promise<Store> | undefined;

/** The layout lies with everything else, in the folder that Rust chose. */
function layout(): Promise<Store> {
  opened ??= Promise.all([
    import('@tauri-apps/plugin-store'),
    invoke<Commands['app_info']['response']>('app_info', { request: {} }),
  ]).then(([{ load }, info]) =>
    load(`${info.data_dir}/layout.json`, { defaults: {}, autoSave: SAVE_AFTER_MS }),
  );
  return opened;
}

export const tauri: Host = {
  call,
  listen: async (handler) => {
    const messages = new Channel<AppEvent>(handler);
    return (await invoke<Listening>('page_listen', { messages, request: {} })).messages;
  },
  keep: {
    // what this window began with is old by the time it makes the next one's first frame
    all: async () =>
      (isForFrame ? undefined : window.__INNKEEPER__?.layout) ??
      Object.fromEntries(await (await layout()).entries<unknown>()),
    get: async (name) => (await layout()).get(name),
    set: async (name, value) => (isForFrame ? undefined : (await layout()).set(name, value)),
  },
  setTitle: async (title) => (await import('@tauri-apps/api/window')).getCurrentWindow().setTitle(title),
  setFullScreen: async (on) => (await import('@tauri-apps/api/window')).getCurrentWindow().setFullscreen(on),
  socket: (url) => new WebSocket(url) as Socket,
};
