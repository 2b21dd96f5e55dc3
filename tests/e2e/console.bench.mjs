// What somebody waits for at a console in the real window: `node console.bench.mjs [BYTES]`. Prints one JSON document, times
// in milliseconds as the page's clock counts them. Makes a lab, so it runs as root.
import { setTimeout as pass } from 'node:timers/promises';
import { rmSync } from 'node:fs';
import { ctl, newDataDir, start } from './app.mjs';
import { cpuSeconds } from './cpu.mjs';
import { counter, WATCH_BYTES } from './counted.mjs';
import { connected, guestOf, SLOW_MS, type } from './guest.mjs';
import { labUp } from './lab.mjs';

const RTT_MS = 50;
const TIMES = 8;
const INTERRUPTS = 3;
/** Consoles that are open and stand still, and for how long they are looked at, once they have settled. */
const IDLE = 10;
const IDLE_MS = 30_000;
const SETTLED_MS = 5000;
/** Mode 13h, a bar at its top, and never a sign of life again. */
const STILL = 'b8 13 00 cd 10 b8 00 a0 8e c0 31 ff b9 00 20 b0 0f f3 aa fa f4 eb fc';
const [bytes = `${50 << 20}`] = process.argv.slice(2);

/** From the key that opens a console until its picture has something on it. */
const WATCH_PICTURE = `
  window.pictured = null;
  const lit = () => {
    const canvas = document.querySelector('canvas[role=application]');
    if (!canvas?.width || !canvas.checkVisibility({ visibilityProperty: true })) return false;
    return canvas.getContext('2d').getImageData(0, 0, 200, 40).data.some((value, at) => at % 4 < 3 && value > 60);
  };
  addEventListener('keydown', ({ timeStamp }) => {
    const look = () => {
      if (lit()) window.pictured = performance.now() - timeStamp;
      else requestAnimationFrame(look);
    };
    look();
  }, { capture: true, once: true });
`;

/** From Ctrl+C until the terminal shows that it had an effect. */
const WATCH_INTERRUPT = `
  window.stopped = null;
  const seen = () => document.querySelector('.xterm-rows').innerText.includes('^C');
  addEventListener('keydown', function pressed({ key, timeStamp }) {
    if (key !== 'c') return;
    removeEventListener('keydown', pressed, true);
    const look = () => {
      if (seen()) window.stopped = performance.now() - timeStamp;
      else requestAnimationFrame(look);
    };
    look();
  }, true);
`;

const dataDir = newDataDir();
let lab;
let app;
async function end() {
  await app?.quit();
  await lab?.down();
  rmSync(dataDir, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void end().finally(() => process.exit(1)));

async function closeTab(name) {
  await app.press('Control+Alt', 'Control+w');
  await app.gone('tab', name);
}

async function pictures(name) {
  const times = [];
  for (let time = 0; time < TIMES; time++) {
    await app.click('row', `${name}, *`);
    await app.run(WATCH_PICTURE);
    await app.press('Enter');
    times.push(await app.until('a picture', () => app.run('return window.pictured')));
    await connected(app);
    await closeTab(name);
  }
  return times;
}

async function openLine(name, watch) {
  await app.click('tab', 'Estate');
  await app.click('row', `${name}, *`);
  await app.press('Enter');
  await app.find('tab', name);
  await connected(app);
  if (watch) await app.run(watch);
  await app.click('radio', 'Serial');
  await connected(app);
  await app.run(`document.querySelector('.xterm-helper-textarea').focus()`);
}

async function interrupts() {
  await openLine('box');
  const times = [];
  const shows = (words) =>
    app.until(
      `“${words}”`,
      () => app.run(`return document.querySelector('.xterm-rows').innerText.includes(arguments[0])`, words),
      SLOW_MS,
    );
  for (let time = 0; time < INTERRUPTS; time++) {
    await type(app, `clear; echo ready${time}$((40+2))\n`);
    await shows(`ready${time}42`);
    await type(app, 'yes\n');
    await shows('y\ny\ny\ny\ny\ny\ny\ny\ny\ny\ny\ny\ny\ny\ny\ny');
    await app.run(WATCH_INTERRUPT);
    await app.press('Control+c');
    times.push(await app.until('yes to stop', () => app.run('return window.stopped'), SLOW_MS));
  }
  await closeTab('box');
  return times;
}

async function serial() {
  // it looks for its byte all the time, which takes a core of this computer
  await lab.virsh('a', 'start', 'counter');
  await app.reads('counter', 'running');
  await openLine('counter', WATCH_BYTES);
  await type(app, '\n');
  const look = () => app.run('return window.counted');
  let before = -1;
  // a line that stands still has lost what is missing
  for (;;) {
    const came = await app.until('more to come', async () => {
      const now = await look();
      return now.bytes > before && now;
    });
    before = came.bytes;
    if (before >= Number(bytes)) return came;
  }
}

/** How much of a core the app and its page take. */
async function load() {
  await pass(SETTLED_MS);
  const [before, from] = [cpuSeconds(app.pids()[0]), performance.now()];
  await pass(IDLE_MS);
  return (100_000 * (cpuSeconds(app.pids()[0]) - before)) / (performance.now() - from);
}

async function openTab(name) {
  await app.click('tab', 'Estate');
  await app.reads(name, 'running');
  await app.click('row', `${name}, *`);
  await app.press('Enter');
  await app.find('tab', name);
  await connected(app);
}

/** Consoles of which one is shown, first one that stands still, then one whose cursor blinks. */
async function idle() {
  const none_percent = await load();
  const names = Array.from({ length: IDLE }, (_, at) => `still${at}`);
  for (const name of names) {
    await lab.defineBoot('a', name, STILL);
    await lab.virsh('a', 'start', name);
    await openTab(name);
  }
  const percent = await load();
  await closeTab(names.at(-1));
  await openTab('near');
  const blinking_percent = await load();
  // the others stay where they are: nothing is asked of them any more
  await closeTab('near');
  return { open: IDLE, percent, blinking_percent, none_percent };
}

try {
  lab = await labUp('bench', 'a');
  await lab.run('wan', 'b', `${RTT_MS / 2}`);
  await lab.run('start', 'b');
  await lab.run('guest');
  await lab.define('a', 'near');
  await lab.define('b', 'far');
  await lab.define('a', 'box', ['mem=96', 'tb=32']);
  await lab.defineBoot('a', 'counter', counter(Number(bytes) / 4));
  for (const [host, name] of [
    ['a', 'near'],
    ['b', 'far'],
    ['a', 'box'],
  ])
    await lab.virsh(host, 'start', name);
  await ctl(dataDir, 'connection', 'add', 'here', await lab.run('uri', 'a', 'unix'));
  await ctl(dataDir, 'connection', 'add', 'there', 'qemu+ssh://lab-b/system');
  app = await start({ dataDir, env: lab.env });
  for (const name of ['here', 'there']) await app.find('treeitem', `${name}, Ready*`);
  await guestOf(app, lab, 'box').says('LAB-GUEST-READY');
  const figures = { rtt_ms: RTT_MS, near_ms: await pictures('near'), far_ms: await pictures('far') };
  figures.idle = await idle();
  figures.interrupt_ms = await interrupts();
  const { bytes: came, wrong, longest, took } = await serial();
  figures.serial = { bytes: came, wrong, longest_ms: longest, took_ms: took };
  console.log(JSON.stringify(figures));
} finally {
  await end();
}
