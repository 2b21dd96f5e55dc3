// Chooses the host, asks for the first truth, and shows the window when it is there: the first paint is the real list.
import { mount, tick } from 'svelte';
import App from './App.svelte';
import { isForFrame } from './frame';
import { host, HostError, useHost } from './host';
import { tauri } from './host/tauri';
import { afterPaint, start, tellFirstPaint } from './stores/feed';
import { later } from './stores/later.svelte';
import { layout } from './stores/layout.svelte';
import { starting } from './stores/starting.svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layers.css';

/** Longer than this nobody looks at an empty window: the frame comes first then, and the list into it. */
const PATIENCE_MS = 150;

function failed(thrown: unknown): void {
  starting.error = HostError.from(thrown);
  starting.state = 'failed';
}

async function open(target: HTMLElement): Promise<void> {
  performance.mark('script');
  if ('__TAURI_INTERNALS__' in window) useHost(tauri);
  else useHost((await import('./host/mock')).createMock(new URLSearchParams(location.search)));
  const kept = layout.load();
  const started = start(kept).then(() => (starting.state = 'ready'), failed);
  await kept;
  await Promise.race([started, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  performance.mark('list-known');
  mount(App, { target });
  performance.mark('mounted');
  await started;
  if (isForFrame) return keepFrame(target);
  await tellFirstPaint().catch(failed);
  performance.mark('list-painted');
  const frame = document.getElementById('frame');
  // under a frame nothing of it is seen before all of it is there
  await later.load(frame ? tick : afterPaint);
  await tick();
  frame?.remove();
}

/** Nobody sees this page, and no host is asked: it is what the next start will begin with. */
async function keepFrame(target: HTMLElement): Promise<void> {
  await later.load(tick);
  const { frameOf } = await import('./frame-of');
  await host.call('frame_keep', frameOf(target));
}

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
void open(target);
