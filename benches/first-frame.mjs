// From a film's drop to its first frame in a player: publishes FILE to the local destination and opens its signed link with
// hls.js in Chromium as soon as there is one.  node benches/first-frame.mjs PROGRAM DATA FILE [PRESET]
// Prints {playable, link, frame}: seconds since the publishing process was started.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ui = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../ui');
const require = createRequire(path.join(ui, 'package.json'));
const { chromium } = require('playwright-core');
const player = readFileSync(require.resolve('hls.js/dist/hls.min.js'), 'utf8');

const [program, data, film, preset = 'balanced'] = process.argv.slice(2);
const screener = (...words) => [program, ['--data-dir', data, '--key-store', 'keychain', '--json', ...words]];
const quiet = { stdio: ['ignore', 'pipe', 'inherit'] };

// What stands open before a creator drops anything: the edge, the browser, a page with a player.
const edge = spawn(...screener('serve'), quiet);
await once(createInterface({ input: edge.stdout }), 'line');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
});
const server = createServer((_, answer) => {
  answer.setHeader('content-type', 'text/html');
  answer.end(`<!doctype html><video muted></video><script>${player}</script>`);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);

const began = performance.now();
const since = () => (performance.now() - began) / 1000;
const publish = spawn(...screener('publish', film, '--preset', preset), quiet);
try {
  const found = await new Promise((resolve, reject) => {
    createInterface({ input: publish.stdout }).on('line', (line) => {
      const event = JSON.parse(line);
      if ((event.event === 'progress' && event.playable) || event.event === 'published') resolve(event);
    });
    publish.once('exit', (code) => reject(new Error(`publishing ended with ${code} before anything could be played`)));
  });
  const playable = since();
  const link = JSON.parse(execFileSync(...screener('link', found.id)).toString()).link;
  const linked = since();
  const frame = await page.evaluate(async (url) => {
    const film = document.querySelector('video');
    const shown = new Promise((resolve) => film.requestVideoFrameCallback((_, { width }) => resolve(width)));
    const hls = new window.Hls();
    hls.on(window.Hls.Events.MANIFEST_PARSED, () => film.play());
    hls.loadSource(url);
    hls.attachMedia(film);
    return shown;
  }, link);
  assert.ok(frame > 0);
  console.log(JSON.stringify({ playable: +playable.toFixed(2), link: +linked.toFixed(2), frame: +since().toFixed(2) }));
} finally {
  publish.removeAllListeners('exit');
  if (publish.exitCode === null) {
    publish.kill('SIGINT');
    await once(publish, 'exit');
  }
  await browser.close();
  server.close();
  edge.kill('SIGINT');
  await once(edge, 'exit');
}
