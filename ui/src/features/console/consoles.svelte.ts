// The consoles of all tabs. One begins when its tab is first shown and ends when its tab or pane is closed; moving
// one to another place ends nothing.
import { untrack } from 'svelte';
import { pagesOf, tabs } from '../../stores/tabs.svelte';
import { Console } from './console.svelte';
import { KIND } from './panes.svelte';

class Consoles {
  /** Those that are open, by VM. */
  open: () => readonly string[] = () => tabs.others.filter(({ kind }) => kind === KIND).flatMap(pagesOf);
  #all = new Map<string, Console>();
  #watched = false;

  of(id: string): Console {
    this.#watch();
    let console = this.#all.get(id);
    if (!console) this.#all.set(id, (console = new Console(id)));
    return console;
  }

  /** Ends all of them: the window goes. */
  end(): void {
    for (const console of this.#all.values()) console.dispose();
    this.#all.clear();
  }

  #watch(): void {
    if (this.#watched) return;
    this.#watched = true;
    $effect.root(() => {
      $effect(() => {
        const open = new Set(this.open());
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
