import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import { ask } from '../../stores/ask.svelte';
import ConfirmDialog from './ConfirmDialog.svelte';

it('names what it hits, acts on the button and forgets the question either way', async () => {
  render(ConfirmDialog);
  const run = vi.fn();
  const question = {
    title: 'Force off 2 VMs?',
    text: 'Gone.',
    action: 'Force off 2 VMs',
    names: ['a', 'b'],
    run,
  };
  ask.put(question);
  await screen.findByRole('alertdialog', { name: 'Force off 2 VMs?' });
  expect(screen.getByText('b')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(run).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(ask.current).toBeNull());
  ask.put(question);
  await fireEvent.click(await screen.findByRole('button', { name: 'Force off 2 VMs' }));
  expect(run).toHaveBeenCalledOnce();
  expect(ask.current).toBeNull();
});
