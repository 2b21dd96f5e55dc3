// What the benches of the page share: the real window on an estate it has kept, and work done inside its page.
// A bench prints one JSON document on stdout, times in milliseconds as the page's clock counts them.
import { ctl, start } from './app.mjs';

const LONGEST_MS = 180_000;

/** Runs a bench in the window on the estate of `dataDir`, and prints what it returns. */
export async function bench(dataDir, measure) {
  const app = await start({ dataDir });
  try {
    const vms = (await listed(dataDir)).length;
    await app.until('every row', () =>
      app.run(
        `return Number(document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount')) > arguments[0]`,
        vms,
      ),
    );
    await app.find('searchbox', 'Filter virtual machines');
    console.log(JSON.stringify(await measure(app)));
  } finally {
    await app.quit();
  }
}

/** What innkeeperctl lists of the estate; null when it refuses the search. */
export async function listed(dataDir, query = '') {
  const { code, json, stderr } = await ctl(
    dataDir,
    'list',
    '--offline',
    ...(query === '' ? [] : [`--search=${query}`]),
  );
  if (code === 0) return json.vms;
  if (json?.error) return null;
  throw new Error(`innkeeperctl list --search=${query}: ${stderr}`);
}

/** Runs a function in the page and waits for what it resolves to. */
export async function inPage(app, work, ...args) {
  await app.run(
    `window.measured = null;
     (${work})(...arguments).then((value) => (window.measured = { value }), (error) => (window.measured = { error: String(error) }))`,
    ...args,
  );
  const { value, error } = await app.until(
    'the measurement',
    () => app.run('return window.measured'),
    LONGEST_MS,
  );
  if (error) throw new Error(error);
  return value;
}
