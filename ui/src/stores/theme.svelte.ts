// Light or dark, resolved in this one place: the user's choice, else the system's, whose changes are followed.
import { MediaQuery } from 'svelte/reactivity';
import { layout } from './layout.svelte';

const systemDark = new MediaQuery('prefers-color-scheme: dark', false);

class Theme {
  get resolved(): 'light' | 'dark' {
    const { theme } = layout.current;
    if (theme !== 'system') return theme;
    return systemDark.current ? 'dark' : 'light';
  }

  /** Puts it on the document; called in an effect. */
  apply(): void {
    const { dataset } = document.documentElement;
    dataset.theme = this.resolved;
    dataset.density = layout.current.density;
  }
}

export const theme = new Theme();
