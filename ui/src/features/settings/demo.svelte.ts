// The demo estate: which hosts are of it, adding it, taking it out again.
import type { ConnectionDto } from '../../generated/api';
import { host } from '../../host';
import { attempt } from '../../stores/act';
import { connections } from '../../stores/connections.svelte';

/** The demo's hosts live in files of libvirt's test driver, in a folder of that name. */
export const isDemo = ({ uri }: Pick<ConnectionDto, 'uri'>): boolean =>
  /^test:\/\/\/.*\/demo-estate\/[^/]+\.xml$/.test(uri);

class Demo {
  adding = $state(false);
  /** Whether removing it is being asked about. */
  removing = $state(false);
  readonly hosts = $derived(connections.all.filter(isDemo));

  async add(): Promise<void> {
    if (this.adding) return;
    this.adding = true;
    await attempt(host.call('demo_add', {}), 'Cannot add the demo estate');
    this.adding = false;
  }

  async remove(): Promise<void> {
    for (const { id } of this.hosts)
      if (!(await attempt(host.call('connection_remove', { id }), 'Cannot remove the demo estate'))) return;
  }
}

export const demo = new Demo();
