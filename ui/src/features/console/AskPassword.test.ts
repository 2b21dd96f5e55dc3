// What a display is told: its password, and a name where it asks for one.
import { cleanup, fireEvent, render } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import AskPassword from './AskPassword.svelte';
import type { Screen } from './screen.svelte';

afterEach(cleanup);

function asked(asksName: boolean, userName?: string) {
  const answer = vi.fn();
  const screen = { asksName, userName, refusedPassword: false, answer } as unknown as Screen;
  const page = render(AskPassword, { screen, name: 'web-01' });
  const submit = async () => {
    await fireEvent.click(page.getByRole('button', { name: 'Connect' }));
    await tick();
  };
  return { page, answer, submit };
}

describe('a display that asks', () => {
  it('is told a password alone where that is all it wants', async () => {
    const { page, answer, submit } = asked(false);
    expect(page.queryByLabelText('Name')).toBeNull();
    await submit();
    expect(answer).not.toHaveBeenCalled();
    expect(page.getByText('Type the password.')).toBeTruthy();
    await fireEvent.input(page.getByLabelText('Password'), { target: { value: 's3cret' } });
    await submit();
    expect(answer).toHaveBeenCalledExactlyOnceWith('s3cret', undefined);
    expect(page.queryByText('Type the password.')).toBeNull();
  });

  it('has the name still when only the password was wrong', async () => {
    const { page, answer, submit } = asked(true, 'keeper');
    expect(document.activeElement).toBe(page.getByLabelText('Password'));
    await fireEvent.input(page.getByLabelText('Password'), { target: { value: 's3cret' } });
    await submit();
    expect(answer).toHaveBeenCalledExactlyOnceWith('s3cret', 'keeper');
  });

  it('is told a name as well, and nothing before both are there', async () => {
    const { page, answer, submit } = asked(true);
    await fireEvent.input(page.getByLabelText('Password'), { target: { value: 's3cret' } });
    await fireEvent.input(page.getByLabelText('Name'), { target: { value: '  ' } });
    await submit();
    expect(answer).not.toHaveBeenCalled();
    expect(page.getByText('Type the name.')).toBeTruthy();
    await fireEvent.input(page.getByLabelText('Name'), { target: { value: 'keeper' } });
    await submit();
    expect(answer).toHaveBeenCalledExactlyOnceWith('s3cret', 'keeper');
  });
});
