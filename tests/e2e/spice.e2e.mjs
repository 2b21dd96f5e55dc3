// A SPICE display in the window: several sockets, one picture, keys that reach the guest, and both kinds side by side.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ctl, newDataDir, start } from './app.mjs';
import { guestOf, picture, seen, SLOW_MS } from './guest.mjs';
import { labUp } from './lab.mjs';

const SCREEN = 'box screen, press Control Alt to leave';

const dataDir = newDataDir();
let lab;
let app;
let box;
before(async () => {
  lab = await labUp('spice', 'a');
  await lab.run('guest');
  await lab.define('a', 'box', ['mem=96', 'tb=32', 'gfx=spice']);
  await lab.virsh('a', 'start', 'box');
  assert.equal((await ctl(dataDir, 'connection', 'add', 'ams', 'qemu+ssh://lab-a/system')).code, 0);
  app = await start({ dataDir, env: lab.env });
  box = guestOf(app, lab, 'box');
  await app.find('treeitem', 'ams, Ready*');
});
after(async () => {
  await app?.quit();
  await lab?.down();
  rmSync(dataDir, { recursive: true, force: true });
});

test('the picture of a SPICE display shows', async () => {
  await app.reads('box', 'running');
  await box.says('LAB-GUEST-READY');
  await app.click('row', 'box, *');
  await app.press('Enter');
  await app.find('application', SCREEN);
  const { width, height } = await seen(app);
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
  await seen(app);
  await box.answers('back');
});
