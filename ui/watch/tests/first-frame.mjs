// How long a viewer waits: from opening a link without a password to the first frame of a 1080p film, and what the page weighs.
// Run by hand:  node ui/watch/tests/first-frame.mjs [runs]      SERVE_TREE: a built serve_tree of another page, to compare with
// Each run is a new browser context: nothing is in its cache. The page waits for a click, so the frame is the film's own first, decoded
// and presented in its element under the way in (`requestVideoFrameCallback`); `click` is a frame of the film that plays, clicked at once.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, launch, removeTree, serve, writeRecord } from './rig.mjs';

const runs = Number(process.argv[2] ?? 10);
const ui = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** 24 s in three rungs, with sound and a poster: the shape that Screener publishes. */
function film() {
  const tree = mkdtempSync(path.join(tmpdir(), 'screener-tree-'));
  const ffmpeg = (...args) => execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...args]);
  const hls = (name) => {
    const folder = path.join(tree, '1', name);
    mkdirSync(folder, { recursive: true });
    return [
      ...['-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
      ...['-hls_fmp4_init_filename', 'init.mp4', '-hls_segment_filename', `${folder}/%05d.m4s`, `${folder}/index.m3u8`],
    ];
  };
  const rungs = [
    { rows: 1080, rate: 5000, codec: 'avc1.640028' },
    { rows: 720, rate: 2800, codec: 'avc1.64001f' },
    { rows: 360, rate: 600, codec: 'avc1.64001e' },
  ];
  for (const { rows, rate } of rungs) {
    ffmpeg(
      ...['-f', 'lavfi', '-i', `testsrc2=size=${(rows * 16) / 9}x${rows}:rate=24:duration=24`],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-b:v', `${rate}k`, '-maxrate', `${rate}k`, '-bufsize', `${rate}k`],
      ...['-pix_fmt', 'yuv420p', '-g', '96', '-keyint_min', '96', '-sc_threshold', '0', ...hls(`${rows}p`)],
    );
  }
  ffmpeg('-f', 'lavfi', '-i', 'sine=frequency=440:duration=24', '-c:a', 'aac', '-b:a', '128k', ...hls('audio-en'));
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=1280x720', '-frames:v', '1', path.join(tree, '1', 'poster.jpg'));
  const variants = rungs.map(
    ({ rows, rate, codec }) =>
      `#EXT-X-STREAM-INF:BANDWIDTH=${rate * 1200},RESOLUTION=${(rows * 16) / 9}x${rows},CODECS="${codec},mp4a.40.2",FRAME-RATE=24.000,AUDIO="audio"\n1/${rows}p/index.m3u8\n`,
  );
  writeFileSync(
    path.join(tree, 'index.m3u8'),
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n' +
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="1/audio-en/index.m3u8"\n' +
      variants.join(''),
  );
  writeRecord(tree, 'live');
  return tree;
}

/** Sizes as they travel, by name. */
function weigh() {
  const assets = path.join(ui, 'dist-watch', 'assets');
  for (const name of readdirSync(assets).filter((one) => /\.(js|css)$/.test(one)).toSorted()) {
    const bytes = readFileSync(path.join(assets, name));
    console.log(`${name.padEnd(32)} ${String(bytes.length).padStart(8)}  gzip ${gzipSync(bytes, { level: 9 }).length}`);
  }
}

/** Notes, in the page, when what came. */
function watch(clicks) {
  const seen = (window.seen = {});
  const mark = (name) => (seen[name] ??= performance.now());
  new MutationObserver(() => {
    const film = document.getElementById('film');
    if (film && !film.watched) {
      film.watched = true;
      film.requestVideoFrameCallback((_, { presentationTime, width, height }) => {
        Object.assign(seen, { frame: presentationTime, size: `${width}x${height}` });
      });
      const moving = (_, { presentationTime, mediaTime }) => {
        if (mediaTime > 0 && !film.paused) seen.click = presentationTime;
        else film.requestVideoFrameCallback(moving);
      };
      film.requestVideoFrameCallback(moving);
    }
    const start = document.getElementById('start');
    if (start && !start.hidden && !seen.start) {
      mark('start');
      if (clicks) start.click();
    }
    const poster = document.querySelector('#poster img');
    if (poster && !poster.watched) {
      poster.watched = true;
      poster.addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() => mark('poster'))));
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

const program = process.env.SERVE_TREE ?? build();
if (!process.env.SERVE_TREE) weigh();
const tree = film();
const edge = await serve(program, tree);
const browser = await launch();

async function visit(clicks) {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const page = await context.newPage();
  await page.addInitScript(watch, clicks);
  const link = await edge.tell({ do: 'link' });
  await page.goto(link.page);
  const whole = (on) => (on ? window.seen.click : window.seen.frame && window.seen.start && window.seen.poster);
  await page.waitForFunction(whole, clicks, { timeout: 30_000 });
  const [seen, asked] = await page.evaluate(() => [
    window.seen,
    performance.getEntriesByType('resource').map((one) => ({
      name: new URL(one.name).pathname.split('/').slice(-2).join('/'),
      from: Math.round(one.startTime),
      to: Math.round(one.responseEnd),
    })),
  ]);
  await context.close();
  return { ...seen, asked };
}

try {
  const found = [];
  // The first one warms the machine.
  for (let run = 0; run <= runs; run += 1) {
    const quiet = await visit(false);
    const { click } = await visit(true);
    if (run > 0) found.push({ ...quiet, click });
  }
  const median = (name) => {
    const all = found.map((one) => one[name]).toSorted((a, b) => a - b);
    return Math.round((all[(all.length - 1) >> 1] + all[all.length >> 1]) / 2);
  };
  for (const name of ['start', 'poster', 'frame', 'click']) {
    console.log(`${name.padEnd(7)} median of ${runs}: ${median(name)} ms   (${found.map((one) => Math.round(one[name])).join(' ')})`);
  }
  console.log(`the first frame is ${found[0].size}`);
  for (const { name, from, to } of found.at(-1).asked) console.log(`  ${String(from).padStart(5)} – ${String(to).padStart(5)}  ${name}`);
} finally {
  await browser.close();
  await edge.stop();
  removeTree(tree);
}
