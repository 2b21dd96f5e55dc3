// Whether the window has what it shows, or why it cannot.
import type { HostError } from '../host';

class Starting {
  state = $state<'starting' | 'ready' | 'failed'>('starting');
  error = $state.raw<HostError | null>(null);
}

export const starting = new Starting();
