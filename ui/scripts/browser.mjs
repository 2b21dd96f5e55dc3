// Starts the dev server and a headless Chromium for the scripts beside this file.
import { chromium } from 'playwright-core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, createServer, preview } from 'vite';

/** `built`: the pages as a production build, which is what may be measured. */
export async function open({ built = false } = {}) {
  const outDir = mkdtempSync(join(tmpdir(), 'gallery-'));
  let server;
  if (built) {
    const input = new URL('../gallery.html', import.meta.url).pathname;
    await build({ logLevel: 'error', build: { outDir, rolldownOptions: { input } } });
    server = await preview({ preview: { port: 0, strictPort: false }, build: { outDir }, logLevel: 'error' });
  } else {
    server = await createServer({ server: { port: 0, strictPort: false }, logLevel: 'error' });
    await server.listen();
  }
  const address = server.httpServer?.address();
  if (!address || typeof address === 'string') throw new Error('the dev server has no port');
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    browser,
    url: (page, query = {}) =>
      `http://127.0.0.1:${address.port}/gallery.html?${new URLSearchParams({ page, ...query })}`,
    close: async () => {
      await browser.close();
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
