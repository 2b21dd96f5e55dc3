// Measures the grid: keystroke to painted grid, a batch of live values, a fast scroll, and memory.
// Usage: node scripts/bench.mjs [rows]. The budget is 16 ms at the 95th percentile for 10,000 rows.
import { open } from './browser.mjs';

const rows = process.argv[2] ?? '10000';
const { browser, url, close } = await open({ built: true });
const p = (values, q) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
const show = (name, values) =>
  console.log(
    `${name.padEnd(34)} p50 ${p(values, 0.5).toFixed(1)} ms  p95 ${p(values, 0.95).toFixed(1)} ms  max ${Math.max(...values).toFixed(1)} ms`,
  );
try {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  tab.on('pageerror', (error) => console.error(error.message));
  await tab.goto(url('bench', { rows }));
  await tab.waitForSelector('[role="row"][data-index]');
  const cdp = await tab.context().newCDPSession(tab);
  const heap = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    return (await cdp.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  };
  const measured = await tab.evaluate(async () => {
    const { bench } = window;
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    // Script, style, layout and paint: from the key to the first task after the frame that shows it.
    const timed = async (act) => {
      await frame();
      const start = performance.now();
      act();
      void document.body.offsetHeight;
      const script = performance.now() - start;
      await new Promise((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = done;
        requestAnimationFrame(() => port2.postMessage(0));
      });
      return { script, painted: performance.now() - start };
    };
    const words = [
      'w',
      'we',
      'web',
      'web-',
      'web-1',
      'web-10',
      'web-1',
      'web',
      'w',
      '',
      'm',
      'mail',
      '7',
      '77',
      '',
    ];
    const type = [];
    for (let round = 0; round < 8; round++)
      for (const word of words) type.push(await timed(() => bench.type(word)));
    const update = [];
    for (let i = 0; i < 40; i++) update.push(await timed(() => bench.update(500)));
    const scroller = document.querySelector('[role="treegrid"]');
    const scroll = [];
    let blank = 0;
    for (let i = 0; i < 120; i++) {
      scroll.push(
        await timed(() => {
          scroller.scrollTop += i % 3 ? 900 : 28;
          scroller.dispatchEvent(new Event('scroll'));
          bench.flush();
        }),
      );
      const box = scroller.getBoundingClientRect();
      for (const y of [60, box.height / 2, box.height - 4])
        if (!document.elementFromPoint(box.left + 300, box.top + y)?.closest('[data-index]')) blank++;
    }
    return { type, update, scroll, blank, drawn: document.querySelectorAll('[data-index]').length };
  });
  show(
    'keystroke, script and layout',
    measured.type.map((t) => t.script),
  );
  show(
    'keystroke to painted',
    measured.type.map((t) => t.painted),
  );
  show(
    '500 changed rows, script and layout',
    measured.update.map((t) => t.script),
  );
  show(
    'scroll step, script and layout',
    measured.scroll.map((t) => t.script),
  );
  console.log(
    `blank probes after scroll ${measured.blank}, rows drawn ${measured.drawn}, heap ${(await heap()).toFixed(1)} MiB`,
  );
  process.exitCode =
    p(
      measured.type.map((t) => t.script),
      0.95,
    ) > 16
      ? 1
      : 0;
} finally {
  await close();
}
