// What the window can do, put together once: every feature's pages, actions and keys.
import Monitor from '@lucide/svelte/icons/monitor';
import { registerConsole } from './features/console/register';
import { registerHosts } from './features/hosts/register';
import { registerPalette } from './features/palette/register';
import { registerPrompts } from './features/prompts/register';
import { registerSettings } from './features/settings/register';
import { registerWall } from './features/wall/register';
import { registry } from './stores/registry.svelte';
import { subjects } from './stores/subjects';
import { tabs } from './stores/tabs.svelte';
import { shortcuts } from './stores/ui.svelte';
import { vmActions } from './stores/vm-actions';
import { windowActions } from './stores/window-actions';

/** Called with the layers; last of all the tabs that were open come back, as their kinds are known then. */
export function setUp(): void {
  tabs.register('vm', { icon: Monitor, load: () => import('./features/vm/VmPage.svelte') });
  registry.add(...windowActions(), ...vmActions());
  registerConsole();
  registerHosts();
  registerPalette();
  registerPrompts();
  registerSettings();
  registerWall();
  registry.subjects = subjects;
  // A layer over the window has its own keys.
  shortcuts.suspended = () => document.querySelector('.scrim') !== null;
  tabs.restore();
}
