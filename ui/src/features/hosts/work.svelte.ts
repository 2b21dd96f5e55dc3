// The work on one connection: its draft, what Rust says of it and the doctor's round. It outlives the page, since a
// tab that is not in front is not mounted; closing the tab and reopening it loses nothing either.
import type { ConnectionSettings, PutConnection, SshHost } from '../../generated/api';
import { host, HostError } from '../../host';
import { connections } from '../../stores/connections.svelte';
import { Check } from './check.svelte';
import { Doctor } from './doctor.svelte';
import { draftOf, emptyDraft, settingsOf, suggestedName, type HostDraft } from './draft';

export type Saved = { done: number; of: number };

export class HostWork {
  /** The connection that is changed; null for a new one. */
  readonly id: string | null;
  readonly check = new Check();
  readonly doctor = new Doctor();
  draft = $state<HostDraft>(emptyDraft());
  sshHosts = $state.raw<readonly SshHost[] | null>(null);
  saving = $state(false);
  /** What a save could not do, when no field is at fault. */
  error = $state.raw<HostError | null>(null);

  constructor(id: string | null) {
    this.id = id;
    const connection = id === null ? undefined : connections.get(id);
    if (connection) this.draft = draftOf(connection);
  }

  readonly several = $derived(this.draft.source === 'ssh' && this.draft.picked.length > 1);
  /** Of several hosts, those of the first: what is checked and diagnosed. */
  readonly settings = $derived<ConnectionSettings>(
    settingsOf(this.draft, this.several ? this.draft.picked[0] : undefined),
  );
  get request(): PutConnection {
    return { id: this.id, settings: this.settings, connect: false };
  }

  async loadSsh(): Promise<void> {
    this.sshHosts = await host.call('ssh_hosts', {}).catch(() => []);
  }

  /** The name follows the address until somebody types one. */
  suggestName(): void {
    if (this.id !== null || this.draft.named) return;
    const name = suggestedName(this.draft, this.check.result.parts);
    if (name !== this.draft.name) this.draft.name = name;
  }

  diagnose(): void {
    void this.doctor.start(this.request);
  }

  /** Saves, or puts what is wrong at its fields. Undefined when it did not go. */
  async save(connect: boolean): Promise<Saved | undefined> {
    if (this.saving) return undefined;
    this.saving = true;
    this.error = null;
    try {
      if (!(await this.check.now(this.request))) {
        this.check.speakUp();
        return undefined;
      }
      return await this.#put(connect);
    } finally {
      this.saving = false;
    }
  }

  async #put(connect: boolean): Promise<Saved | undefined> {
    const aliases = this.several ? [...this.draft.picked] : [undefined];
    let done = 0;
    for (const alias of aliases) {
      try {
        const settings = settingsOf(this.draft, alias);
        await host.call('connection_put', { id: this.id, settings, connect });
        done++;
        // What is in is in: should the next one fail, only the rest stays to be added.
        if (alias !== undefined) this.draft.picked = this.draft.picked.filter((other) => other !== alias);
      } catch (thrown) {
        this.#refused(HostError.from(thrown), alias);
        if (done > 0) void this.loadSsh();
        return undefined;
      }
    }
    return { done, of: aliases.length };
  }

  #refused(error: HostError, alias: string | undefined): void {
    if (error.fields.length > 0 && alias === undefined) this.check.learn(error.fields);
    else this.error = error;
  }

  end(): void {
    this.check.stop();
    this.doctor.stop();
  }
}

/** Makes what outlives the page that asks for it: what is derived inside a page's own life ends, frozen, with it. */
function apart<T>(make: () => T): T {
  let made: T | undefined;
  $effect.root(() => {
    made = make();
  });
  return made as T;
}

const works = new Map<string, HostWork>();

/** The work on a connection, begun when nobody has yet. An empty id is the host to be added. */
export function workOn(id: string): HostWork {
  let work = works.get(id);
  if (!work) works.set(id, (work = apart(() => new HostWork(id || null))));
  return work;
}

/** The work is done or given up: the next time begins anew. */
export function endWork(id: string): void {
  works.get(id)?.end();
  works.delete(id);
}

const doctors = new Map<string, Doctor>();

/** The doctor of a host that is in the estate: its last round stays with it. */
export function doctorOf(id: string): Doctor {
  let doctor = doctors.get(id);
  if (!doctor) doctors.set(id, (doctor = apart(() => new Doctor())));
  return doctor;
}
