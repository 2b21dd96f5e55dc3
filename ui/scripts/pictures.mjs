// Takes a picture of every gallery page in both themes, both densities and both window sizes.
// Usage: node scripts/pictures.mjs [out-dir] [page…]
import { mkdirSync, readdirSync } from 'node:fs';
import { open } from './browser.mjs';

const [out = 'pictures', ...asked] = process.argv.slice(2);
const pages = asked.length
  ? asked
  : readdirSync(new URL('../gallery/pages', import.meta.url))
      .map((file) => file.replace('.svelte', ''))
      .filter((name) => name !== 'bench');
mkdirSync(out, { recursive: true });
const { browser, url, close } = await open();
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
          if (!['error', 'warning'].includes(message.type())) return;
          bad++;
          console.error(`${page}: ${message.text()}`);
        });
        await tab.goto(url(page, { theme, density }));
        await tab.waitForSelector('html[data-ready]');
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
