// The app's own host: Tauri. The only file that imports @tauri-apps.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWindow } from '@tauri-apps/api/window';
import { load, type Store } from '@tauri-apps/plugin-store';
import type { AppEvent, Commands } from '../generated/api';
import { HostError } from './error';
import type { Host } from './types';

const EVENT = 'innkeeper';
const SAVE_AFTER_MS = 400;

async function call<K extends keyof Commands>(
  name: K,
  request: Commands[K]['request'],
): Promise<Commands[K]['response']> {
  try {
    return await invoke<Commands[K]['response']>(name, { request });
  } catch (thrown) {
    throw HostError.from(thrown);
  }
}

let opened: Promise<Store> | undefined;

/** The layout lies with everything else, in the folder that Rust chose. */
function layout(): Promise<Store> {
  opened ??= call('app_info', {}).then((info) =>
    load(`${info.data_dir}/layout.json`, { defaults: {}, autoSave: SAVE_AFTER_MS }),
  );
  return opened;
}

export const tauri: Host = {
  call,
  listen: (handler) => listen<AppEvent>(EVENT, (message) => handler(message.payload)),
  keep: {
    all: async () => Object.fromEntries(await (await layout()).entries<unknown>()),
    get: async (name) => (await layout()).get(name),
    set: async (name, value) => (await layout()).set(name, value),
  },
  setTitle: (title) => getCurrentWindow().setTitle(title),
};
