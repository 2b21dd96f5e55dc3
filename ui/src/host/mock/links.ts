// Connections of the mock: they connect, ask, fail, come back, are checked and diagnosed. Sentinels: a host name with
// "down" never answers, "keychanged" has another key, "secret" asks for a password (the right one is "open").
import type {
  AppEvent,
  CheckResult,
  ConnectionDto,
  ConnectionSettings,
  DoctorStepDto,
  Failure,
  ImportReport,
  PromptDto,
  PutConnection,
  SshHost,
  WrongPart,
} from '../../generated/api';
import { HostError } from '../error';
import type { MockEstate } from './estate';
import { HOSTS } from './people';
import { pause } from './work';

const RETRY_MS = 8000;
const now = (): string => new Date().toISOString();

export const SSH_HOSTS: readonly SshHost[] = [
  {
    alias: 'ams-kvm-01',
    host_name: 'ams-kvm-01.example.net',
    user: 'mara',
    port: null,
    used_by: 'ams-kvm-01',
  },
  { alias: 'ams-kvm-03', host_name: 'ams-kvm-03.example.net', user: 'mara', port: 2222, used_by: null },
  { alias: 'bastion', host_name: '203.0.113.9', user: null, port: null, used_by: null },
  { alias: 'db-down', host_name: '10.9.9.9', user: 'root', port: null, used_by: null },
  { alias: 'gpu-01', host_name: null, user: 'mara', port: null, used_by: null },
  { alias: 'secret-host', host_name: '10.4.4.4', user: 'mara', port: null, used_by: null },
  { alias: 'keychanged', host_name: '10.5.5.5', user: 'mara', port: null, used_by: null },
];

export class MockLinks {
  prompt: PromptDto | null = null;
  #answer: ((text: string | null) => void) | undefined;
  #n = 100;
  #rounds = new Set<string>();
  constructor(
    readonly estate: MockEstate,
    readonly emit: (event: AppEvent) => void,
  ) {}

  /** Lost hosts are tried again by themselves, and stay lost. */
  begin(): void {
    for (const connection of this.estate.connections.values())
      if (connection.state === 'lost') this.#retryLater(connection.id);
  }

  set(id: string, change: Partial<ConnectionDto>): void {
    const connection = this.estate.connections.get(id);
    if (!connection) return;
    if (change.state !== undefined && change.state !== connection.state) connection.since = now();
    Object.assign(connection, change);
    this.emit({ event: 'connections', upserted: [structuredClone(connection)], removed: [] });
  }

  async connect(id: string): Promise<void> {
    const connection = this.estate.connections.get(id);
    if (!connection) throw new HostError({ code: 'connection_not_found', message: 'No such connection.' });
    this.set(id, { state: 'connecting', error: null, retry_at: null });
    await pause(900);
    const failure = await this.#obstacle(connection);
    if (failure) return this.lose(id, failure);
    this.set(id, { state: 'syncing', progress: [0, 6] });
    await pause(600);
    this.#rows(connection, true);
    this.set(id, { state: 'ready', progress: null, latency_ms: 14, consoles: true, as_of: now() });
  }

  async #obstacle(connection: ConnectionDto): Promise<Failure | null> {
    const where = `${connection.name} ${connection.uri}`;
    if (/down|ams-kvm-02/.test(where))
      return {
        code: 'connection_lost',
        message: 'No answer for 10 s.',
        hint: null,
        detail: 'ssh: connect to host: Connection timed out',
      };
    if (where.includes('keychanged'))
      return {
        code: 'host_key_changed',
        message: `The host key of ${connection.name} is not the one that was trusted.`,
        hint: 'Ask whoever runs the host. Nothing was sent.',
        detail: '@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@',
      };
    if (!where.includes('secret')) return null;
    for (;;) {
      const text = await this.ask(
        { connection: connection.name, kind: 'password', text: `mara@${connection.name}’s password:` },
        connection.id,
      );
      if (text === null)
        return { code: 'auth_cancelled', message: 'No password was given.', hint: null, detail: null };
      if (text === 'open') return null;
    }
  }

  lose(id: string, error: Failure): void {
    const connection = this.estate.connections.get(id);
    if (!connection) return;
    const waits = error.code === 'host_key_changed' || error.code === 'auth_cancelled';
    this.#rows(connection, false);
    this.set(id, {
      state: 'lost',
      error,
      latency_ms: null,
      consoles: false,
      retry_at: waits ? null : new Date(Date.now() + RETRY_MS).toISOString(),
    });
    if (!waits) this.#retryLater(id);
  }

  #retryLater(id: string): void {
    setTimeout(() => {
      const connection = this.estate.connections.get(id);
      // A retry that fails keeps "lost since": the host was not back in between.
      if (connection?.state === 'lost' && connection.retry_at !== null) {
        this.set(id, { retry_at: new Date(Date.now() + RETRY_MS).toISOString() });
        this.#retryLater(id);
      }
    }, RETRY_MS);
  }

  disconnect(id: string): void {
    const connection = this.estate.connections.get(id);
    if (connection) this.#rows(connection, false);
    this.set(id, { state: 'disconnected', error: null, retry_at: null, latency_ms: null, consoles: false });
  }

  #rows(connection: ConnectionDto, live: boolean): void {
    const before = connection.state;
    connection.state = live ? 'ready' : 'lost';
    const upserted = this.estate.setLive(connection, live);
    connection.state = before;
    const profiles = this.estate.profiles.all;
    this.emit({ event: 'rows', revision: this.estate.revision, upserted, profiles });
  }

  ask(
    question: Partial<PromptDto> & Pick<PromptDto, 'connection' | 'kind' | 'text'>,
    id?: string,
  ): Promise<string | null> {
    this.prompt = { key_type: null, fingerprint: null, ...question, id: `p${++this.#n}` };
    this.emit({ event: 'prompt', prompt: this.prompt });
    if (id) this.set(id, { prompt: this.prompt.id });
    return new Promise((resolve) => {
      this.#answer = (text) => {
        this.prompt = null;
        this.emit({ event: 'prompt', prompt: null });
        if (id) this.set(id, { prompt: null });
        resolve(text);
      };
    });
  }
  answer(text: string | null): void {
    this.#answer?.(text);
  }

  check({ id, settings }: PutConnection): CheckResult {
    const wrong: WrongPart[] = [];
    if (settings.name.trim() === '') wrong.push({ part: 'name', message: 'A name is needed.' });
    for (const other of this.estate.connections.values())
      if (other.name === settings.name && other.id !== id)
        wrong.push({ part: 'name', message: `${other.folder || 'The estate'} already has this name.` });
    const parts = /^([a-z]+)(?:\+([a-z0-9]+))?:\/\/(?:([^@/]+)@)?([^/:]*)(?::(\d+))?(\/.*)?$/.exec(
      settings.uri,
    );
    if (!parts) {
      wrong.push({ part: 'uri', message: 'A libvirt URI is like qemu+ssh://user@host/system.' });
      return { parts: null, wrong };
    }
    const [, driver = '', transport, user, hostName, port, path] = parts;
    if (!['qemu', 'xen', 'lxc', 'bhyve', 'test', 'vz'].includes(driver))
      wrong.push({
        part: 'driver',
        message: `libvirt has no driver ${driver}. It has qemu, xen, lxc, bhyve, test and vz.`,
      });
    if (port !== undefined && (Number(port) < 1 || Number(port) > 65535))
      wrong.push({ part: 'port', message: 'Port is 1 to 65535.' });
    return {
      parts: {
        driver,
        transport: transport ?? null,
        user: user ?? null,
        host: hostName || null,
        port: port === undefined ? null : Number(port),
        path: path ?? '',
      },
      wrong,
    };
  }

  put(request: PutConnection): ConnectionDto {
    const { wrong } = this.check(request);
    if (wrong.length > 0)
      throw new HostError({ code: 'invalid_input', message: 'The connection was not saved.', fields: wrong });
    const id = request.id ?? `c${++this.#n}`;
    const known = this.estate.connections.get(id) ?? fresh(id, request.settings);
    this.estate.connections.set(id, Object.assign(known, request.settings));
    this.set(id, {});
    if (request.connect) void this.connect(id);
    return structuredClone(known);
  }

  remove(id: string): void {
    this.estate.connections.delete(id);
    const removed = [...this.estate.vms.values()].filter((vm) => vm.connection_id === id).map((vm) => vm.id);
    for (const vm of removed) this.estate.vms.delete(vm);
    this.emit({ event: 'inventory', revision: ++this.estate.revision, upserted: [], removed, profiles: [] });
    this.emit({ event: 'connections', upserted: [], removed: [id] });
  }

  addDemo(): ImportReport {
    for (const { name, uri, folder } of HOSTS.filter((host) => host.state === 'ready'))
      this.put({
        id: null,
        settings: {
          name,
          uri,
          folder,
          access: 'read_write',
          startup: 'automatic',
          key_file: null,
          remote_socket: null,
        },
        connect: true,
      });
    return { added: HOSTS.map((host) => host.name), updated: [], unchanged: [] };
  }

  diagnose({ settings }: PutConnection): string {
    const run = `d${++this.#n}`;
    this.#rounds.add(run);
    void this.#round(run, settings.uri);
    return run;
  }
  stopDiagnosis(run: string): void {
    if (this.#rounds.delete(run)) this.emit({ event: 'doctor', run, step: null });
  }

  async #round(run: string, uri: string): Promise<void> {
    const failsAt = uri.includes('down')
      ? 1
      : uri.includes('keychanged')
        ? 2
        : uri.includes('ams-kvm-03')
          ? 5
          : -1;
    for (const [i, [kind, title, detail]] of STEPS.entries()) {
      if (failsAt >= 0 && i > failsAt) {
        this.#step(run, { ...plain(kind, title, 'not_reached'), detail: '' });
        continue;
      }
      this.#step(run, plain(kind, title, 'running'));
      await pause(250);
      if (!this.#rounds.has(run)) return;
      this.#step(
        run,
        i === failsAt
          ? failed(kind, title)
          : { ...plain(kind, title, 'passed'), detail, duration_ms: 8 + i * 23 },
      );
    }
    this.stopDiagnosis(run);
  }
  #step(run: string, step: DoctorStepDto): void {
    this.emit({ event: 'doctor', run, step });
  }
}

const STEPS: readonly [string, string, string][] = [
  ['name_resolves', 'Name resolves', '10.20.0.13'],
  ['port_answers', 'Port answers', '2222, OpenSSH 9.2'],
  ['host_key_known', 'Host key known', 'Ed25519'],
  ['login_works', 'Login works', 'mara, key from agent'],
  ['helper_found', 'Helper found', 'virt-ssh-helper 9.0.0'],
  ['libvirt_answers', 'Libvirt answers', '10.0.0'],
  ['version', 'Version and hypervisor', 'libvirt 10.0.0, QEMU 8.2.2'],
  ['permissions', 'What mara may do', 'Everything'],
];

const plain = (kind: string, title: string, outcome: DoctorStepDto['outcome']): DoctorStepDto => ({
  kind,
  title,
  outcome,
  detail: '',
  why: null,
  remedies: [],
  output: null,
  duration_ms: 0,
});

function failed(kind: string, title: string): DoctorStepDto {
  const step = plain(kind, title, 'failed');
  if (kind === 'libvirt_answers')
    return {
      ...step,
      detail: 'mara may not open libvirt’s socket on ams-kvm-03.',
      why: 'The user is not in the group that owns it: libvirt.',
      remedies: [
        { text: 'On ams-kvm-03, as root:', command: 'usermod -aG libvirt mara' },
        {
          text: 'Close mara’s open sessions, then press Run again. A shared ssh login keeps the old groups.',
          command: null,
        },
      ],
      output: 'error: failed to connect\nPermission denied',
      duration_ms: 1100,
    };
  return {
    ...step,
    detail: 'The host did not answer within 5 s.',
    why: 'It is off, or a firewall drops the connection.',
    remedies: [{ text: 'Try from a terminal:', command: 'ssh -v mara@10.9.9.9' }],
    output: 'ssh: connect to host 10.9.9.9 port 22: Connection timed out',
    duration_ms: 5000,
  };
}

const fresh = (id: string, settings: ConnectionSettings): ConnectionDto => ({
  id,
  ...settings,
  state: 'disconnected',
  since: now(),
  error: null,
  retry_at: null,
  prompt: null,
  progress: null,
  latency_ms: null,
  consoles: false,
  host: null,
  as_of: null,
});
