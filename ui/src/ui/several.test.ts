// Hundreds of one thing: the first few, the rest on demand, and few again for the next one.
import { fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { expect, it } from 'vitest';
import Several from './Several.svelte';

const item = createRawSnippet<[unknown]>((text) => ({ render: () => `<p>${String(text())}</p>` }));
const disks = Array.from({ length: 300 }, (_, n) => `sd${n}`);
const seen = (container: HTMLElement): number => container.querySelectorAll('p').length;

it('shows a few of many, more when asked, and few of the next', async () => {
  const { container, rerender } = render(Several, { items: disks, what: 'disk', of: 'web-01', item });
  expect(seen(container)).toBe(6);
  await fireEvent.click(screen.getByRole('button', { name: /^294.more disks$/ }));
  expect(seen(container)).toBe(200);
  expect(container.textContent).toMatch(/100.more disks not shown/);
  await rerender({ items: disks, what: 'disk', of: 'web-02', item });
  expect(seen(container)).toBe(6);
  await rerender({ items: disks.slice(0, 6), what: 'disk', of: 'web-02', item });
  expect(screen.queryByRole('button')).toBeNull();
});
