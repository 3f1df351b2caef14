// The first film of a window, a home and a process: how long from the click on Play until it moves. Prints one line of JSON.
//   node first-play.mjs FILM [publishing] [load]
// `publishing`: while the film is still being published; otherwise once it is live. `load`: beside a load on every core.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { basename, extname } from 'node:path';
import { Page } from './page.mjs';

/** Seconds after which a film is given up. */
const HOPE = 30;

const [film, ...words] = process.argv.slice(2);
const kind = { publishing: words.includes('publishing'), load: words.includes('load'), sound: Boolean(process.env.SOUND) };
const busy = kind.load ? Array.from({ length: availableParallelism() }, () => spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })) : [];
const answer = { ...kind };
let page;
try {
  page = await Page.open();
  const settings = await page.ask('settings');
  await page.ask('publish', { request: { files: [film], title: null, destination: null, wishes: { ...settings.wishes, preset: 'fast' } } });
  const title = basename(film, extname(film));
  const job = await page.job(title, kind.publishing ? ['queued', 'running'] : ['live'], 120);
  await page.go('Activity');
  const button = await page.see('button', 'Play', { scope: `[data-job="${job.job}"]`, seconds: 120 });
  // In the page, where no way to it and back is counted. A seek moves the time once, a film look after look.
  await page.run(`(button) => {
    window.firstPlay = new Promise((done) => button.addEventListener('click', () => {
      const clicked = performance.now();
      let [moves, last] = [0, 0];
      // What came when, on the way: the first of each.
      const events = {};
      for (const event of ['loadstart', 'loadedmetadata', 'loadeddata', 'playing', 'seeking']) {
        document.addEventListener(event, () => (events[event] ??= (performance.now() - clicked) / 1000), true);
      }
      const timer = setInterval(() => {
        const video = document.querySelector('video');
        const time = video?.currentTime ?? 0;
        if (time > last && !video.seeking) moves += 1;
        last = time;
        const seconds = (performance.now() - clicked) / 1000;
        if (moves < 3 && seconds < ${HOPE}) return;
        clearInterval(timer);
        const said = document.querySelector('.player [role=alert]')?.innerText;
        done({ moved: moves >= 3, seconds, events, said, time, ready: video?.readyState, seeking: video?.seeking, paused: video?.paused });
      }, 20);
    }, { once: true, capture: true }));
  }`, button);
  await page.click('button', 'Play', { scope: `[data-job="${job.job}"]` });
  Object.assign(answer, await page.run('() => window.firstPlay'));
  const state = (await page.jobs()).find((other) => other.job === job.job)?.state;
  if (kind.publishing && state !== 'running') answer.said = `the film was ${state} already`;
  if (!answer.moved || answer.said) await page.shoot('first-play-failed').catch(() => undefined);
} catch (error) {
  answer.said = error.message;
} finally {
  await page?.close().catch(() => undefined);
  for (const one of busy) one.kill();
}
console.log(JSON.stringify({ moved: false, ...answer }));
process.exit(0);
