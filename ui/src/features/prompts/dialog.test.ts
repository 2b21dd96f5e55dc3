import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import type { PromptDto } from '../../generated/api';
import { useHost } from '../../host';
import { prompt } from '../../stores/prompt.svelte';
import PromptDialog from './PromptDialog.svelte';

const asked = (more: Partial<PromptDto>): PromptDto => ({
  id: 'p1',
  connection: 'ams-kvm-02',
  kind: 'password',
  text: "mara@ams-kvm-02's password:",
  key_type: null,
  fingerprint: null,
  ...more,
});
let call: ReturnType<typeof vi.fn>;

beforeEach(() => {
  call = vi.fn(async () => ({}));
  useHost({ call, listen: vi.fn(), keep: { get: vi.fn(), set: vi.fn() }, setTitle: vi.fn() } as never);
  prompt.current = null;
  prompt.open = false;
});

it('sends what was typed once and keeps nothing of it', async () => {
  render(PromptDialog);
  prompt.set(asked({}));
  const field = (await screen.findByLabelText('Password')) as HTMLInputElement;
  expect(field.type).toBe('password');
  expect(screen.getByRole('dialog', { name: 'Password for ams-kvm-02' })).toBeTruthy();
  await fireEvent.input(field, { target: { value: 's3cret' } });
  await fireEvent.submit(field);
  expect(call).toHaveBeenCalledExactlyOnceWith('prompt_answer', {
    id: 'p1',
    cancelled: false,
    text: 's3cret',
  });
  prompt.set(asked({ id: 'p2' }));
  await waitFor(() => expect((screen.getByLabelText('Password') as HTMLInputElement).value).toBe(''));
  expect(document.body.innerHTML).not.toContain('s3cret');
});

it('does not send an empty answer, and says so at the field', async () => {
  render(PromptDialog);
  prompt.set(asked({}));
  const field = await screen.findByLabelText('Password');
  await fireEvent.submit(field);
  expect(call).not.toHaveBeenCalled();
  expect(await screen.findByText('Nothing was typed.')).toBeTruthy();
  expect(field.getAttribute('aria-invalid')).toBe('true');
});

it('can always be cancelled', async () => {
  render(PromptDialog);
  prompt.set(asked({ kind: 'passphrase' }));
  await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
  expect(call).toHaveBeenCalledExactlyOnceWith('prompt_answer', { id: 'p1', cancelled: true, text: null });
});

it('shows the fingerprint of a new key whole, starts on Cancel, and trusts only by its button', async () => {
  render(PromptDialog);
  const fingerprint = 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU';
  prompt.set(asked({ kind: 'new_host_key', text: 'ams-kvm-02', key_type: 'ED25519', fingerprint }));
  await waitFor(() => expect(screen.getByLabelText(fingerprint).textContent?.trim()).toBe(fingerprint));
  await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Cancel'));
  await fireEvent.click(screen.getByRole('button', { name: 'Trust this key' }));
  await waitFor(() =>
    expect(call).toHaveBeenCalledWith('prompt_answer', { id: 'p1', cancelled: false, text: null }),
  );
});

it('shows what a host writes as text', async () => {
  render(PromptDialog);
  prompt.set(asked({ kind: 'other', text: '<img src=x onerror=alert(1)>\u202eevil' }));
  await screen.findByLabelText('Answer');
  expect(document.querySelector('img')).toBeNull();
  expect(document.body.textContent).toContain('<img src=x');
  expect(document.body.textContent).not.toContain('\u202e');
});
