// A prepared HLS folder, a real edge that serves it, and a real browser. Every test gets its own edge.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const shots = process.env.SCREENER_SHOTS ?? path.join(root, 'shots', 'watch');
mkdirSync(shots, { recursive: true });

/** 12 s of test picture and tone in two rungs, one audio group and captions, laid out as a published video. */
export function makeTree() {
  const tree = mkdtempSync(path.join(tmpdir(), 'screener-tree-'));
  const rungs = [
    { name: '360p', size: '640x360', rate: '500k' },
    { name: '180p', size: '320x180', rate: '150k' },
  ];
  const ffmpeg = (...args) => execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...args]);
  const hls = (folder) => {
    mkdirSync(folder, { recursive: true });
    return [
      ...['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
      ...['-hls_fmp4_init_filename', 'init.mp4', '-hls_segment_filename', `${folder}/%05d.m4s`, `${folder}/index.m3u8`],
    ];
  };
  for (const { name, size, rate } of rungs) {
    ffmpeg(
      ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=24:duration=12`],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', rate, '-maxrate', rate, '-bufsize', rate],
      ...['-pix_fmt', 'yuv420p', '-g', '48', '-keyint_min', '48', '-sc_threshold', '0'],
      ...hls(path.join(tree, '1', name)),
    );
  }
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:duration=12', '-c:a', 'aac', '-b:a', '64k'],
    ...hls(path.join(tree, '1', 'audio-en')),
  );
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=640x360', '-frames:v', '1', path.join(tree, '1', 'poster.jpg'));
  const captions = path.join(tree, '1', 'captions-en');
  mkdirSync(captions);
  writeFileSync(
    path.join(captions, '00001.vtt'),
    'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00.000 --> 00:11.500\nA caption that can be read\n',
  );
  writeFileSync(
    path.join(captions, 'index.m3u8'),
    '#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:12,\n00001.vtt\n#EXT-X-ENDLIST\n',
  );
  const codecs = 'CODECS="avc1.42c01e,mp4a.40.2",FRAME-RATE=24.000,AUDIO="audio",SUBTITLES="captions"';
  writeFileSync(
    path.join(tree, 'index.m3u8'),
    [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="1/audio-en/index.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=NO,URI="1/captions-en/index.m3u8"',
      `#EXT-X-STREAM-INF:BANDWIDTH=620000,RESOLUTION=640x360,${codecs}`,
      '1/360p/index.m3u8',
      `#EXT-X-STREAM-INF:BANDWIDTH=260000,RESOLUTION=320x180,${codecs}`,
      '1/180p/index.m3u8',
      '',
    ].join('\n'),
  );
  writeRecord(tree, 'live');
  return tree;
}

export function writeRecord(tree, state) {
  const file = path.join(tree, 'video.json');
  const record = { format: 1, state, generation: 1, title: 'A walk by the river', duration: 12, poster: '1/poster.jpg' };
  writeFileSync(file, JSON.stringify(record));
  return file;
}

/** Builds page and edge once; the edge embeds what Vite built. */
export function build() {
  if (!process.env.SCREENER_SKIP_PAGE_BUILD) {
    execFileSync('npx', ['vite', 'build', '--config', 'vite.watch.config.ts', '--logLevel', 'warn'], {
      cwd: path.join(root, 'ui'),
    });
  }
  const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target');
  if (!process.env.SCREENER_EDGE_BUILT) {
    execFileSync('cargo', ['build', '-q', '--workspace', '--example', 'serve_tree'], { cwd: root });
  }
  return path.join(target, 'debug', 'examples', 'serve_tree');
}

/** A real edge over a tree, told what to do line by line. */
export async function serve(program, tree) {
  const child = spawn(program, [tree], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  const { address } = await next();
  return {
    address,
    tell: async (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const answer = await next();
      if (answer.error) throw new Error(answer.error);
      return answer;
    },
    stop: () => new Promise((resolve) => child.once('exit', resolve) && child.stdin.end()),
  };
}

/** A page elsewhere that shows some markup: an embedding site. */
export async function host(markup) {
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(markup));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

export function launch() {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? found,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

export function removeTree(tree) {
  if (existsSync(tree) && readdirSync(tree).length) rmSync(tree, { recursive: true });
}
