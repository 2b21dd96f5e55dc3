// Takes a picture of every gallery page in both themes, both densities and both window sizes.
// Usage: node scripts/pictures.mjs [out-dir] [page…]
import { mkdirSync, readdirSync } from 'node:fs';
import { open } from './browser.mjs';

const [out = 'pictures', ...asked] = process.argv.slice(2);
const pages = asked.length
  ? asked
  : readdirSync(new URL('../gallery/pages', import.meta.url))
      .map((file) => file.replace('.svelte', ''))
      .filter((name) => !['many', 'live'].includes(name));
mkdirSync(out, { recursive: true });
const { browser, url, close } = await open({ built: true });
let bad = 0;
try {
  for (const page of pages) {
    for (const [width, height] of [
      [1280, 800],
      [900, 600],
    ]) {
      for (const [theme, density] of [
        ['light', 'compact'],
        ['dark', 'compact'],
        ['light', 'comfortable'],
      ]) {
        if (density === 'comfortable' && width === 900) continue;
        const tab = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
        tab.on('pageerror', (error) => {
          bad++;
          console.error(`${page}: ${error.message}`);
        });
        tab.on('console', (message) => {
          if (message.type() !== 'error' || message.text().includes('ERR_NETWORK_CHANGED')) return;
          bad++;
          console.error(`${page}: ${message.text()}`);
        });
        for (let left = 3; left > 0; left--) {
          await tab.goto(url(page, { theme, density })).catch(() => undefined);
          const ready = tab.waitForSelector('html[data-ready]', { state: 'attached', timeout: 5000 });
          if (
            await ready.then(
              () => true,
              () => false,
            )
          )
            break;
          if (left === 1) throw new Error(`${page} did not come up`);
        }
        await tab.screenshot({ path: `${out}/${page}-${theme}-${density}-${width}x${height}.png` });
        await tab.close();
      }
    }
  }
} finally {
  await close();
}
console.log(`${pages.length} pages in ${out}${bad ? `, ${bad} errors` : ''}`);
process.exitCode = bad ? 1 : 0;
