// remote-viewer: a program of its own for what a page cannot do with a display.
import type { ViewerDto } from '../../generated/api';
import { host } from '../../host';
import { announcer } from '../../lib/announce';
import { report } from '../../stores/act';
import type { MenuEntry } from '../../ui/types';
import type { Endpoint } from './endpoint';
import type { Link } from './link.svelte';

class Viewer {
  /** Why displays of each kind cannot be opened in it; null while that was not asked. */
  #refusals = $state.raw<ViewerDto | null>(null);
  #opening = $state(false);

  /** Asks anew: it may have been installed meanwhile. */
  async look(): Promise<void> {
    this.#refusals = await host.call('viewer_check', {}).catch(() => this.#refusals);
  }

  refusal(kind: 'vnc' | 'spice'): string | undefined {
    if (this.#opening) return 'It is being opened';
    if (!this.#refusals) return 'It is being looked for';
    return this.#refusals[kind] ?? undefined;
  }

  /** Passes a display on, since it may have one viewer only; when that is closed it is shown here again. */
  async open(id: string, index: number, link: Link): Promise<void> {
    this.#opening = true;
    announcer.polite('Opening remote-viewer');
    link.lend();
    const opened = host.call('viewer_open', { id, index });
    const ended = opened.then((one) => {
      this.#opening = false;
      return host.call('viewer_ended', one);
    });
    try {
      await ended;
    } catch (thrown) {
      report(thrown, 'remote-viewer was not opened');
    } finally {
      this.#opening = false;
      if (link.state.is === 'lent') link.retry();
    }
  }
}

export const viewer = new Viewer();

/** The entry of a display's menu. */
export function viewerEntries(id: string, shown: Endpoint | undefined, link: Link): MenuEntry[] {
  if (shown?.what.kind !== 'display' || shown.kind === 'line') return [];
  const { index } = shown.what;
  const refusal = link.state.is === 'lent' ? 'It is shown there' : viewer.refusal(shown.kind);
  return [
    {
      label: 'Open in remote-viewer',
      ...(refusal !== undefined && { disabledReason: refusal }),
      onselect: () => void viewer.open(id, index, link),
    },
    { kind: 'line' },
  ];
}
