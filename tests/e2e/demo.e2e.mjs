// A day with the demo estate: everything a first look at Innkeeper touches, in the real window.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { start } from './app.mjs';

let app;
before(async () => {
  app = await start({ args: ['--demo'] });
  await app.find('treegrid', 'Virtual machines');
});
afterEach(() => filter(''));
after(() => app?.quit());

const filter = (text) => app.fill('Filter virtual machines', text);
const shows = (names) =>
  app.until(`the rows ${names.join()}`, async () => (await app.names()).join() === names.join());

test('33 VMs of three hosts are there and live', async () => {
  for (const host of ['amsterdam-01', 'berlin-02', 'lisbon-lab'])
    await app.find('treeitem', `${host}, Ready*`);
  await app.find('treeitem', 'All VMs, 33');
  await app.reads('web-01', 'live');
});

test('the filter narrows by name, state and tag, and an unknown field is named', async () => {
  await filter('web');
  await shows(['web-01', 'web-02']);
  await filter('state:off host:amsterdam-*');
  await shows(['wiki']);
  await filter('tag:erp');
  await shows(['erp-prod', 'erp-test']);
  await filter('hsot:x');
  await app.says('Did you mean host');
  await filter('tag:prdo');
  await app.says('No VM matches ‘tag:prdo’.');
  await app.click('button', 'Clear filter');
  await app.row('web-01');
});

test('rows can be grouped by state and back', async () => {
  await app.click('button', 'Group by Host');
  await app.click('menuitemcheckbox', 'State');
  await app.find('button', 'Group by State');
  await app.find('row', 'Crashed*');
  await app.click('button', 'Group by State');
  await app.click('menuitemcheckbox', 'Host');
  await app.find('button', 'Group by Host');
});

test('several rows are selected, and the toolbar speaks of those it can act on', async () => {
  await app.click('row', 'web-01, *');
  await app.clickWith('Control', await app.row('wiki'));
  await app.says('2 selected');
  const start = await app.find('button', 'Start 1 of 2');
  assert.equal(await app.reason(start), null);
  await app.says('1 of 2');
});

test('a disabled action says why', async () => {
  await app.click('row', 'web-01, *');
  const start = await app.find('button', 'Start');
  assert.match(await app.reason(start), /running/i);
});

test('Start starts: the row says Running and the dock shows the task', async () => {
  await app.click('row', 'wiki, *');
  await app.click('button', 'Start');
  await app.reads('wiki', 'running');
  const task = await app.until('the task', async () => {
    for (const row of await app.all('row', null, await app.find('treegrid', 'Tasks'))) {
      const text = await app.text(row);
      if (text.includes('Start') && text.includes('wiki') && text.includes('Done')) return text;
    }
  });
  assert.match(task, /Done/);
});

test('the palette runs an action on the selection', async () => {
  await app.click('row', 'web-02, *');
  await app.press('Control+k');
  const dialog = await app.find('dialog', 'Command palette');
  await app.press(...'pause');
  await app.until('the action', async () =>
    (await app.all('option', null, dialog)).length > 0 && (await app.text(dialog)).includes('Pause'),
  );
  await app.press('Enter');
  await app.gone('dialog', 'Command palette');
  await app.reads('web-02', 'paused');
});

test('the detail shows facts, hardware, definition and history', async () => {
  await app.click('row', 'db-primary, *');
  const detail = await app.find('complementary', 'Detail');
  await app.says('db-primary', detail);
  await app.says('Guest OS', detail);
  await app.click('tab', 'Hardware', detail);
  await app.says('vda', detail);
  await app.click('tab', 'XML', detail);
  await app.says('<name>db-primary</name>', detail);
  await app.click('tab', 'History', detail);
  await app.says('No changes recorded since', detail);
  await app.click('tab', 'Overview', detail);
});

test('an edited title is history, with its difference', async () => {
  await app.click('row', 'db-primary, *');
  const detail = await app.find('complementary', 'Detail');
  await app.click('button', 'Edit title', detail);
  await app.fill('title', 'Orders, first in line');
  await app.press('Enter');
  await app.says('Orders, first in line', detail);
  await app.click('tab', 'History', detail);
  await app.says('First seen', detail);
  await app.says('Orders, first in line', detail);
  await app.click('tab', 'Overview', detail);
});

test('names from guests are text, never markup', async () => {
  await filter('onerror');
  const name = '<img src=x onerror=alert(1)>';
  await app.click('row', `${name}, *`);
  const detail = await app.find('complementary', 'Detail');
  await app.says(name, detail);
  await app.says('<b>Not bold</b>', detail);
  await app.says('<i>tag</i>', detail);
  for (const tab of ['Hardware', 'XML', 'Overview']) await app.click('tab', tab, detail);
  const injected = await app.run(
    `return [...document.querySelectorAll('img, script:not([src]), a[href^=javascript], i')]
      .filter((e) => !(e.tagName === 'SCRIPT' && e.closest('head'))).map((e) => e.outerHTML.slice(0, 120))`,
  );
  assert.deepEqual(injected, []);
});
