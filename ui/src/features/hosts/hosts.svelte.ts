// Which of the hosts' dialogs is open, and the ways into their pages.
import { connections } from '../../stores/connections.svelte';
import { tabs } from '../../stores/tabs.svelte';
import { doctorOf, workOn } from './work.svelte';
import type { Source } from './draft';

class HostLayers {
  importing = $state(false);
  exporting = $state(false);
  /** The connection that is to go. */
  removing = $state<string | null>(null);
}
export const layers = new HostLayers();

export function openAdd(source?: Source): void {
  if (source) workOn('').draft.source = source;
  tabs.open({ kind: 'host-form', id: '', title: 'Add host' });
}

export function openEdit(id: string): void {
  const connection = connections.get(id);
  if (connection) tabs.open({ kind: 'host-form', id, title: `Edit ${connection.name}` });
}

export function openHost(id: string): void {
  const connection = connections.get(id);
  if (connection) tabs.open({ kind: 'host', id, title: connection.name });
}

export function diagnose(id: string): void {
  const connection = connections.get(id);
  if (!connection) return;
  openHost(id);
  const { name, uri, folder, access, startup, key_file, remote_socket } = connection;
  const settings = { name, uri, folder, access, startup, key_file, remote_socket };
  void doctorOf(id).start({ id, settings, connect: false });
}
