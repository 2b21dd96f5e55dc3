// What the strip above the grid says: the worst of what is true of the scope, and how much more there is. A banner that
// was dismissed stays away until the same thing happens anew.
import type { ConnectionDto } from '../../generated/api';
import { count } from '../../lib/format';
import { cut, visible } from '../../lib/text';
import { about } from '../../stores/about.svelte';
import { connections } from '../../stores/connections.svelte';
import { filter, type Place } from '../../stores/filter.svelte';
import { timeWords } from '../../stores/words';

export type BannerView = {
  /** Names this occurrence: another loss of the same host is another banner. */
  id: string;
  look: 'danger' | 'warn';
  icon: 'unplug' | 'shield' | 'store' | 'offline';
  /** The part in bold, and the rest. */
  lead: string;
  text: string;
  action: 'retry' | 'retry-all' | 'show-file' | 'check-key' | null;
  /** The host that Retry and Diagnose mean. */
  host?: string;
  path?: string;
};

const within = (connection: ConnectionDto, place: Place): boolean =>
  (place.kind !== 'host' || place.id === connection.id) &&
  (place.kind !== 'folder' || place.folder === connection.folder);

const latest = (lost: readonly ConnectionDto[]): ConnectionDto | undefined =>
  [...lost].sort((a, b) => (a.since < b.since ? 1 : -1))[0];

type World = {
  online: boolean;
  notices: typeof about.notices;
  connections: readonly ConnectionDto[];
  place: Place;
  vmsOf: (id: string) => number;
  now: Date;
};

/** Everything there is to say, worst first. */
export function bannersOf({ online, notices, connections: all, place, vmsOf, now }: World): BannerView[] {
  const out: BannerView[] = notices.map((notice) => ({
    id: `notice ${notice.kind} ${notice.message}`,
    look: 'warn',
    icon: 'store',
    lead: notice.kind === 'store_full' ? 'Nothing is being saved.' : '',
    text: notice.message,
    action: notice.path === null ? null : 'show-file',
    ...(notice.path === null ? {} : { path: notice.path }),
  }));
  const inScope = all.filter((connection) => within(connection, place));
  const changed = inScope.filter((connection) => connection.error?.code === 'host_key_changed');
  for (const { id, name, since } of changed)
    out.push({
      id: `key ${id} ${since}`,
      look: 'danger',
      icon: 'shield',
      lead: `The host key of ${visible(cut(name, 60))} changed.`,
      text: 'Innkeeper does not connect to it.',
      action: 'check-key',
      host: id,
    });
  const lost = inScope.filter((connection) => connection.state === 'lost' && !changed.includes(connection));
  const newest = latest(lost);
  if (!online && inScope.length > 0)
    out.push({
      id: 'offline',
      look: 'warn',
      icon: 'offline',
      lead: 'This computer is offline.',
      text: 'Hosts reconnect by themselves.',
      action: null,
    });
  else if (newest) out.push(lostBanner(newest, lost, all, vmsOf, now));
  return out;
}

function lostBanner(
  newest: ConnectionDto,
  lost: readonly ConnectionDto[],
  all: readonly ConnectionDto[],
  vmsOf: (id: string) => number,
  now: Date,
): BannerView {
  const wanted = all.filter((connection) => connection.state !== 'disconnected');
  const common = { look: 'danger', icon: 'unplug' } as const;
  const id = `lost ${lost.map((connection) => `${connection.id} ${connection.since}`).join(' ')}`;
  const at = timeWords(newest.since, now);
  const vms = lost.reduce((sum, connection) => sum + vmsOf(connection.id), 0);
  const rows = vms === 1 ? '1 VM shows its last known state.' : `${vms} VMs show their last known state.`;
  if (lost.length === 1)
    return {
      ...common,
      id,
      lead: `${visible(cut(newest.name, 60))} lost at ${at}.`,
      text: rows,
      action: 'retry',
      host: newest.id,
    };
  return lost.length === wanted.length
    ? {
        ...common,
        id,
        lead: 'No host answers.',
        text: `Everything below is as of ${at} or earlier.`,
        action: 'retry-all',
        host: newest.id,
      }
    : {
        ...common,
        id,
        lead: `${count(lost.length, 'host')} lost, the last at ${at}.`,
        text: rows,
        action: 'retry-all',
      };
}

class Banners {
  #dismissed = $state.raw<ReadonlySet<string>>(new Set());
  readonly all = $derived.by(() =>
    bannersOf({
      online: about.online,
      notices: about.notices,
      connections: connections.all,
      place: filter.place,
      vmsOf: (id) => connections.counts(id).total,
      now: new Date(),
    }).filter(({ id }) => !this.#dismissed.has(id)),
  );
  /** How far "1 more" has led from the worst. */
  #turn = $state(0);
  readonly shown = $derived(this.all[this.#turn % Math.max(1, this.all.length)]);

  next(): void {
    this.#turn++;
  }
  dismiss(id: string): void {
    this.#dismissed = new Set([...this.#dismissed, id]);
  }
  /** Whether the banner that is shown has the buttons of this host. */
  offersFor(host: string): boolean {
    return this.shown?.host === host && this.shown.action === 'retry';
  }
}

export const banners = new Banners();
