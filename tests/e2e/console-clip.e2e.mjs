// The console and the computer it runs on: its clipboard, its files, its remote-viewer, and a pointer that is held.
// Needs xclip and xdotool: somebody else who has the clipboard, and a mouse that really moves.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { root } from './app.mjs';
import { guestInWindow, openBox, picture, SCREEN, seen, type } from './guest.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ik-clip-'));
const [bin, config, documents] = ['bin', 'config', 'Documents'].map((name) => join(folder, name));
let at;
let lab;
let app;
let box;
let viewers;
let owner;

before(async () => {
  for (const made of [bin, config]) mkdirSync(made);
  writeFileSync(join(config, 'user-dirs.dirs'), `XDG_DOCUMENTS_DIR="${documents}"\n`);
  const viewer = join(bin, 'remote-viewer');
  writeFileSync(
    viewer,
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'tests/e2e/fake-viewer.mjs')}" "$@"\n`,
  );
  chmodSync(viewer, 0o755);
  viewers = await listen(join(folder, 'viewer'));
  at = await guestInWindow('clip', [], async (made) => {
    await made.lab.define('a', 'glass', ['mem=16', 'machine=pc', 'boot=none', 'gfx=spice']);
    await made.lab.virsh('a', 'start', 'glass');
    made.env = {
      ...made.lab.env,
      PATH: `${bin}:${process.env.PATH}`,
      XDG_CONFIG_HOME: config,
      XDG_RUNTIME_DIR: folder,
      INNKEEPER_FAKE_VIEWER: viewers.path,
    };
  });
  ({ lab, app, box } = at);
  await openBox(at);
});
after(async () => {
  copying()?.kill('SIGKILL');
  viewers?.close();
  await at?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits for fake viewers, one after the other; each can be told things and remembers what it has said. */
async function listen(path) {
  const arrived = [];
  const server = createServer((socket) => {
    const viewer = {
      said: [],
      tell: (what) => socket.write(`${JSON.stringify(what)}\n`),
      gone: false,
    };
    createInterface({ input: socket }).on('line', (line) => viewer.said.push(JSON.parse(line)));
    socket.on('close', () => (viewer.gone = true)).on('error', () => {});
    arrived.push(viewer);
  });
  await new Promise((ok) => server.listen(path, ok));
  return {
    path,
    close: () => server.close(),
    next: () => app.until('remote-viewer to be started', () => arrived.shift()),
  };
}
const says = (viewer, key) =>
  app.until(`the viewer to say its ${key}`, () => viewer.said.findLast((said) => key in said));

const copying = () => owner;
/** Another program puts text on the clipboard, and keeps it until it is ended. */
function copy(text) {
  owner?.kill('SIGKILL');
  owner = spawn('xclip', ['-selection', 'clipboard', '-quiet'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  owner.stdin.end(text);
}
/** What another program would paste. */
const paste = (...as) => spawnSync('xclip', ['-selection', 'clipboard', '-o', ...as]).stdout;
const pasted = (what, condition, ...as) =>
  app.until(`${what} on the clipboard`, async () => {
    const now = paste(...as);
    return condition(now) && now;
  });
const status = () => app.run(`return document.querySelector('footer').innerText`);
async function more(entry) {
  await app.click('button', 'More');
  const able = async () => (await app.reason(await app.find('menuitem', entry))) === null;
  await app.until(`“${entry}” to be possible`, able);
  await app.click('menuitem', entry);
}

test('From clipboard takes what another program has copied', async () => {
  const text = 'echo "from $((6*7)) elsewhere" >/dev/ttyS0';
  copy(text);
  await pasted('the text', (now) => `${now}` === text);
  await app.click('button', 'Type text');
  await app.click('button', 'From clipboard');
  await app.until('the text to be there', async () => {
    const field = await app.find('textbox', 'Text');
    return (await app.run('return arguments[0].value', field)) === text;
  });
  await app.press('Escape');
  await app.gone('textbox', 'Text');
});

test('a program that has the clipboard and does not answer stops nothing but the question', async () => {
  owner.kill('SIGSTOP');
  await app.click('button', 'Type text');
  await app.click('button', 'From clipboard');
  // the window answers meanwhile
  await app.fill('Text', 'still here');
  await app.says('has not answered for 5 s');
  owner.kill('SIGCONT');
  await app.press('Escape');
  await app.gone('textbox', 'Text');
});

test('the picture that is shown is on the clipboard as a picture', async () => {
  const { width, height } = await picture(app);
  await app.click('button', 'Screenshot');
  await app.click('menuitem', 'Copy picture');
  const png = await pasted('a picture', (now) => now.subarray(1, 4).toString() === 'PNG', '-t', 'image/png');
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [width, height]);
});

test('what this window has copied itself can be pasted into it', async () => {
  await app.click('button', 'Type text');
  await app.click('button', 'From clipboard');
  await app.says('There is no text on the clipboard.');
  await app.press('Escape');
  await app.gone('textbox', 'Text');
});

test('remote-viewer gets a private file, a port for this user alone, and the display', async () => {
  await more('Open in remote-viewer');
  const viewer = await viewers.next();
  const { args, file, modes, text } = await says(viewer, 'started');
  assert.deepEqual(modes, ['700', '600']);
  assert.deepEqual(args, ['--', file]);
  assert.match(text, /^\[virt-viewer\]\ntype=vnc\nhost=127\.0\.0\.1\nport=\d+\ntitle=box\n/);
  assert.match(text, /^delete-this-file=1$/m);
  const { nobody } = await says(viewer, 'nobody');
  assert.ok(nobody === 0 || nobody === null, `another user has got ${nobody} bytes`);
  assert.equal((await says(viewer, 'banner')).banner, 'RFB 003.008');
  assert.equal((await says(viewer, 'display')).display, 'QEMU (box)');
  assert.ok(!existsSync(file), 'a file that has been read is not kept');

  await app.says('The display is shown in remote-viewer.');
  await app.click('button', 'Show here');
  await seen(app);

  // a second viewer of one VM has its clipboard in common with us, as an agent in the guest would
  copy('täxt for the guest 😀');
  await pasted('the text', (now) => `${now}`.startsWith('täxt'));
  await more('Give clipboard to guest');
  assert.equal((await says(viewer, 'clipboard')).clipboard, 'täxt for the guest 😀');

  viewer.tell({ copy: 'from the guest: ✓' });
  await app.says('Guest copied 17 characters');
  assert.ok(
    !(await app.run('return document.body.innerText')).includes('from the guest'),
    'it may be a password',
  );
  await app.click('button', 'Copy here');
  await pasted('the guest’s text', (now) => `${now}` === 'from the guest: ✓');

  viewer.tell({ end: true });
  await app.until('the private folder to go', () => !existsSync(dirname(file)));
});

test('a SPICE viewer gets a socket that only this user reaches', async () => {
  await app.click('tab', 'Estate');
  await app.click('row', 'glass, *');
  await app.press('Enter');
  // once it is open it takes the keyboard, and with it the menu away
  const glass = SCREEN.replace('box', 'glass');
  await app.find('application', glass);
  await app.until('the keyboard to be in it', async () => (await app.focused()).name === glass);
  await more('Open in remote-viewer');
  const viewer = await viewers.next();
  const { file, modes, text } = await says(viewer, 'started');
  assert.deepEqual(modes, ['700', '600']);
  assert.match(text, new RegExp(`^unix-path=${dirname(file)}/`, 'm'));
  assert.doesNotMatch(text, /^(port|host)=/m);
  assert.equal((await says(viewer, 'banner')).banner, 'REDQ');
  await app.says('The display is shown in remote-viewer.');
  viewer.tell({ end: true });
  await app.until('the private folder to go', () => !existsSync(dirname(file)));
  // and it comes back by itself
  await app.find('application', glass);
  await app.until('the connection', async () => (await status()).startsWith('Connected'));
  await app.click('tab', 'box');
  await app.find('application', SCREEN);
});

test('a serial log is a new file each time, and the window says where', async () => {
  await app.click('radio', 'Serial');
  // a terminal has columns and rows, and no scale
  await app.until('the line', async () => /^Connected\s+\d+ × \d+\s+(?!fit)/.test(await status()));
  await app.run(`document.querySelector('.xterm-helper-textarea').focus()`);
  await type(app, '\necho logged$((40+2))\n');
  await app.until('the answer', () =>
    app.run(`return document.querySelector('.xterm-rows').innerText.includes('logged42')`),
  );
  const saved = () =>
    existsSync(join(documents, 'Innkeeper')) ? readdirSync(join(documents, 'Innkeeper')) : [];
  for (const files of [1, 2]) {
    await app.click('button', 'Save log');
    await app.until(`${files} files`, () => saved().length === files);
  }
  await app.says(join(documents, 'Innkeeper'));
  // no file manager is there to be asked, and the window says so
  await app.click('button', 'Show in folder');
  await app.says('The folder was not opened');
  for (const file of saved()) {
    assert.match(file, /^box Serial 0 [\d-]+ [\d-]+\.log$/);
    assert.match(readFileSync(join(documents, 'Innkeeper', file), 'latin1'), /logged42/);
  }
  await app.click('radio', 'VNC');
  await app.find('application', SCREEN);
});

test('a guest that wants movements gets the pointer, and the chord takes it back', async () => {
  const mouse = join(folder, 'mouse.xml');
  writeFileSync(mouse, `<input type='mouse' bus='virtio'/>`);
  await lab.virsh('a', 'attach-device', 'box', mouse, '--live');
  await app.says('A click holds the pointer in the guest');
  await app.run(`document.querySelector('canvas[role=application]').focus()`);
  // the third device is the mouse; an event is 12 words: its time, then type, code and value
  const events = `hexdump -v -e '12/2 "%d " "\\n"' /dev/input/event2 >/dev/ttyS0 &`;
  await type(app, `until [ -e /dev/input/event2 ]; do sleep 1; done; ${events}\n`);
  await app.click('application', SCREEN);
  await app.says('releases the pointer and the keyboard');
  const held = () => app.run(`return document.pointerLockElement?.getAttribute('role') ?? null`);
  assert.equal(await held(), 'application');
  const moved = () =>
    [...lab.serial('a', 'box').matchAll(/^(?:-?\d+ ){8}2 0 (-?\d+) 0/gm)].reduce(
      (sum, [, x]) => sum + Number(x),
      0,
    );
  await app.until('the guest to see how far the mouse moves', () => {
    spawnSync('xdotool', ['mousemove_relative', '--', '40', '0']);
    // further than any picture is wide: without an edge
    return moved() > 1500;
  });
  await app.press('Control+Alt');
  await app.until('the pointer to be free', async () => (await held()) === null);
  await app.says('A click holds the pointer in the guest');
});
