// What a console says about itself: the strip above the picture, or what stands in place of one.
import type { ConnectionDto, TaskDto, VmDto } from '../../generated/api';
import { nameOf } from '../../stores/actions';
import { retryWords, stateView } from '../../stores/words';
import { clock } from '../../lib/format';
import { SILENCE_MS, type Before, type LinkState } from './link.svelte';

const NBSP = '\u00a0';

/** What a button of the strip does. */
export type Offer = 'start' | 'resume' | 'retry' | 'connect' | 'take-over' | 'answer';
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
  /** Hosts ask their questions in another window. */
  asksElsewhere: boolean;
  readonly now: Date;
};

const SILENT =
  'It takes the connection and says nothing. It may be busy, as while the VM is saved. If it stays so, try the VM’s ' +
  'serial line, or reset the VM.';

const FOLLOWS: Partial<Record<TaskDto['action'], string>> = {
  reboot: 'Guest is rebooting. The console stays and follows.',
  reset: 'Guest is being reset. The console stays and follows.',
  shut_down: 'Guest is shutting down.',
  save: 'Guest is being saved.',
};

/** The strip, or nothing when all is well. */
export function say(is: Now): Say | undefined {
  const { vm, connection, task, state, what } = is;
  if (vm.stale && connection && connection.prompt !== null) return asks(connection, is.asksElsewhere);
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
  if (state.is === 'waiting') {
    const left = Math.max(1, Math.ceil((state.until - is.now.getTime()) / 1000));
    const offer = { does: 'retry', label: 'Now' } as const;
    return { ...failing(is, state, `Trying again in ${left}${NBSP}s.`), offer };
  }
  if (state.is === 'opening' && state.after) return failing(is, state.after, 'Trying again.');
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

/** What is open may stay so for a while, but comes back only once somebody answers. */
function asks(connection: ConnectionDto, elsewhere: boolean): Say {
  return {
    look: 'warn',
    text: `${nameOf(connection)} waits for your answer.`,
    offer: { does: 'answer', label: elsewhere ? 'Answer in the main window' : 'Answer' },
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

/** What keeps going wrong, and what is done about it by itself. */
function failing({ vm, what }: Now, { why, error }: Before, again: string): Say {
  if (why === 'ended') return { look: 'work', text: `The VM closed the console. ${again}` };
  if (why === 'lost') return { look: 'danger', text: `Connection lost. ${again}` };
  if (why === 'silent')
    return {
      look: 'danger',
      text: `${what} of ${nameOf(vm)} did not answer within ${SILENCE_MS / 1000}${NBSP}seconds. ${again}`,
      hint: SILENT,
    };
  const text = `${error?.message ?? 'It could not be opened.'} ${again}`;
  return withDetail({ look: 'danger', text, ...(error?.hint && { hint: error.hint }) }, error);
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
