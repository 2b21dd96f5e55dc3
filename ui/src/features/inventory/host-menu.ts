// What can be done to a host, as a menu: every action of the registry that is about one.
import { registry } from '../../stores/registry.svelte';
import type { MenuEntry } from '../../ui/types';

export function hostMenu(id: string): MenuEntry[] {
  const bound = registry.all.flatMap((action) => (action.on === 'host' ? [registry.onHost(action, id)] : []));
  const [safe, dangerous] = [bound.filter(({ danger }) => !danger), bound.filter(({ danger }) => danger)];
  const entries = safe.map((action) => registry.entry(action));
  if (safe.length > 0 && dangerous.length > 0) entries.push({ kind: 'line' });
  return [...entries, ...dangerous.map((action) => registry.entry(action))];
}
