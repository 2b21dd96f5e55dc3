import { afterEach, beforeEach, expect, it } from 'vitest';
import { start } from '../../stores/feed';
import { FakeHost } from '../../stores/testing/host';
import { consoles } from './consoles.svelte';

const ID = 'c1/a';

beforeEach(async () => {
  new FakeHost({
    console_list: () => ({
      displays: [{ index: 0, kind: 'vnc', address: '', tunnelled: true, needs_password: false }],
      lines: [{ alias: 'serial0', label: 'Serial 0', kind: 'serial', unusable: null }],
    }),
    console_layouts: () => [{ id: 'us', name: 'English (US)' }],
    console_type_check: ({ text }) => ({ unmappable: [], keys: text.length }),
  });
  await start(Promise.resolve()).catch(() => undefined);
});
afterEach(() => consoles.end());

it('a console lives on when the page that began it is gone', async () => {
  let leave: () => void = () => undefined;
  const console = await new Promise<ReturnType<typeof consoles.of>>((begun) => {
    leave = $effect.root(() => {
      $effect(() => begun(consoles.of(ID)));
    });
  });
  await console.dial();
  expect(console.shown?.kind).toBe('vnc');
  leave();
  console.show('line serial0');
  expect(console.shown?.kind, 'what is shown follows').toBe('line');
  console.typing.setText('x');
  expect(console.typing.disabledReason, 'so does what it types').toBe('The keys are being looked up');
});
