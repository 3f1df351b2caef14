// What the worker makes, CMAF and MPEG-TS, in hls.js: it plays, changes its rung, goes elsewhere in the film, shows captions, and ends.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { host, launch } from './rig.mjs';

const ui = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const programs = path.join(process.env.CARGO_TARGET_DIR ?? path.join(ui, '..', 'target'), 'debug');
const hls = readFileSync(createRequire(path.join(ui, 'package.json')).resolve('hls.js/dist/hls.min.js'), 'utf8');
const DURATION = 15;

let browser, home, film;

before(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'screener-formats-'));
  film = path.join(home, 'film.mp4');
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', `testsrc2=s=854x480:r=25:d=${DURATION}`],
    ...['-f', 'lavfi', '-i', `sine=440:r=48000:d=${DURATION}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', film],
  ]);
  writeFileSync(
    path.join(home, 'film.en.srt'),
    '1\n00:00:00,100 --> 00:00:05,000\nat the beginning\n\n2\n00:00:10,000 --> 00:00:14,500\ntowards the end\n',
  );
  browser = await launch();
});

after(async () => {
  await browser?.close();
  if (home) rmSync(home, { recursive: true });
});

/** A folder over HTTP, for a page of another origin. */
async function folder(of) {
  const server = createServer((request, answer) => {
    answer.setHeader('access-control-allow-origin', '*');
    try {
      answer.end(readFileSync(path.join(of, new URL(request.url, 'http://here').pathname)));
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

for (const format of ['cmaf', 'ts']) {
  test(`${format} plays from beginning to end, on every rung`, async () => {
    const out = path.join(home, format);
    const words = ['--data-dir', path.join(home, 'data'), 'transcode', film, '--out', out, '--format', format];
    execFileSync(path.join(programs, 'screener'), [...words, '--preset', 'fast', '--json'], { stdio: 'ignore' });
    const files = await folder(out);
    const elsewhere = await host(`<!doctype html><video muted></video><script>${hls}</script>`);
    const page = await browser.newPage();
    const until = (what, ...more) => page.waitForFunction(what, ...more, { timeout: 60_000 });
    try {
      await page.goto(`http://${elsewhere.address}/`);
      await page.evaluate((url) => {
        const video = document.querySelector('video');
        window.wrong = [];
        window.player = new window.Hls({ startLevel: 0 });
        window.player.on(window.Hls.Events.ERROR, (_, error) => window.wrong.push([error.fatal, error.details]));
        window.player.on(window.Hls.Events.MANIFEST_PARSED, () => video.play());
        window.player.loadSource(url);
        window.player.attachMedia(video);
      }, `${files.address}/index.m3u8`);
      await until(() => document.querySelector('video').currentTime > 0.5);
      const heights = await page.evaluate(() => window.player.levels.map((level) => level.height));
      assert.deepEqual(heights.toSorted((a, b) => a - b), [360, 480]);
      for (const [level, height] of [...heights.entries()].toReversed()) {
        await page.evaluate((of) => (window.player.nextLevel = of), level);
        await until((rows) => document.querySelector('video').videoHeight === rows, height);
      }
      const showing = (text) =>
        until(
          (wanted) =>
            [...document.querySelector('video').textTracks].some(
              (track) => track.mode === 'showing' && [...(track.activeCues ?? [])].some((cue) => cue.text === wanted),
            ),
          text,
        );
      await page.evaluate(() => {
        window.player.subtitleDisplay = true;
        window.player.subtitleTrack = 0;
        document.querySelector('video').currentTime = 12;
      });
      await until(() => !document.querySelector('video').seeking && document.querySelector('video').currentTime > 12.2);
      await showing('towards the end');
      await page.evaluate(() => (document.querySelector('video').currentTime = 1));
      await showing('at the beginning');
      await page.evaluate(() => (document.querySelector('video').playbackRate = 4));
      await until(() => document.querySelector('video').ended);
      const film = await page.evaluate(() => {
        const video = document.querySelector('video');
        return { end: video.currentTime, sound: video.webkitAudioDecodedByteCount, wrong: window.wrong };
      });
      assert.ok(Math.abs(film.end - DURATION) < 0.1, `it ends at ${film.end}`);
      assert.ok(film.sound > 10_000, 'it has been heard');
      // A transport stream's decode times begin before its pictures, which hls.js steps over and says so.
      const fatal = film.wrong.filter(([fatal]) => fatal || format === 'cmaf');
      assert.deepEqual(fatal, []);
    } finally {
      await page.close();
      elsewhere.stop();
      files.stop();
    }
  });
}
