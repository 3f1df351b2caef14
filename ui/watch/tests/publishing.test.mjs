// A film that is really being published, watched by hls.js alone and by the page: from its beginning, over a change of rung, to its end.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { host, launch, shots } from './rig.mjs';

const ui = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const root = path.resolve(ui, '..');
const programs = path.join(process.env.CARGO_TARGET_DIR ?? path.join(root, 'target'), 'debug');
const hls = readFileSync(createRequire(path.join(ui, 'package.json')).resolve('hls.js/dist/hls.min.js'), 'utf8');
const DURATION = 24;

let browser, home, edge, published;
const env = { ...process.env, SCREENER_KEY_PASSPHRASE: 'of the tests' };
const screener = (...words) => [
  path.join(programs, 'screener'),
  ['--data-dir', path.join(home, 'data'), '--key-store', 'file', '--json', ...words],
  { env, stdio: ['ignore', 'pipe', 'inherit'] },
];

before(async () => {
  for (const name of ['screener', 'screener-worker']) {
    assert.ok(existsSync(path.join(programs, name)), `build ${name} first: cargo build --workspace`);
  }
  home = mkdtempSync(path.join(tmpdir(), 'screener-publishing-'));
  browser = await launch();
  edge = spawn(...screener('serve'));
  await createInterface({ input: edge.stdout })[Symbol.asyncIterator]().next();
});

after(async () => {
  await browser?.close();
  if (edge) {
    edge.kill('SIGINT');
    await new Promise((resolve) => edge.once('exit', resolve));
  }
  if (home) rmSync(home, { recursive: true });
});

/** The worker that a process started. */
function workerOf(pid) {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const words = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ');
      if (words[0].includes('screener-worker'.slice(0, 15)) && Number(words[1].split(' ')[1]) === pid) return Number(entry);
    } catch {
      // It has ended in between.
    }
  }
  return assert.fail('no worker runs');
}

const video = (page, what) => page.evaluate((word) => document.querySelector('video')[word], what);
const past = (page, seconds) =>
  page.waitForFunction((at) => document.querySelector('video')?.currentTime > at, seconds, { timeout: 60_000 });
const height = (page, wanted) =>
  page.waitForFunction((rows) => document.querySelector('video').videoHeight === rows, wanted, { timeout: 60_000 });

/** hls.js and nothing else, on a page of another origin. */
async function alone(link) {
  const elsewhere = await host(`<!doctype html><video muted></video><script>${hls}</script>`);
  const page = await browser.newPage();
  await page.goto(`http://${elsewhere.address}/`);
  await page.evaluate((url) => {
    const film = document.querySelector('video');
    window.player = new window.Hls({ startLevel: 0 });
    window.player.on(window.Hls.Events.MANIFEST_PARSED, () => film.play());
    window.player.loadSource(url);
    window.player.attachMedia(film);
  }, link);
  const change = async () => {
    const from = await video(page, 'videoHeight');
    const rows = await page.evaluate((now) => {
      const other = window.player.levels.findIndex((level) => level.height !== now);
      window.player.nextLevel = other;
      return window.player.levels[other].height;
    }, from);
    await height(page, rows);
  };
  return { page, change, stop: () => elsewhere.stop() };
}

/** The page that a creator sends. */
async function asSent(link) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, locale: 'en-GB' });
  await page.goto(link);
  await page.click('#start');
  const change = async () => {
    const from = await video(page, 'videoHeight');
    await page.click('#settings');
    const names = await page.$$eval('#menu [role=menuitemradio]', (items) => items.map((item) => item.firstChild.textContent));
    const other = names.find((name) => /^\d+p$/.test(name) && name !== `${from}p`);
    await page.click(`#menu >> text=${other}`);
    await page.click('#settings');
    await height(page, Number(other.slice(0, -1)));
  };
  return { page, change, stop: () => {} };
}

test('a film is watched while it is being published, by hls.js alone and by the page', async () => {
  const film = path.join(home, 'film.mp4');
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', `testsrc2=s=854x480:r=24:d=${DURATION}`],
    ...['-f', 'lavfi', '-i', `sine=440:r=48000:d=${DURATION}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', film],
  ]);
  const publish = spawn(...screener('publish', film, '--preset', 'fast'));
  const events = [];
  let wake = () => {};
  createInterface({ input: publish.stdout }).on('line', (line) => {
    events.push(JSON.parse(line));
    wake();
  });
  const event = async (wanted) => {
    for (;;) {
      const found = events.find(wanted);
      if (found) return found;
      assert.equal(publish.exitCode, null, 'it still runs');
      await new Promise((resolve) => (wake = resolve));
    }
  };
  let worker;
  const viewers = [];
  try {
    const { id } = await event((e) => e.event === 'progress' && e.playable);
    // So that there is no doubt that both begin while it is being made.
    worker = workerOf(publish.pid);
    process.kill(worker, 'SIGSTOP');
    const { link, page: sent } = JSON.parse(execFileSync(...screener('link', id)).toString());
    viewers.push(await alone(link));
    viewers.push(await asSent(sent));
    for (const { page } of viewers) {
      await past(page, 0.2);
      assert.ok((await video(page, 'currentTime')) < 4, 'it begins at the beginning');
    }
    assert.ok(!events.some((e) => e.event === 'published'));
    process.kill(worker, 'SIGCONT');
    worker = undefined;
    for (const [n, { page, change }] of viewers.entries()) {
      await change();
      await page.screenshot({ path: path.join(shots, `publishing-${n}.png`) });
    }
    await event((e) => e.event === 'published');
    for (const { page } of viewers) {
      await page.evaluate(() => (document.querySelector('video').playbackRate = 3));
    }
    for (const { page } of viewers) {
      await page.waitForFunction(() => document.querySelector('video').ended, undefined, { timeout: 90_000 });
      assert.ok(Math.abs((await video(page, 'currentTime')) - DURATION) < 0.2, 'it reaches the end');
    }
    published = id;
  } finally {
    for (const { stop } of viewers) stop();
    if (worker) process.kill(worker, 'SIGCONT');
    publish.kill('SIGINT');
  }
});

test('a link with a password opens as the creator’s computer makes it, until it is taken back', async () => {
  const password = 'Grüße aus Köln, für Anna';
  const [program, words, options] = screener('link', published, '--name', 'Anna', '--password-stdin');
  const made = execFileSync(program, words, { ...options, stdio: ['pipe', 'pipe', 'inherit'], input: `${password}\n` });
  const { link, page: sent, l } = JSON.parse(made.toString());
  assert.equal(link, null);
  assert.match(sent, /#locked\.1\.[\w-]+$/);
  const page = await browser.newPage();
  const state = (wanted) =>
    page.waitForFunction((name) => document.getElementById('stage').dataset.state === name, wanted, { timeout: 60_000 });
  const open = async () => {
    await page.goto('about:blank');
    await page.goto(sent);
    await state('locked');
    // As another computer's keyboard writes it.
    await page.fill('#password', password.normalize('NFD'));
    await page.keyboard.press('Enter');
  };
  await open();
  await past(page, 1);
  execFileSync(...screener('revoke', l));
  await open();
  await state('taken');
  await page.screenshot({ path: path.join(shots, 'locked-and-taken.png') });
  await page.close();
});
