// What a row of the palette is, and how VMs, hosts, tags, places and tasks become rows. Rows are made only of what
// matched: with ten thousand VMs the candidates are names, nothing more.
import Bookmark from '@lucide/svelte/icons/bookmark';
import Folder from '@lucide/svelte/icons/folder';
import HeartPulse from '@lucide/svelte/icons/heart-pulse';
import History from '@lucide/svelte/icons/history';
import Layers from '@lucide/svelte/icons/layers';
import TagIcon from '@lucide/svelte/icons/tag';
import type { ConnectionDto, TaskDto, VmDto } from '../../generated/api';
import { asOf, count } from '../../lib/format';
import type { Candidate } from '../../lib/fuzzy';
import type { Keys } from '../../lib/keys';
import { quoted } from '../../lib/query';
import { visible } from '../../lib/text';
import { connections } from '../../stores/connections.svelte';
import { EVERYWHERE, filter, inPlace, type Place } from '../../stores/filter.svelte';
import { inventory } from '../../stores/inventory.svelte';
import { layout } from '../../stores/layout.svelte';
import { registry, type Bound } from '../../stores/registry.svelte';
import { selection } from '../../stores/selection.svelte';
import { ESTATE, tabs } from '../../stores/tabs.svelte';
import { tasks } from '../../stores/tasks.svelte';
import { ui } from '../../stores/ui.svelte';
import { linkView, needsAttention, stateView, WORK_WORDS, workState } from '../../stores/words';
import type { LinkState } from '../../ui/glyph/HostGlyph.svelte';
import type { MachineState } from '../../ui/glyph/StateGlyph.svelte';
import type { Icon } from '../../ui/types';

/** What actions act on: a chip before the text. */
export type Subject = { label: string; /** "On web-01, web-02" */ title: string } & (
  { kind: 'vms'; ids: readonly string[] } | { kind: 'host'; id: string }
);

export type Item = Candidate & {
  /** Names it among all rows, and in the memory of recent ones. */
  key: string;
  detail?: string;
  icon?: Icon;
  machine?: { state: MachineState; stale: boolean };
  link?: LinkState;
  keys?: Keys;
  disabledReason?: string;
  /** Tab makes it the subject. */
  subject?: Subject;
  /** An action that asks for a value before it runs. */
  asks?: Bound;
  run: () => void;
  /** Ctrl+Enter. */
  runInTab?: () => void;
};

/** A VM as a candidate: its row is made once it has matched. */
export type VmCandidate = Candidate & { vm: VmDto };

const STALE_WEIGHT = 0.7;

export const vmCandidates = (vms: readonly VmDto[]): VmCandidate[] =>
  vms.map((vm) => ({
    label: visible(vm.name),
    also: [vm.title, ...vm.ips, vm.connection].join(' '),
    weight: vm.stale ? STALE_WEIGHT : 1,
    vm,
  }));

export function vmItem({ label, vm }: { label: string; vm: VmDto }): Item {
  const view = stateView(vm, tasks.activeOf(vm.id));
  const when = vm.stale ? `, as of ${asOf(new Date(vm.as_of), new Date())}` : '';
  const address = vm.stale ? undefined : vm.ips[0];
  return {
    key: `vm ${vm.id}`,
    label,
    detail: [view.word + when, vm.connection, address].filter(Boolean).join(' · '),
    machine: { state: view.glyph, stale: view.stale },
    subject: { kind: 'vms', ids: [vm.id], label, title: `On ${label}` },
    run: () => showVm(vm),
    ...(tabs.kind({ kind: 'vm', id: vm.id, title: vm.name }) && {
      runInTab: () => tabs.open({ kind: 'vm', id: vm.id, title: vm.name }),
    }),
  };
}

/** To its row: what hides it gives way. */
function showVm(vm: VmDto): void {
  tabs.show(ESTATE);
  if (filter.matches && !filter.matches(vm)) filter.clear();
  if (!(inPlace(filter.place)?.(vm) ?? true)) filter.place = EVERYWHERE;
  selection.only(vm.id);
  // The grid shows the row once it has been laid out with the new filter.
  requestAnimationFrame(() => {
    ui.grid?.reveal(vm.id);
    ui.grid?.focus();
  });
}

export function hostItem(connection: ConnectionDto): Item {
  const { id, name } = connection;
  const view = linkView(connection, new Date());
  const label = visible(name);
  const open = registry.get('host.open');
  const words = [
    [view.word, view.detail].filter(Boolean).join(connection.state === 'ready' ? ' ' : ', '),
    count(connections.counts(id).total, 'VM'),
  ];
  return {
    key: `host ${id}`,
    label,
    also: [connection.folder, connection.uri].join(' '),
    detail: [...words, connection.folder].filter(Boolean).join(' · '),
    link: view.glyph,
    subject: { kind: 'host', id, label, title: `On ${label}` },
    run: () => {
      if (open?.on === 'host') registry.start(registry.onHost(open, id));
    },
  };
}

export function tagItems(vms: readonly VmDto[]): Item[] {
  const counts = new Map<string, number>();
  for (const vm of vms) for (const tag of vm.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([tag, n]) => ({
      key: `tag ${tag}`,
      label: visible(tag),
      detail: count(n, 'VM'),
      icon: TagIcon,
      run: () => goTo(EVERYWHERE, `tag:${quoted(tag)}`),
    }));
}

function goTo(place: Place, text: string): void {
  tabs.show(ESTATE);
  filter.place = place;
  filter.set(text);
  ui.grid?.focus();
}

/** The places of the tree. */
export function placeItems(): Item[] {
  const all: Item = {
    key: 'place all',
    label: 'All VMs',
    detail: count(inventory.vms.length, 'VM'),
    icon: Layers,
    run: () => goTo(EVERYWHERE, ''),
  };
  const attention: Item = {
    key: 'place attention',
    label: 'Needs attention',
    detail: count(inventory.vms.filter(needsAttention).length, 'VM'),
    icon: HeartPulse,
    run: () => goTo({ kind: 'attention' }, ''),
  };
  const folders = connections.folders
    .filter((folder) => folder !== '')
    .map((folder): Item => {
      const hosts = connections.all.filter((connection) => connection.folder === folder).length;
      return {
        key: `folder ${folder}`,
        label: visible(folder),
        detail: `Folder, ${count(hosts, 'host')}`,
        icon: Folder,
        run: () => goTo({ kind: 'folder', folder }, ''),
      };
    });
  const views = layout.current.views.map(({ name, query }): Item => ({
    key: `view ${name} ${query}`,
    label: visible(name),
    detail: `Smart folder, ${query}`,
    icon: Bookmark,
    run: () => goTo(EVERYWHERE, query),
  }));
  return [all, attention, ...folders, ...views];
}

export function taskItem(task: TaskDto): Item {
  const when = asOf(new Date(task.created_at), new Date());
  return {
    key: `task ${task.id}`,
    label: `${task.label} ${visible(task.vm_name)}`,
    detail: [WORK_WORDS[workState(task, tasks.isCancelling(task))], when, task.connection].join(' · '),
    icon: History,
    weight: 0.5,
    run: () => (ui.taskDetails = task.id),
  };
}

export function actionItem(bound: Bound): Item {
  const { id, title, icon, keys, note, disabledReason, action } = bound;
  const detail = disabledReason ?? note;
  return {
    key: `action ${id}`,
    label: title,
    ...(action.also !== undefined && { also: action.also }),
    ...(detail !== undefined && { detail }),
    ...(icon && { icon }),
    ...(keys !== undefined && { keys }),
    ...(disabledReason !== undefined && { disabledReason }),
    ...(bound.ask && { asks: bound }),
    run: () => bound.run(),
  };
}
