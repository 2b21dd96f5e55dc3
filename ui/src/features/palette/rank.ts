// From what is typed to groups of rows. Pure: what there is to find comes in, what to show goes out.
import { match, type Candidate, type Match } from '../../lib/fuzzy';
import type { Bound } from '../../stores/registry.svelte';
import { actionItem, vmItem, type Item, type Subject, type VmCandidate } from './items';

export type Row = Match<Item>;
export type Group = { title: string; rows: Row[] };

/** Everything that can be found, each list in its own order. */
export type Found = {
  subject: Subject | null;
  /** Actions on the subject. */
  onSubject: () => readonly Item[];
  /** Actions that act on VMs, for "shutdown web-03". */
  verbs: () => readonly Verb[];
  vms: readonly VmCandidate[];
  hosts: () => readonly Item[];
  tags: () => readonly Item[];
  places: () => readonly Item[];
  commands: () => readonly Item[];
  tasks: () => readonly Item[];
  /** What shortcuts there are, for `?`. */
  help: () => readonly Item[];
  /** How far back it was used: 0 is the last thing that was done, undefined long ago. */
  recency: (key: string) => number | undefined;
  /** The row of last resort: filter the grid by the text. */
  filterBy: (text: string) => Item;
};
export type Verb = Candidate & { bind: (vm: VmCandidate) => Bound };

/** `>` commands, `@` hosts, `#` tags, `?` help. */
export type Prefix = '>' | '@' | '#' | '?';
const PREFIX = /^[>@#?]/;

export function split(text: string): { prefix: Prefix | null; wanted: string } {
  const prefix = PREFIX.exec(text)?.[0] as Prefix | undefined;
  return prefix ? { prefix, wanted: text.slice(1).trim() } : { prefix: null, wanted: text.trim() };
}

const LIMITS = {
  subject: 12,
  vms: 8,
  hosts: 5,
  tags: 4,
  places: 6,
  commands: 8,
  tasks: 3,
  verbs: 5,
  all: 100,
};
const DISABLED_WEIGHT = 0.6;
const RECENT = 20;

function weighed(items: readonly Item[], { recency }: Found): Item[] {
  return items.map((item) => {
    const back = recency(item.key);
    const recent = back === undefined ? 1 : 1 + 0.4 * Math.max(0, 1 - back / RECENT);
    const able = item.disabledReason === undefined ? 1 : DISABLED_WEIGHT;
    return { ...item, weight: (item.weight ?? 1) * recent * able };
  });
}

/** Recent ones first where nothing was typed; disabled ones after what can be done. */
function ordered(items: Item[], { recency }: Found): Item[] {
  const at = (item: Item): number =>
    (item.disabledReason === undefined ? 0 : RECENT) + (recency(item.key) ?? RECENT);
  return items
    .map((item, index) => ({ item, index }))
    .sort((a, b) => at(a.item) - at(b.item) || a.index - b.index)
    .map(({ item }) => item);
}

function rows(wanted: string, items: readonly Item[], limit: number, found: Found): Row[] {
  return wanted === ''
    ? match('', ordered([...items], found), limit)
    : match(wanted, weighed(items, found), limit);
}

function vmRows(wanted: string, found: Found, limit: number): Row[] {
  return match(wanted, found.vms, limit).map(({ item, score, pieces }) => ({
    item: vmItem(item),
    score,
    pieces,
  }));
}

/** "shutdown web-03": the words that name an action, and the VM that the rest names. */
function verbRows(wanted: string, found: Found): Row[] {
  const words = wanted.split(/\s+/);
  const out: Row[] = [];
  for (let at = words.length - 1; at > 0 && out.length === 0; at--) {
    const [verb] = match(words.slice(0, at).join(' '), found.verbs(), 1);
    if (!verb || verb.score < 0.5) continue;
    for (const vm of match(words.slice(at).join(' '), found.vms, LIMITS.verbs)) {
      const item = actionItem(verb.item.bind(vm.item));
      const label = `${item.label.replace(/…$/, '')} ${vm.item.label}`;
      const pieces = [...verb.pieces, { text: ' ', hit: false }, ...vm.pieces];
      out.push({
        // Its keys would act on what is selected, not on this one.
        item: { ...item, label, key: `${item.key} ${vm.item.vm.id}`, keys: undefined },
        score: verb.score * vm.score,
        pieces: pieces.map((piece) => ({ ...piece, text: piece.text.replace(/…$/, '') })),
      });
    }
  }
  return out;
}

const groupOf = (title: string, list: Row[]): Group[] => (list.length > 0 ? [{ title, rows: list }] : []);

export function rank(text: string, found: Found): Group[] {
  const { prefix, wanted } = split(text);
  const { subject } = found;
  switch (prefix) {
    case '>':
      return [
        ...(subject ? groupOf(subject.title, rows(wanted, found.onSubject(), LIMITS.all, found)) : []),
        ...groupOf('Commands', rows(wanted, found.commands(), LIMITS.all, found)),
      ];
    case '@':
      return groupOf('Hosts', rows(wanted, found.hosts(), LIMITS.all, found));
    case '#':
      return groupOf('Tags', rows(wanted, found.tags(), LIMITS.all, found));
    case '?':
      return groupOf('Shortcuts', rows(wanted, found.help(), LIMITS.all, found));
    case null:
      return wanted === '' ? atRest(found) : everything(wanted, found);
  }
}

/** Nothing typed yet: what can be done with the subject, or what was done lately, and where one can go. */
function atRest(found: Found): Group[] {
  const { subject } = found;
  const recent = ordered([...found.commands(), ...found.hosts()], found).filter(
    (item) => found.recency(item.key) !== undefined && item.disabledReason === undefined,
  );
  return [
    ...(subject ? groupOf(subject.title, rows('', found.onSubject(), LIMITS.all, found)) : []),
    ...(subject ? [] : groupOf('Recent', match('', recent, LIMITS.hosts))),
    ...groupOf('Go to', rows('', found.places(), LIMITS.places, found)),
    ...groupOf('Commands', rows('', found.commands(), LIMITS.all, found)),
  ];
}

function everything(wanted: string, found: Found): Group[] {
  const { subject } = found;
  const groups = [
    ...(subject ? groupOf(subject.title, rows(wanted, found.onSubject(), LIMITS.subject, found)) : []),
    ...groupOf('Do', verbRows(wanted, found)),
    ...groupOf('Virtual machines', vmRows(wanted, found, LIMITS.vms)),
    ...groupOf('Hosts', rows(wanted, found.hosts(), LIMITS.hosts, found)),
    ...groupOf('Go to', rows(wanted, found.places(), LIMITS.places, found)),
    ...groupOf('Tags', rows(wanted, found.tags(), LIMITS.tags, found)),
    ...groupOf('Commands', rows(wanted, found.commands(), LIMITS.commands, found)),
    ...groupOf('Tasks', rows(wanted, found.tasks(), LIMITS.tasks, found)),
  ];
  // What matches only here and there in its letters gives way to what was surely meant.
  const best = Math.max(0, ...groups.flatMap((group) => group.rows.map((row) => row.score)));
  const kept = groups
    .map((group) => ({ ...group, rows: group.rows.filter((row) => row.score >= best * 0.3) }))
    .filter((group) => group.rows.length > 0);
  return kept.length > 0 ? kept : groupOf('', match('', [found.filterBy(wanted)]));
}
