// Filters the user has kept: the smart folders of the tree.
import { layout, type SmartFolder } from '../../stores/layout.svelte';

export const views = {
  get all(): readonly SmartFolder[] {
    return layout.current.views;
  },
  has: (query: string): boolean => layout.current.views.some((view) => view.query === query),
  add(query: string): void {
    if (!views.has(query)) layout.set('views', [...layout.current.views, { name: query, query }]);
  },
  remove(query: string): void {
    layout.set(
      'views',
      layout.current.views.filter((view) => view.query !== query),
    );
  },
  rename(query: string, name: string): void {
    layout.set(
      'views',
      layout.current.views.map((view) => (view.query === query ? { ...view, name } : view)),
    );
  },
};
