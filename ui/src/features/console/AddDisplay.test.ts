// Adding a display: what it offers and shows beforehand, what it asks of Rust, and what it says when that fails.
import { cleanup, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DisplayOfferDto, TaskDto, VmDto } from '../../generated/api';
import { host } from '../../host';
import { tasks } from '../../stores/tasks.svelte';
import { toasts } from '../../ui/toasts.svelte';
import { ui } from '../../stores/ui.svelte';
import AddDisplay from './AddDisplay.svelte';

const vm = (state: VmDto['state']): VmDto =>
  ({ id: 'c/web-01', name: 'web-01', connection: 'lab', state }) as VmDto;
const offer = (kind: 'vnc' | 'spice'): DisplayOfferDto => ({
  kind,
  change: {
    hunks: [
      { skipped: 30, lines: [{ mark: 'add', old: null, new: 31, text: `<graphics type='${kind}'/>` }] },
    ],
    skipped_after: 2,
  },
});
let offers: DisplayOfferDto[] | Error = [];

beforeEach(() => {
  offers = [offer('vnc'), offer('spice')];
  vi.spyOn(host, 'call').mockImplementation(((name: string) => {
    if (name !== 'display_offers') throw new Error(name);
    return offers instanceof Error ? Promise.reject(offers) : Promise.resolve(offers);
  }) as typeof host.call);
});
afterEach(() => {
  ui.addingDisplay = null;
  cleanup();
  vi.restoreAllMocks();
});

function ends(status: TaskDto['status'], error: TaskDto['error'] = null) {
  const run = vi.spyOn(tasks, 'run').mockResolvedValue([{ id: 't1' } as TaskDto]);
  vi.spyOn(tasks, 'ended').mockResolvedValue([{ id: 't1', status, error } as TaskDto]);
  return run;
}

describe('adding a display', () => {
  it('shows the change of the one that is chosen, and adds that one', async () => {
    const run = ends('succeeded');
    ui.addingDisplay = vm('running');
    const page = render(AddDisplay);
    expect(await page.findByText(/'vnc'/)).toBeTruthy();
    expect(page.getByText(/next start/)).toBeTruthy();
    await fireEvent.click(page.getByRole('radio', { name: 'SPICE' }));
    expect(await page.findByText(/'spice'/)).toBeTruthy();
    await fireEvent.click(page.getByRole('button', { name: 'Add display' }));
    await waitFor(() => expect(ui.addingDisplay).toBeNull());
    expect(run).toHaveBeenCalledExactlyOnceWith(['c/web-01'], { do: 'add_display', kind: 'spice' });
    expect(toasts.shown.at(-1)?.title).toContain('web-01 has a SPICE display');
  });

  it('says nothing of a next start to a VM that is off', async () => {
    ui.addingDisplay = vm('shut_off');
    const page = render(AddDisplay);
    await page.findByRole('radio', { name: 'VNC' });
    expect(page.queryByText(/next start/)).toBeNull();
  });

  it('stays and says why when the host refuses', async () => {
    ends('failed', {
      code: 'invalid_input',
      message: 'The host does not take it.',
      hint: null,
      detail: null,
    });
    ui.addingDisplay = vm('shut_off');
    const page = render(AddDisplay);
    await page.findByRole('radio', { name: 'VNC' });
    await fireEvent.click(page.getByRole('button', { name: 'Add display' }));
    expect((await page.findByRole('alert')).textContent).toContain('The host does not take it.');
    expect(ui.addingDisplay).not.toBeNull();
  });

  it('offers nothing where there is nothing to add, and asks again after an error', async () => {
    const run = ends('succeeded');
    offers = new Error('away');
    ui.addingDisplay = vm('shut_off');
    const page = render(AddDisplay);
    await page.findByRole('alert');
    offers = [];
    await fireEvent.click(page.getByRole('button', { name: 'Retry' }));
    expect(await page.findByText(/every kind/)).toBeTruthy();
    await fireEvent.click(page.getByRole('button', { name: /^Add display/ }));
    expect(run).not.toHaveBeenCalled();
  });
});
