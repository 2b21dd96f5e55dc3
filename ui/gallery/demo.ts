// An invented estate for the gallery; the kit itself knows nothing of it.
import type { LinkState } from '../src/ui/glyph/HostGlyph.svelte';
import type { MachineState } from '../src/ui/glyph/StateGlyph.svelte';

export type Guest = {
  id: string;
  name: string;
  host: string;
  state: MachineState;
  word: string;
  cpu: number | null;
  load: readonly number[];
  memory: number;
  vcpus: number;
  ip: string;
  os: string;
  tags: readonly string[];
  flag: 'boot' | 'alert' | null;
  asOf: Date | null;
};
export type Link = {
  key: string;
  folder: string;
  state: LinkState;
  word: string;
  detail: string;
  right: string;
  asOf: Date | null;
};

export const NOW = new Date(2026, 10, 23, 14, 6, 21);
const LOST_AT = new Date(2026, 10, 23, 14, 2);
const OFF_AT = new Date(2026, 10, 20, 9, 30);

export const links: Link[] = [
  {
    key: 'ams-kvm-01',
    folder: 'Amsterdam',
    state: 'ready',
    word: 'Ready',
    detail: '12 ms',
    right: '7 of 8 running · memory 182 of 256 GiB',
    asOf: null,
  },
  {
    key: 'ams-kvm-02',
    folder: 'Amsterdam',
    state: 'lost',
    word: 'Lost 14:02',
    detail: 'next try in 8 s',
    right: 'No answer for 10 s',
    asOf: LOST_AT,
  },
  {
    key: 'fra-kvm-01',
    folder: 'Frankfurt',
    state: 'ready',
    word: 'Ready',
    detail: '31 ms',
    right: '8 of 10 running · memory 201 of 512 GiB',
    asOf: null,
  },
  {
    key: 'fra-kvm-02',
    folder: 'Frankfurt',
    state: 'syncing',
    word: 'Syncing',
    detail: '4 of 6 read',
    right: '5 of 6 running',
    asOf: null,
  },
  {
    key: 'lab-epyc',
    folder: 'Lab',
    state: 'ready',
    word: 'Ready',
    detail: '1 ms',
    right: '3 of 6 running',
    asOf: null,
  },
  {
    key: 'lab-arm',
    folder: 'Lab',
    state: 'disconnected',
    word: 'Disconnected',
    detail: 'connect by hand',
    right: '',
    asOf: OFF_AT,
  },
];

let seed = 7;
const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;

export function walk(length: number, base: number, swing: number): number[] {
  let value = base;
  return Array.from({ length }, () => {
    value += (random() - 0.5) * swing + (base - value) * 0.22;
    return Math.max(0.02, Math.min(0.98, value));
  });
}

const WORDS: Record<MachineState, string> = {
  running: 'Running',
  paused: 'Paused',
  off: 'Shut off',
  saved: 'Saved',
  crashed: 'Crashed',
  unknown: 'Unknown',
  working: 'Shutting down',
  hung: 'Not answering',
};

type Short = [
  name: string,
  state: MachineState,
  cpu: number,
  memory: number,
  ip: string,
  vcpus: number,
  os: string,
  tags: string,
  flag?: 'boot' | 'alert',
];
const SHORT: Record<string, Short[]> = {
  'ams-kvm-01': [
    ['db-primary', 'running', 0.61, 32, '10.20.1.11', 8, 'Debian 12', 'prod db'],
    ['db-replica', 'running', 0.22, 32, '10.20.1.12', 8, 'Debian 12', 'prod db', 'alert'],
    ['dns-a', 'running', 0.03, 1, '10.20.0.2', 1, 'Alpine 3.20', 'infra'],
    ['gitea', 'running', 0.14, 8, '10.20.1.30', 4, 'Debian 12', 'infra'],
    ['web-01', 'running', 0.38, 8, '10.20.1.21', 4, 'Debian 12', 'prod web'],
    ['web-02', 'running', 0.41, 8, '10.20.1.22', 4, 'Debian 12', 'prod web', 'boot'],
    ['web-03', 'working', 0.09, 8, '10.20.1.23', 4, 'Debian 12', 'prod web'],
    ['web-canary', 'off', 0, 8, '', 4, 'Debian 12', 'web'],
  ],
  'ams-kvm-02': [
    ['backup-proxy', 'running', 0, 4, '10.20.1.40', 2, 'Rocky 9', 'infra'],
    ['keycloak', 'running', 0, 8, '10.20.1.41', 4, 'Debian 12', 'prod'],
    ['mail-01', 'running', 0, 8, '10.20.1.42', 4, 'Debian 12', 'prod'],
    ['mail-spam-filter', 'running', 0, 4, '10.20.1.43', 2, 'Debian 12', 'prod'],
    ['monitor', 'running', 0, 16, '10.20.1.44', 4, 'Ubuntu 24.04', 'infra'],
    ['vpn-gw', 'paused', 0, 2, '10.20.0.4', 2, 'OpenBSD 7.5', 'infra'],
    ['winlic-old', 'off', 0, 8, '', 4, 'Windows Server 2016', 'legacy'],
  ],
  'fra-kvm-01': [
    ['build-runner-01', 'running', 0.88, 16, '10.30.2.11', 8, 'Ubuntu 24.04', 'ci'],
    ['build-runner-02', 'running', 0.93, 16, '10.30.2.12', 8, 'Ubuntu 24.04', 'ci'],
    ['customer-portal-staging-frontend-02', 'running', 0.07, 4, '10.30.3.8', 2, 'Debian 12', 'staging'],
    ['elastic-01', 'hung', 0, 64, '10.30.1.51', 16, 'Rocky 9', 'prod', 'alert'],
    ['elastic-02', 'running', 0.47, 64, '10.30.1.52', 16, 'Rocky 9', 'prod'],
    ['erp-test', 'saved', 0, 24, '', 8, 'SLES 15', 'staging'],
    ['legacy-fax', 'crashed', 0, 2, '', 1, 'Windows 7', 'legacy', 'alert'],
  ],
  'fra-kvm-02': [
    ['jump-host', 'running', 0.01, 2, '10.30.0.5', 1, 'Debian 12', 'infra'],
    ['minio-01', 'running', 0.26, 32, '10.30.1.71', 8, 'Debian 12', 'prod'],
    ['registry', 'running', 0.11, 8, '10.30.1.80', 4, 'Alpine 3.20', 'ci'],
    ['zulip', 'paused', 0, 8, '10.30.1.90', 4, 'Ubuntu 24.04', 'infra', 'alert'],
  ],
  'lab-epyc': [
    ['fedora-rawhide', 'off', 0, 4, '', 4, 'Fedora 41', 'lab'],
    ['gpu-passthrough', 'running', 0.72, 64, '192.168.8.61', 16, 'Ubuntu 24.04', 'lab'],
    ['k3s-a', 'running', 0.21, 8, '192.168.8.71', 4, 'Debian 12', 'lab'],
  ],
  'lab-arm': [['rpi-image-build', 'off', 0, 4, '', 4, 'Debian 12', 'lab']],
};

export const guests: Guest[] = links.flatMap((link) =>
  (SHORT[link.key] ?? []).map(([name, state, cpu, memory, ip, vcpus, os, tags, flag]): Guest => {
    const live = link.asOf === null && cpu > 0;
    const word = link.asOf ? `Was ${WORDS[state].toLowerCase()}` : WORDS[state];
    return {
      id: name,
      name,
      host: link.key,
      state,
      word,
      cpu: live ? cpu : null,
      load: live ? walk(18, cpu, 0.34 * Math.min(1, 4.5 * cpu * (1 - cpu))) : [],
      memory,
      vcpus,
      ip,
      os,
      tags: tags.split(' '),
      flag: flag ?? null,
      asOf: link.asOf,
    };
  }),
);

/** Many guests on fifty hosts. */
export function many(count: number): { guests: Guest[]; hosts: string[] } {
  const states: MachineState[] = ['running', 'running', 'running', 'off', 'paused', 'saved'];
  const kinds = ['web', 'db', 'build-runner', 'mail', 'cache', 'queue', 'portal'];
  const hosts = Array.from({ length: 50 }, (_, i) => `host-${String(i + 1).padStart(2, '0')}`);
  const out = Array.from({ length: count }, (_, i): Guest => {
    const state = states[i % states.length] ?? 'off';
    const kind = kinds[i % kinds.length] ?? 'web';
    return {
      id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      name: `${kind}-${i}`,
      host: hosts[Math.floor((i * hosts.length) / count)] ?? '',
      state,
      word: WORDS[state],
      cpu: state === 'running' ? random() : null,
      load: state === 'running' ? walk(18, 0.4, 0.3) : [],
      memory: 2 ** (i % 7),
      vcpus: 1 + (i % 16),
      ip: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
      os: i % 3 ? 'Debian 12' : 'Ubuntu 24.04',
      tags: i % 2 ? ['prod', kind] : ['staging'],
      flag: i % 97 === 0 ? 'alert' : null,
      asOf: null,
    };
  });
  return { guests: out, hosts };
}
