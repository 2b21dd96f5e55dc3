// What goes wrong with the app's own files, and what hosts may name their VMs: the window stays, says so, and
// loses nothing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ctl, newDataDir, root, start } from './app.mjs';

const INVENTORY = 'inventory.sqlite3';
const estate = join(root, 'src-tauri/demo/berlin-02.xml');

const folders = [];
after(() => {
  for (const folder of folders)
    rmSync(folder, {
      recursive: true,
      force: true,
      maxRetries: 5,
      retryDelay: 50,
    });
});

/** A data folder with one host that has been read. */
async function estateIn(dataDir = newDataDir(), name = 'berlin', file = estate) {
  folders.push(dataDir);
  const added = await ctl(dataDir, 'connection', 'add', name, `test://${file}`);
  assert.equal(added.code, 0, added.stderr);
  const synced = await ctl(dataDir, 'sync', '--details');
  assert.equal(synced.code, 0, synced.stderr);
  return dataDir;
}

const setAside = (dataDir) => readdirSync(dataDir).filter((name) => name.endsWith('.bad'));

/** Leaves garbage where a table's pages were: the file is ours, and cannot be read. */
function damage(file) {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4096);
  writeFileSync(file, bytes);
}

/** A later release has raised the number of the schema, which stands at byte 60. */
function fromNewerRelease(file) {
  const bytes = readFileSync(file);
  bytes.writeInt32BE(9999, 60);
  writeFileSync(file, bytes);
}

for (const [what, spoil, said] of [
  ['damaged', damage, 'The inventory file was damaged and set aside as'],
  [
    'overwritten with something else',
    (file) => writeFileSync(file, 'not a database\n'.repeat(500)),
    'The inventory file was damaged and set aside as',
  ],
  ['from a newer release', fromNewerRelease, 'The inventory of a newer Innkeeper was set aside as'],
])
  test(`an inventory that is ${what} is set aside, and the window says so`, async () => {
    const dataDir = await estateIn();
    spoil(join(dataDir, INVENTORY));
    const spoiled = readFileSync(join(dataDir, INVENTORY));
    const app = await start({ dataDir });
    try {
      await app.says(said);
      const [name, ...others] = setAside(dataDir);
      assert.deepEqual(others, []);
      await app.says(name);
      assert.deepEqual(readFileSync(join(dataDir, name)), spoiled, 'nothing of it was changed or deleted');
      await app.shot(`faults-${what.replaceAll(' ', '-')}`);
    } finally {
      await app.quit();
    }
  });

test(
  'a full disk is said, the window goes on, and room makes it well again',
  {
    skip: process.getuid() !== 0 && 'only root may mount a small file system',
  },
  async () => {
    const dataDir = newDataDir();
    folders.push(dataDir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', dataDir]);
    let app;
    try {
      await estateIn(dataDir);
      app = await start({ dataDir });
      await app.reads('erp-prod', 'live');
      const ballast = join(dataDir, 'ballast');
      fill(ballast);
      await app.until('the window to say that nothing is kept', async () => {
        await refresh(app);
        return (await app.all('status', 'Nothing is being saved.*')).length > 0;
      });
      await app.says('the disk of this computer is full.');
      await app.click('row', 'erp-test, *');
      await app.click('button', 'Start');
      await app.says('Could not start erp-test');
      await app.shot('faults-full-disk');

      rmSync(ballast);
      await app.gone('status', 'Nothing is being saved.*');
      await app.shot('faults-room-again');
      await app.click('button', 'Start');
      await app.reads('erp-test', 'running');
    } finally {
      await app?.quit();
      execFileSync('umount', ['--lazy', dataDir]);
    }
  },
);

/** Fills the disk to the last byte. */
function fill(file) {
  const out = openSync(file, 'a');
  for (const size of [1 << 20, 1 << 12, 1])
    try {
      for (;;) writeSync(out, Buffer.alloc(size));
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
  closeSync(out);
}

/** Reads the host again: what was seen is kept with its time. */
async function refresh(app) {
  await app.click('treeitem', 'berlin, *');
  await app.press('Control+r');
}

/** What no name should be, and libvirt takes. Ends up in XML, so it is escaped there. */
const HOSTILE = {
  markup: `<img src=x onerror="document.title='owned'"><b>bold`,
  quotes: `a"b'c\`d\\e&amp;f;g`,
  'right-to-left': 'abc\u202egpj.exe\u2066\u05d0\u05d1\u05d2',
  emoji: '👩‍👩‍👧‍👦🇩🇪 e\u0301\u0301\u0301\u0301',
};
const HUGE = 'x<b>&"y😀'.repeat(100_000);

const escaped = (text) => text.replace(/[<>&'"]/g, (c) => `&#${c.charCodeAt(0)};`).replaceAll('\n', '&#10;');

const vm = (name, title, description) => `
  <domain type='test'>
    <name>${escaped(name)}</name>
    <title>${escaped(title)}</title>
    <description>${escaped(description)}</description>
    <metadata>
      <innkeeper:tags xmlns:innkeeper='https://innkeeper.dev/xmlns/tags/1'>
        <innkeeper:tag>${escaped(title)}</innkeeper:tag>
      </innkeeper:tags>
    </metadata>
    <memory unit='GiB'>1</memory>
    <os><type>hvm</type></os>
  </domain>`;

/** As the window shows it: cut, with what could turn a line around made visible. */
const shown = (text) =>
  [...text]
    .slice(0, 60)
    .join('')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** Notes the longest time in which the page could do nothing. */
const WATCH = `
  let last = performance.now();
  window.longest = 0;
  setInterval(() => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - last);
    last = now;
  }, 10);
`;

test('hostile and huge names are text wherever they stand, and the window stays quick', async () => {
  const dataDir = newDataDir();
  const file = join(dataDir, 'estate.xml');
  const odd = Object.values(HOSTILE).map((text) => vm(text, text, `${text}\n${text}`));
  writeFileSync(file, `<node>${odd.join('')}${vm(`huge ${HUGE}`, HUGE, HUGE)}</node>`);
  const host = `<b>host <img src=x onerror="document.title='owned'"> & ${HOSTILE['right-to-left']}`;
  await estateIn(dataDir, host, file);
  const app = await start({ dataDir });
  try {
    await app.says('Ready');
    await app.until('every row', async () => (await app.names()).length === 5);
    await app.run(WATCH);
    const detail = await app.find('complementary', 'Detail');
    for (const text of [...Object.values(HOSTILE), `huge ${HUGE}`]) {
      const name = shown(text);
      await app.click('row', `${name}*`);
      await app.says(name, detail);
      await app.click('tab', 'Hardware', detail);
      await app.says('Hypervisor', detail);
      await app.click('tab', 'XML', detail);
      await app.says('<domain', detail);
      await app.click('tab', 'History', detail);
      await app.says('No changes recorded since', detail);
      await app.click('tab', 'Overview', detail);

      await app.click('button', 'Edit title', detail);
      await app.fill('title', 'Harmless');
      await app.press('Enter');
      await app.says('Harmless', detail);
      await app.click('tab', 'History', detail);
      await app.says('First seen', detail);
      await app.says('<title>Harmless</title>', detail);
      await app.click('tab', 'Overview', detail);

      await app.press('Control+k');
      const palette = await app.find('dialog', 'Command palette');
      await app.press(...name.slice(0, 4));
      await app.says(name, palette);
      await app.until('the palette to close', async () => {
        await app.press('Escape');
        return (await app.all('dialog', 'Command palette')).length === 0;
      });

      await app.doubleClick('row', `${name}*`);
      await app.find('tab', `${name.slice(0, 8)}*`);
      await app.click('tab', 'Estate');
    }
    await app.shot('faults-names');
    assert.equal(await app.run(`return document.title`), 'Innkeeper');
    assert.equal(await app.run(`return document.querySelectorAll('img').length`), 0);
    const longest = Math.round(await app.run('return window.longest'));
    assert.ok(longest < 2000, `the page could do nothing for ${longest} ms`);
  } finally {
    await app.quit();
  }
});
