// Displays that demand TLS or a login, in the window; and a VM that is given a display.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { ctl, newDataDir, start } from './app.mjs';
import { seen } from './guest.mjs';
import { labUp } from './lab.mjs';

const BARE = ['mem=16', 'machine=pc', 'boot=none'];
const dataDir = newDataDir();
let lab;
let app;

before(async () => {
  lab = await labUp('secure', 'a');
  const state = dirname(lab.env.INNKEEPER_SSH_CONFIG);
  await lab.run('secure', 'a');
  await lab.define('a', 'tls', BARE);
  await lab.define('a', 'blind', [...BARE, 'gfx=none']);
  await lab.define('a', 'spice', [...BARE, 'gfx=spice']);
  const file = join(state, 'spice.xml');
  const xml = readFileSync(file, 'utf8');
  writeFileSync(file, xml.replace("<graphics type='spice'", "$& defaultMode='secure'"));
  await lab.virsh('a', 'undefine', 'spice');
  await lab.virsh('a', 'define', file);
  for (const name of ['tls', 'blind', 'spice']) await lab.virsh('a', 'start', name);
  assert.equal((await ctl(dataDir, 'connection', 'add', 'ams', 'qemu+ssh://lab-a/system')).code, 0);
  app = await start({ dataDir, env: { ...lab.env, HOME: join(state, 'home') } });
  await app.find('treeitem', 'ams, Ready*');
});
after(async () => {
  await app?.quit();
  await lab?.down();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Opens a VM's console in a tab of its own. */
async function open(name) {
  await app.click('tab', 'Estate');
  await app.reads(name, 'running');
  await app.click('row', `${name}, *`);
  await app.press('Enter');
}
const shows = async (name) => {
  await app.find('application', `${name} screen, press Control Alt to leave`);
  return seen(app);
};

test('a VNC display inside TLS shows', async () => {
  await open('tls');
  await shows('tls');
});

test('a SPICE display whose channels are all inside TLS shows', async () => {
  await open('spice');
  await shows('spice');
});

test('a VM without a display is given one, which is there when it is started again', async () => {
  await open('blind');
  await app.click('button', 'Add a display…');
  await app.find('dialog', 'Add a display to blind');
  await app.says("type='vnc'");
  await app.click('button', 'Add display');
  await app.says('blind has a VNC display from its next start on');
  assert.match(await lab.virsh('a', 'dumpxml', '--inactive', 'blind'), /<graphics type='vnc'/);
  await lab.virsh('a', 'destroy', 'blind');
  await lab.virsh('a', 'start', 'blind');
  await shows('blind');
});

test('a display that demands a name and a password asks for both, again when they are wrong, and shows', async () => {
  await lab.run('secure', 'a', 'sasl');
  await lab.define('a', 'sasl', BARE);
  await lab.virsh('a', 'start', 'sasl');
  await app.find('treeitem', 'ams, Ready*');
  await open('sasl');
  await app.fill('Name', 'keeper');
  await app.fill('Password', 'candle');
  await app.click('button', 'Connect');
  await app.says('The display did not take it.');
  await app.fill('Password', 'lantern');
  await app.click('button', 'Connect');
  await shows('sasl');
});
