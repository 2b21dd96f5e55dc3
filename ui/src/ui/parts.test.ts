// Promises the components make: what is disabled says why, what destroys is never the default, what is modal has the focus.
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import X from '@lucide/svelte/icons/x';
import { createRawSnippet, tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import Button from './Button.svelte';
import CapacityBar from './CapacityBar.svelte';
import HostText from './HostText.svelte';
import AlertDialog from './layer/AlertDialog.svelte';
import { sparkPaths } from './spark';
import Steps from './Steps.svelte';
import Splitter from './Splitter.svelte';
import TabStrip from './TabStrip.svelte';
import Toasts from './layer/Toasts.svelte';
import { ToastQueue } from './toasts.svelte';
import UnitInput from './form/UnitInput.svelte';

const words = (text: string) => createRawSnippet(() => ({ render: () => `<span>${text}</span>` }));

describe('Steps', () => {
  it('lead to what can be reached, and say why the others cannot', async () => {
    const onpick = vi.fn();
    const steps = [
      { id: 'source', label: 'Source', state: 'done' },
      { id: 'machine', label: 'Machine', state: 'wrong' },
      { id: 'review', label: 'Review', state: 'waiting' },
    ] as const;
    render(Steps, { steps, current: 'machine', onpick });
    const button = (name: RegExp) => screen.getByRole('button', { name });
    expect(button(/Machine/).getAttribute('aria-current')).toBe('step');
    expect(button(/Machine/).textContent).toContain('needs attention');
    await fireEvent.click(button(/Review/));
    expect(onpick).not.toHaveBeenCalled();
    expect(button(/Review/).getAttribute('data-tip')).toBe('Finish the steps before it first.');
    await fireEvent.click(button(/Source/));
    expect(onpick).toHaveBeenCalledWith('source');
  });
});

describe('Button', () => {
  it('that is disabled keeps the focus, does nothing and says why', async () => {
    const onclick = vi.fn();
    render(Button, { children: words('Start'), disabledReason: 'All three are running', onclick });
    const button = screen.getByRole('button', { name: /Start/ });
    button.focus();
    await fireEvent.click(button);
    expect(onclick).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(button);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    const why = document.getElementById(button.getAttribute('aria-describedby') ?? '');
    expect(why?.textContent).toBe('All three are running');
  });
});

describe('HostText', () => {
  it('is text, isolated, visible and bounded', () => {
    const { container } = render(HostText, { text: `<b>x</b>\n${'y'.repeat(400)}` });
    const bdi = container.querySelector('bdi');
    expect(bdi?.children).toHaveLength(0);
    expect(bdi?.textContent).toMatch(/^<b>x<\/b>␤y+…$/);
    expect(bdi?.textContent).toHaveLength(200);
    expect(bdi?.title).toHaveLength(409);
    expect(bdi?.getAttribute('dir')).toBe('auto');
  });
});

describe('AlertDialog', () => {
  const open = (extra: Record<string, unknown> = {}) => {
    const onconfirm = vi.fn();
    render(AlertDialog, {
      open: true,
      title: 'Delete 3 VMs?',
      text: 'They go.',
      action: 'Delete 3 VMs',
      onconfirm,
      ...extra,
    });
    return onconfirm;
  };

  it('starts on Cancel, and Enter never reaches the button that destroys', async () => {
    const onconfirm = open();
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Cancel'));
    const danger = screen.getByRole('button', { name: 'Delete 3 VMs' });
    danger.focus();
    const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
    danger.dispatchEvent(enter);
    expect(enter.defaultPrevented).toBe(true);
    expect(onconfirm).not.toHaveBeenCalled();
    await fireEvent.click(danger);
    expect(onconfirm).toHaveBeenCalledOnce();
  });
  it('waits for the count to be typed', async () => {
    const onconfirm = open({ confirmWith: '3' });
    const danger = screen.getByRole('button', { name: /Delete 3 VMs/ });
    await fireEvent.click(danger);
    expect(onconfirm).not.toHaveBeenCalled();
    await fireEvent.input(screen.getByRole('textbox'), { target: { value: '3' } });
    await fireEvent.click(danger);
    expect(onconfirm).toHaveBeenCalledOnce();
  });
});

describe('Splitter', () => {
  it('moves by 16 px within its bounds and comes back on a double click', async () => {
    const onresize = vi.fn();
    render(Splitter, { label: 'Detail', size: 310, min: 300, max: 640, initial: 352, sign: -1, onresize });
    const line = screen.getByRole('separator');
    await fireEvent.keyDown(line, { key: 'ArrowRight' });
    await fireEvent.keyDown(line, { key: 'ArrowLeft' });
    await fireEvent.dblClick(line);
    expect(onresize.mock.calls.flat()).toEqual([300, 326, 352]);
  });
});

describe('UnitInput', () => {
  it('reads what is typed at once and shows it normalised when left', async () => {
    const onchange = vi.fn();
    render(UnitInput, { value: 8 * 1024 ** 3, label: 'Memory', onchange });
    const field = screen.getByRole('textbox') as HTMLInputElement;
    await fireEvent.input(field, { target: { value: '12288m' } });
    expect(onchange).toHaveBeenLastCalledWith(12 * 1024 ** 3);
    await fireEvent.blur(field);
    expect(field.value).toBe('12\u00a0GiB');
    await fireEvent.input(field, { target: { value: 'lots' } });
    await fireEvent.blur(field);
    expect([onchange.mock.lastCall, field.value]).toEqual([[null], 'lots']);
  });
});

describe('CapacityBar', () => {
  it('fills up to the total and shows the rest apart', () => {
    const { container } = render(CapacityBar, {
      label: 'vCPUs',
      used: 64,
      added: 16,
      total: 64,
      words: '80 on 64 threads',
    });
    expect([...container.querySelectorAll('i')].map((i) => i.style.width)).toEqual([
      '80.00%',
      '0.00%',
      '20.00%',
    ]);
  });
});

describe('sparklines', () => {
  it('break where there is no value', () => {
    expect(sparkPaths([0, 1, null, 0.5], 30, 10)).toEqual({
      line: 'M0 10L10 0M30 5',
      area: 'M0 10L0 10L10 0L10 10ZM30 10L30 5L30 10Z',
    });
    expect(sparkPaths([], 30, 10)).toEqual({ line: '', area: '' });
  });
});

describe('toasts', () => {
  it('are at most three, and failures outlast the others', async () => {
    const queue = new ToastQueue();
    queue.show({ look: 'danger', title: 'failed' });
    for (const title of ['one', 'two', 'three']) queue.show({ look: 'ok', title });
    await tick();
    expect(queue.shown.map((t) => t.title)).toEqual(['failed', 'two', 'three']);
    expect(queue.shown.map((t) => t.stays)).toEqual([null, 6000, 6000]);
  });
});

describe('a message that had the focus', () => {
  it('gives it back when it goes', async () => {
    const queue = new ToastQueue();
    const { container, component } = render(Toasts, { queue });
    const before = document.body.appendChild(document.createElement('button'));
    before.focus();
    queue.show({ look: 'danger', title: 'Could not start web-03' });
    await tick();
    component.focusNewest();
    const toast = container.querySelector('[data-toast]');
    expect(document.activeElement).toBe(toast);
    await fireEvent.keyDown(toast as Element, { key: 'Escape' });
    expect(queue.shown).toEqual([]);
    expect(document.activeElement).toBe(before);
    before.remove();
  });
});

describe('TabStrip', () => {
  it('closes by Delete and by its cross, which is no control inside a control', async () => {
    const onclose = vi.fn();
    const onselect = vi.fn();
    const tabs = [
      { id: 'estate', label: 'Estate', icon: X, fixed: true },
      { id: 'web', label: 'web-01', icon: X },
    ];
    const { container } = render(TabStrip, { tabs, active: 'web', onclose, onselect });
    const tab = screen.getByRole('tab', { name: 'web-01' });
    expect(tab.querySelector('button, [tabindex]')).toBeNull();
    await fireEvent.keyDown(tab, { key: 'Delete' });
    await fireEvent.keyDown(screen.getByRole('tab', { name: 'Estate' }), { key: 'Delete' });
    expect(onclose.mock.calls).toEqual([['web']]);
    await fireEvent.click(container.querySelector('.close') as Element);
    expect(onclose).toHaveBeenCalledTimes(2);
    expect(onselect).not.toHaveBeenCalled();
  });
});
