// What hosts bring into the window: their pages and everything that can be done with a connection.
import Download from '@lucide/svelte/icons/download';
import KeyRound from '@lucide/svelte/icons/key-round';
import Link from '@lucide/svelte/icons/link';
import Pencil from '@lucide/svelte/icons/pencil';
import Plus from '@lucide/svelte/icons/plus';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Server from '@lucide/svelte/icons/server';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import Stethoscope from '@lucide/svelte/icons/stethoscope';
import Trash2 from '@lucide/svelte/icons/trash-2';
import Unlink from '@lucide/svelte/icons/unlink';
import Upload from '@lucide/svelte/icons/upload';
import { attempt } from '../../stores/act';
import { connections } from '../../stores/connections.svelte';
import { prompt } from '../../stores/prompt.svelte';
import { registry, type HostAction } from '../../stores/registry.svelte';
import { tabs } from '../../stores/tabs.svelte';
import { diagnose, layers, openAdd, openEdit, openHost } from './hosts.svelte';

const nameOf = (id: string): string => connections.get(id)?.name ?? 'the host';
const isOpen = (id: string): boolean => /^(ready|syncing)$/.test(connections.get(id)?.state ?? '');

const HOST_ACTIONS: readonly HostAction[] = [
  {
    on: 'host',
    id: 'host.open',
    title: 'Open host page',
    icon: Server,
    section: 'Hosts',
    run: openHost,
  },
  {
    on: 'host',
    id: 'host.answer',
    title: 'Answer its question…',
    icon: KeyRound,
    section: 'Hosts',
    also: 'password passphrase host key',
    disabledReason: (id) => {
      const asked = connections.get(id)?.prompt;
      if (!asked) return 'It asks nothing';
      return asked === prompt.current?.id ? undefined : 'Another host’s question comes first';
    },
    run: () => prompt.show(),
  },
  {
    on: 'host',
    id: 'host.key-check',
    title: 'How to check its key',
    icon: ShieldAlert,
    section: 'Hosts',
    disabledReason: (id) =>
      connections.get(id)?.error?.code === 'host_key_changed' ? undefined : 'Its key has not changed',
    run: openHost,
  },
  {
    on: 'host',
    id: 'host.connect',
    title: 'Connect',
    icon: Link,
    section: 'Hosts',
    also: 'retry now reconnect',
    disabledReason: (id) => {
      if (isOpen(id)) return 'It is connected';
      return connections.get(id)?.state === 'connecting' ? 'It is connecting' : undefined;
    },
    run: (id) => void attempt(connections.connect(id), `Cannot connect ${nameOf(id)}`),
  },
  {
    on: 'host',
    id: 'host.disconnect',
    title: 'Disconnect',
    icon: Unlink,
    section: 'Hosts',
    disabledReason: (id) =>
      connections.get(id)?.state === 'disconnected' ? 'It is not connected' : undefined,
    run: (id) => void attempt(connections.disconnect(id), `Cannot disconnect ${nameOf(id)}`),
  },
  {
    on: 'host',
    id: 'host.refresh',
    title: 'Read this host again',
    icon: RefreshCw,
    section: 'Hosts',
    keys: 'Mod+R',
    also: 'refresh reload',
    disabledReason: (id) => (isOpen(id) ? undefined : 'It is not connected'),
    run: (id) => void attempt(connections.refresh(id), `Cannot read ${nameOf(id)} again`),
  },
  {
    on: 'host',
    id: 'host.diagnose',
    title: 'Diagnose',
    icon: Stethoscope,
    section: 'Hosts',
    also: 'connection doctor check',
    run: diagnose,
  },
  { on: 'host', id: 'host.edit', title: 'Edit host…', icon: Pencil, section: 'Hosts', run: openEdit },
  {
    on: 'host',
    id: 'host.remove',
    title: 'Remove from the estate…',
    icon: Trash2,
    section: 'Hosts',
    also: 'delete host',
    danger: true,
    run: (id) => (layers.removing = id),
  },
];

/** Called once by the frame, before tabs are restored. */
export function registerHosts(): void {
  tabs.register('host', { icon: Server, load: () => import('./HostPage.svelte') });
  tabs.register('host-form', { icon: Server, load: () => import('./HostFormPage.svelte'), kept: false });
  registry.add(
    {
      on: 'app',
      id: 'host.add',
      title: 'Add host…',
      icon: Plus,
      section: 'Hosts',
      keys: 'Mod+Shift+H',
      also: 'new connection',
      run: () => openAdd(),
    },
    {
      on: 'app',
      id: 'host.add-ssh',
      title: 'Add hosts from ~/.ssh/config…',
      icon: Plus,
      section: 'Hosts',
      run: () => openAdd('ssh'),
    },
    {
      on: 'app',
      id: 'host.retry-all',
      title: 'Retry all lost hosts',
      icon: RefreshCw,
      section: 'Hosts',
      keys: 'Mod+Shift+R',
      disabledReason: () => (connections.lost.length === 0 ? 'No host is lost' : undefined),
      run: () => void attempt(connections.retryAll(), 'Cannot retry the lost hosts'),
    },
    {
      on: 'app',
      id: 'host.import',
      title: 'Import hosts from TOML…',
      icon: Download,
      section: 'Hosts',
      run: () => (layers.importing = true),
    },
    {
      on: 'app',
      id: 'host.export',
      title: 'Export hosts as TOML…',
      icon: Upload,
      section: 'Hosts',
      disabledReason: () => (connections.all.length === 0 ? 'There are no hosts yet' : undefined),
      run: () => (layers.exporting = true),
    },
    ...HOST_ACTIONS,
  );
}
