import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

// Two pages come out of one source: the window itself, and the gallery of its parts (`npm run gallery`), which is never shipped.
export default defineConfig(({ mode }) => ({
  plugins: [
    // The tests find the catalogue compiled (`npm run words`); the plugin's watch over it would keep them from ending.
    mode === 'test'
      ? undefined
      : paraglideVitePlugin({
          project: './project.inlang',
          outdir: './src/words/catalogue',
          strategy: ['globalVariable', 'baseLocale'],
          emitTsDeclarations: true,
        }),
    tailwindcss(),
    svelte(),
    svelteTesting(),
  ],
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: {
    outDir: mode === 'gallery' ? 'dist-gallery' : 'dist',
    // The oldest web views in use: WebKitGTK 2.40 and Safari 16.
    target: ['safari16', 'chrome111'],
    // Smaller by a twentieth than the quick default; what a player's library would say in a console is heard by nobody.
    minify: 'terser',
    terserOptions: { module: true, ecma: 2020, compress: { passes: 3, unsafe_arrows: true, drop_console: true } },
    rollupOptions: { input: mode === 'gallery' ? 'gallery.html' : 'index.html' },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    exclude: ['watch/**', 'node_modules/**'],
    setupFiles: ['src/test-setup.ts'],
    // A screen of thousands of rows is judged by axe: on a busy machine that takes longer than the five seconds of before.
    testTimeout: 30_000,
  },
}));
