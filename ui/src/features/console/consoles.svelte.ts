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
    const known = this.#all.get(id);
    return known ?? this.#begin(id);
  }

  /** Ends all of them: the window goes. */
  end(): void {
    for (const console of this.#all.values()) console.dispose();
    this.#all.clear();
  }

  /** Of no page's effects: what a console derives would stand still once the page that began it is gone. */
  #begin(id: string): Console {
    const begun: Console[] = [];
    $effect.root(() => void begun.push(new Console(id)));
    const [console] = begun;
    if (!console) throw new Error('an effect begins at once');
    this.#all.set(id, console);
    return console;
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
