import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The gallery pages are for `npm run dev` only: the build has two pages, that of the main window and that of a console's own.
export default defineConfig({
  plugins: [svelte()],
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
