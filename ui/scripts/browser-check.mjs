// What only a browser with layout can tell: sizes, sticking, dragging, tooltips and where the focus goes.
// Usage: node scripts/browser-check.mjs. Each check prints one line; the exit code is the number that failed.
import assert from 'node:assert/strict';
import { open } from './browser.mjs';

const { browser, url, close } = await open({ built: true });
const row = (tab, name) => tab.locator('[role=row][data-index]', { hasText: name }).first();
const focused = (tab) => tab.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 40) ?? '');

const checks = {
  'the name stays when the grid scrolls sideways': [
    'grid',
    async (tab) => {
      const heads = tab.locator('[role=columnheader]');
      await heads.nth(1).focus();
      for (let i = 0; i < 40; i++) await tab.keyboard.press('Alt+ArrowRight');
      const name = row(tab, 'gitea').locator('.first');
      const before = (await name.boundingBox()).x;
      await tab.locator('[role=treegrid]').evaluate((grid) => (grid.scrollLeft = 300));
      await tab.waitForTimeout(50);
      assert.equal((await name.boundingBox()).x, before);
      assert.ok((await heads.nth(1).boundingBox()).x < 200);
    },
  ],
  'the head of the group in view sticks and gives way to the next': [
    'grid',
    async (tab) => {
      const grid = tab.locator('[role=treegrid]');
      const top = async (name) => (await row(tab, name).boundingBox()).y - (await grid.boundingBox()).y;
      await grid.evaluate((e) => (e.scrollTop = 100));
      await tab.waitForTimeout(50);
      assert.equal(await top('ams-kvm-01'), 28);
      await grid.evaluate((e) => (e.scrollTop = 240));
      await tab.waitForTimeout(50);
      assert.ok((await top('ams-kvm-01')) < 28);
      assert.equal(await top('ams-kvm-02'), (await top('ams-kvm-01')) + 30);
    },
  ],
  'a column is dragged wider and fitted by a double click': [
    'grid',
    async (tab) => {
      const head = tab.locator('[role=columnheader]', { hasText: 'IP address' });
      const box = await head.boundingBox();
      await tab.mouse.move(box.x + box.width - 8, box.y + 10);
      await tab.mouse.down();
      await tab.mouse.move(box.x + box.width + 72, box.y + 10, { steps: 4 });
      await tab.mouse.up();
      assert.equal((await head.boundingBox()).width, box.width + 80);
      const wide = await head.boundingBox();
      await tab.mouse.dblclick(wide.x + wide.width - 8, wide.y + 10);
      const fitted = (await head.boundingBox()).width;
      assert.ok(fitted > 80 && fitted < box.width + 20, `fitted to ${fitted}`);
      assert.equal(await head.getAttribute('aria-sort'), null);
    },
  ],
  'rows keep their places under the pointer and say how many would move': [
    'live',
    async (tab) => {
      const first = () => tab.locator('[data-index="0"] .first').innerText();
      const before = await first();
      await row(tab, 'db-primary').hover();
      await tab.evaluate(() => window.live.shuffle());
      assert.equal(await first(), before);
      await tab.getByRole('button', { name: /moved, re-sort/ }).click();
      assert.notEqual(await first(), before);
      await tab.evaluate(() => window.live.shuffle());
      const held = await first();
      await tab.mouse.move(5, 5);
      await tab.waitForTimeout(50);
      assert.notEqual(await first(), held);
      assert.equal(await tab.getByRole('button', { name: /moved/ }).count(), 0);
    },
  ],
  'a fast scroll never shows an empty grid': [
    'many',
    async (tab) => {
      await tab.mouse.move(600, 400);
      let empty = 0;
      for (let i = 0; i < 25; i++) {
        await tab.mouse.wheel(0, i % 2 ? 6000 : 1500);
        empty += await tab.evaluate(() => {
          const view = document.querySelector('.grid-clip').getBoundingClientRect();
          return [0.1, 0.5, 0.9].filter(
            (part) => !document.elementFromPoint(300, view.top + view.height * part)?.closest('[data-index]'),
          ).length;
        });
      }
      assert.equal(empty, 0);
    },
  ],
  'keys move through ten thousand rows with the focus in view': [
    'many',
    async (tab) => {
      await tab.locator('[data-index="0"]').click();
      for (const key of ['End', 'PageUp', 'ArrowUp', 'Home', 'PageDown']) {
        await tab.keyboard.press(key);
        await tab.waitForTimeout(30);
        const box = await tab.evaluate(() => document.activeElement.getBoundingClientRect().toJSON());
        assert.ok(box.top >= 28 && box.bottom <= 800, `${key}: ${box.top}`);
      }
    },
  ],
  'a tooltip says why, by pointer and by keyboard, and Esc takes it away': [
    'parts',
    async (tab) => {
      const tip = tab.getByRole('tooltip');
      await tab.getByRole('button', { name: 'Start' }).hover();
      await tip.waitFor();
      assert.equal((await tip.innerText()).trim(), 'All three are running');
      await tab.keyboard.press('Escape');
      assert.equal(await tip.count(), 0);
      await tab.getByRole('button', { name: 'Back' }).focus();
      await tab.keyboard.press('Tab');
      await tab.keyboard.press('Tab');
      await tip.waitFor();
      assert.equal((await tip.innerText()).trim(), 'All three are running');
    },
  ],
  'a menu is left with the focus where it was': [
    'layers',
    async (tab) => {
      const button = tab.getByRole('button', { name: 'Shut down' });
      await button.focus();
      await tab.keyboard.press('Enter');
      await tab.getByRole('menu').waitFor();
      await tab.keyboard.press('Escape');
      await tab.getByRole('menu').waitFor({ state: 'detached' });
      assert.equal(await focused(tab), 'Shut down');
    },
    { open: 'none' },
  ],
  'a disabled entry is reached by the arrows and keeps the menu open': [
    'layers',
    async (tab) => {
      await tab.getByRole('button', { name: 'Shut down' }).click();
      await tab.getByRole('menu').waitFor();
      for (let i = 0; i < 3; i++) await tab.keyboard.press('ArrowDown');
      assert.match(await focused(tab), /Reboot/);
      await tab.keyboard.press('Enter');
      assert.equal(await tab.getByRole('menu').count(), 1);
    },
    { open: 'none' },
  ],
  'a dialog keeps Tab inside and gives the focus back': [
    'layers',
    async (tab) => {
      await tab.getByRole('button', { name: 'Rename…' }).click();
      await tab.getByRole('dialog').waitFor();
      for (let i = 0; i < 6; i++) {
        await tab.keyboard.press('Tab');
        assert.ok(
          await tab.evaluate(() => document.querySelector('[role=dialog]').contains(document.activeElement)),
        );
      }
      await tab.keyboard.press('Escape');
      await tab.getByRole('dialog').waitFor({ state: 'detached' });
      assert.equal(await focused(tab), 'Rename…');
    },
    { open: 'none' },
  ],
  'columns are hidden and moved from the chooser': [
    'layers',
    async (tab) => {
      await tab.getByRole('button', { name: 'Columns' }).click();
      const names = () =>
        tab
          .locator('[data-column]')
          .allInnerTexts()
          .then((all) => all.map((text) => text.trim().split('\n')[0]));
      await tab.locator('[data-column="CPU"] input').focus();
      await tab.keyboard.press('Alt+ArrowUp');
      assert.deepEqual((await names()).slice(0, 3), ['Name', 'CPU', 'State']);
      assert.equal(
        await tab.evaluate(() => document.activeElement.closest('[data-column]')?.dataset.column),
        'CPU',
      );
      await tab.keyboard.press('Space');
      assert.equal(await tab.locator('[data-column="CPU"] input').isChecked(), false);
    },
    { open: 'none' },
  ],
  'the tree and the splitter answer to keys': [
    'frame',
    async (tab) => {
      await tab.getByRole('treeitem', { name: 'ams-kvm-01' }).click();
      await tab.keyboard.press('ArrowLeft');
      await tab.keyboard.press('ArrowLeft');
      assert.equal(await tab.getByRole('treeitem', { name: 'ams-kvm-01' }).count(), 0);
      const line = tab.getByRole('separator', { name: 'Width of the tree' });
      await line.focus();
      await tab.keyboard.press('ArrowRight');
      assert.equal(await line.getAttribute('aria-valuenow'), '240');
      await line.dblclick();
      assert.equal(await line.getAttribute('aria-valuenow'), '224');
    },
  ],
  'at 150 % nothing but the grid scrolls sideways': [
    'frame',
    async (tab) => {
      await tab.setViewportSize({ width: 853, height: 533 });
      await tab.waitForTimeout(100);
      const wide = await tab.evaluate(() =>
        [
          ...document.querySelectorAll(
            'main, nav, .dock, [role=toolbar], [role=toolbar] button, .dock button',
          ),
        ]
          .filter((part) => part.getBoundingClientRect().right > innerWidth + 0.5)
          .map((part) => part.textContent.trim().slice(0, 30) || part.className),
      );
      assert.deepEqual(wide, []);
    },
  ],
};

let failed = 0;
try {
  for (const [name, [page, check, query]] of Object.entries(checks)) {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    tab.setDefaultTimeout(5000);
    try {
      await tab.goto(url(page, { theme: 'light', ...query }));
      await tab.waitForSelector('html[data-ready]', { state: 'attached' });
      await check(tab);
      console.log(`ok    ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAIL  ${name}\n      ${String(error.message).split('\n').slice(0, 6).join('\n      ')}`);
    }
    await tab.close();
  }
} finally {
  await close();
}
process.exitCode = failed;
