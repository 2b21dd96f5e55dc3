// Whether the window has what it shows, or why it cannot.
import type { HostError } from '../host';

class Starting {
  state = $state<'starting' | 'ready' | 'failed'>('starting');
  /** Whether the list has been painted: what stands around it comes a frame later, so that nothing is before it. */
  listPainted = $state(false);
  error = $state.raw<HostError | null>(null);
}

export const starting = new Starting();
