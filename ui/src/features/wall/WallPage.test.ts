// When the wall takes pictures: while it is looked at, and never else.
import { cleanup, render } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inventory } from '../../stores/inventory.svelte';
import { FakeHost } from '../../stores/testing/host';
import { vm } from '../../stores/testing/rows';
import { EVERY_MS } from './shots.svelte';
import WallPage from './WallPage.svelte';

/** Every element is in view as soon as it is observed. */
class InView {
  constructor(readonly told: (entries: { isIntersecting: boolean }[]) => void) {}
  observe(): void {
    this.told([{ isIntersecting: true }]);
  }
  disconnect(): void {
    // Nothing is kept.
  }
}

let seen: boolean;
let fake: FakeHost;
const taken = (): number => fake.requests('vm_screenshot').length;
async function look(hidden: boolean): Promise<void> {
  seen = !hidden;
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('IntersectionObserver', InView);
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => !seen);
  seen = true;
  fake = new FakeHost({ vm_screenshot: () => ({ mime: 'image/png', base64: 'AA' }) });
  const profile = { id: 0, forbidden: [] };
  inventory.replaceAll(1, [vm('web'), vm('off', { state: 'shut_off' })], [profile]);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('takes pictures of what runs while it is seen', async () => {
  render(WallPage);
  await vi.advanceTimersByTimeAsync(0);
  expect(fake.requests('vm_screenshot')).toEqual([{ id: 'web' }]);
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  expect(taken()).toBe(2);
});

it('takes none while its window is minimised, and goes on when it is back', async () => {
  render(WallPage);
  await look(true);
  const before = taken();
  await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(taken()).toBe(before);
  await look(false);
  expect(taken()).toBe(before + 1);
});

it('takes none once another tab is shown', async () => {
  const page = render(WallPage);
  await vi.advanceTimersByTimeAsync(0);
  page.unmount();
  await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(taken()).toBe(1);
});
