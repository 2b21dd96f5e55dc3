// The gallery: every component in every state, for eyes and for pictures. Served by `npm run dev` only.
// gallery.html?page=parts|forms|layers|frame|grid|many &theme=dark &density=comfortable
import { mount, type Component } from 'svelte';
import '../src/styles/tokens.css';
import '../src/styles/base.css';
import '../src/styles/layers.css';

const pages: Record<string, () => Promise<{ default: Component }>> = import.meta.glob<{ default: Component }>(
  './pages/*.svelte',
);
const name = new URLSearchParams(location.search).get('page') ?? 'parts';
const load = pages[`./pages/${name}.svelte`];
const target = document.getElementById('app');
if (!load || !target) throw new Error(`no gallery page ${name}`);
mount((await load()).default, { target });
document.documentElement.dataset.ready = 'true';
