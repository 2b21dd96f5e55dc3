// Takes the pictures of docs/images anew, in the real window. By hand, where `cargo xtask setup --test` has been and the
// app is built: xvfb-run -s '-screen 0 1280x800x24' node tests/e2e/pictures.mjs [estate|consoles|doctor|offline…]
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ctl, newDataDir, root, start } from './app.mjs';
import { connected, guestOf, seen, type } from './guest.mjs';
import { labUp } from './lab.mjs';

const images = join(root, 'docs/images');
/** Its name is seen in a picture. */
const ESTATE = '/tmp/estate';

/** Takes a picture of the window at rest, in 256 colours where ImageMagick is at hand. */
async function keep(app, name) {
  await app.until(
    'messages to go',
    async () => (await app.run(`return document.querySelectorAll('[data-toast]').length`)) === 0,
  );
  const file = await app.shot(name);
  const to = join(images, `${name}.png`);
  try {
    execFileSync('convert', [file, '+dither', '-colors', '256', `PNG8:${to}`]);
  } catch {
    copyFileSync(file, to);
  }
  console.log(to);
}

async function estate() {
  const app = await start({ args: ['--demo'] });
  try {
    await app.find('treeitem', 'lisbon-lab, Ready*');
    await app.says('192.168.122.161');
    await app.click('row', 'wiki, *');
    await app.click('button', 'Start');
    await app.reads('wiki', 'running');
    await app.click('row', 'web-02, *');
    await keep(app, 'estate-light');
    await app.click('button', 'Switch to dark');
    await keep(app, 'estate-dark');
    await app.resize(900, 600);
    await keep(app, 'estate-900x600-dark');
    await app.resize(1280, 800);
    await app.click('button', 'Switch to*');

    await app.click('row', 'db-primary, *');
    const detail = await app.find('complementary', 'Detail');
    await app.click('tab', 'XML', detail);
    await app.says('<name>db-primary</name>', detail);
    await keep(app, 'detail-xml');
    await app.click('tab', 'Overview', detail);
    await app.click('button', 'Edit title', detail);
    await app.fill('title', 'Orders, first in line');
    await app.press('Enter');
    await app.says('Orders, first in line', detail);
    await app.click('tab', 'History', detail);
    await app.says('First seen', detail);
    await app.click('button', 'Dismiss');
    await keep(app, 'history-diff');
    await app.click('tab', 'Overview', detail);

    await app.click('row', 'web-01, *');
    await app.press('Control+k');
    const palette = await app.find('dialog', 'Command palette');
    await app.press(...'web');
    await app.says('web-02', palette);
    await keep(app, 'palette');
    await app.press('Escape', 'Escape', 'Escape');
    await app.gone('dialog', 'Command palette');

    await app.press('Control+Shift+h');
    await app.find('heading', 'Add host');
    await app.fill('Address', 'mara@ams-kvm-03.example.net');
    await app.says('qemu+ssh://mara@ams-kvm-03.example.net/system');
    await keep(app, 'add-host');
  } finally {
    await app.quit();
  }
}

async function consoles() {
  const lab = await labUp('pictures', 'a');
  const dataDir = newDataDir();
  let app;
  try {
    await lab.run('guest');
    await lab.define('a', 'web-04', ['mem=96', 'tb=32']);
    for (const name of ['db-primary', 'mail', 'wiki', 'build-01']) await lab.define('a', name);
    for (const name of ['web-04', 'db-primary', 'mail', 'wiki']) await lab.virsh('a', 'start', name);
    await ctl(dataDir, 'connection', 'add', 'ams-kvm-01', 'qemu+ssh://lab-a/system', '--folder', 'Amsterdam');
    app = await start({ dataDir, env: lab.env });
    const guest = guestOf(app, lab, 'web-04');
    await guest.says('LAB-GUEST-READY');
    await app.reads('web-04', 'running');
    await app.click('row', 'web-04, *');
    await app.press('Enter');
    await connected(app);
    await seen(app);
    await guest.answers('seen');
    await type(app, 'clear; uname -srm; uptime; head -n 6 /proc/meminfo; echo do$((40+2))ne >/dev/ttyS0\n');
    await guest.says('do42ne');
    await keep(app, 'console-vnc');
    await app.click('button', 'Send keys');
    await app.find('menu');
    await keep(app, 'console-send-keys');
    await app.press('Escape');
    await app.until('the menu to close', async () => !(await app.all('menu')).length);
    await app.click('button', 'Type text');
    await app.fill('Text', 'correct horse battery staple');
    await app.until(
      'the keys to be looked up',
      async () => (await app.reason(await app.find('button', 'Type'))) === null,
    );
    await keep(app, 'console-type-text');
    await app.press('Escape');
    await app.gone('textbox', 'Text');
    await app.click('radio', 'Serial');
    await connected(app);
    await app.run(`document.querySelector('.xterm-helper-textarea').focus()`);
    await type(app, '\ncat /etc/os-release; free; echo te$((40+2))ll\n');
    await guest.says('te42ll');
    await keep(app, 'console-serial');
    await app.press('Control+Alt', 'Control+g', 'w');
    await app.find('tab', 'Screens');
    await app.until(
      'a picture of each',
      async () =>
        (await app.run(`return document.querySelectorAll('ul[aria-label=Screens] img').length`)) === 4,
    );
    await keep(app, 'screens');
    await app.click('button', 'Switch to dark');
    await app.click('tab', 'web-04');
    await app.click('radio', 'VNC');
    await seen(app);
    await lab.virsh('a', 'destroy', 'web-04');
    await app.says('web-04 is shut off.');
    await keep(app, 'console-off-dark');
  } finally {
    await app?.quit();
    await lab.down();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function doctor() {
  const lab = await labUp('pictures', 'a');
  const dataDir = newDataDir();
  let app;
  try {
    await lab.define('a', 'web-01');
    await ctl(dataDir, 'connection', 'add', 'ams-kvm-01', 'qemu+ssh://lab-a/system', '--folder', 'Amsterdam');
    await lab.run('daemon-stop', 'a');
    app = await start({ dataDir, env: lab.env });
    await app.find('treeitem', 'ams-kvm-01, Lost*');
    await app.doubleClick('treeitem', 'ams-kvm-01, *');
    await app.click('button', 'Diagnose', await app.find('region', 'Connection doctor'));
    await app.says('Stopped at step');
    await app.find('treeitem', 'ams-kvm-01, Lost*');
    await keep(app, 'doctor');
  } finally {
    await app?.quit();
    await lab.down();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function offline() {
  const dataDir = newDataDir();
  mkdirSync(ESTATE);
  let app;
  try {
    for (const [host, folder] of [
      ['amsterdam-01', 'Amsterdam'],
      ['berlin-02', 'Berlin'],
      ['lisbon-lab', 'Lab'],
    ]) {
      const file = join(ESTATE, `${host}.xml`);
      copyFileSync(join(root, `src-tauri/demo/${host}.xml`), file);
      await ctl(dataDir, 'connection', 'add', host, `test://${file}`, '--folder', folder);
    }
    await ctl(dataDir, 'sync', '--details');
    rmSync(join(ESTATE, 'amsterdam-01.xml'));
    app = await start({ dataDir });
    await app.find('treeitem', 'amsterdam-01, Lost*');
    await app.find('treeitem', 'berlin-02, Ready*');
    await app.click('row', 'db-primary, *');
    await keep(app, 'offline');
  } finally {
    await app?.quit();
    for (const folder of [ESTATE, dataDir]) rmSync(folder, { recursive: true, force: true });
  }
}

const pictures = { estate, consoles, doctor, offline };
const asked = process.argv.slice(2);
mkdirSync(images, { recursive: true });
for (const name of asked.length > 0 ? asked : Object.keys(pictures)) await pictures[name]();
