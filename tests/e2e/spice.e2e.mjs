// A SPICE display in the window: several sockets, one picture, keys that reach the guest, and both kinds side by side.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connected, guestInWindow, openBox, picture, seen, SLOW_MS } from './guest.mjs';

let at;
let lab;
let app;
let box;
before(async () => {
  at = await guestInWindow('spice', ['gfx=spice']);
  ({ lab, app, box } = at);
});
after(() => at?.end());

test('the picture of a SPICE display shows', async () => {
  const { width, height } = await openBox(at);
  assert.ok(width >= 640 && height >= 350, `${width} × ${height} is a screen`);
});

test('keys reach the guest, and the picture follows', async () => {
  const before = await picture(app);
  await box.answers('spice');
  await app.until('another picture', async () => (await picture(app)).sum !== before.sum);
});

test('a VM that is started anew shows again', async () => {
  await lab.virsh('a', 'destroy', 'box');
  await app.says('box is shut off.');
  await lab.virsh('a', 'start', 'box');
  await box.says('LAB-GUEST-READY');
  await app.until(
    'the strip to go',
    async () => !(await app.all('status', 'box is shut off.*')).length,
    SLOW_MS,
  );
  await connected(app);
  await seen(app);
  await box.answers('back');
});
