// The page of a console's own window: one VM, told of by Rust alone, and none of what the main window is made of.
import { mount } from 'svelte';
import OwnWindow from './features/console/OwnWindow.svelte';
import { HostError, useHost } from './host';
import { tauri } from './host/tauri';
import { start } from './stores/feed';
import { layout } from './stores/layout.svelte';
import { starting } from './stores/starting.svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layers.css';

async function open(target: HTMLElement): Promise<void> {
  const asked = new URLSearchParams(location.search);
  const isApp = '__TAURI_INTERNALS__' in window;
  useHost(isApp ? tauri : (await import('./host/mock')).createMock(asked));
  const id = (isApp ? window.__INNKEEPER__?.console : asked.get('vm')) ?? '';
  const kept = layout.load();
  const started = start(kept).then(
    () => (starting.state = 'ready'),
    (thrown: unknown) => {
      starting.error = HostError.from(thrown);
      starting.state = 'failed';
    },
  );
  await kept;
  await started;
  mount(OwnWindow, { target, props: { id } });
}

const target = document.getElementById('app');
if (!target) throw new Error('console.html has no #app');
void open(target);
