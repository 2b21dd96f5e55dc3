import { flushSync } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConsolesDto, DisplayDto } from '../../generated/api';
import { inventory } from '../../stores/inventory.svelte';
import { FakeHost } from '../../stores/testing/host';
import { vm as row } from '../../stores/testing/rows';
import { Console } from './console.svelte';
import { SpiceScreen } from './spice/spice.svelte';
import { VncScreen } from './vnc.svelte';

const display = (kind: DisplayDto['kind']): ConsolesDto => ({
  displays: [{ index: 0, kind, address: '127.0.0.1:5900', tunnelled: true, needs_password: null }],
  lines: [{ alias: 'serial0', label: 'Serial 0', kind: 'serial', unusable: null }],
});
const runs = (state: 'running' | 'shut_off'): void => {
  inventory.replaceAll(1, [row('vm', { state })], []);
  flushSync();
};

describe('Console', () => {
  let offers: ConsolesDto;
  beforeEach(() => {
    offers = display('vnc');
    new FakeHost({ console_list: () => offers, console_close: () => ({}) });
  });

  it('shows what the VM has when it runs again, not what it had', async () => {
    runs('running');
    const console = new Console('vm');
    flushSync();
    await vi.waitFor(() => expect(console.screen).toBeInstanceOf(VncScreen));
    const before = console.screen;
    runs('shut_off');
    offers = display('spice');
    runs('running');
    await vi.waitFor(() => expect(console.screen).toBeInstanceOf(SpiceScreen));
    before?.link.retry();
    expect(before?.link.state.is).toBe('away');
    runs('shut_off');
    runs('running');
    const now = console.screen;
    await vi.waitFor(() => expect(console.asking.isOpen).toBe(true));
    expect(console.screen).toBe(now);
    console.dispose();
  });

  it('asks again when its host is back, since the VM may have been started anew meanwhile', async () => {
    offers = { ...display('vnc'), displays: [] };
    runs('running');
    const console = new Console('vm');
    flushSync();
    await vi.waitFor(() => expect(console.asking.isOpen).toBe(true));
    expect(console.screen).toBeUndefined();
    inventory.replaceAll(1, [row('vm', { state: 'running', stale: true })], []);
    flushSync();
    offers = display('vnc');
    runs('running');
    await vi.waitFor(() => expect(console.screen).toBeInstanceOf(VncScreen));
    console.dispose();
  });
});
