// From Rust's messages to the stores. The first snapshot may be older than the first message heard: both know how many
// messages there had been, and another number means another snapshot, as do a gap in the revisions and `resync`.
// What arrives while a snapshot is on its way waits and is applied after it.
import { tick } from 'svelte';
import type { AppEvent, TypingDto, VmDto } from '../generated/api';
import { host, HostError } from '../host';
import { about } from './about.svelte';
import { connections } from './connections.svelte';
import { inventory } from './inventory.svelte';
import { layout } from './layout.svelte';
import { showPage } from './open';
import { ownWindows } from './own-windows.svelte';
import { unpack } from './packed';
import { prompt } from './prompt.svelte';
import { settings } from './settings.svelte';
import { tasks } from './tasks.svelte';

type InventoryEvent = Extract<AppEvent, { event: 'inventory' | 'rows' | 'connections' }>;
type DoctorEvent = Extract<AppEvent, { event: 'doctor' }>;
type KeptEvent = Extract<AppEvent, { event: 'kept' }>;

const UNSEEN_MS = 500;

let waiting: InventoryEvent[] | undefined;
const doctors = new Set<(event: DoctorEvent) => void>();
const typists = new Set<(event: TypingDto) => void>();
const keepers = new Set<(event: KeptEvent) => void>();

/** Steps of the connection doctor, for whoever shows a round. */
export function onDoctor(listener: (event: DoctorEvent) => void): () => void {
  doctors.add(listener);
  return () => doctors.delete(listener);
}

/** How far texts have been typed into guests. */
export function onTyping(listener: (event: TypingDto) => void): () => void {
  typists.add(listener);
  return () => typists.delete(listener);
}

/** What other windows keep, for whoever shows it as well. */
export function onKept(listener: (event: KeptEvent) => void): () => void {
  keepers.add(listener);
  return () => keepers.delete(listener);
}

/** Everything the first paint needs, `kept` being the layout. Rejects with a HostError when Rust has no inventory. */
export async function start(kept = layout.load()): Promise<void> {
  listening = host.listen(receive);
  const [, contained] = await Promise.all([kept, snapshot(), about.load()]);
  // Nobody waits for it with the first paint, only Rust with connecting.
  listening = listening.then((before) => (before === contained ? before : again().then(() => before)));
  tasks.dismissed = new Set(layout.current.dismissed);
  void Promise.all([tasks.load(), prompt.load(), settings.load()]).catch(() => undefined);
}

let listening: Promise<unknown> | undefined;

/** Waits for the first list to be painted, and tells Rust, which then connects to the hosts. Rejects when Rust will tell nothing. */
export async function tellFirstPaint(): Promise<void> {
  const own = await afterPaint();
  const framed = window.__INNKEEPER__?.framePaintedAt;
  const at_unix_us = framed === undefined ? own : unixUs(framed);
  await listening;
  // Rust does not wait for it for ever, so a failure here loses nothing
  await host.call('page_painted', { ids: [], at_unix_us }).catch(() => undefined);
}

function receive(event: AppEvent): void {
  switch (event.event) {
    case 'inventory':
    case 'rows':
    case 'connections':
      if (waiting) waiting.push(event);
      else take(event);
      return;
    case 'tasks':
      return tasks.apply(event.tasks);
    case 'prompt':
      return prompt.set(event.prompt);
    case 'doctor':
      for (const listener of doctors) listener(event);
      return;
    case 'typing':
      for (const listener of typists) listener(event);
      return;
    case 'console_windows':
      ownWindows.ids = new Set(event.ids);
      return;
    case 'show':
      return showPage(event);
    case 'kept':
      for (const listener of keepers) listener(event);
      return;
    case 'notice':
      return about.add(event);
    case 'resync':
      void again();
  }
}

function take(event: InventoryEvent): void {
  if (event.event === 'connections') return connections.apply(event.upserted, event.removed);
  if (event.event === 'rows') return inventory.refresh(event.revision, event.upserted, event.profiles);
  if (inventory.apply(event) === 'gap') void again();
  else if (about.info?.trace_timing) void painted(event.upserted);
}

/** Resolves to the number of messages that are contained. */
async function snapshot(): Promise<number> {
  waiting = [];
  try {
    const all = await host.call('inventory_snapshot', {});
    inventory.replaceAll(all.revision, unpack(all.vms), all.profiles);
    connections.replaceAll(all.connections);
    return all.messages;
  } finally {
    const missed = waiting;
    waiting = undefined;
    for (const event of missed) take(event);
  }
}

let retry: Promise<void> | undefined;
/** One snapshot at a time; one that fails is asked for again at the next message. */
function again(): Promise<void> {
  retry ??= Promise.all([snapshot(), tasks.load()])
    .then(() => undefined)
    .catch((error: unknown) => void HostError.from(error))
    .finally(() => (retry = undefined));
  return retry;
}

async function painted(rows: readonly VmDto[]): Promise<void> {
  const at_unix_us = await afterPaint();
  await host.call('page_painted', { ids: rows.map((row) => row.id), at_unix_us });
}

/** When what has changed until now was painted, in microseconds since 1970. */
export async function afterPaint(): Promise<number> {
  await tick();
  // A window that is not seen paints nothing, and must not wait for that.
  await new Promise((done) => {
    const late = setTimeout(done, UNSEEN_MS);
    requestAnimationFrame(() => {
      clearTimeout(late);
      setTimeout(done, 0);
    });
  });
  return unixUs(performance.now());
}

const unixUs = (sinceLoaded: number): number => Math.round((performance.timeOrigin + sinceLoaded) * 1000);
