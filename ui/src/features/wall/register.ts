// What the wall brings into the window: a tab with the screens of running VMs.
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import { registry } from '../../stores/registry.svelte';
import { tabs, type Page } from '../../stores/tabs.svelte';

/** There is one wall, so its page asks for no id. */
const load = async (): Promise<{ default: Page }> => {
  const { default: page } = await import('./WallPage.svelte');
  return { default: page as unknown as Page };
};
const WALL = { kind: 'wall', id: '', title: 'Screens' };

export function registerWall(): void {
  tabs.register('wall', { icon: LayoutGrid, load });
  registry.add({
    on: 'app',
    id: 'go.wall',
    title: 'Screens of running VMs',
    icon: LayoutGrid,
    section: 'Go to',
    keys: 'Mod+G W',
    also: 'wall thumbnails pictures consoles',
    run: () => tabs.open(WALL),
  });
}
