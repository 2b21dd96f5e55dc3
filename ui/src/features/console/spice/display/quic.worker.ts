// The thread beside the page that reads QUIC: a screen of it takes half a second.
import { unquic } from './quic';
import type { Job, Result } from './quics';

globalThis.onmessage = ({ data: { id, bytes, width, height } }: MessageEvent<Job>) => {
  const read = unquic(bytes, width, height);
  globalThis.postMessage({ id, read } satisfies Result, { transfer: read ? [read.data.buffer] : [] });
};
