// Rows and their action profiles, as Rust would send them: a small copy of its policy, good enough to play with.
import type { ActionProfile, ConnectionDto, PackedVms, VmAction, VmDto } from '../../generated/api';

const ALL: readonly VmAction[] = [
  'start',
  'shut_down',
  'reboot',
  'reset',
  'force_off',
  'pause',
  'resume',
  'save',
  'discard_saved',
  'autostart_on',
  'autostart_off',
  'rename',
  'edit_text',
  'add_display',
  'send_nmi',
];
const NEEDS: Partial<Record<VmAction, readonly VmDto['state'][]>> = {
  start: ['shut_off', 'saved', 'crashed'],
  shut_down: ['running'],
  reboot: ['running'],
  reset: ['running', 'paused'],
  force_off: ['running', 'paused', 'crashed'],
  pause: ['running'],
  resume: ['paused'],
  save: ['running', 'paused'],
  discard_saved: ['saved'],
  rename: ['shut_off'],
  send_nmi: ['running'],
};
const IS: Record<VmDto['state'], string> = {
  running: 'It is running',
  paused: 'It is paused',
  shut_off: 'It is shut off',
  saved: 'It is saved',
  crashed: 'It has crashed',
  unknown: 'Its state is not known yet',
};

function reason(vm: VmDto, connection: ConnectionDto, action: VmAction): string | undefined {
  if (connection.state !== 'ready' && connection.state !== 'syncing') return 'The host is not connected';
  if (connection.access === 'read_only') return 'Read-only: changes are switched off for this host';
  if ((action === 'save' || action === 'rename' || action === 'add_display') && !vm.persistent)
    return 'It is transient: its definition ends when it stops';
  if (action === 'autostart_on' || action === 'autostart_off')
    return vm.autostart === (action === 'autostart_on') ? 'It is so already' : undefined;
  const needs = NEEDS[action];
  return needs && !needs.includes(vm.state) ? IS[vm.state] : undefined;
}

export class MockProfiles {
  #ids = new Map<string, number>();
  readonly all: ActionProfile[] = [];

  of(vm: VmDto, connection: ConnectionDto): number {
    const forbidden = ALL.flatMap((action) => {
      const why = reason(vm, connection, action);
      return why === undefined ? [] : [{ action, reason: why }];
    });
    const key = JSON.stringify(forbidden);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.all.length;
      this.#ids.set(key, id);
      this.all.push({ id, forbidden });
    }
    return id;
  }
}

/** Rows by column, as a snapshot has them; without sparing what repeats. */
export function pack(rows: readonly VmDto[]): PackedVms {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'id');
  const columns = Object.fromEntries(
    names.map((name) => [name, rows.map((row) => row[name as keyof VmDto])]),
  );
  const none = { key: [], uuid: [], connection_id: [] };
  const key = rows.map((row) => row.id.slice(row.id.indexOf('/') + 1));
  return { ...none, ...columns, key, count: rows.length } as unknown as PackedVms;
}
