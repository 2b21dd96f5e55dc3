// The estate of the mock: made from the address bar, changed by tasks and by hosts that come and go.
// ?vms=0|3|40|1000|10000  ?state=lost|offline|first-run|damaged  ?names=hostile
import type { ConnectionDto, InventorySnapshot, VmDto } from '../../generated/api';
import { HOSTILE, HOSTS, HUGE, type MockHost, type MockVm } from './people';
import { MockProfiles, pack } from './rows';

const GIB = 1024 ** 3;
const MINUTE = 60_000;
const iso = (ago: number): string => new Date(Date.now() - ago).toISOString();
const two = (n: number): string => String(n).padStart(2, '0');
export const uuidOf = (n: number): string => `6b1f0a3e-52d4-4c1b-9a70-${n.toString(16).padStart(12, '0')}`;
const macOf = (n: number): string =>
  `52:54:00:${[n >> 16, n >> 8, n].map((b) => (b & 255).toString(16).padStart(2, '0')).join(':')}`;

export type Wish = { vms: number; state: string; names: string };

export class MockEstate {
  revision = 1;
  connections = new Map<string, ConnectionDto>();
  vms = new Map<string, VmDto>();
  profiles = new MockProfiles();

  constructor(wish: Wish) {
    if (wish.state === 'first-run') return;
    const hosts = wish.vms > 40 ? many(wish.vms) : few(wish);
    hosts.forEach((host, index) => this.#addHost(host, index, wish));
  }

  #addHost(host: MockHost, index: number, wish: Wish): void {
    const down = wish.state === 'lost' || wish.state === 'offline';
    const connection = toConnection(host, index, down && host.state !== 'disconnected' ? 'lost' : host.state);
    this.connections.set(connection.id, connection);
    host.vms.forEach((vm, at) => {
      const row = toRow(vm, connection, this.vms.size + 1);
      // While a host syncs, what has not been read yet keeps its old "as of".
      if (connection.state === 'syncing' && at > 3)
        Object.assign(row, { stale: true, as_of: iso(6 * MINUTE) });
      row.profile = this.profiles.of(row, connection);
      this.vms.set(row.id, row);
    });
  }

  snapshot(): InventorySnapshot {
    return structuredClone({
      revision: this.revision,
      messages: 0,
      vms: pack([...this.vms.values()]),
      connections: [...this.connections.values()],
      profiles: this.profiles.all,
    });
  }

  connectionOf(vm: VmDto): ConnectionDto {
    const connection = this.connections.get(vm.connection_id);
    if (!connection) throw new Error(`no connection ${vm.connection_id}`);
    return connection;
  }

  /** Changes a VM and gives the row to send. */
  change(id: string, change: Partial<VmDto>): VmDto | undefined {
    const vm = this.vms.get(id);
    if (!vm) return undefined;
    Object.assign(vm, change);
    if (!vm.stale) vm.as_of = iso(0);
    vm.profile = this.profiles.of(vm, this.connectionOf(vm));
    return structuredClone(vm);
  }

  /** Rows of a host that came or went. */
  setLive(connection: ConnectionDto, live: boolean): VmDto[] {
    return [...this.vms.values()]
      .filter((vm) => vm.connection_id === connection.id)
      .flatMap((vm) => this.change(vm.id, { stale: !live }) ?? []);
  }
}

function few(wish: Wish): readonly MockHost[] {
  if (wish.vms >= 40)
    return wish.names === 'hostile'
      ? HOSTS.map((host) =>
          host.name === 'lab-epyc' ? { ...host, vms: [...host.vms, ...HOSTILE.map(hostile)] } : host,
        )
      : HOSTS;
  const three = HOSTS.filter((host) => host.state === 'ready');
  let left = wish.vms;
  return three.map((host) => {
    const vms = host.vms.slice(0, Math.min(left, host.vms.length));
    left -= vms.length;
    return { ...host, vms };
  });
}

const hostile = (name: string, index: number): MockVm => ({
  name,
  state: index % 2 ? 'shut_off' : 'running',
  memoryGib: 2,
  ip: '',
  vcpus: 2,
  os: name.slice(0, 60),
  tags: 'lab',
  more: {
    title: name,
    description: name,
    cut: name.length > 300,
    tags: ['lab', name.slice(0, 40)],
    ...(name === HUGE && hundreds()),
  },
});

const hundreds = (): Partial<VmDto> => {
  const each = <T>(of: (n: number) => T): T[] => Array.from({ length: 300 }, (_, n) => of(n));
  return {
    ips: each((n) => `fd20:1:${n.toString(16)}:5054:ff:fe12:3456:789a`),
    macs: each(macOf),
    disks: each((n) => ({ target: `sd${n}`, source: `/srv/${'deep/'.repeat(n)}${n}.qcow2` })),
    tags: each((n) => `tag-${n}${'-long'.repeat(n % 12)}`),
    description: 'A line of many.\n'.repeat(500),
  };
};

/** Many VMs on fifty hosts of five folders. */
function many(count: number): MockHost[] {
  const states: MockVm['state'][] = ['running', 'running', 'running', 'shut_off', 'paused', 'saved'];
  const kinds = ['web', 'db', 'build-runner', 'mail', 'cache', 'queue', 'portal'];
  const folders = ['Amsterdam', 'Frankfurt', 'Lab', 'Lisbon', 'Oslo'];
  return Array.from({ length: 50 }, (_, h): MockHost => {
    const [from, to] = [Math.floor((h * count) / 50), Math.floor(((h + 1) * count) / 50)];
    const vms = Array.from({ length: to - from }, (_, i): MockVm => {
      const n = from + i;
      const kind = kinds[n % kinds.length] ?? 'web';
      return {
        name: `${kind}-${n}`,
        state: states[n % states.length] ?? 'running',
        memoryGib: 2 ** (n % 7),
        ip: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
        vcpus: 1 + (n % 16),
        os: n % 3 ? 'Debian 12' : 'Ubuntu 24.04',
        tags: n % 2 ? `prod ${kind}` : 'staging',
      };
    });
    const name = `host-${two(h + 1)}`;
    return {
      name,
      folder: folders[h % folders.length] ?? '',
      state: 'ready',
      uri: `qemu+ssh://${name}/system`,
      latency: 5 + (h % 40),
      cpus: 64,
      memoryGib: 512,
      hypervisor: 'QEMU 9.1.0',
      vms,
    };
  });
}

function toConnection(host: MockHost, index: number, state: MockHost['state']): ConnectionDto {
  const lost = state === 'lost';
  const off = state === 'disconnected';
  return {
    id: `c${index + 1}`,
    state,
    since: iso(lost ? 4 * MINUTE : off ? 4 * 24 * 60 * MINUTE : 90 * MINUTE),
    error: lost
      ? {
          code: 'connection_lost',
          message: 'No answer for 10 s.',
          hint: null,
          detail: 'Timeout, server ams-kvm-02 not responding.',
        }
      : null,
    retry_at: lost ? iso(-8000) : null,
    prompt: null,
    progress: state === 'syncing' ? [4, 6] : null,
    latency_ms: lost || off ? null : host.latency,
    consoles: !lost && !off,
    host: {
      hostname: host.name,
      hypervisor: host.hypervisor,
      libvirt: '10.0.0',
      cpus: host.cpus,
      memory_bytes: host.memoryGib * GIB,
      as_of: iso(lost ? 90 * MINUTE : off ? 4 * 24 * 60 * MINUTE : 0),
    },
    as_of: iso(lost ? 4 * MINUTE : off ? 4 * 24 * 60 * MINUTE : 0),
    name: host.name,
    uri: host.uri,
    folder: host.folder,
    access: 'read_write',
    startup: off ? 'manual' : 'automatic',
    key_file: null,
    remote_socket: null,
  };
}

function toRow(vm: MockVm, connection: ConnectionDto, n: number): VmDto {
  const stale = connection.state === 'lost' || connection.state === 'disconnected';
  const persistent = vm.more?.persistent ?? true;
  return {
    id: `${connection.id}/${uuidOf(n)}`,
    connection: connection.name,
    folder: connection.folder,
    provider: 'qemu',
    name: vm.name,
    title: '',
    uuid: uuidOf(n),
    state: vm.state,
    vcpus: vm.vcpus,
    memory_bytes: vm.memoryGib * GIB,
    os: vm.os,
    ips: vm.ip ? [vm.ip] : [],
    macs: [macOf(n)],
    disks: [{ target: 'vda', source: `/var/lib/libvirt/images/${vm.name.slice(0, 60)}.qcow2` }],
    autostart: n % 3 !== 0,
    persistent,
    tags: vm.tags.split(' '),
    as_of: stale ? (connection.as_of ?? iso(0)) : iso(0),
    stale,
    connection_id: connection.id,
    reason: null,
    description: '',
    note: '',
    has_snapshots: n % 4 === 0,
    has_agent: n % 2 === 0,
    details_as_of: connection.name === 'lab-arm' ? null : iso(4 * MINUTE),
    profile: 0,
    cut: false,
    ...vm.more,
  };
}
