// What the palette brings into the window: its own key, the tags, and the question of an action that needs a value.
import Search from '@lucide/svelte/icons/search';
import { registry } from '../../stores/registry.svelte';
import { ui } from '../../stores/ui.svelte';
import { toasts } from '../../ui/toasts.svelte';
import { recent } from './recent.svelte';
import { tagActions } from './tag-actions';

export function registerPalette(): void {
  registry.add(
    {
      on: 'app',
      id: 'app.palette',
      title: 'Search or run a command',
      icon: Search,
      section: 'Application',
      keys: 'Mod+K',
      run: () => (ui.palette = true),
    },
    ...tagActions(),
  );
  registry.asks = (bound) => void import('./palette.svelte').then(({ palette }) => palette.ask(bound));
  registry.refused = (title, reason) =>
    toasts.show({
      look: 'info',
      title: `${title.replace(/…$/, '')} is not possible now`,
      text: `${reason}.`,
    });
  void recent.load();
}
