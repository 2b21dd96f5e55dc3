// What a state is called and how it looks. The only place that turns wire words into the window's words.
import type { ConnectionDto, TaskDto, TaskStatus, VmAction, VmDto } from '../generated/api';
import { asOf, clock, duration } from '../lib/format';
import type { LinkState } from '../ui/glyph/HostGlyph.svelte';
import type { MachineState } from '../ui/glyph/StateGlyph.svelte';
import type { WorkState } from '../ui/glyph/TaskGlyph.svelte';
import type { Tone } from '../ui/types';

const NBSP = '\u00a0';

export type StateView = { glyph: MachineState; stale: boolean; word: string; tone: Tone | null };

const STATES: Record<VmDto['state'], [MachineState, string, Tone | null]> = {
  running: ['running', 'Running', null],
  paused: ['paused', 'Paused', 'warn'],
  shut_off: ['off', 'Shut off', null],
  saved: ['saved', 'Saved', 'saved'],
  crashed: ['crashed', 'Crashed', 'danger'],
  unknown: ['unknown', 'Unknown', null],
};
const REASONS: Record<string, string> = {
  'paused io_error': 'Paused, I/O error',
  'paused watchdog': 'Paused by watchdog',
  'paused migration': 'Paused, migrating',
  'paused suspended_by_guest': 'Paused by guest',
  'crashed panicked': 'Crashed, panic',
  'shut_off failed': 'Shut off, failed',
};
const WORKING: Partial<Record<VmAction, string>> = {
  start: 'Starting',
  shut_down: 'Shutting down',
  reboot: 'Rebooting',
  reset: 'Resetting',
  force_off: 'Forcing off',
  pause: 'Pausing',
  resume: 'Resuming',
  save: 'Saving',
};

export const stateWord = (state: VmDto['state']): string => STATES[state][1];
export const runningWords = (running: number, total: number): string =>
  total === 0 ? 'No VMs' : `${running} of ${total} running`;
export const workingWord = (action: VmAction): string | undefined => WORKING[action];

/** A live row says what is; a stale one what was; one that a task works on what is going on. */
export function stateView(vm: VmDto, task: TaskDto | undefined): StateView {
  const [glyph, word, tone] = STATES[vm.state];
  if (vm.stale)
    return {
      glyph,
      stale: true,
      word: vm.state === 'unknown' ? word : `Was ${word.toLowerCase()}`,
      tone: null,
    };
  const working = task?.status === 'running' ? WORKING[task.action] : undefined;
  if (working) {
    // While a guest is waited for, the fraction is that of the patience, not of the work.
    const known = typeof task?.fraction === 'number' && task.action !== 'shut_down';
    const part = known ? ` ${Math.round((task?.fraction ?? 0) * 100)}${NBSP}%` : '';
    return { glyph: 'working', stale: false, word: working + part, tone: 'work' };
  }
  if (vm.state === 'running' && vm.reason === 'shutting_down')
    return { glyph: 'working', stale: false, word: 'Shutting down', tone: 'work' };
  return { glyph, stale: false, word: REASONS[`${vm.state} ${vm.reason ?? ''}`] ?? word, tone };
}

/** Whether somebody should look at it: what crashed, and what stopped for a reason nobody asked for. */
export const needsAttention = (vm: VmDto): boolean =>
  vm.state === 'crashed' || vm.reason === 'io_error' || vm.reason === 'watchdog' || vm.reason === 'failed';

export type LinkView = {
  glyph: LinkState;
  /** In the group head: "Lost 14:02". */
  word: string;
  detail: string;
  /** In the tree's right slot: "Lost"; empty when counts stand there. */
  short: string;
  tone: Tone | null;
};

const ago = (at: string, now: Date): string => duration(Math.max(0, now.getTime() - Date.parse(at)));

/** `kind` is that of the question that holds the connection up, when it is known. */
export function linkView(connection: ConnectionDto, now: Date, kind?: string): LinkView {
  const { state, since, error } = connection;
  if (connection.prompt !== null) {
    const what = kind === 'new_host_key' ? 'a look at its key' : `your ${kind ?? 'answer'}`;
    const word = `Waits for ${kind === 'other' ? 'your answer' : what}`;
    return { glyph: 'answer', word, detail: '', short: 'Waiting', tone: 'warn' };
  }
  switch (state) {
    case 'ready': {
      const latency = connection.latency_ms;
      const detail = latency === null ? '' : latency < 1 ? `<1${NBSP}ms` : `${latency}${NBSP}ms`;
      return { glyph: 'ready', word: 'Ready', detail, short: '', tone: null };
    }
    case 'connecting':
      return {
        glyph: 'connecting',
        word: 'Connecting',
        detail: ago(since, now),
        short: 'Connecting',
        tone: 'work',
      };
    case 'syncing': {
      const detail = connection.progress ? `${connection.progress[0]} of ${connection.progress[1]} read` : '';
      return { glyph: 'syncing', word: 'Syncing', detail, short: 'Syncing', tone: 'work' };
    }
    case 'lost':
      if (error?.code === 'host_key_changed')
        return {
          glyph: 'keyChanged',
          word: 'Host key changed, not connected',
          detail: '',
          short: 'Key changed',
          tone: 'danger',
        };
      return {
        glyph: 'lost',
        word: `Lost ${asOf(new Date(since), now)}`,
        detail: retryWords(connection.retry_at, now),
        short: 'Lost',
        tone: 'danger',
      };
    case 'disconnected':
      return {
        glyph: 'disconnected',
        word: 'Disconnected',
        detail: connection.startup === 'manual' ? 'connect by hand' : '',
        short: 'Off',
        tone: null,
      };
  }
}

export function retryWords(retryAt: string | null, now: Date): string {
  if (retryAt === null) return '';
  const left = Math.ceil((Date.parse(retryAt) - now.getTime()) / 1000);
  return left > 0 ? `next try in ${left}${NBSP}s` : 'trying again';
}

export function workState(task: TaskDto, cancelling: boolean): WorkState {
  if (cancelling) return 'cancelling';
  const known: Record<TaskStatus, WorkState> = {
    queued: 'queued',
    running: task.step !== null && task.action === 'shut_down' ? 'waiting' : 'running',
    succeeded: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
    interrupted: 'interrupted',
  };
  return known[task.status];
}

export const WORK_WORDS: Record<WorkState, string> = {
  queued: 'Queued',
  running: 'Running',
  waiting: 'Waiting',
  cancelling: 'Cancelling',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
};

const PROVIDERS: Record<string, string> = {
  qemu: 'KVM/QEMU',
  xen: 'Xen',
  lxc: 'LXC',
  bhyve: 'bhyve',
  vz: 'Virtuozzo',
  test: 'Test driver',
  other_libvirt: 'libvirt',
  fake: 'Fake driver',
};
export const providerName = (provider: string): string => PROVIDERS[provider] ?? provider;

/** "14:02", for a sentence about when something was last true. */
export const timeWords = (at: string, now: Date): string => asOf(new Date(at), now);
export const clockWords = (at: string): string => clock(new Date(at), true);
