// Several consoles at once in the window: beside each other in one tab, and in windows of their own. Real QEMU; what is
// typed is read back on the guest's line.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exists } from './app.mjs';
import { connected, guestInWindow, guestOf, openBox, SCREEN } from './guest.mjs';

const MATE = 'mate screen, press Control Alt to leave';
/** A display that says nothing for so long is given up on, and tried anew. */
const GIVEN_UP_MS = 15_000;
const OWN = 'Open console in its own window';

let at;
let app;
let mate;
let manager;
before(async () => {
  // without one no window is in front of another
  manager = spawn('openbox', ['--sm-disable'], { stdio: 'ignore' });
  at = await guestInWindow('windows', [], async ({ lab }) => {
    await lab.define('a', 'mate', ['mem=96', 'tb=32']);
    await lab.virsh('a', 'start', 'mate');
  });
  begin();
});
after(async () => {
  await at?.end();
  manager.kill();
});

function begin() {
  app = at.app;
  mate = guestOf(app, at.lab, 'mate');
}
/** The next start, once these tabs and so many own windows have been kept. `end` ends the app before. */
async function again(tabs, own, end = async () => {}) {
  const isKept = () => {
    const kept = JSON.parse(readFileSync(join(app.dataDir, 'layout.json'), 'utf8'));
    return kept.tabs.length === tabs && (kept.consoleWindows ?? []).length === own;
  };
  await app.until('the layout to be kept', isKept);
  await end();
  assert.ok(isKept(), 'the end changes nothing of it');
  await at.window();
  begin();
}
/** Lets the window manager close a window, as by the button in its frame. */
function closeFrame(title) {
  const to = ['search', '--onlyvisible', '--name', title, 'windowactivate', '--sync'];
  // a key of its own: what is sent to a window passes the manager by
  for (const args of [to, ['key', 'alt+F4']]) assert.equal(spawnSync('xdotool', args).status, 0);
}

const hasKeyboard = (screen) =>
  app.until(`the keyboard to be in ${screen}`, () =>
    app.run(`return document.activeElement.getAttribute('aria-label') === arguments[0]`, screen),
  );
async function leave() {
  await app.press('Control+Alt');
  await app.until(
    'the keyboard to be the window’s',
    async () => (await app.focused()).role !== 'application',
  );
}
/** The last key closes the window, which then hears of no release. */
const pressAway = (chord) => app.press(chord).catch((error) => assert.match(error.message, /no such window/));
const windows = (count) =>
  app.until(`${count} windows`, async () => {
    const all = await app.windows();
    return all.length === count && all;
  });
/** Turns to the window that shows that page. */
const toWindowOf = (page) =>
  app.until(`the window of ${page}`, async () => {
    for (const handle of await app.windows()) {
      await app.toWindow(handle);
      if (await app.run(`return location.pathname.endsWith(arguments[0])`, page)) return handle;
    }
    return false;
  });
const toMain = () => toWindowOf('/');
const toOwn = () => toWindowOf('/console.html');
const tabs = () =>
  app.run(`return [...document.querySelectorAll('header [role=tab]')].map((tab) => tab.innerText.trim())`);

test('a second console comes beside the first, from the keyboard, and both take keys', async () => {
  await openBox(at);
  await mate.says('LAB-GUEST-READY');
  await leave();
  await app.press('Control+\\');
  await app.find('combobox', 'Console to show at the right');
  await app.press('m', 'a', 't');
  await app.find('option', 'mate*');
  await app.press('Enter');
  await app.find('tab', 'box, mate');
  await hasKeyboard(MATE);
  await at.box.answers('left');
  await mate.answers('right');
});

test('both are there at the next start, neither given up on before', async () => {
  await again(1, 0);
  await app.click('tab', 'box, mate');
  const both = async () => (await app.all('application')).length === 2;
  await app.until('both pictures', both, GIVEN_UP_MS);
  await app.click('application', MATE);
  await hasKeyboard(MATE);
});

test('arrows go from pane to pane and move the line between them', async () => {
  await leave();
  await app.press('Alt+Left');
  await hasKeyboard(SCREEN);
  await leave();
  await app.press('Alt+Right');
  await hasKeyboard(MATE);
  await leave();
  const where = async () =>
    Number(await app.attribute(await app.find('separator', 'Line between consoles'), 'aria-valuenow'));
  const before = await where();
  await app.press('Alt+Shift+Left');
  await app.until('the line to move', async () => (await where()) < before);
});

test('a pane goes into a window of its own, which types there, and comes back', async () => {
  await app.click('button', 'More', await app.find('group', 'mate'));
  await app.click('menuitem', `${OWN}*`);
  await windows(2);
  await app.until('the tab to be the other’s', async () => (await tabs()).includes('box'));
  await toOwn();
  await app.find('application', MATE);
  assert.deepEqual(await app.all('treegrid'), [], 'nothing of the main window');
  await mate.answers('alone');
  await leave();
  await pressAway('Control+Shift+o');
  await windows(1);
  await toMain();
  await app.find('tab', 'mate');
  await app.find('application', MATE);
  await mate.answers('home');
});

test('the main window takes all others along, and they are there again at the next start', async () => {
  await leave();
  await app.press('Control+Shift+o');
  await windows(2);
  await toMain();
  await app.until('one tab', async () => (await tabs()).join() === 'Estate,box');
  await again(1, 1, async () => {
    closeFrame('^box ');
    await app.until('the app to end', () => app.pids().length === 0);
    assert.ok(exists(join(app.dataDir, 'frame.json')), 'the first frame is kept');
  });
  assert.ok(await app.run(`return window.__INNKEEPER__.framePaintedAt > 0`), 'and is what is painted first');
  await windows(2);
  await toOwn();
  await app.find('application', MATE);
  await mate.answers('later');
  await toMain();
  assert.deepEqual(await tabs(), ['Estate', 'box']);
});

test('a VM that has its own window is shown there, not twice', async () => {
  await app.click('tab', 'Estate');
  await app.reads('mate', 'running');
  await app.click('row', 'mate, *');
  await app.press('Enter');
  await app.until('its window to be in front', async () => {
    await toOwn();
    return app.run(`return document.hasFocus()`);
  });
  await toMain();
  assert.deepEqual(await tabs(), ['Estate', 'box']);
});

test('another theme reaches the windows that are open', async () => {
  const theme = () => app.run(`return document.documentElement.dataset.theme`);
  const before = await theme();
  await app.click('button', 'Switch to *');
  const now = await theme();
  assert.notEqual(now, before);
  await toOwn();
  await app.until('it to be in the own window', async () => (await theme()) === now);
});

test('an own window says that its host asks something, and brings the main window that does', async () => {
  const config = join(at.lab.state, 'ssh_config');
  writeFileSync(config, `StrictHostKeyChecking ask\n${readFileSync(config, 'utf8')}`);
  writeFileSync(join(at.lab.state, 'known_hosts'), '');
  await at.lab.run('drop-sessions', 'a');
  await app.says('ams waits for your answer.');
  await app.click('button', 'Answer in the main window');
  await toMain();
  await app.until('it to be in front', () => app.run(`return document.hasFocus()`));
  await app.find('dialog', 'Is this the key of ams?');
  await app.click('button', 'Trust this key');
  await toOwn();
  await connected(app);
  await app.find('application', MATE);
});

test('an own window that is closed is closed at the next start, too', async () => {
  await toOwn();
  await leave();
  await pressAway('Control+w');
  await windows(1);
  await toMain();
  await app.click('tab', 'box');
  await app.find('application', SCREEN);
  await again(1, 0);
  await app.find('tab', 'box');
  await windows(1);
});

test('a line goes into a window of its own and back, and is never in use elsewhere', async () => {
  await app.click('tab', 'box');
  await app.click('radio', 'Serial');
  await connected(app);
  await app.press('Control+Alt', 'Control+Shift+o');
  await windows(2);
  await toOwn();
  await connected(app);
  await app.press('Control+Alt');
  await pressAway('Control+Shift+o');
  await windows(1);
  await toMain();
  await connected(app);
});
