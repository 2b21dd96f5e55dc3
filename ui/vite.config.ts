import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/**
 * noVNC waits, while it is read, for the browser to decode a film. WebKit gives whoever asks for a module meanwhile one that
 * is not there yet (its bug 242740): the second of two consoles would have nothing to draw it. No display that we
 * show sends films of that kind.
 */
function noWaitingWhileRead(): Plugin {
  const waits = 'supportsWebCodecsH264Decode = await _checkWebCodecsH264DecodeSupport();';
  return {
    name: 'no-waiting-while-read',
    transform: {
      filter: { id: /@novnc\/novnc\/core\/util\/browser\.js/ },
      handler(code) {
        if (!code.includes(waits)) this.error('noVNC waits for something else while it is read');
        return code.replace(waits, '');
      },
    },
  };
}

// The gallery pages are for `npm run dev` only: the build has two pages, that of the main window and that of a console's own.
export default defineConfig({
  plugins: [svelte(), noWaitingWhileRead()],
  root: fileURLToPath(new URL('.', import.meta.url)),
  clearScreen: false,
  server: { port: 1420, strictPort: true, host: '127.0.0.1' },
  preview: { port: 4173, strictPort: true, host: '127.0.0.1' },
  build: {
    target: 'safari16.4',
    outDir: 'dist',
    rolldownOptions: {
      input: ['index.html', 'console.html'].map((page) => fileURLToPath(new URL(page, import.meta.url))),
    },
    emptyOutDir: true,
    sourcemap: false,
    // The content security policy allows files of our own only, so nothing may become a data: URL.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['@testing-library/svelte/vitest'],
  },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : undefined,
});
