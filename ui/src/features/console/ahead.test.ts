import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inventory } from '../../stores/inventory.svelte';
import { selection } from '../../stores/selection.svelte';
import { vm } from '../../stores/testing/rows';
import { CHOSEN_MS, readAhead } from './ahead.svelte';

const read = vi.fn(() => Promise.resolve());
function choose(id: string, ms: number): void {
  selection.lead = id;
  flushSync();
  vi.advanceTimersByTime(ms);
}

beforeEach(() => {
  vi.useFakeTimers();
  read.mockClear();
  inventory.replaceAll(1, [vm('web'), vm('mail'), vm('off', { state: 'shut_off' })], []);
  choose('', 0);
  readAhead(read);
});
afterEach(() => vi.useRealTimers());

it('reads once when a VM that runs is chosen, and not while somebody passes by', () => {
  choose('off', 10 * CHOSEN_MS);
  choose('web', CHOSEN_MS / 2);
  choose('mail', CHOSEN_MS / 2);
  expect(read).not.toHaveBeenCalled();
  choose('web', CHOSEN_MS);
  expect(read).toHaveBeenCalledOnce();
  choose('mail', CHOSEN_MS);
  expect(read).toHaveBeenCalledOnce();
});
