// Tells Rust which rows are on screen, so that their definitions are read first; and knows it for whoever asks whether
// a result can be seen.
import type { VmDto } from '../../generated/api';
import { host } from '../../host';

const AFTER_MS = 250;

class VisibleRows {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told = '';

  tell(rows: readonly VmDto[]): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // Only what has not been read yet is worth a word; a scroll over known rows says nothing.
      const ids = rows.filter((vm) => !vm.stale && vm.details_as_of === null).map((vm) => vm.id);
      const said = ids.join('\n');
      if (said === this.#told) return;
      this.#told = said;
      host.call('inventory_visible', { ids }).catch(() => (this.#told = ''));
    }, AFTER_MS);
  }
}

export const visibleRows = new VisibleRows();
