// The host in use, chosen once at start: Tauri's in the app, the mock in a plain browser, a fake in tests.
import type { Host } from './types';

export { HostError } from './error';
export type { Host, Keep, Socket } from './types';

let chosen: Host | undefined;

export function useHost(host: Host): void {
  chosen = host;
}

function current(): Host {
  if (!chosen) throw new Error('useHost comes before the first call');
  return chosen;
}

export const host: Host = {
  call: (name, request) => current().call(name, request),
  listen: (handler) => current().listen(handler),
  keep: {
    all: () => current().keep.all(),
    get: (name) => current().keep.get(name),
    set: (name, value) => current().keep.set(name, value),
  },
  setTitle: (title) => current().setTitle(title),
  setFullScreen: (on) => current().setFullScreen(on),
  socket: (url) => current().socket(url),
};
