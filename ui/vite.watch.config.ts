import { defineConfig } from 'vite';

// The viewer's page: static files for `watch/` of any destination. Paths are relative, so that it works wherever it is
// put, and nothing is inlined, so that its content security policy needs no exception.
export default defineConfig({
  root: 'watch',
  base: './',
  publicDir: false,
  build: {
    outDir: '../dist-watch',
    emptyOutDir: true,
    target: ['safari15', 'chrome90', 'firefox90'],
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 700,
  },
});
