// The parts of the window that come after the list: first what stands around it, then the layers over it. They are
// files of their own, so that the first paint waits for none of them.
import type * as Around from '../around';
import type Layers from '../Layers.svelte';

class Later {
  around = $state.raw<typeof Around | null>(null);
  Layers = $state.raw<typeof Layers | null>(null);

  /** `painted` resolves when what is there has been painted. */
  async load(painted: () => Promise<unknown>): Promise<void> {
    this.around = await import('../around');
    await painted();
    this.Layers = (await import('../Layers.svelte')).default;
  }
}

export const later = new Later();
