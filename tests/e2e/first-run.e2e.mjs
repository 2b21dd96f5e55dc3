// The first minutes: an empty estate, a first host by its URI, the demo estate.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { root, start } from './app.mjs';

let app;
before(async () => {
  app = await start();
});
after(() => app?.quit());

test('an empty estate says what to do', async () => {
  await app.find('heading', 'Add your first host');
  await app.says('Innkeeper reads it over your own ssh. Nothing is installed there.');
  await app.find('button', 'Open the demo estate');
});

test('a wrong part of a URI is named where it was typed', async () => {
  await app.click('button', 'Add host');
  await app.find('heading', 'Add host');
  await app.click('radio', 'URI');
  await app.fill('URI', 'qemu+ssh://root@host:99999/system');
  await app.fill('Name', 'bench');
  await app.says('is no port; a port is a number from 1 to 65535.');
  const field = await app.find('textbox', 'URI');
  assert.equal(await app.attribute(field, 'aria-invalid'), 'true');
  const help = await app.run(
    `return arguments[0].getAttribute('aria-describedby').split(' ')
      .map((id) => document.getElementById(id).textContent).join(' ')`,
    field,
  );
  assert.match(help, /99999/);
});

test('nothing is added while a part is wrong', async () => {
  await app.click('button', 'Add and connect');
  await app.says('is no port; a port is a number from 1 to 65535.');
  assert.equal((await app.all('treeitem', 'bench*')).length, 0);
});

test('a right URI connects, and its VMs are there', async () => {
  await app.fill('URI', 'test:///default');
  await app.click('button', 'Add and connect');
  await app.find('treeitem', 'bench, Ready*');
  await app.reads('test', 'running');
});

test('a second host is added as the first was', async () => {
  await app.click('button', 'Add host');
  await app.click('radio', 'URI');
  await app.fill('URI', `test://${root}/src-tauri/demo/berlin-02.xml`);
  await app.fill('Name', 'berlin');
  await app.click('button', 'Add and connect');
  await app.find('treeitem', 'berlin, Ready*');
});

test('the doctor passes every step of a host that answers', async () => {
  await app.doubleClick('treeitem', 'bench, *');
  await app.find('heading', 'Connection doctor');
  await app.click('button', 'Diagnose');
  await app.says('steps passed');
});

test('a host is removed after its effect has been said', async () => {
  for (const name of ['berlin', 'bench']) await remove(name);
  await app.find('heading', 'Add your first host');
});

async function remove(name) {
  await app.doubleClick('treeitem', `${name}, *`);
  await app.click('button', 'More actions');
  await app.click('menuitem', 'Remove from the estate…');
  const dialog = await app.find('dialog');
  await app.says(`Nothing changes on ${name}`, dialog);
  await app.click('button', `Remove ${name}`, dialog);
  await app.gone('treeitem', `${name}, *`);
}

test('the demo estate opens and is the estate', async () => {
  await app.click('button', 'Open the demo estate');
  for (const host of ['amsterdam-01', 'berlin-02', 'lisbon-lab'])
    await app.find('treeitem', `${host}, Ready*`);
  await app.reads('web-01', 'live');
});
