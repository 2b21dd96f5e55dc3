// The whole window in a plain browser: a host that answers from an invented estate, with latency, tasks that run,
// hosts that fail and questions that wait. What it starts with is said in the address bar:
//   ?vms=0|3|40|1000|10000   ?state=lost|offline|first-run|damaged   ?names=hostile   ?prompt=password|key|passphrase
//   ?theme=light|dark   ?density=compact|comfortable
//   ?console=…   ?display=…   (mock/consoles.ts)   ?clipboard=… ?viewer=…   (mock/computer.ts)
//   ?tasks=some   (tasks under way at start, as a picture needs them)
import type { AppEvent, AppInfo, Commands, Settings } from '../generated/api';
import { HostError } from './error';
import { MockConsoles } from './mock/consoles';
import { mockComputer } from './mock/computer';
import { diffOf, hardwareOf, historyOf, xmlOf } from './mock/definition';
import { displayOffers } from './mock/displays';
import { MockEstate } from './mock/estate';
import { MockLinks, SSH_HOSTS } from './mock/links';
import { MockWindows } from './mock/windows';
import { MockWork, pause } from './mock/work';
import type { Host } from './types';

type Handlers = {
  [K in keyof Commands]: (
    request: Commands[K]['request'],
  ) => Commands[K]['response'] | Promise<Commands[K]['response']>;
};

const LATENCY_MS = 20;
const KEPT = 'innkeeper layout ';

function info(state: string): AppInfo {
  const set =
    'The inventory file was damaged and set aside as estate-2026-11-23.bad. Hosts are being read again.';
  return {
    version: '0.1.0',
    platform: 'linux',
    data_dir: '/home/mara/.local/share/innkeeper',
    trace_timing: false,
    demo: false,
    notices:
      state === 'damaged'
        ? [
            {
              kind: 'store_damaged',
              message: set,
              path: '/home/mara/.local/share/innkeeper/estate-2026-11-23.bad',
            },
          ]
        : [],
  };
}

export function createMock(asked: URLSearchParams): Host {
  const state = asked.get('state') ?? '';
  const listeners = new Set<(event: AppEvent) => void>();
  const emit = (event: AppEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const estate = new MockEstate({
    vms: Number(asked.get('vms') ?? 40),
    state,
    names: asked.get('names') ?? '',
  });
  const work = new MockWork(estate, emit);
  const links = new MockLinks(estate, emit);
  let kept: Settings = { shutdown_timeout_s: 120 };

  const vmOf = (id: string): NonNullable<ReturnType<typeof estate.vms.get>> => {
    const vm = estate.vms.get(id);
    if (!vm) throw new HostError({ code: 'vm_not_found', message: 'This VM is gone.' });
    return vm;
  };
  const consoles = new MockConsoles({
    state: asked.get('console') ?? '',
    display: asked.get('display') ?? '',
    vmOf,
    emit,
    act: (id, what) => {
      if (what === 'reboot') return void work.run([id], { do: 'reboot' });
      const row = estate.change(id, { state: 'shut_off', reason: null });
      if (row) work.sendRow(row);
    },
  });
  work.onstopped = (id) => consoles.stopped(id);
  const read = (id: string): boolean => vmOf(id).details_as_of !== null;

  const keeps = (name: string, value: unknown): void =>
    sessionStorage.setItem(KEPT + name, JSON.stringify(value));
  const windows = new MockWindows(asked, emit, keeps);
  const handlers: Handlers = {
    app_info: () => info(state),
    page_painted: () => ({}),
    frame_keep: () => ({}),
    // a plain browser's page is closed by its browser
    app_quit: () => ({}),
    settings_get: () => kept,
    settings_set: (settings) => ((kept = settings), {}),
    page_listen: () => ({ messages: 0 }),
    inventory_snapshot: () => estate.snapshot(),
    inventory_search: ({ text }) =>
      [...estate.vms.values()]
        .filter((vm) => `${vm.name}\n${vm.description}`.toLowerCase().includes(text.toLowerCase()))
        .map((vm) => vm.id),
    inventory_visible: () => ({}),
    vm_get: ({ id }) => structuredClone(vmOf(id)),
    vm_hardware: ({ id }) => (read(id) ? hardwareOf(vmOf(id)) : null),
    vm_definition: ({ id, version }) =>
      read(id) ? { text: xmlOf(vmOf(id), version ?? 3), as_of: vmOf(id).as_of } : null,
    vm_history: ({ id }) => (read(id) ? historyOf(vmOf(id)) : []),
    vm_diff: ({ id, from, to }) => diffOf(vmOf(id), from, to),
    display_offers: ({ id }) => displayOffers(vmOf(id)),
    vm_set_note: ({ id, note }) => {
      const row = estate.change(id, { note });
      if (row) work.sendRow(row);
      return {};
    },
    connection_check: (request) => links.check(request),
    connection_put: (request) => links.put(request),
    connection_remove: ({ id }) => (links.remove(id), {}),
    connection_connect: ({ id }) => (void links.connect(id), {}),
    connection_disconnect: ({ id }) => (links.disconnect(id), {}),
    connection_retry_all: () => {
      for (const { id, state } of estate.connections.values()) if (state === 'lost') void links.connect(id);
      return {};
    },
    connection_refresh: ({ id }) => (void links.connect(id), {}),
    connection_diagnose: (request) => ({ run: links.diagnose(request) }),
    connection_diagnose_stop: ({ run }) => (links.stopDiagnosis(run), {}),
    connection_import: ({ toml }) => {
      if (!toml.includes('[[connection]]'))
        throw new HostError({
          code: 'invalid_input',
          message: 'The file was not imported: it has no [[connection]].',
          fields: [{ part: 'toml', message: 'Line 1: expected [[connection]].' }],
        });
      return { added: ['ams-kvm-03'], updated: [], unchanged: ['ams-kvm-01'] };
    },
    connection_export: () => ({
      toml: [...estate.connections.values()]
        .map(
          ({ name, uri, folder }) =>
            `[[connection]]\nname = "${name}"\nuri = "${uri}"\nfolder = "${folder}"\n`,
        )
        .join('\n'),
    }),
    connection_export_file: () => ({ path: '/home/mara/Documents/innkeeper-connections.toml' }),
    ssh_hosts: () => [...SSH_HOSTS],
    local_libvirt: () => ({ uri: 'qemu:///system' }),
    demo_add: () => links.addDemo(),
    task_run: ({ ids, command }) => work.run(ids, command),
    task_cancel: ({ ids }) => (work.cancel(ids), {}),
    task_retry: ({ ids }) => work.retry(ids),
    task_list: () => structuredClone(work.tasks),
    ...consoles.handlers,
    ...windows.handlers,
    ...mockComputer(asked),
    prompt_current: () => links.prompt,
    prompt_answer: ({ cancelled, text }) => (links.answer(cancelled ? null : (text ?? '')), {}),
  };

  begin(asked, estate, work, links);
  return {
    async call(name, request) {
      await pause(LATENCY_MS);
      // Across the real border everything is a copy; here it must be one too.
      return structuredClone(await handlers[name](structuredClone(request)));
    },
    listen: (handler) => {
      listeners.add(handler);
      return Promise.resolve(0);
    },
    keep: {
      all: () => {
        const names = Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT));
        const read = (key: string): unknown => JSON.parse(sessionStorage.getItem(key) ?? 'null');
        const said = ['theme', 'density'].flatMap((name) =>
          asked.has(name) ? [[name, asked.get(name)] as const] : [],
        );
        const kept = names.map((key) => [key.slice(KEPT.length), read(key)] as const);
        return Promise.resolve(Object.fromEntries<unknown>([...said, ...kept]));
      },
      get: (name) => Promise.resolve(JSON.parse(sessionStorage.getItem(KEPT + name) ?? 'null') ?? undefined),
      set: (name, value) => {
        keeps(name, value);
        windows.kept(name, value);
        return Promise.resolve();
      },
    },
    setTitle: (title) => {
      document.title = title;
      return Promise.resolve();
    },
    setFullScreen: async (on) => {
      if (on) await document.documentElement.requestFullscreen();
      else if (document.fullscreenElement) await document.exitFullscreen();
    },
    socket: (url) => consoles.socket(url),
  };
}

function begin(asked: URLSearchParams, estate: MockEstate, work: MockWork, links: MockLinks): void {
  links.begin();
  const named = (name: string): string[] =>
    [...estate.vms.values()].filter((vm) => vm.name === name).map((vm) => vm.id);
  if (asked.get('tasks') === 'some') {
    work.run(named('win11-tpm'), { do: 'start' });
    work.run([...named('build-runner-01'), ...named('build-runner-02')], { do: 'reboot' });
    work.run(named('web-03'), { do: 'shut_down' });
    work.run(named('erp-app'), { do: 'save' });
  }
  const asks = asked.get('prompt');
  if (asks === 'key')
    void links.ask(
      {
        connection: 'fra-kvm-03',
        kind: 'new_host_key',
        text: 'fra-kvm-03 (10.30.0.13)',
        key_type: 'ED25519',
        fingerprint: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
      },
      'c6',
    );
  else if (asks === 'passphrase')
    void links.ask({ connection: 'lab-arm', kind: 'passphrase', text: '/home/mara/.ssh/id_ed25519' }, 'c6');
  else if (asks)
    void links.ask({ connection: 'lab-arm', kind: 'password', text: 'mara@lab-arm’s password:' }, 'c6');
}
