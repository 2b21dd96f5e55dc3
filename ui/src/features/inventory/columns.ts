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
/** A column of words: shown as text, ordered by it, nothing last. */
const words = (
  id: ColumnId,
  label: string,
  width: number,
  show: NonNullable<VmColumn['show']>,
  of: (vm: VmDto) => string,
): VmColumn => ({ id, label, width, show, text: (vm) => shown(of(vm)), sort: (vm) => orNull(of(vm)) });
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
    ...words('ip', 'IP address', 124, 'always', (vm) => vm.ips.join(', ')),
    sort: (vm) => first(vm.ips),
  },
  words('os', 'Guest OS', 140, 'wide', (vm) => vm.os ?? ''),
  {
    ...words('tags', 'Tags', 124, 'wide', (vm) => vm.tags.join(' ')),
    sort: (vm) => first(vm.tags),
  },
  {
    id: 'asof',
    label: 'As of',
    width: 76,
    text: (vm) => (vm.stale ? asOf(new Date(vm.as_of), minutes.now) : 'Live'),
    sort: (vm) => (vm.stale ? Date.parse(vm.as_of) : Number.MAX_SAFE_INTEGER),
  },
  words('title', 'Title', 160, 'chosen', (vm) => vm.title),
  words('host', 'Host', 120, 'chosen', (vm) => vm.connection),
  words('folder', 'Folder', 110, 'chosen', (vm) => vm.folder),
  {
    ...words('mac', 'MAC address', 136, 'chosen', (vm) => vm.macs.join(', ')),
    sort: (vm) => first(vm.macs),
  },
  words('disks', 'Disks', 220, 'chosen', sources),
  words('autostart', 'Autostart', 84, 'chosen', (vm) => yesNo(vm.autostart)),
  words('persistent', 'Persistent', 88, 'chosen', (vm) => yesNo(vm.persistent)),
  {
    id: 'provider',
    label: 'Provider',
    width: 116,
    show: 'chosen',
    text: (vm) => providerName(vm.provider),
    sort: (vm) => vm.provider,
    extra: 24,
  },
  words('uuid', 'UUID', 264, 'chosen', (vm) => vm.uuid ?? ''),
  words('description', 'Description', 220, 'chosen', (vm) => vm.description),
  words('note', 'Note', 180, 'chosen', (vm) => vm.note),
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
