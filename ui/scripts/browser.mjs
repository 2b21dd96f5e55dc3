// Starts the dev server and a headless Chromium for the scripts beside this file.
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

export async function open() {
  const server = await createServer({ server: { port: 0, strictPort: false }, logLevel: 'error' });
  await server.listen();
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
    },
  };
}
