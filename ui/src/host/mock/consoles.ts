// Consoles of the mock: displays and lines that live in the page. What is wrong with them is said in the address bar:
//   ?console=shut-off|lost|in-use|no-display|rebooting|password|login|silent|refused|two-lines
//   ?display=spice|both   and of SPICE ?console=tls|no-keys|no-sound|no-agent|loud
import type {
  AppEvent,
  Commands,
  ConsolesDto,
  OpenedConsole,
  OpenWhat,
  KeyboardLayout,
  OneVm,
  VmDto,
} from '../../generated/api';
import { HostError } from '../error';
import type { Socket } from '../types';
import { MockScreen } from './screen';
import { MockShell } from './shell';
import type { MockSocket } from './socket';
import { MockSpice, MockSpiceGuest } from './spice';
import { thumbnail } from './thumbnail';
import { pause } from './work';

type Names =
  | 'console_list'
  | 'console_open'
  | 'console_close'
  | 'console_traffic'
  | 'console_keys'
  | 'console_type'
  | 'console_type_cancel'
  | 'console_type_check'
  | 'console_layouts'
  | 'vm_screenshot'
  | 'vm_screenshot_save'
  | 'line_log_save';
type ConsoleHandlers = {
  [K in Names]: (
    request: Commands[K]['request'],
  ) => Commands[K]['response'] | Promise<Commands[K]['response']>;
};

const LAYOUTS: KeyboardLayout[] = [
  { id: 'us', name: 'English (US)' },
  { id: 'gb', name: 'English (UK)' },
  { id: 'de', name: 'German' },
  { id: 'fr', name: 'French' },
];
/** What these keyboards have beyond ASCII. */
const BEYOND: Record<string, string> = { us: '', gb: '£', de: 'äöüßÄÖÜ€§°', fr: 'àçéèù€£§°' };
const SOON_MS = 1500;

const unmappable = (text: string, layout: string): string[] => [
  ...new Set([...text].filter((character) => character > '~' && !BEYOND[layout]?.includes(character))),
];

type World = {
  /** `?console=…` */
  state: string;
  /** `?display=…` */
  display: string;
  vmOf: (id: string) => VmDto;
  emit: (event: AppEvent) => void;
  /** Reboots or shuts off, as somebody else would. */
  act: (id: string, what: 'reboot' | 'shut_off') => void;
};

export class MockConsoles {
  #open = new Map<string, MockSocket>();
  #vms = new Map<string, string>();
  #guests = new Map<string, MockSpiceGuest>();
  #typing = new Set<string>();
  #count = 0;
  #happened = false;

  constructor(readonly world: World) {}

  socket(url: string): Socket {
    const socket = this.#open.get(url.replace('mock:', ''));
    if (!socket) throw new Error(`no console at ${url}`);
    socket.dial();
    return socket;
  }

  /** A VM that stops takes its consoles along. */
  stopped(id: string): void {
    this.#guests.delete(id);
    for (const [console, vm] of this.#vms) if (vm === id) this.#open.get(console)?.ends(1000);
  }

  readonly handlers: ConsoleHandlers = {
    console_list: (request) => this.#list(request),
    console_open: (request) => this.#begin(request),
    console_close: ({ console }) => {
      this.#open.get(console)?.ends(1000);
      this.#open.delete(console);
      this.#vms.delete(console);
      return {};
    },
    console_traffic: ({ console }) => {
      const socket = this.#open.get(console);
      return { received_bytes: socket?.received ?? 0, sent_bytes: socket?.sent ?? 0, latency_ms: 18 };
    },
    console_keys: (request) => (this.#running(request), {}),
    console_type: (request) => {
      this.#running(request);
      const run = `typing-${String(++this.#count)}`;
      this.#typing.add(run);
      void this.#type(run, request.text.length, request.pace_ms);
      return { run };
    },
    console_type_cancel: ({ run }) => (this.#typing.delete(run), {}),
    console_type_check: ({ text, layout }) => ({ unmappable: unmappable(text, layout), keys: text.length }),
    console_layouts: () => LAYOUTS,
    vm_screenshot: (request) => ({
      mime: 'image/png',
      base64: thumbnail(this.#running(request).name, new Date()),
    }),
    line_log_save: ({ id, line }) => ({
      path: `/home/mara/Documents/Innkeeper/${this.world.vmOf(id).name} ${line} 2026-11-24 10-12-03.log`,
    }),
    vm_screenshot_save: (request) => ({ path: `/home/mara/Pictures/${this.#running(request).name}.png` }),
  };

  #running({ id }: OneVm): VmDto {
    const vm = this.world.vmOf(id);
    if (vm.state !== 'running' && vm.state !== 'paused')
      throw new HostError({
        code: 'invalid_state',
        message: `Cannot look at ${vm.name}: it is not running.`,
      });
    return vm;
  }

  #list(request: OneVm): ConsolesDto {
    this.#running(request);
    const { state, display } = this.world;
    const asked = { tunnelled: true, needs_password: state === 'password' };
    const vnc = { ...asked, index: 0, kind: 'vnc', address: '127.0.0.1:5900' } as const;
    const spice = { ...asked, index: 1, kind: 'spice', address: '127.0.0.1:5901' } as const;
    const displays = display === 'spice' ? [spice] : display === 'both' ? [vnc, spice] : [vnc];
    const serial = { alias: 'serial0', label: 'Serial 0', kind: 'serial', unusable: null } as const;
    return {
      displays: state === 'no-display' ? [] : displays,
      lines:
        state === 'two-lines'
          ? [
              serial,
              { alias: 'serial1', label: 'Serial 1', kind: 'serial', unusable: 'It writes to a file.' },
              { alias: 'console1', label: 'Console 1', kind: 'console', unusable: null },
            ]
          : [serial],
    };
  }

  #begin({ id, what }: Commands['console_open']['request']): Commands['console_open']['response'] {
    const vm = this.#running({ id });
    const { state } = this.world;
    if (state === 'in-use' && what.kind === 'line' && !what.force)
      throw new HostError({
        code: 'conflict',
        message: `Cannot open the line of ${vm.name}: somebody has it open.`,
      });
    if (state === 'refused')
      throw new HostError({
        code: 'unsupported',
        message: `Cannot open the display of ${vm.name}: it demands a client certificate.`,
        hint: 'Allow connections without one in its definition.',
        detail: 'VeNCrypt subtype X509Plain',
      });
    if (state === 'lost' && this.#happened)
      throw new HostError({ code: 'connection_lost', message: 'The host does not answer.', retryable: true });
    const [socket, kind] = this.#end(vm, what);
    if (state === 'silent') socket.say = () => undefined;
    const console = `console-${String(++this.#count)}`;
    this.#open.set(console, socket);
    this.#vms.set(console, id);
    void this.#happens(id, socket);
    return { console, url: `mock:${console}`, kind, password: null };
  }

  /** The far end of a console. */
  #end(vm: VmDto, what: OpenWhat): [MockSocket, OpenedConsole['kind']] {
    const { state } = this.world;
    if (what.kind === 'line') return [new MockShell(vm.name), 'line'];
    if (what.index === 0)
      return [new MockScreen(vm.name, state === 'password' || state === 'login' ? state : 'nothing'), 'vnc'];
    const guest = this.#guests.get(vm.id) ?? new MockSpiceGuest(state);
    this.#guests.set(vm.id, guest);
    return [new MockSpice(guest), 'spice'];
  }

  async #happens(id: string, socket: MockSocket): Promise<void> {
    await pause(SOON_MS);
    const { state, act } = this.world;
    if (this.#happened) return;
    this.#happened = true;
    if (state === 'lost') socket.ends(1011, 'connection_lost');
    else if (state === 'shut-off') act(id, 'shut_off');
    else if (state === 'rebooting') act(id, 'reboot');
  }

  async #type(run: string, total: number, pace: number): Promise<void> {
    const { emit } = this.world;
    for (let done = 1; done <= total && this.#typing.has(run); done++) {
      await pause(pace);
      emit({ event: 'typing', run, done, total, error: null, ended: done === total });
    }
    if (this.#typing.delete(run)) return;
    const error = { code: 'cancelled', message: 'Typing was stopped.' };
    emit({
      event: 'typing',
      run,
      done: 0,
      total,
      error: { ...error, severity: 'silent', hint: null, retryable: false, detail: null, fields: [] },
      ended: true,
    });
  }
}
