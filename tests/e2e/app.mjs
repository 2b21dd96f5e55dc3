// The real app under test: starts it by tauri-driver with a data folder of its own, and finds things
// in its window by role and accessible name, as a screen reader's user would.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const target = process.env.INNKEEPER_TARGET ?? join(root, 'target/debug');
export const appBinary = process.env.INNKEEPER_APP ?? join(target, 'innkeeper');
export const ctlBinary = process.env.INNKEEPER_CTL ?? join(target, 'innkeeperctl');

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const PATIENCE_MS = Number(process.env.INNKEEPER_PATIENCE_MS ?? 30_000);

const freePort = () =>
  new Promise((ok) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => ok(port));
    });
  });

const listens = (port) =>
  new Promise((ok) => {
    const socket = connect(port, '127.0.0.1', () => ok(socket.destroy())).on('error', () => ok(false));
  });

/** Waits for a condition, looking again after each frame's time. The only waiting there is. */
export async function until(what, condition, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  let last;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${patience} ms for ${what}; last: ${last}`);
    await new Promise((ok) => setTimeout(ok, 30));
  }
}

/** Runs innkeeperctl against a data folder; resolves to { code, json, stderr }. */
export function ctl(dataDir, ...args) {
  return new Promise((ok, fail) => {
    const child = spawn(ctlBinary, [...args, '--json'], {
      env: { ...process.env, INNKEEPER_DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('error', fail);
    child.on('close', (code) => {
      try {
        ok({ code, json: stdout ? JSON.parse(stdout) : null, stderr });
      } catch {
        fail(new Error(`not one JSON document: ${stdout}\n${stderr}`));
      }
    });
  });
}

// Runs in the page: every visible element of a role, with its accessible name.
const FIND = `
  const [role, name, within] = arguments;
  const implied = { button: 'button,[role=button]', heading: 'h1,h2,h3,h4,[role=heading]',
    textbox: 'input:not([type=checkbox]):not([type=radio]):not([type=file]),textarea,[role=textbox]',
    searchbox: 'input[type=search],[role=searchbox]',
    checkbox: 'input[type=checkbox],[role=checkbox]', main: 'main,[role=main]',
    navigation: 'nav,[role=navigation]', complementary: 'aside,[role=complementary]',
    region: 'section[aria-label],section[aria-labelledby],[role=region]',
    dialog: 'dialog[open],[role=dialog],[role=alertdialog]' };
  const nameOf = (e) => {
    const ids = e.getAttribute('aria-labelledby');
    if (ids) return ids.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    if (e.getAttribute('aria-label')) return e.getAttribute('aria-label');
    if (e.labels?.length) return [...e.labels].map((l) => l.textContent).join(' ');
    return e.textContent || e.getAttribute('title') || e.getAttribute('placeholder') || '';
  };
  const scope = within ?? document;
  return [...scope.querySelectorAll(implied[role] ?? '[role=' + role + ']')].filter((e) => {
    const text = nameOf(e).replace(/\\s+/g, ' ').trim();
    const right = name === null || text === name || (name.length > 1 && name.endsWith('*') && text.startsWith(name.slice(0, -1)));
    return right && e.getClientRects().length > 0 && e.closest('[inert]') === null;
  });
`;

const LABELS = `return [...document.querySelectorAll('[role=row][aria-label]')]
  .map((row) => row.getAttribute('aria-label')).filter((label) => label.startsWith(arguments[0]))`;

function isAppOf(pid, dataDir) {
  try {
    return (
      readFileSync(`/proc/${pid}/comm`, 'utf8') === 'innkeeper\n' &&
      readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`INNKEEPER_DATA_DIR=${dataDir}`)
    );
  } catch {
    return false; // it has ended meanwhile
  }
}

/** Starts the app. `env` may point ssh at the lab; `args` go to the app; `log` is a file that gets what it says. */
export async function start({ dataDir: given, env = {}, args = [], log } = {}) {
  const dataDir = given ?? newDataDir();
  const [port, nativePort] = [await freePort(), await freePort()];
  const profile = mkdtempSync(join(tmpdir(), 'ik-web-'));
  const driver = process.env.TAURI_DRIVER ?? 'tauri-driver';
  // a process group of its own: WebKitWebDriver is a child of tauri-driver and must go with it
  const child = spawn(driver, ['--port', `${port}`, '--native-port', `${nativePort}`], {
    detached: true,
    stdio: ['ignore', 'inherit', log ? openSync(log, 'a') : 'inherit'],
    env: {
      ...process.env,
      INNKEEPER_DATA_DIR: dataDir,
      XDG_CACHE_HOME: join(profile, 'cache'),
      XDG_CONFIG_HOME: join(profile, 'config'),
      XDG_DATA_HOME: join(profile, 'data'),
      ...env,
    },
  });
  const call = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body ? JSON.stringify(body) : undefined,
      // tauri-driver never answers for an app that ended while it started
      signal: AbortSignal.timeout(2 * PATIENCE_MS),
    });
    const { value } = await answer.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  // tauri-driver passes on to WebKitWebDriver, and fails while that is not there yet
  for (const each of [port, nativePort]) await until('the web driver', () => listens(each));
  const session = await until('the app', () =>
    call('POST', '/session', {
      capabilities: {
        alwaysMatch: { browserName: 'wry', 'tauri:options': { application: appBinary, args } },
      },
    }),
  );
  const base = `/session/${session.sessionId}`;
  const run = (script, ...args) => call('POST', `${base}/execute/sync`, { script, args });

  const all = (role, name = null, within = null) => run(FIND, role, name, within);
  const find = (role, name = null, within = null) =>
    until(`${role} “${name ?? ''}”`, async () => (await all(role, name, within))[0]);
  // a layer that is just closing still covers what is under it
  const reachable = (name, act) => until(`“${name}” to be reachable`, () => act().then(() => true));
  const app = {
    dataDir,
    run,
    all,
    find,
    until,
    gone: (role, name) => until(`${role} “${name}” to go`, async () => !(await all(role, name)).length),
    click: async (role, name, within) => {
      const element = await find(role, name, within);
      await reachable(name, () => call('POST', `${base}/element/${element[ELEMENT]}/click`, {}));
      return element;
    },
    doubleClick: async (role, name, within) => {
      const press = [{ type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }];
      // found anew each time: a row that has just been drawn again is another element
      await reachable(name, async () => {
        const at = { type: 'pointerMove', origin: await find(role, name, within), x: 0, y: 0, duration: 0 };
        const actions = [at, ...press, ...press];
        await call('POST', `${base}/actions`, { actions: [{ type: 'pointer', id: 'mouse', actions }] });
      });
    },
    /** Clicks an element while a key such as Control is held. */
    clickWith: async (key, element) => {
      const at = { type: 'pointerMove', origin: element, x: 0, y: 0, duration: 0 };
      const pause = { type: 'pause' };
      await call('POST', `${base}/actions`, {
        actions: [
          {
            type: 'key',
            id: 'keyboard',
            actions: [
              pause,
              { type: 'keyDown', value: KEYS[key] },
              pause,
              pause,
              { type: 'keyUp', value: KEYS[key] },
            ],
          },
          {
            type: 'pointer',
            id: 'mouse',
            actions: [at, pause, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }, pause],
          },
        ],
      });
    },
    /** A row of the estate by its VM's name. Only rows that are drawn are found. */
    row: (name) => find('row', `${name}, *`),
    /** Waits until the row of a VM reads so to a screen reader: `web-01, running…`. */
    reads: (name, words) =>
      until(`${name} to read “${words}”`, async () => {
        const labels = await run(LABELS, `${name}, `);
        return labels.some((label) => label.includes(words)) && labels[0];
      }),
    /** The names of the VMs whose rows are drawn, in order. */
    names: () =>
      run(
        `return [...document.querySelectorAll('[role=treegrid] [role=row][aria-label][aria-selected]')]
          .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex).map((row) => row.getAttribute('aria-label').split(', ')[0])`,
      ),
    /** Waits for words to stand somewhere in the window. */
    says: (words, within = null) =>
      until(`the window to say “${words}”`, () =>
        run(
          `return (arguments[1] ?? document.body).innerText.replace(/\\s+/g, ' ').includes(arguments[0])`,
          words,
          within,
        ),
      ),
    /** Whether a part of the window has the focus, and what has it there. */
    focused: () =>
      run(`const e = document.activeElement;
        return { role: e.getAttribute('role') ?? e.tagName.toLowerCase(), name: e.getAttribute('aria-label') ?? e.textContent.trim(),
          part: e.closest('[role=treegrid],[role=tree],header,aside,[role=toolbar],[role=tablist],[role=dialog]')?.getAttribute('aria-label') ?? null }`),
    /** Why a disabled control cannot be used, as a screen reader tells it. */
    reason: (element) =>
      run(
        `return arguments[0].getAttribute('aria-disabled') === 'true'
          ? document.getElementById(arguments[0].getAttribute('aria-describedby'))?.textContent ?? '' : null`,
        element,
      ),
    fill: async (name, text) => {
      const element = await find('textbox', name);
      await reachable(name, () => call('POST', `${base}/element/${element[ELEMENT]}/clear`, {}));
      if (text !== '') await call('POST', `${base}/element/${element[ELEMENT]}/value`, { text });
    },
    /** Presses keys one after another; 'Control+k' holds the first while the last is pressed. */
    press: async (...chords) => {
      for (const chord of chords) {
        const keys = chord.length > 1 ? chord.split('+').map((key) => KEYS[key] ?? key) : [chord];
        const actions = [
          ...keys.map((value) => ({ type: 'keyDown', value })),
          ...keys.toReversed().map((value) => ({ type: 'keyUp', value })),
        ];
        await call('POST', `${base}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
      }
    },
    text: (element) => run(`return arguments[0].innerText.replace(/\\s+/g, ' ').trim()`, element),
    attribute: (element, name) => call('GET', `${base}/element/${element[ELEMENT]}/attribute/${name}`),
    resize: (width, height) => call('POST', `${base}/window/rect`, { width, height }),
    /** The windows that are open, the one that was opened first being the first. */
    windows: () => call('GET', `${base}/window/handles`),
    /** Everything from now on is about another window. */
    toWindow: (handle) => call('POST', `${base}/window`, { handle }),
    minimize: () => call('POST', `${base}/window/minimize`, {}),
    shot: async (name) => {
      const file = join(root, 'tests/out', `${name}.png`);
      mkdirSync(dirname(file), { recursive: true });
      // WebKit answers with the next frame, and a window at rest draws none
      await run(`window.drawing = setInterval(() => {
        document.body.style.outline = document.body.style.outline ? '' : '1px solid transparent';
      }, 50)`);
      writeFileSync(file, Buffer.from(await call('GET', `${base}/screenshot`), 'base64'));
      await run(`clearInterval(window.drawing); document.body.style.outline = ''`);
      return file;
    },
    /** The app's process, and none when it has ended. */
    pids: () =>
      readdirSync('/proc')
        .filter((pid) => /^\d+$/.test(pid) && isAppOf(pid, dataDir))
        .map(Number),
    /** Quits the app as its user does, and waits until it has ended. */
    close: async () => {
      // the window's keys are there with its menu
      await find('button', 'Settings');
      await app.press('Control+q').catch(() => {});
      await until('the app to end', () => app.pids().length === 0);
      await app.quit();
    },
    /** Ends the app as a power cut does: nothing gets to tidy up. */
    kill: async () => {
      for (const pid of app.pids()) process.kill(pid, 'SIGKILL');
      await app.quit();
    },
    /** Ends the app as a user's quit does, and everything around it. */
    quit: async () => {
      await call('DELETE', base).catch(() => {});
      try {
        process.kill(-child.pid, 'SIGTERM');
      } catch {
        // it had ended already
      }
      // what the app writes while it ends may come between
      for (const folder of given ? [profile] : [profile, dataDir])
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
  return app;
}

const KEYS = {
  Control: '\uE009', Shift: '\uE008', Alt: '\uE00A', Enter: '\uE007', Escape: '\uE00C', Tab: '\uE004',
  Space: ' ', Delete: '\uE017', Up: '\uE013', Down: '\uE015', Left: '\uE012', Right: '\uE014',
  Home: '\uE011', End: '\uE010', F2: '\uE032', F6: '\uE036', F8: '\uE038', F10: '\uE03A',
};

/** A new empty data folder, removed by the caller. */
export const newDataDir = () => mkdtempSync(join(tmpdir(), 'ik-'));
export const exists = existsSync;
