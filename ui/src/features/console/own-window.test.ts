import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HostError } from '../../host';
import { inventory } from '../../stores/inventory.svelte';
import { tabs, type TabKind } from '../../stores/tabs.svelte';
import { FakeHost } from '../../stores/testing/host';
import { vm } from '../../stores/testing/rows';
import { consoles } from './consoles.svelte';
import { backActions, OWN_WINDOW } from './own-window';

// happy-dom has no canvas to draw letters on.
vi.mock('./terminal', () => ({
  makeTerminal: () => ({
    terminal: new Proxy({}, { get: () => () => undefined }),
    fit: { fit: () => undefined },
  }),
}));

const ID = 'c1/a';
let host: FakeHost;
let isFree: () => void;
const asked = (): string[] => host.asked.map(({ name }) => name).filter((name) => /open|close/.test(name));

beforeEach(async () => {
  host = new FakeHost({
    console_list: () => ({
      displays: [],
      lines: [{ alias: 'serial0', label: 'Serial 0', kind: 'serial', unusable: null }],
    }),
    console_open: () => ({ console: 'line', url: 'ws:', kind: 'line', password: null }),
    console_close: () => new Promise((done) => (isFree = () => done({}))),
    console_window_open: () => ({}),
    console_window_close: () => ({}),
  });
  tabs.register('console', {} as TabKind);
  inventory.replaceAll(1, [vm(ID)], []);
  tabs.open({ kind: 'console', id: ID, title: 'a' });
  const console = consoles.of(ID);
  flushSync();
  await vi.waitFor(() => expect(console.endpoints).not.toBeNull());
  console.show('line serial0');
  await vi.waitFor(() => expect(host.sockets).toHaveLength(1));
  host.sockets[0]?.opens();
  expect(console.link.isOpen).toBe(true);
});
afterEach(() => {
  consoles.end();
  tabs.others = [];
});

const settle = (): Promise<unknown> => new Promise((done) => setTimeout(done, 0));

it('a line is closed here before its own window opens it', async () => {
  OWN_WINDOW.run([ID]);
  await vi.waitFor(() => expect(asked()).toEqual(['console_open', 'console_close']));
  await settle();
  expect(asked()).toHaveLength(2);
  isFree();
  await vi.waitFor(() => expect(asked().at(-1)).toBe('console_window_open'));
  expect(tabs.others).toEqual([]);
});

it('a line is closed in its own window before that closes and a tab opens it', async () => {
  const [back] = backActions(() => consoles.end());
  back?.run();
  await settle();
  expect(asked()).toEqual(['console_open', 'console_close']);
  isFree();
  await vi.waitFor(() => expect(host.requests('console_window_close')).toEqual([{ to_tab: true }]));
});

it('a console that gets no window is a tab again', async () => {
  host.answers.console_window_open = () => {
    throw new HostError({ code: 'internal', message: 'The system gave no window.' });
  };
  OWN_WINDOW.run([ID]);
  await vi.waitFor(() => expect(asked()).toContain('console_close'));
  isFree();
  await vi.waitFor(() => expect(tabs.others.map(({ id }) => id)).toEqual([ID]));
});
