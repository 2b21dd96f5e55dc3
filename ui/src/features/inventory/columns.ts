// The columns of the estate: what each says, how it sorts, when it is shown. How a cell is drawn is EstateGrid's.
import type { VmDto } from '../../generated/api';
import { asOf, bytes } from '../../lib/format';
import { cut, visible } from '../../lib/text';
import { tasks } from '../../stores/tasks.svelte';
import { minutes } from '../../stores/clock.svelte';
import { providerName, stateView } from '../../stores/words';
import type { Column } from '../../ui/grid/types';

export type VmColumn = Column<VmDto> & { id: ColumnId };
export type ColumnId =
  | 'name'
  | 'state'
  | 'vcpus'
  | 'memory'
  | 'ip'
  | 'os'
  | 'tags'
  | 'asof'
  | 'title'
  | 'host'
  | 'folder'
  | 'mac'
  | 'disks'
  | 'autostart'
  | 'persistent'
  | 'provider'
  | 'uuid'
  | 'description'
  | 'note';

/** Text of a host or guest as it may stand in a cell. */
export const shown = (text: string): string => visible(cut(text));
const yesNo = (value: boolean | null): string => (value === null ? '' : value ? 'Yes' : 'No');

/** `10.0.0.9` sorts before `10.0.0.10` by itself; no address comes last. */
const first = (list: readonly string[]): string | null => list[0] ?? null;
const orNull = (text: string): string | null => (text === '' ? null : text);
const ORDER: Record<VmDto['state'], number> = {
  running: 0,
  paused: 1,
  crashed: 2,
  saved: 3,
  shut_off: 4,
  unknown: 5,
};
const sources = (vm: VmDto): string => vm.disks.map((disk) => disk.source ?? disk.target).join(', ');

export const COLUMNS: readonly VmColumn[] = [
  {
    id: 'name',
    label: 'Name',
    width: 180,
    min: 120,
    text: (vm) => shown(vm.name),
    sort: (vm) => vm.name,
    extra: 52,
  },
  {
    id: 'state',
    label: 'State',
    width: 116,
    text: (vm) => stateView(vm, tasks.activeOf(vm.id)).word,
    sort: (vm) => ORDER[vm.state] + (vm.stale ? 10 : 0),
  },
  {
    id: 'vcpus',
    label: 'vCPUs',
    width: 64,
    align: 'end',
    text: (vm) => String(vm.vcpus ?? ''),
    sort: (vm) => vm.vcpus,
  },
  {
    id: 'memory',
    label: 'Memory',
    width: 84,
    align: 'end',
    text: (vm) => bytes(vm.memory_bytes),
    sort: (vm) => vm.memory_bytes,
  },
  {
    id: 'ip',
    label: 'IP address',
    width: 124,
    text: (vm) => shown(vm.ips.join(', ')),
    sort: (vm) => first(vm.ips),
  },
  {
    id: 'os',
    label: 'Guest OS',
    width: 140,
    show: 'wide',
    text: (vm) => shown(vm.os ?? ''),
    sort: (vm) => vm.os,
  },
  {
    id: 'tags',
    label: 'Tags',
    width: 124,
    show: 'wide',
    text: (vm) => shown(vm.tags.join(' ')),
    sort: (vm) => first(vm.tags),
  },
  {
    id: 'asof',
    label: 'As of',
    width: 76,
    text: (vm) => (vm.stale ? asOf(new Date(vm.as_of), minutes.now) : 'Live'),
    sort: (vm) => (vm.stale ? Date.parse(vm.as_of) : Number.MAX_SAFE_INTEGER),
  },
  {
    id: 'title',
    label: 'Title',
    width: 160,
    show: 'chosen',
    text: (vm) => shown(vm.title),
    sort: (vm) => orNull(vm.title),
  },
  {
    id: 'host',
    label: 'Host',
    width: 120,
    show: 'chosen',
    text: (vm) => shown(vm.connection),
    sort: (vm) => vm.connection,
  },
  {
    id: 'folder',
    label: 'Folder',
    width: 110,
    show: 'chosen',
    text: (vm) => shown(vm.folder),
    sort: (vm) => orNull(vm.folder),
  },
  {
    id: 'mac',
    label: 'MAC address',
    width: 136,
    show: 'chosen',
    text: (vm) => shown(vm.macs.join(', ')),
    sort: (vm) => first(vm.macs),
  },
  {
    id: 'disks',
    label: 'Disks',
    width: 220,
    show: 'chosen',
    text: (vm) => shown(sources(vm)),
    sort: (vm) => orNull(sources(vm)),
  },
  {
    id: 'autostart',
    label: 'Autostart',
    width: 84,
    show: 'chosen',
    text: (vm) => yesNo(vm.autostart),
    sort: (vm) => yesNo(vm.autostart),
  },
  {
    id: 'persistent',
    label: 'Persistent',
    width: 88,
    show: 'chosen',
    text: (vm) => yesNo(vm.persistent),
    sort: (vm) => yesNo(vm.persistent),
  },
  {
    id: 'provider',
    label: 'Provider',
    width: 116,
    show: 'chosen',
    text: (vm) => providerName(vm.provider),
    sort: (vm) => vm.provider,
    extra: 24,
  },
  {
    id: 'uuid',
    label: 'UUID',
    width: 264,
    show: 'chosen',
    text: (vm) => vm.uuid ?? '',
    sort: (vm) => vm.uuid,
  },
  {
    id: 'description',
    label: 'Description',
    width: 220,
    show: 'chosen',
    text: (vm) => shown(vm.description),
    sort: (vm) => orNull(vm.description),
  },
  {
    id: 'note',
    label: 'Note',
    width: 180,
    show: 'chosen',
    text: (vm) => shown(vm.note),
    sort: (vm) => orNull(vm.note),
  },
];

/** The row in words. */
export function rowLabel(vm: VmDto, now: Date): string {
  const state = stateView(vm, tasks.activeOf(vm.id)).word.toLowerCase();
  if (vm.stale)
    return `${shown(vm.name)}, ${state}, as of ${asOf(new Date(vm.as_of), now)}, host not connected`;
  const memory = vm.memory_bytes === null ? [] : [bytes(vm.memory_bytes).replace('GiB', 'gibibytes')];
  return [shown(vm.name), state, ...memory, ...vm.ips.slice(0, 1), 'live'].join(', ');
}

const TABLE_CELLS = /[\t\r\n]+/g;
/** What Ctrl+C and Ctrl+Shift+C put on the clipboard: name and address, or all shown columns as a table. */
export function copied(vms: readonly VmDto[], columns: readonly VmColumn[], table: boolean): string {
  if (!table) return vms.map((vm) => [vm.name, ...vm.ips.slice(0, 1)].join('\t')).join('\n');
  const lines = [columns.map((column) => column.label)];
  for (const vm of vms) lines.push(columns.map((column) => column.text(vm).replace(TABLE_CELLS, ' ')));
  return lines.map((cells) => cells.join('\t')).join('\n');
}
