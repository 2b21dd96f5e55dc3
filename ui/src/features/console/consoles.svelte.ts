// The consoles of all tabs. One begins when its tab is first shown and ends when its tab or pane is closed; moving
// one to another place ends nothing.
import { untrack } from 'svelte';
import { pagesOf, tabs } from '../../stores/tabs.svelte';
import { Console } from './console.svelte';
import { KIND } from './panes.svelte';

class Consoles {
  #all = new Map<string, Console>();
  #watched = false;

  of(id: string): Console {
    this.#watch();
    let console = this.#all.get(id);
    if (!console) this.#all.set(id, (console = new Console(id)));
    return console;
  }

  #watch(): void {
    if (this.#watched) return;
    this.#watched = true;
    $effect.root(() => {
      $effect(() => {
        const open = new Set(tabs.others.filter(({ kind }) => kind === KIND).flatMap(pagesOf));
        untrack(() => {
          for (const [id, console] of this.#all) {
            if (open.has(id)) continue;
            this.#all.delete(id);
            console.dispose();
          }
        });
      });
    });
  }
}

export const consoles = new Consoles();
