import { defineConfig, type Plugin } from 'vite';

/** What the first module loads as soon as it knows that there is a film to show. */
const PLAYER = ['viewing', 'hls'];

/** The player comes beside the first module, which asks for the playlist meanwhile, and not after it. */
const playerBeside: Plugin = {
  name: 'player-beside',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle = {} }) =>
      Object.values(bundle)
        .filter((file) => file.type === 'chunk' && PLAYER.includes(file.name))
        .map(({ fileName }) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${fileName}` },
          injectTo: 'head' as const,
        })),
  },
};

/** A module that is loaded later is loaded, and nothing else: Vite's own way knows more, and weighs a kilobyte in the first file. */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) => (id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = (load) => load();' : undefined),
};

// The viewer's page: static files for `watch/` of any destination. Paths are relative, so that it works wherever it is
// put, and nothing is inlined, so that its content security policy needs no exception.
export default defineConfig({
  root: 'watch',
  base: './',
  publicDir: false,
  plugins: [playerBeside, plainImports],
  build: {
    outDir: '../dist-watch',
    emptyOutDir: true,
    target: ['safari15', 'chrome90', 'firefox90'],
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // Its own file, so that a new page does not make viewers load it again.
      output: { codeSplitting: { groups: [{ name: 'hls', test: /node_modules\/hls\.js\/dist\/hls\.m?js/ }] } },
    },
  },
});
