// What a console says about itself: the strip above the picture, or what stands in place of one.
import type { ConnectionDto, TaskDto, VmDto } from '../../generated/api';
import { nameOf } from '../../stores/actions';
import { retryWords, stateView } from '../../stores/words';
import { clock } from '../../lib/format';
import type { LinkState } from './link.svelte';

const NBSP = '\u00a0';

/** What a button of the strip does. */
export type Offer = 'start' | 'resume' | 'retry' | 'connect' | 'take-over';
export type Say = {
  look: 'work' | 'info' | 'warn' | 'danger';
  text: string;
  offer?: { does: Offer; label: string };
  /** What to do about it, where there is room. */
  hint?: string;
  /** Libvirt's own words. */
  detail?: string;
};

type Now = {
  vm: VmDto;
  connection: ConnectionDto | undefined;
  task: TaskDto | undefined;
  state: LinkState;
  /** "Serial 0", "The display". */
  what: string;
  readonly now: Date;
};

const FOLLOWS: Partial<Record<TaskDto['action'], string>> = {
  reboot: 'Guest is rebooting. The console stays and follows.',
  reset: 'Guest is being reset. The console stays and follows.',
  shut_down: 'Guest is shutting down.',
  save: 'Guest is being saved.',
};

/** The strip, or nothing when all is well. */
export function say(is: Now): Say | undefined {
  const { vm, connection, task, state, what } = is;
  if (vm.stale && state.is !== 'open') return hostAway(connection, is.now);
  if (state.is === 'away' && task?.status === 'running' && task.action === 'start')
    return { look: 'work', text: `${nameOf(vm)} is starting.` };
  if (state.is === 'away') return stopped(vm);
  const follows = task?.status === 'running' ? FOLLOWS[task.action] : undefined;
  if (follows !== undefined) return { look: 'work', text: follows };
  if (state.is === 'refused') return refused(state.error, what);
  if (state.is === 'lent')
    return {
      look: 'info',
      text: `${what} is shown in remote-viewer.`,
      offer: { does: 'retry', label: 'Show here' },
    };
  if (state.is === 'waiting') return waiting(state, is.now);
  if (vm.state === 'paused' && !vm.stale)
    return {
      look: 'warn',
      text: `${nameOf(vm)} is paused.`,
      offer: { does: 'resume', label: 'Resume' },
    };
  return undefined;
}

function stopped(vm: VmDto): Say {
  const word = stateView(vm, undefined).word.toLowerCase();
  return {
    look: 'info',
    text: `${nameOf(vm)} is ${word}.`,
    offer: { does: 'start', label: 'Start' },
  };
}

function hostAway(connection: ConnectionDto | undefined, now: Date): Say {
  if (!connection) return { look: 'danger', text: 'Connection lost.' };
  const name = nameOf(connection);
  const offer = { does: 'connect', label: 'Now' } as const;
  if (connection.state === 'connecting' || connection.state === 'syncing')
    return { look: 'work', text: `Connection lost. ${name} is being connected.` };
  if (connection.state === 'disconnected')
    return {
      look: 'info',
      text: `${name} is not connected.`,
      offer: { does: 'connect', label: 'Connect' },
    };
  const retry = retryWords(connection.retry_at, now);
  const since = clock(new Date(connection.since));
  return {
    look: 'danger',
    text: `Connection lost. ${name} has been away since ${since}${retry ? `, ${retry}` : ''}.`,
    offer,
  };
}

function waiting(state: Extract<LinkState, { is: 'waiting' }>, now: Date): Say {
  const left = Math.max(1, Math.ceil((state.until - now.getTime()) / 1000));
  const again = `Trying again in ${left}${NBSP}s.`;
  const offer = { does: 'retry', label: 'Now' } as const;
  if (state.why === 'ended') return { look: 'work', text: `The VM closed the console. ${again}`, offer };
  if (state.why === 'lost') return { look: 'danger', text: `Connection lost. ${again}`, offer };
  return withDetail(
    { look: 'danger', text: `${state.error?.message ?? 'It could not be opened.'} ${again}`, offer },
    state.error,
  );
}

function refused(
  error: { code: string; message: string; hint?: string | null; detail?: string | null },
  what: string,
): Say {
  if (error.code === 'conflict')
    return {
      look: 'warn',
      text: `${what} is in use elsewhere.`,
      offer: { does: 'take-over', label: 'Take over' },
    };
  return withDetail(
    {
      look: 'danger',
      text: error.message,
      ...(error.hint && { hint: error.hint }),
      offer: { does: 'retry', label: 'Try again' },
    },
    error,
  );
}

const withDetail = (say: Say, error: { detail?: string | null } | undefined): Say =>
  error?.detail ? { ...say, detail: error.detail } : say;
