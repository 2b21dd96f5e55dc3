import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useHost } from '../../host';
import { registry } from '../../stores/registry.svelte';
import { ui } from '../../stores/ui.svelte';
import { palette } from './palette.svelte';
import Palette from './Palette.svelte';

const settings = vi.fn();
const retry = vi.fn();
const rename = vi.fn();
let off: () => void;

beforeEach(() => {
  vi.clearAllMocks();
  const keep = { get: vi.fn(async () => undefined), set: vi.fn(async () => undefined) };
  useHost({ call: vi.fn(), listen: vi.fn(), keep, setTitle: vi.fn() } as never);
  registry.subjects = { vms: () => [], host: () => 'h1' };
  off = registry.add(
    {
      on: 'app',
      id: 'app.settings',
      title: 'Settings',
      section: 'Application',
      keys: 'Mod+,',
      run: settings,
    },
    {
      on: 'app',
      id: 'host.retry-all',
      title: 'Retry all lost hosts',
      section: 'Hosts',
      disabledReason: () => 'No host is lost',
      run: retry,
    },
    {
      on: 'host',
      id: 'host.rename',
      title: 'Rename host…',
      section: 'Hosts',
      ask: {
        question: () => 'Rename ams to',
        initial: () => 'ams',
        wrong: (name) => (name.includes('/') ? 'A name holds no slash.' : undefined),
      },
      run: rename,
    },
  );
});
afterEach(() => {
  ui.palette = false;
  off();
});

async function open(): Promise<HTMLInputElement> {
  render(Palette);
  ui.palette = true;
  return (await screen.findByRole('combobox')) as HTMLInputElement;
}
const type = (field: HTMLInputElement, value: string): Promise<boolean> =>
  fireEvent.input(field, { target: { value } }) as unknown as Promise<boolean>;

it('runs what is chosen by keys alone and closes', async () => {
  const field = await open();
  await type(field, 'sett');
  const option = screen.getByRole('option', { selected: true });
  expect(option.id).toBe(field.getAttribute('aria-activedescendant'));
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(settings).toHaveBeenCalledOnce();
  expect(ui.palette).toBe(false);
});

it('keeps what cannot be done in place, with its reason, and does not do it', async () => {
  const field = await open();
  await type(field, '>retry');
  const option = screen.getByRole('option', { name: /Retry all lost hosts/ });
  expect(option.getAttribute('aria-disabled')).toBe('true');
  expect(option.textContent).toContain('No host is lost');
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(retry).not.toHaveBeenCalled();
  expect(ui.palette).toBe(true);
});

it('becomes the question of an action that needs a value, and refuses a wrong one', async () => {
  const field = await open();
  palette.subject = { kind: 'host', id: 'h1', label: 'ams', title: 'On ams' };
  await type(field, 'rename');
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(screen.getByText('Rename ams to')).toBeTruthy();
  expect(field.value).toBe('ams');
  await type(field, 'a/b');
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(rename).not.toHaveBeenCalled();
  expect(screen.getByText('A name holds no slash.')).toBeTruthy();
  await type(field, 'ams-2');
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(rename).toHaveBeenCalledExactlyOnceWith('h1', 'ams-2');
});

it('goes one level up at a time', async () => {
  const field = await open();
  await type(field, 'sett');
  expect(palette.back()).toBe(true);
  expect(palette.text).toBe('');
  expect(palette.back()).toBe(false);
});

it('drops its subject with Backspace in the empty field', async () => {
  const field = await open();
  palette.subject = { kind: 'host', id: 'h1', label: 'ams', title: 'On ams' };
  await type(field, 'x');
  await fireEvent.keyDown(field, { key: 'Backspace' });
  expect(palette.subject).not.toBeNull();
  await type(field, '');
  await fireEvent.keyDown(field, { key: 'Backspace' });
  expect(palette.subject).toBeNull();
});
