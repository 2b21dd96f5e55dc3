// Consoles of many VMs: who may come for one, what is kept of its secrets, what a hostile name can do, the wall of their
// pictures, and a line that says much.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync, watch } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ctl, newDataDir, start } from './app.mjs';
import { counter, WATCH_BYTES } from './counted.mjs';
import { connected, seen, SLOW_MS } from './guest.mjs';
import { labUp } from './lab.mjs';

const SECRETS = { kept: 'Lanternx', changed: 'Candlexy', typed: 'typed-into-the-guest-9431' };
/** Hosts name files after a VM that runs, which bounds its name. */
const LONG = 'long'.repeat(55);
/** What no name should be, and libvirt takes. */
const HOSTILE = {
  markup: `<img src=x onerror="document.title='owned'"><b>bold`,
  'right to left': 'abc\u202egpj.exe\u2066\u05d0\u05d1\u05d2',
  long: LONG,
};
const escaped = (text) => text.replace(/[<>&'"]/g, (c) => `&#${c.charCodeAt(0)};`);
/** As the window shows it: cut, with what could turn a line around made visible. */
const shown = (text) =>
  [...text]
    .slice(0, 60)
    .join('')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** Bytes on a line. */
const MUCH = 5 << 20;
/** Changes a letter with each tick of the timer: mov ax,b800; mov es,ax; sti; hlt; inc byte es:[0]; jmp to hlt. */
const MOVE = 'b800b88ec0fbf426fe060000ebf8';

const dataDir = newDataDir();
const log = `${dataDir}.log`;
let lab;
let app;
before(async () => {
  lab = await labUp('consoles', 'a');
  const bare = ['mem=16', 'machine=pc', 'boot=none'];
  await lab.define('a', 'plain', bare);
  await lab.define('a', 'sealed', bare, (xml) =>
    xml.replace("type='vnc'", `type='vnc' passwd='${SECRETS.kept}'`),
  );
  const odd = Object.values(HOSTILE);
  for (const [at, name] of odd.entries())
    await lab.define('a', `odd${at}`, bare, (xml) =>
      xml.replace(`<name>odd${at}<`, () => `<name>${escaped(name)}<`).replace(/<log file.*?>/, ''),
    );
  await lab.defineBoot('a', 'moving', MOVE);
  await lab.defineBoot('a', 'counter', counter(MUCH / 4));
  for (const name of ['plain', 'sealed', 'moving', 'counter', ...odd]) await lab.virsh('a', 'start', name);
  assert.equal((await ctl(dataDir, 'connection', 'add', 'ams', 'qemu+ssh://lab-a/system')).code, 0);
  app = await start({ dataDir, log, env: { ...lab.env, INNKEEPER_LOG: 'trace' } });
  await app.find('treeitem', 'ams, Ready*');
  await app.reads('plain', 'running');
  // the addresses that the page goes to, and no other way to learn them
  await app.run(`const Plain = window.WebSocket;
    window.addresses = [];
    window.WebSocket = class extends Plain {
      constructor(address, ...rest) { super(address, ...rest); window.addresses.push(address); }
    };`);
});
after(async () => {
  await app?.quit();
  await lab?.down();
  for (const path of [dataDir, log]) rmSync(path, { recursive: true, force: true });
});

/** The addresses, in hex, on which the app listens: all but the web driver's way into it. */
function listeners() {
  const [pid] = app.pids();
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  const driver = environment
    .find((each) => each.startsWith('WEBKIT_INSPECTOR_SERVER='))
    ?.split(':')
    .at(-1);
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return []; // closed meanwhile
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/${pid}/net/${family}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && sockets.has(fields[9]))
      .map((fields) => fields[1])
      .filter((address) => parseInt(address.split(':')[1], 16) !== Number(driver)),
  );
}

/** The status that a client with this token and these headers gets. */
const status = (address, token, ...headers) =>
  new Promise((ok, fail) => {
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname, () =>
      socket.write(
        [
          `GET /${token} HTTP/1.1`,
          'Host: 127.0.0.1',
          'Upgrade: websocket',
          'Connection: Upgrade',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
          ...headers,
          '\r\n',
        ].join('\r\n'),
      ),
    );
    socket.once('data', (answer) => {
      socket.destroy();
      ok(Number(`${answer}`.split(' ')[1]));
    });
    socket.once('error', fail);
  });
const PAGE = 'Origin: tauri://localhost';
const tokenOf = (address) => address.split('/').at(-1);

/** Opens a console as the page does, without going to it. */
async function openUnused(name) {
  const { json } = await ctl(dataDir, 'list', '--offline');
  const { id } = json.vms.find((vm) => vm.name === name);
  await app.run(
    `window.unused = null;
     window.__TAURI_INTERNALS__.invoke('console_open', { request: { id: arguments[0], what: { kind: 'display', index: 0 } } })
       .then(({ url }) => (window.unused = url), (error) => (window.unused = JSON.stringify(error)))`,
    id,
  );
  return app.until('an address', () => app.run('return window.unused'));
}

/** Opens the console of a VM out of the estate. */
async function open(name) {
  await app.click('tab', 'Estate');
  await app.click('row', `${shown(name)}*`);
  await app.press('Enter');
  await app.find('tab', `${shown(name).slice(0, 20)}*`);
}
const closeTab = async () => {
  await app.press('Control+Alt');
  await app.press('Control+w');
};

let unused;
test('nothing listens while no console is open, and one door to this computer when one is', async () => {
  assert.deepEqual(listeners(), []);
  await open('plain');
  await connected(app);
  const doors = listeners();
  assert.equal(doors.length, 1, `${doors}`);
  assert.match(doors[0], /^0100007F:/, 'only this computer comes to it');
});

test('who has no token, a wrong one, a used one, or comes from another page is sent away', async () => {
  const [used] = await app.run('return window.addresses');
  unused = await openUnused('plain');
  assert.match(unused, /^ws:\/\/127\.0\.0\.1:\d+\/[\w-]{22,}$/);
  const token = tokenOf(unused);
  for (const [what, ...request] of [
    ['a used token', tokenOf(used), PAGE],
    ['no token', '', PAGE],
    ['a wrong token', [...token].toReversed().join(''), PAGE],
    ['the beginning of one', token.slice(0, -1), PAGE],
    ['another page', token, 'Origin: https://example.org'],
    ['a page of this computer', token, 'Origin: http://localhost:8080'],
    ['nobody', token, 'Origin: null'],
    ['a program', token],
  ])
    assert.equal(await status(unused, ...request), 403, what);
  assert.equal(await status(unused, token, PAGE), 101, 'the one who is meant');
  assert.equal(await status(unused, token, PAGE), 403, 'a second client');
  unused = await openUnused('plain');
});

// Runs in the page: every visible control that a screen reader could only call “button”.
const NAMELESS = `
  const controls = 'button, a[href], input, textarea, select, canvas[tabindex], ' +
    ['button', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'tab', 'radio', 'checkbox', 'switch', 'combobox',
      'option', 'textbox', 'searchbox', 'application', 'log', 'dialog', 'menu', 'toolbar', 'tablist', 'radiogroup',
      'separator[tabindex]'].map((role) => '[role=' + role.replace('[', '][')).map((each) => each.endsWith(']') ? each : each + ']').join(', ');
  const text = (ids) => ids.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join('');
  const named = (e) =>
    (e.getAttribute('aria-label') ?? '').trim() || text(e.getAttribute('aria-labelledby') ?? '').trim() ||
    [...(e.labels ?? [])].map((label) => label.textContent).join('').trim() ||
    (e.matches('input, textarea, select, canvas, [role=dialog], [role=menu], [role=toolbar], [role=tablist]') ? '' : e.textContent.trim());
  return [...document.querySelectorAll(controls)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('[aria-hidden=true], [inert]') && !named(e))
    .map((e) => e.outerHTML.slice(0, 200));
`;

test('every control of a console has a name', async () => {
  await app.click('tab', 'plain');
  await connected(app);
  const all = async (where) => assert.deepEqual(await app.run(NAMELESS), [], where);
  await all('the display');
  for (const menu of ['Scale: *', 'Send keys', 'Screenshot', 'More']) {
    await app.click('button', menu);
    await app.find('menu');
    await all(menu);
    await app.press('Escape');
    await app.until('the menu to close', async () => !(await app.all('menu')).length);
  }
  await app.click('button', 'Type text');
  await app.find('textbox', 'Text');
  await all('Type text');
  await app.press('Escape');
  await app.gone('textbox', 'Text');
  await app.click('radio', 'Serial');
  await connected(app);
  await app.click('button', 'Search');
  await app.find('textbox', 'Search what was said');
  await all('the line');
  await app.click('button', 'Close search');
  await app.click('radio', 'VNC');
});

test('a password that the host knows opens the display; one that it does not is asked for', async () => {
  await open('sealed');
  await connected(app);
  await seen(app);
  await closeTab();
  const monitor = ['qemu-monitor-command', 'sealed', '--hmp'];
  await lab.virsh('a', ...monitor, `set_password vnc ${SECRETS.changed}`);
  await open('sealed');
  await app.says('The display did not take it.');
  assert.deepEqual(await app.run(NAMELESS), []);
  await app.fill('Password', 'wrong');
  await app.press('Enter');
  await app.says('The display did not take it.');
  await app.fill('Password', SECRETS.changed);
  await app.press('Enter');
  await connected(app);
  await seen(app);
});

test('nothing that is secret is in what the app says, keeps, or starts', async () => {
  await app.click('button', 'Type text');
  await app.fill('Text', SECRETS.typed);
  await app.press('Control+Enter');
  await app.until('the text to be typed', async () => {
    const field = (await app.all('textbox', 'Text'))[0];
    return field && (await app.run('return arguments[0].value', field)) === '';
  });
  await app.press('Escape');
  const addresses = [...(await app.run('return window.addresses')), unused];
  const secrets = [...Object.values(SECRETS), ...addresses.map(tokenOf)];
  const said = readFileSync(log, 'utf8');
  assert.ok(said.includes('DEBUG'), 'it says more than it does for anybody');
  const places = [['the log', said]];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      // QEMU itself is told its password in another way, too
      places.push([`arguments of ${pid}`, readFileSync(`/proc/${pid}/cmdline`, 'utf8')]);
    } catch {
      // it has ended
    }
  for (const name of readdirSync(dataDir, { recursive: true })) {
    const path = join(dataDir, name);
    if (statSync(path).isFile()) places.push([path, readFileSync(path, 'latin1')]);
  }
  for (const [place, text] of places)
    for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in ${place}`);
});

for (const [what, name] of Object.entries(HOSTILE))
  test(`a name that is hostile (${what}) is text in the tab, the title and the console`, async () => {
    await open(name);
    await connected(app);
    await app.find('tab', `${shown(name).slice(0, 20)}*`);
    await app.shot(`console-name-${what.replaceAll(' ', '-')}`);
    assert.equal(await app.run(`return document.querySelectorAll('img, [onerror]').length`), 0);
    assert.doesNotMatch(await app.run(`return document.title`), /owned|\u202e/);
    // what cannot be scrolled to by hand may be there nevertheless
    const sticks = `return [...document.querySelectorAll('header, [role=tab], [role=toolbar] > *, footer')]
      .filter((each) => each.getBoundingClientRect().right > innerWidth).map((each) => each.outerHTML.slice(0, 200))`;
    assert.deepEqual(await app.run(sticks), [], 'nothing is pushed out of the window');
    await closeTab();
  });

/** The pictures of screens that a host takes: QEMU writes each into a file, which is gone when it was read. */
function takenOn(host) {
  const folder = join(lab.state, host, 'lib/qemu');
  const files = new Set();
  const taken = { count: 0, most: 0, now: () => files.size };
  const look = (event, name) => {
    // made and removed; what is written into it is none of them
    if (event !== 'rename' || !name?.startsWith('qemu.screendump')) return;
    if (files.delete(name)) return;
    files.add(name);
    taken.count += 1;
    taken.most = Math.max(taken.most, files.size);
  };
  const watchers = readdirSync(folder)
    .filter((name) => name.startsWith('domain-'))
    .map((name) => watch(join(folder, name), look));
  taken.close = () => watchers.forEach((watcher) => watcher.close());
  return taken;
}
const tile = (name) =>
  app.run(`return document.querySelector('[aria-label^="' + arguments[0] + ' on"] img')?.src ?? ''`, name);

let taken;
test('the wall shows every screen, again and again what moves, and asks a host for two at a time', async () => {
  taken = takenOn('a');
  await app.click('tab', 'Estate');
  await app.press('Control+g', 'w');
  await app.find('tab', 'Screens');
  const before = await app.until('a picture', () => tile('moving'));
  await app.until('another picture', async () => (await tile('moving')) !== before);
  const without = `return [...document.querySelectorAll('ul[aria-label=Screens] button')]
    .filter((each) => !each.querySelector('img')).map((each) => each.getAttribute('aria-label'))`;
  await app.until('a picture of each', async () => !(await app.run(without)).length);
  assert.deepEqual(await app.run(NAMELESS), []);
  await app.shot('console-wall');
  assert.ok(taken.count >= 7, `${taken.count} pictures`);
  assert.ok(taken.most <= 2, `${taken.most} at once`);
  await closeTab();
  await app.gone('tab', 'Screens');
  await app.until('the last picture to come', () => taken.now() === 0);
  taken.count = 0;
});

test('five megabytes on a line come to the last byte, and the window answers meanwhile', async () => {
  await open('counter');
  await connected(app);
  await app.run(WATCH_BYTES);
  await app.click('radio', 'Serial');
  await connected(app);
  await app.run(`document.querySelector('.xterm-helper-textarea').focus()`);
  await app.press('Enter');
  const counted = () => app.run('return window.counted');
  await app.until('the line to speak', async () => (await counted()).bytes > 0);
  await app.click('button', 'Search');
  await app.fill('Search what was said', 'nothing');
  await app.click('button', 'Close search');
  assert.ok((await counted()).bytes < MUCH, 'it goes on meanwhile');
  await app.until('all of it', async () => (await counted()).bytes >= MUCH, SLOW_MS);
  const { bytes, wrong } = await counted();
  assert.deepEqual({ bytes, wrong }, { bytes: MUCH, wrong: 0 });
  assert.equal(taken.count, 0, 'no picture is taken for a wall that nobody sees');
  taken.close();
  await closeTab();
});

test('a token that nobody comes with runs out, and the door closes after the last console', async () => {
  await app.click('tab', 'sealed');
  await app.find('application', 'sealed*');
  await closeTab();
  await app.click('tab', 'plain');
  await app.find('application', 'plain*');
  await closeTab();
  await app.until('the door to close', () => listeners().length === 0, 40_000);
  await assert.rejects(status(unused, tokenOf(unused), PAGE), /ECONNREFUSED/);
});
