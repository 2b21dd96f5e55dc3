// How often the app runs, and what is left of it when it is killed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { appBinary, start } from './app.mjs';
import { sessionBus } from './lab.mjs';

let bus;
before(async () => {
  bus = await sessionBus();
});
after(() => bus?.end());

const second = (dataDir) =>
  new Promise((ok, fail) => {
    const child = spawn(appBinary, [], {
      env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: bus.address, INNKEEPER_DATA_DIR: dataDir },
      stdio: 'ignore',
      timeout: 20_000,
    });
    child.on('error', fail).on('exit', (code, signal) => ok(code ?? signal));
  });

test('a second start brings the first window to the front, and ends', async () => {
  const env = { DBUS_SESSION_BUS_ADDRESS: bus.address };
  const manager = windowManager();
  const apps = [];
  try {
    const first = await start({ env });
    apps.push(first);
    await first.find('heading', 'Add your first host');
    const other = await start({ env });
    apps.push(other);
    await other.find('heading', 'Add your first host');
    await first.until('the other window to be in front', async () => !(await hasFocus(first)));
    assert.equal(await second(first.dataDir), 0);
    await first.until('the first window to be in front', () => hasFocus(first));
    assert.equal(await hasFocus(other), false);

    await first.minimize();
    await first.until('it to be away', async () => !(await hasFocus(first)));
    assert.equal(await second(first.dataDir), 0);
    await first.until('it to be back', () => hasFocus(first));
  } finally {
    for (const app of apps) await app.quit();
    manager.kill();
  }
});

const hasFocus = (app) => app.run('return document.hasFocus()');

/** Without one no window is in front of another. */
const windowManager = () =>
  spawn('openbox', ['--sm-disable'], { stdio: 'ignore' }).on('error', (error) => {
    throw error;
  });

test('somebody who starts it while it ends has a window again', async () => {
  const app = await start({ env: { DBUS_SESSION_BUS_ADDRESS: bus.address } });
  const [first] = app.pids();
  try {
    await app.find('heading', 'Add your first host');
    await app.find('button', 'Settings');
    await app.press('Control+q').catch(() => undefined);
    void second(app.dataDir);
    await app.until('the first to be gone and another to be there', () => {
      const now = app.pids();
      return now.length === 1 && now[0] !== first;
    });
  } finally {
    await app.kill();
  }
});

test('another data folder is another app, beside the first', async () => {
  const env = { DBUS_SESSION_BUS_ADDRESS: bus.address };
  const first = await start({ env });
  try {
    await first.find('heading', 'Add your first host');
    const other = await start({ env });
    try {
      await other.find('heading', 'Add your first host');
    } finally {
      await other.quit();
    }
  } finally {
    await first.quit();
  }
});

for (const [what, address] of [
  ['without a session bus', ''],
  ['with a session bus that does not answer', 'unix:path=/nonexistent/bus'],
  ['where the session bus is switched off', 'disabled:'],
])
  test(`the window opens ${what}`, async () => {
    const app = await start({ env: { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: '/nonexistent' } });
    try {
      await app.find('heading', 'Add your first host');
    } finally {
      await app.quit();
    }
  });
