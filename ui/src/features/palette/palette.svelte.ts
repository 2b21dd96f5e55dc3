// The state of the palette: what is typed, the chip before it, the question it has become, the row that is chosen.
import ListFilter from '@lucide/svelte/icons/list-filter';
import type { Bound } from '../../stores/registry.svelte';
import { registry } from '../../stores/registry.svelte';
import { connections } from '../../stores/connections.svelte';
import { filter } from '../../stores/filter.svelte';
import { inventory } from '../../stores/inventory.svelte';
import { ESTATE, tabs } from '../../stores/tabs.svelte';
import { tasks } from '../../stores/tasks.svelte';
import { shortcuts, ui } from '../../stores/ui.svelte';
import { whom } from '../../stores/act';
import { nameOf } from '../../stores/actions';
import { count } from '../../lib/format';
import {
  actionItem,
  hostItem,
  placeItems,
  tagItems,
  taskItem,
  vmCandidates,
  type Item,
  type Subject,
  type VmCandidate,
} from './items';
import { rank, split, type Found, type Row, type Verb } from './rank';
import { recent } from './recent.svelte';

const NAMED = 3;

export class PaletteState {
  text = $state('');
  subject = $state.raw<Subject | null>(null);
  /** The action whose value the field asks for. */
  asking = $state.raw<Bound | null>(null);
  #at = $state(0);

  readonly #candidates = $derived(vmCandidates(inventory.vms));
  readonly prefix = $derived(split(this.text).prefix);
  readonly groups = $derived(this.asking ? [] : rank(this.text, this.#found()));
  readonly rows = $derived(this.groups.flatMap((group) => group.rows));
  readonly at = $derived(Math.min(this.#at, Math.max(0, this.rows.length - 1)));
  readonly current = $derived<Row | undefined>(this.rows[this.at]);
  /** Why the value cannot be taken. */
  readonly wrong = $derived(
    this.text === this.asking?.ask?.initial ? undefined : this.asking?.ask?.wrong(this.text.trim()),
  );

  /** Begins anew: the selection of the grid is the subject. */
  begin(): void {
    this.text = '';
    this.asking = null;
    this.subject = selectionSubject();
    this.#at = 0;
  }

  /** Asks for the value of an action that began elsewhere. */
  ask(bound: Bound): void {
    this.asking = bound;
    this.text = bound.ask?.initial ?? '';
    ui.palette = true;
  }

  type(text: string): void {
    this.text = text;
    this.#at = 0;
  }
  move(by: number): void {
    const { length } = this.rows;
    if (length > 0) this.#at = (this.at + by + length) % length;
  }
  page(by: number): void {
    this.#at = Math.max(0, Math.min(this.rows.length - 1, this.at + by));
  }
  choose(index: number): void {
    this.#at = index;
  }

  /** Tab: the row becomes the subject, and its actions are listed. */
  focusSubject(): boolean {
    const subject = this.current?.item.subject;
    if (!subject) return false;
    this.subject = subject;
    this.type('');
    return true;
  }
  dropSubject(): boolean {
    if (!this.subject) return false;
    this.subject = null;
    this.#at = 0;
    return true;
  }

  /** One level up; false when there is none and the palette closes. */
  back(): boolean {
    if (this.asking) {
      this.asking = null;
      this.type('');
      return true;
    }
    if (this.text !== '') {
      this.type('');
      return true;
    }
    return false;
  }

  /** Enter. A row that cannot be done says why and stays. */
  run(inTab: boolean): void {
    if (this.asking) return this.#answer();
    const item = this.current?.item;
    if (!item || item.disabledReason !== undefined) return;
    recent.add(item.key);
    if (item.asks) {
      this.asking = item.asks;
      this.text = item.asks.ask?.initial ?? '';
      return;
    }
    ui.palette = false;
    if (inTab && item.runInTab) item.runInTab();
    else item.run();
  }

  #answer(): void {
    const value = this.text.trim();
    const asking = this.asking;
    if (value === '' || asking?.ask?.wrong(value) !== undefined) return;
    ui.palette = false;
    this.asking = null;
    asking?.run(value);
  }

  #found(): Found {
    const { subject } = this;
    return {
      subject,
      onSubject: () => (subject ? subjectItems(subject) : []),
      verbs,
      vms: this.#candidates,
      hosts: () => connections.all.map(hostItem),
      tags: () => tagItems(inventory.vms),
      places: placeItems,
      commands: commandItems,
      tasks: () => tasks.all.map(taskItem),
      help: helpItems,
      recency: (key) => recent.at(key),
      filterBy: (text) => ({
        key: 'filter',
        label: `Filter VMs by ‘${text}’`,
        icon: ListFilter,
        run: () => {
          tabs.show(ESTATE);
          filter.set(text);
          ui.focusFilter();
        },
      }),
    };
  }
}

export function selectionSubject(): Subject | null {
  const vms = registry.subjects.vms().flatMap((id) => inventory.get(id) ?? []);
  if (vms.length === 0) return null;
  const label = vms.length === 1 ? whom(vms) : count(vms.length, 'VM');
  const names = vms.map(nameOf);
  const title = `On ${names.length <= NAMED ? names.join(', ') : label}`;
  return { kind: 'vms', ids: vms.map((vm) => vm.id), label, title };
}

/** The keys are left out where they would act on something else. */
function subjectItems(subject: Subject): Item[] {
  const isSelected =
    subject.kind === 'host'
      ? subject.id === registry.subjects.host()
      : subject.ids.join() === registry.subjects.vms().join();
  const items = actionsOn(subject);
  return isSelected ? items : items.map((item) => ({ ...item, keys: undefined }));
}

function actionsOn(subject: Subject): Item[] {
  return registry.all.flatMap((action) => {
    if (subject.kind === 'vms' && action.on === 'vms')
      return [actionItem(registry.onVms(action, subject.ids))];
    if (subject.kind === 'host' && action.on === 'host')
      return [actionItem(registry.onHost(action, subject.id))];
    return [];
  });
}

const verbs = (): Verb[] =>
  registry.all.flatMap((action) =>
    action.on === 'vms'
      ? [{ label: action.title, bind: ({ vm }: VmCandidate) => registry.onVms(action, [vm.id]) }]
      : [],
  );

/** Each once, also when it has two keys. */
function commandItems(): Item[] {
  const seen = new Set<string>();
  return registry.all.flatMap((action) => {
    if (action.on !== 'app' || seen.has(action.title) || action.id === 'app.palette') return [];
    seen.add(action.title);
    return [actionItem(registry.onApp(action))];
  });
}

/** Every shortcut, with what it does; chosen, it does it. */
const helpItems = (): Item[] =>
  shortcuts.list().map((shortcut) => ({
    key: `help ${shortcut.id}`,
    label: shortcut.label,
    detail: shortcut.section,
    keys: shortcut.keys,
    run: () => shortcut.run(new KeyboardEvent('keydown')),
  }));

export const palette = new PaletteState();
