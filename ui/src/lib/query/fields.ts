// The fields of the grammar, their words, and where each value is in a row.
import { fold } from './pattern';

/** The row of a VM, as far as a query looks at it. */
export type QueryRow = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly note: string;
  readonly uuid: string | null;
  readonly state: string;
  readonly provider: string;
  readonly connection: string;
  readonly folder: string;
  readonly os: string | null;
  readonly ips: readonly string[];
  readonly macs: readonly string[];
  readonly disks: readonly { readonly source: string | null }[];
  readonly tags: readonly string[];
  readonly memory_bytes: number | null;
  readonly vcpus: number | null;
  readonly autostart: boolean | null;
  readonly persistent: boolean;
  readonly stale: boolean;
  readonly has_snapshots: boolean | null;
  readonly has_agent: boolean;
};

type TextField = {
  kind: 'text';
  /** Whether a value without `*` has to be all of the text: names of groups are chosen, not found. */
  whole: boolean;
  /** Whether the row has a text in this field that fits. */
  any: (row: QueryRow, fits: (text: string) => boolean) => boolean;
};
/** One of a few words; `is` tells whether the row has one of the meanings. */
type WordField = { kind: 'word'; words: Words; is: (row: QueryRow, meaning: string) => boolean };
type NumberField = { kind: 'number'; of: (row: QueryRow) => number | null; unit: 'size' | 'count' };
export type Field = TextField | WordField | NumberField;

/** Words and what they mean. Those after the first for a meaning are understood, not proposed. */
export type Words<T = string> = readonly (readonly [string, T])[];

const one = (of: (row: QueryRow) => string | null, isWhole = false): TextField => ({
  kind: 'text',
  whole: isWhole,
  any: (row, fits) => {
    const text = of(row);
    return text !== null && fits(text);
  },
});
const many = (of: (row: QueryRow) => readonly string[], isWhole = false): TextField => ({
  kind: 'text',
  whole: isWhole,
  any: (row, fits) => of(row).some(fits),
});

export const NAME = one((row) => row.name);

const STATES: Words = [
  ['running', 'running'],
  ['paused', 'paused'],
  ['off', 'shut_off'],
  ['shut_off', 'shut_off'],
  ['saved', 'saved'],
  ['crashed', 'crashed'],
  ['unknown', 'unknown'],
];
const PROVIDERS: Words = [
  ['qemu', 'qemu'],
  ['kvm', 'qemu'],
  ['xen', 'xen'],
  ['lxc', 'lxc'],
  ['bhyve', 'bhyve'],
  ['vz', 'vz'],
  ['test', 'test'],
  ['other', 'other_libvirt'],
  ['other_libvirt', 'other_libvirt'],
  ['fake', 'fake'],
];
const THINGS: Words = [
  ['snapshot', 'snapshot'],
  ['note', 'note'],
  ['agent', 'agent'],
];
const ANSWERS: Words = [
  ['yes', 'yes'],
  ['true', 'yes'],
  ['no', 'no'],
  ['false', 'no'],
];

const flag = (of: (row: QueryRow) => boolean | null): WordField => ({
  kind: 'word',
  words: ANSWERS,
  is: (row, wanted) => {
    const value = of(row);
    return value !== null && value === (wanted === 'yes');
  },
});

function hasThing(row: QueryRow, thing: string): boolean {
  if (thing === 'snapshot') return row.has_snapshots === true;
  return thing === 'note' ? row.note !== '' : row.has_agent;
}

const MEMORY: NumberField = { kind: 'number', of: (row) => row.memory_bytes, unit: 'size' };
const VCPUS: NumberField = { kind: 'number', of: (row) => row.vcpus, unit: 'count' };

export const FIELDS: Words<Field> = [
  ['name', NAME],
  ['state', { kind: 'word', words: STATES, is: (row, state) => row.state === state }],
  ['host', one((row) => row.connection, true)],
  ['folder', one((row) => row.folder, true)],
  ['tag', many((row) => row.tags, true)],
  ['provider', { kind: 'word', words: PROVIDERS, is: (row, provider) => row.provider === provider }],
  ['title', one((row) => row.title)],
  ['description', one((row) => row.description)],
  ['note', one((row) => row.note)],
  ['os', one((row) => row.os)],
  ['ip', many((row) => row.ips)],
  ['mac', many((row) => row.macs)],
  [
    'disk',
    {
      kind: 'text',
      whole: false,
      any: (row, fits) => row.disks.some(({ source }) => source !== null && fits(source)),
    },
  ],
  ['uuid', one((row) => row.uuid)],
  ['mem', MEMORY],
  ['memory', MEMORY],
  ['vcpus', VCPUS],
  ['cpus', VCPUS],
  ['autostart', flag((row) => row.autostart)],
  ['persistent', flag((row) => row.persistent)],
  ['live', flag((row) => !row.stale)],
  ['has', { kind: 'word', words: THINGS, is: hasThing }],
];

/** What a word means, capitals aside. */
export function meaning<T>(words: Words<T>, word: string): T | undefined {
  const folded = fold(word);
  return words.find(([known]) => known === folded)?.[1];
}

/** The words to propose: one for each meaning. */
export const proposals = <T>(words: Words<T>): string[] =>
  words
    .filter(([, wanted], at) => words.findIndex(([, other]) => other === wanted) === at)
    .map(([word]) => word);

/** The proposal that a word was probably meant to be: at most two slips away, and not all of it. */
export function nearest(candidates: readonly string[], word: string): string | undefined {
  const folded = fold(word);
  let best: string | undefined;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const slips = slipsBetween(candidate, folded);
    if (slips < fewest) [best, fewest] = [candidate, slips];
  }
  return fewest <= 2 && fewest < [...folded].length ? best : undefined;
}

/** Insertions, deletions, changes and swaps of neighbours that lead from one word to the other. */
function slipsBetween(from: string, to: string): number {
  const [a, b] = [[...from], [...to]];
  const rows: number[][] = [b.map((_, j) => j + 1)];
  rows[0]?.unshift(0);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const above = rows[i - 1] ?? [];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let slips = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        slips = Math.min(slips, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(slips);
    }
    rows.push(row);
  }
  return rows.at(-1)?.at(-1) ?? 0;
}
