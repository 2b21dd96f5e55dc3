// Two real hosts over real ssh: what happens there, what is asked here, and what is said when one goes away.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ctl, newDataDir, start } from './app.mjs';
import { labUp } from './lab.mjs';

const dataDir = newDataDir();
let lab;
let app;
before(async () => {
  lab = await labUp('e2e', 'a', 'b');
  await lab.define('a', 'web-01');
  await lab.define('b', 'db-01');
  for (const [name, host] of [
    ['ams', 'a'],
    ['fra', 'b'],
  ])
    assert.equal((await ctl(dataDir, 'connection', 'add', name, `qemu+ssh://lab-${host}/system`)).code, 0);
  app = await start({ dataDir, env: lab.env });
});
after(async () => {
  await app?.quit();
  await lab?.down();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Adds a host by its URI, as its form does. */
async function add(name, uri) {
  await app.press('Control+Shift+h');
  await app.find('heading', 'Add host');
  await app.click('radio', 'URI');
  await app.fill('URI', uri);
  await app.fill('Name', name);
  await app.click('button', 'Add and connect');
}

test('both hosts become ready and their VMs are read', async () => {
  await app.find('treeitem', 'ams, Ready*');
  await app.find('treeitem', 'fra, Ready*');
  await app.reads('web-01', 'shut off');
  await app.reads('db-01', 'live');
});

test('what somebody does at the host arrives by itself', async () => {
  await lab.virsh('a', 'start', 'web-01');
  await app.reads('web-01', 'running');
  await lab.virsh('a', 'suspend', 'web-01');
  await app.reads('web-01', 'paused');
  await lab.virsh('a', 'resume', 'web-01');
  await app.reads('web-01', 'running');
});

test('Start starts it there', async () => {
  await app.click('row', 'db-01, *');
  await app.click('button', 'Start');
  await app.reads('db-01', 'running');
  assert.equal(await lab.virsh('b', 'domstate', 'db-01'), 'running');
});

test('a task that the app did not live to see the end of is interrupted', async () => {
  // firmware alone never obeys, so the task waits
  await app.click('row', 'db-01, *');
  await app.click('button', 'Shut down');
  await app.reads('db-01', 'shutting down');
  await app.kill();
  app = await start({ dataDir, env: lab.env });
  await app.find('treeitem', 'fra, Ready*');
  await app.reads('db-01', 'running');
  await app.says('Interrupted', await app.find('treegrid', 'Tasks'));
});

test('a host that dies takes nothing away but its being live', async () => {
  await lab.run('kill', 'a');
  await app.find('treeitem', 'ams, Lost*');
  await app.reads('web-01', 'was running, as of');
  await app.says('ams lost at');
  await app.reads('db-01', 'live');
  await lab.virsh('b', 'suspend', 'db-01');
  await app.reads('db-01', 'paused');
});

test('it comes back by itself', async () => {
  await lab.run('start', 'a');
  await app.find('treeitem', 'ams, Ready*');
  await app.reads('web-01', 'shut off');
  await app.reads('web-01', 'live');
});

test('a password is asked for in the window, and lets in', async () => {
  await add('vault', 'qemu+ssh://lab-a-password/system');
  const dialog = await app.find('dialog', 'Password for vault');
  await app.says('It goes to ssh and is not kept.', dialog);
  await app.fill('Password', 'lantern');
  await app.click('button', 'Log in');
  await app.gone('dialog', 'Password for vault');
  // this user may log in but not open libvirt: what is said next is about that, not about the password
  await app.find('treeitem', 'vault, *');
});

test('an unknown key is shown before it is trusted', async () => {
  await add('stranger', 'qemu+ssh://lab-b-new/system');
  const dialog = await app.find('dialog', 'Is this the key of stranger?');
  const key = await lab.run('exec', 'b', 'ssh-keygen', '-lf', '/etc/ssh/host_key.pub');
  const [, fingerprint] = /(SHA256:\S+)/.exec(key);
  const shown = (await app.text(dialog)).replace(/\s/g, '');
  assert.ok(shown.includes(fingerprint), `${fingerprint} in ${shown}`);
  await app.click('button', 'Trust this key');
  await app.find('treeitem', 'stranger, Ready*');
});

test('the doctor says that libvirtd does not run', async () => {
  await lab.run('daemon-stop', 'b');
  await app.find('treeitem', 'fra, Lost*');
  await app.doubleClick('treeitem', 'fra, *');
  const pane = await app.find('heading', 'Connection doctor');
  assert.ok(pane);
  await app.click('button', 'Diagnose', await app.find('region', 'Connection doctor'));
  await app.says('Stopped at step');
  await lab.run('daemon-start', 'b');
  await app.find('treeitem', 'fra, Ready*');
});

test('a changed key is not connected to, and said', async () => {
  await lab.run('rekey', 'a');
  await lab.run('drop-sessions', 'a');
  await app.find('treeitem', 'ams, Host key changed*');
  await app.click('tab', 'Estate');
  await app.click('treeitem', 'All VMs, *');
  await app.says('The host key of ams changed.');
  await app.says('Innkeeper does not connect to it.');
});
