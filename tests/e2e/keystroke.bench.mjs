// How fast the real window filters as one types: `node keystroke.bench.mjs DATA_DIR`. The keys are pressed, not made up
// in the page, and each answer is compared with innkeeperctl's, so that nothing fast is wrong. The first keys count too.
import { bench, inPage, listed } from './kept.mjs';

// Typed a key at a time, and taken back a key at a time: names, a tag, fields, an address, what no VM has.
const TYPED = [
  'web-001',
  'team-3',
  'state:running',
  'host:host-2 db',
  '52:54:00:00:1',
  'mem:>4G',
  'nothing has this',
];
const BACKSPACE = '\uE003';

/** Notes for each key how long it took until the grid was right, and until a frame had shown it. */
async function observe() {
  const box = document.querySelector('[role=searchbox]');
  const grid = document.querySelector('[role=treegrid]');
  window.keys = [];
  let began = 0;
  window.addEventListener('keydown', () => (began = performance.now()), true);
  // Outermost and last: what the page's own listeners set off has run when this one is called.
  window.addEventListener('input', () => {
    const since = began;
    queueMicrotask(() => {
      // Not offsetHeight of the body, which WebKit knows without a layout.
      grid.getBoundingClientRect();
      const filtered = performance.now() - since;
      const lines = Number(grid.getAttribute('aria-rowcount')) - 1;
      const names = [...grid.querySelectorAll('[role=row][aria-selected]')].map(
        (row) => row.getAttribute('aria-label').split(', ')[0],
      );
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () =>
          window.keys.push({ text: box.value, filtered, painted: performance.now() - since, lines, names });
        port2.postMessage(0);
      });
    });
  });
}

/** What the grid has to show for a text: what is wrong in it is left out, and only the last word can be. */
async function expected(dataDir, text) {
  const vms = (await listed(dataDir, text)) ?? (await listed(dataDir, text.replace(/\S+\s*$/, '').trim()));
  return {
    lines: vms.length + new Set(vms.map((vm) => vm.connection)).size,
    names: new Set(vms.map((vm) => vm.name)),
  };
}

const [dataDir] = process.argv.slice(2);
await bench(dataDir, async (app) => {
  await app.click('searchbox', 'Filter virtual machines');
  await inPage(app, observe);
  const texts = TYPED.flatMap((word) => {
    const begun = [...word].map((_, i) => word.slice(0, i + 1));
    return [...begun, ...begun.toReversed().slice(1), ''];
  });
  let before = '';
  for (const [i, text] of texts.entries()) {
    await app.press(text.length > before.length ? text.at(-1) : BACKSPACE);
    await app.until(`“${text}” to be painted`, () => app.run('return window.keys.length > arguments[0]', i));
    before = text;
  }
  const keys = await app.run('return window.keys');
  const right = new Map();
  for (const [i, { text, lines, names }] of keys.entries()) {
    if (text !== texts[i]) throw new Error(`“${texts[i]}” was typed, and “${text}” is there`);
    if (!right.has(text)) right.set(text, await expected(dataDir, text));
    const should = right.get(text);
    const stranger = names.find((name) => !should.names.has(name));
    if (lines !== should.lines || stranger || lines > 0 !== names.length > 0)
      throw new Error(`“${text}” shows ${lines} lines with ${stranger ?? names.length}, not ${should.lines}`);
  }
  return {
    filtered_ms: keys.map(({ filtered }) => filtered),
    painted_ms: keys.map(({ painted }) => painted),
  };
});
