// The ways to group the estate, and in which order the groups stand.
import type { ConnectionDto, VmDto } from '../../generated/api';
import type { GroupBy } from '../../stores/layout.svelte';
import { providerName, stateWord } from '../../stores/words';
import type { Group, Grouping } from '../../ui/grid/types';
import { visible } from '../../lib/text';

export const GROUP_WORDS: Record<GroupBy, string> = {
  host: 'Host',
  folder: 'Folder',
  state: 'State',
  tag: 'Tag',
  os: 'Guest OS',
  provider: 'Provider',
  none: 'None',
};

/** In the order of the groups; what is not live is counted as nothing else. */
const STATES: readonly VmDto['state'][] = ['running', 'paused', 'crashed', 'saved', 'shut_off', 'unknown'];
const NOT_LIVE = '9';
/** Sorts after every word that somebody may have chosen. */
const NOTHING = '\uffff';

const READING = 'Reading virtual machines…';
/** A host that has never been read says so, until its list arrives. */
const noteOf = (connection: ConnectionDto): string | undefined =>
  connection.as_of === null && (connection.state === 'connecting' || connection.state === 'syncing')
    ? READING
    : undefined;

export function groupingOf(by: GroupBy, connections: readonly ConnectionDto[]): Grouping<VmDto> | null {
  switch (by) {
    case 'host':
      return {
        by,
        of: (vm) => vm.connection_id,
        groups: connections.map((connection): Group => {
          const note = noteOf(connection);
          return note === undefined ? { key: connection.id } : { key: connection.id, note };
        }),
      };
    case 'folder':
      return { by, of: (vm) => vm.folder || NOTHING };
    case 'state':
      return { by, of: (vm) => (vm.stale ? NOT_LIVE : String(STATES.indexOf(vm.state))) };
    case 'tag':
      return { by, of: (vm) => vm.tags[0] ?? NOTHING };
    case 'os':
      return { by, of: (vm) => vm.os ?? NOTHING };
    case 'provider':
      return { by, of: (vm) => vm.provider };
    case 'none':
      return null;
  }
}

const WITHOUT: Partial<Record<GroupBy, string>> = {
  folder: 'No folder',
  tag: 'No tags',
  os: 'Guest OS not known',
};

export function groupTitle(by: GroupBy, key: string): string {
  if (key === NOTHING) return WITHOUT[by] ?? '';
  if (by === 'provider') return providerName(key);
  if (by !== 'state') return visible(key);
  const state = STATES[Number(key)];
  return state === undefined ? 'Not live' : stateWord(state);
}
