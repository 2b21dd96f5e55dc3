// Who has chosen a VM that runs may open its console next. What that needs is read once, while they look, so that the
// first console is there as fast as the others.
import { whyNoConsole } from '../../stores/open';
import { selection } from '../../stores/selection.svelte';

/** The VM that was chosen is painted first; a double click opens it some 100 ms later. */
export const CHOSEN_MS = 50;

export function readAhead(read: () => Promise<unknown>): void {
  const stop = $effect.root(() => {
    $effect(() => {
      const vm = selection.leadVm;
      if (!vm || whyNoConsole(vm) !== undefined) return;
      const timer = setTimeout(() => {
        stop();
        // Whoever opens a console reads it again, and says what is wrong.
        read().catch(() => undefined);
      }, CHOSEN_MS);
      return () => clearTimeout(timer);
    });
  });
}
