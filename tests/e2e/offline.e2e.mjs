// A window that opens when its host is down: everything is there, and nothing pretends to be live.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ctl, newDataDir, root, start } from './app.mjs';

const dataDir = newDataDir();
const estate = join(dataDir, 'estate');
const file = join(estate, 'berlin.xml');
const provide = () => copyFileSync(join(root, 'src-tauri/demo/berlin-02.xml'), file);

let app;
before(async () => {
  mkdirSync(estate);
  provide();
  assert.equal((await ctl(dataDir, 'connection', 'add', 'berlin', `test://${file}`)).code, 0);
  const synced = await ctl(dataDir, 'sync', '--details');
  assert.equal(synced.code, 0, synced.stderr);
  rmSync(file);
  app = await start({ dataDir });
});
after(async () => {
  await app?.quit();
  rmSync(dataDir, { recursive: true, force: true });
});

test('every row is there, with what it was and when', async () => {
  await app.find('treeitem', 'berlin, Lost*');
  await app.reads('erp-prod', 'was running, as of');
  await app.reads('erp-test', 'was shut off, as of');
  await app.reads('backup', 'was saved, as of');
  assert.equal((await app.names()).length, 11);
  await app.says('berlin lost at');
  await app.says('11 VMs show their last known state.');
});

test('nothing claims to be live', async () => {
  const labels = await app.run(
    `return [...document.querySelectorAll('[role=treegrid] [role=row][aria-selected]')].map((row) => row.innerText)`,
  );
  assert.deepEqual(labels.filter((text) => /\bLive\b|^Running/m.test(text)), []);
});

test('the filter works on what was', async () => {
  await app.fill('Filter virtual machines', 'tag:erp');
  await app.until('the two', async () => (await app.names()).join() === 'erp-prod,erp-test');
  await app.fill('Filter virtual machines', '');
});

test('the definition that was read last is shown with its time', async () => {
  await app.click('row', 'erp-prod, *');
  const detail = await app.find('complementary', 'Detail');
  await app.says('host lost', detail);
  await app.click('tab', 'XML', detail);
  await app.says('<name>erp-prod</name>', detail);
  await app.says('As of', detail);
});

test('the host says what it was, and when', async () => {
  await app.doubleClick('treeitem', 'berlin, *');
  const host = await app.find('region', 'Host');
  await app.says('Hypervisor Test driver', host);
  await app.says('CPUs', host);
  await app.says('Memory 512 GiB', host);
  await app.says('Host as of', host);
  await app.click('tab', 'Estate');
});

test('an action is off and says why', async () => {
  const start = await app.find('button', 'Start');
  assert.match(await app.reason(start), /connect|lost|answer/i);
});

test('when the host is back, Retry now makes its rows live', async () => {
  provide();
  await app.click('button', 'Retry now');
  await app.find('treeitem', 'berlin, Ready*');
  await app.reads('erp-prod', 'live');
});
