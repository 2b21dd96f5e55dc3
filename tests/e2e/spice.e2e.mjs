// A SPICE display in the window: several sockets, one picture, keys that reach the guest, and both kinds side by side.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connected, guestInWindow, openBox, picture, seen, SLOW_MS, type } from './guest.mjs';

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

/** Words of an agent to the client, as a shell's printf writes them to the agent's port. */
const agentSays = (type, ...body) => {
  const bytes = Buffer.alloc(28);
  [1, 20 + Buffer.concat(body).length, 1, type].forEach((word, i) => bytes.writeUInt32LE(word, 4 * i));
  bytes.writeUInt32LE(Buffer.concat(body).length, 24);
  const octal = [...Buffer.concat([bytes, ...body])].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  return `printf '${octal.join('')}' >&3\n`;
};
const words = (...all) => Buffer.from(Uint32Array.from(all).buffer);

test('the clipboard goes both ways, once an agent runs in the guest', async () => {
  const [CLIPBOARD, CAPS, REQUEST, TEXT] = [4, 6, 8, 1];
  await app.click('button', 'More');
  const give = await app.find('menuitem', 'Give clipboard to guest*');
  assert.match(await app.text(give), /runs no SPICE agent/);
  await app.press('Escape');
  await app.run(`document.querySelector('canvas[role=application]').focus()`);
  await type(app, 'exec 3<>/dev/$(grep -ls spice /sys/class/virtio-ports/*/name | cut -d/ -f5)\n');
  await type(app, 'cat <&3 >/tmp/heard &\n');
  await type(app, agentSays(CAPS, words(0, 0x60)));
  await type(app, agentSays(CLIPBOARD, words(0, TEXT), Buffer.from('copied there')));
  await app.says('Guest copied 12 characters');
  await app.click('button', 'Copy here');
  await app.click('button', 'More');
  await app.click('menuitem', 'Give clipboard to guest*');
  await app.run(`document.querySelector('canvas[role=application]').focus()`);
  await app.until('what was given', async () => {
    await type(app, agentSays(REQUEST, words(0, TEXT)));
    await type(app, 'echo given$(grep -c "copied there" /tmp/heard) >/dev/ttyS0\n');
    return lab.serial('a', 'box').includes('given1');
  });
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
