// The first frame: what the last run kept of its page is on the screen before a script is read, and only while it is true.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ctl, exists, newDataDir, start } from './app.mjs';

const dataDir = newDataDir();
const file = join(dataDir, 'frame.json');
let app;
before(async () => {
  const nowhere = ['connection', 'add', 'ams', 'qemu+tcp://127.0.0.1:9/system', '--manual'];
  assert.equal((await ctl(dataDir, ...nowhere)).code, 0);
  const hostile = ['connection', 'add', '<i>fra & co', 'test:///default', '--manual'];
  assert.equal((await ctl(dataDir, ...hostile)).code, 0);
  assert.equal((await ctl(dataDir, 'sync', '<i>fra & co')).code, 0);
});
after(async () => {
  await app?.quit();
  rmSync(dataDir, { recursive: true, force: true });
});

const framePainted = () => app.run(`return window.__INNKEEPER__.framePaintedAt ?? null`);
const isCovered = () => app.run(`return document.getElementById('frame') !== null`);
/** What a reader of the window sees, without gaps. */
const words = (text) => text.replace(/\s+/g, '');

test('a first start has no frame, and leaves one that only its user can read', async () => {
  app = await start({ dataDir });
  await app.row('test');
  assert.equal(await framePainted(), null);
  await app.close();
  assert.ok(exists(file), 'a frame is kept');
  assert.equal(statSync(file).mode & 0o077, 0);
});

test('the next start shows it first, and then the page says the same in its place', async () => {
  const { body } = JSON.parse(readFileSync(file, 'utf8')).frame;
  app = await start({ dataDir });
  await app.row('test');
  assert.ok((await framePainted()) > 0, 'the frame was painted');
  await app.until('the page to take its place', async () => !(await isCovered()));
  const [kept, page] = await app.run(
    `const place = document.createElement('div');
     place.innerHTML = arguments[0];
     return [place.textContent, document.getElementById('app').textContent]`,
    body,
  );
  assert.equal(words(kept), words(page));
  assert.match(kept, /<i>fra & co/, 'a name is text');
  await app.close();
});

test('an inventory that was written to meanwhile has no frame', async () => {
  assert.equal((await ctl(dataDir, 'connection', 'remove', 'ams')).code, 0);
  app = await start({ dataDir });
  await app.row('test');
  assert.equal(await framePainted(), null);
  assert.equal(await isCovered(), false);
  assert.equal((await app.all('treeitem', 'ams, *')).length, 0);
});

test('a frame that was kept by nobody we know is no frame', async () => {
  await app.close();
  rmSync(file);
  app = await start({ dataDir });
  await app.row('test');
  assert.equal(await framePainted(), null);
});
