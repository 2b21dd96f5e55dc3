// Without a mouse: regions, the grid, the palette, all by keys.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './app.mjs';

let app;
before(async () => {
  app = await start({ args: ['--demo'] });
  await app.row('web-01');
});
after(() => app?.quit());

const focusIs = (what, test) =>
  app.until(what, async () => {
    const focus = await app.focused();
    return test(focus) ? focus : false;
  });
const selected = () =>
  app.run(`return [...document.querySelectorAll('[role=row][aria-selected=true]')].map((row) =>
    row.getAttribute('aria-label').split(', ')[0])`);

/** F6 until the grid has the focus. */
async function toGrid() {
  for (let i = 0; i < 6; i++) {
    if ((await app.focused()).part === 'Virtual machines' && (await app.focused()).role === 'row') return;
    await app.press('F6');
  }
  // the first stop of the estate is its toolbar or its banner; Escape and the filter lead into the rows
  throw new Error(`F6 does not reach the grid: ${JSON.stringify(await app.focused())}`);
}

test('F6 visits every region and comes back', async () => {
  await app.click('row', 'web-01, *');
  await focusIs('web-01', ({ name }) => name.startsWith('web-01, '));
  const region = () =>
    app.run(
      `const e = document.activeElement;
       return e.closest('aside') ? 'detail' : e.closest('header') ? 'banner' : e.closest('nav') ? 'tree'
         : e.closest('main') ? 'main' : e.closest('.dock') ? 'dock' : 'nowhere'`,
    );
  const seen = [];
  for (let i = 0; i < 5; i++) {
    await app.press('F6');
    seen.push(await region());
  }
  assert.deepEqual(seen, ['detail', 'dock', 'banner', 'tree', 'main']);
  await app.press('Shift+F6');
  assert.equal(await region(), 'tree');
});

test('arrows move and select, Shift extends, Escape clears', async () => {
  await toGrid();
  await app.press('Home', 'Down');
  await focusIs('the first row', ({ name }) => name.startsWith('ci-runner-01, '));
  await app.press('Shift+Down', 'Shift+Down');
  assert.deepEqual(await selected(), ['ci-runner-01', 'ci-runner-02', 'db-primary']);
  await app.press('Escape');
  assert.deepEqual(await selected(), []);
});

test('letters lead to a name', async () => {
  await toGrid();
  await app.press('m', 'o', 'n');
  await focusIs('monitoring', ({ name }) => name.startsWith('monitoring, '));
});

test('Ctrl+A selects what the filter shows, not what it hides', async () => {
  await app.press('Control+f');
  await focusIs('the filter', ({ name }) => name === 'Filter virtual machines');
  await app.press(...'k8s', 'Down');
  await focusIs('a row', ({ role }) => role === 'row');
  await app.press('Control+a');
  await app.says('3 selected');
  await app.press('Escape', 'Control+f', 'Control+a', 'Delete', 'Down');
  await app.row('web-01');
});

test('the left arrow folds a group, the right one opens it', async () => {
  await toGrid();
  await app.press('Home', 'Left');
  await app.until('a folded group', async () => !(await app.names()).includes('web-01'));
  await app.press('Right');
  await app.row('web-01');
});

test('Space closes and opens the detail, Enter opens the VM, Ctrl+W closes it', async () => {
  await toGrid();
  await app.press(...'gitlab');
  await focusIs('gitlab', ({ name }) => name.startsWith('gitlab, '));
  const open = async () => (await app.all('complementary', 'Detail')).length > 0;
  const was = await open();
  await app.press('Space');
  await app.until('the detail to change', async () => (await open()) !== was);
  await app.press('Space');
  await app.until('the detail to change back', async () => (await open()) === was);
  await app.press('Enter');
  await app.find('tab', 'gitlab');
  await app.press('Control+w');
  await app.gone('tab', 'gitlab');
});

test('a VM is shut down and started by its shortcuts', async () => {
  await toGrid();
  await app.press(...'mail');
  await focusIs('mail', ({ name }) => name.startsWith('mail, '));
  await app.press('Control+Shift+s');
  await app.reads('mail', 'shut off');
  await app.press('Control+Shift+a');
  await app.reads('mail', 'running');
});

test('the palette opens, says when nothing fits, leaves level by level, and gives the focus back', async () => {
  await toGrid();
  await app.press('Control+k');
  const dialog = await app.find('dialog', 'Command palette');
  await app.press(...'xyzzy');
  await app.says('Nothing called ‘xyzzy’.', dialog);
  await app.press('Escape', 'Escape');
  await app.gone('dialog', 'Command palette');
  await focusIs('the row again', ({ role }) => role === 'row');
});
