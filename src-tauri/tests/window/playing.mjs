// The player: its keys, its menus, a link that ends while it plays, another file behind the same links.
import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessible, portray } from './axe.mjs';
import { drag, run, xdotool } from './screen.mjs';
import { until } from './until.mjs';

export function playing({ test, page, films, short, published, publish, show, plays, choose }) {
  /** A film of 40 s with English and German sound, and with captions beside it; made when it is first asked for. */
  const worded = () => (made ??= (async () => {
    const film = join(films, 'With words.mkv');
    await writeFile(join(films, 'With words.en.srt'), '1\n00:00:00,500 --> 00:00:39,000\nSomebody says something.\n');
    await run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25:duration=40', '-f', 'lavfi', '-i', 'sine=frequency=220:duration=40', '-f', 'lavfi', '-i', 'sine=frequency=880:duration=40',
      '-map', '0', '-map', '1', '-map', '2', '-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=deu', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p', '-c:a', 'aac', film);
    return film;
  })());
  let made;
  const state = () => page().run(`() => { const v = document.querySelector('video'); return { time: v.currentTime, paused: v.paused, muted: v.muted, length: v.duration, full: document.fullscreenElement !== null, captions: [...v.textTracks].filter((t) => t.kind !== 'metadata' && t.mode === 'showing').length }; }`);

  test('every key of the player does what it says, and the menus hold captions and languages', async () => {
    await published('With words', await worded());
    await show('With words');
    await page().focus();
    await page().run('() => document.activeElement?.blur()');
    await page().key('space');
    await plays(1);
    await page().key('k');
    await until('k pauses', async () => (await state()).paused);
    const { time } = await state();
    await page().key('l');
    await until('l skips ahead', async () => Math.abs((await state()).time - time - 10) < 0.5);
    await page().key('j');
    await until('j skips back', async () => Math.abs((await state()).time - time) < 0.5);
    const still = (await state()).time;
    await page().key('period');
    await until('a frame on', async () => { const step = (await state()).time - still; return step > 0.02 && step < 0.06; });
    await page().key('comma');
    await until('a frame back', async () => Math.abs((await state()).time - still) < 0.02);
    await page().key('m');
    await until('m mutes', async () => (await state()).muted);
    await page().key('m');
    await page().key('c');
    await until('c shows captions', async () => (await state()).captions === 1);
    await until('the words are there', () => page().run(`() => [...document.querySelector('video').textTracks].some((t) => t.mode === 'showing' && t.activeCues?.length > 0)`));
    await page().shoot('video-captions');
    await page().key('c');
    await until('c hides them', async () => (await state()).captions === 0);
    await page().key('f');
    await until('f fills the screen', async () => (await state()).full);
    await page().key('f');
    await until('f leaves it', async () => !(await state()).full);
    await page().key('question');
    await page().says('10 seconds back', { selector: '.player' });
    await page().shoot('video-keys');
    await page().key('question');
    await page().click('button', 'Statistics');
    await page().see('[data-testid=stats]');
    await page().click('button', 'Quality, captions, speed');
    const menu = await page().text('.player .panel[role=group]');
    for (const word of ['Quality', 'Speed', 'Captions', 'Audio']) assert.ok(menu.includes(word), `${word} is in the menu: ${menu}`);
    const sound = await page().run(`() => [...document.querySelectorAll('.player .panel select')].map((one) => [...one.options].map((o) => o.text))`);
    assert.ok(sound.some((options) => options.length === 2 && options.every((text) => !/none|automatic/i.test(text))), `two languages: ${JSON.stringify(sound)}`);
    await portray(page(), 'video-menus');
    await accessible(page(), 'the player with its menus');
    await page().click('button', 'Quality, captions, speed');
    await page().click('button', 'Statistics');
  });

  test('a film that stands still gets a new source, then a new element, then words and a button', async () => {
    const { id } = await published('With words', await worded());
    await page().go('Library');
    // Whatever is tried, the time of the film stands still, until somebody presses the button.
    await page().run(`() => {
      const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime');
      const [Source, elements] = [window.MediaSource, new Set()];
      const fault = (window.fault = { sources: 0, elements: 0, lifted: false, undo: () => {
        window.MediaSource = Source;
        Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', { configurable: true, enumerable: true, get, set });
      } });
      window.MediaSource = class extends Source { constructor() { super(); fault.sources += 1; } };
      Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', { configurable: true, enumerable: true, set, get() {
        elements.add(this);
        fault.elements = elements.size;
        return fault.lifted ? get.call(this) : 0;
      } });
    }`);
    try {
      await page().click('button', undefined, { scope: `[data-video="${id}"]` });
      await page().see('video');
      await page().click('media-play-button');
      const fault = (is) => until(`the fault has led to ${is}`, () => page().run(`() => { const { sources, elements } = window.fault; return ${is}; }`), 10);
      await fault('sources === 2 && elements === 1');
      await fault('sources === 3 && elements === 2');
      await page().says('The film does not move.', { selector: '.player [role=alert]' });
      await portray(page(), 'video-stands-still');
      await accessible(page(), 'a film that stands still');
      await page().run('() => { window.fault.lifted = true; }');
      await page().click('button', 'Try again', { scope: '.player [role=alert]' });
      await page().gone('.player [role=alert]');
      await plays(1);
    } finally {
      await page().run('() => window.fault.undo()');
    }
  });

  test.long('the pictures of the storyboard follow the mouse', async () => {
    await show('With words');
    await until('the storyboard is there', () => page().run(`() => [...document.querySelectorAll('video track[kind=metadata]')].some((one) => one.track.cues?.length > 0)`), 40);
    const bar = await page().box('media-time-range');
    const at = await page().onScreen(bar.x + bar.width / 2, bar.y + bar.height / 2);
    await xdotool('mousemove', ...at, 'mousemove', at[0] + 3, at[1]);
    await until('a picture is shown', () => page().run(`() => { const box = document.querySelector('media-preview-thumbnail')?.getBoundingClientRect(); return box && box.width > 20 && box.height > 10; }`));
    await page().shoot('video-storyboard');
    await xdotool('mousemove', 5, 5);
  });

  test.long('a link that ends while the film plays is renewed, and nobody sees it', async () => {
    const { id } = await published('With words', await worded());
    await page().go('Library');
    // The player's own links last half a day; here each lasts some seconds, made by the same command that makes a creator's.
    await page().run(`() => {
      const real = window.fetch;
      window.madeLinks = 0;
      window.fetch = (where, options) => {
        const url = String(where?.url ?? where);
        if (!/^ipc:\\/\\/localhost\\/watch$/.test(url)) return real(where, options);
        window.madeLinks += 1;
        const { id } = JSON.parse(typeof options.body === 'string' ? options.body : new TextDecoder().decode(options.body));
        const body = JSON.stringify({ request: { id, expires: new Date(Date.now() + 8000).toISOString(), opens: null, ip: null } });
        return real('ipc://localhost/link', { ...options, body });
      };
    }`);
    await page().click('button', undefined, { scope: `[data-video="${id}"]` });
    await page().see('video');
    await page().click('media-play-button');
    await plays(0.5);
    const seen = await page().run(`async () => {
      const video = document.querySelector('video');
      // What is fetched early does not need a link later: the film is read at several places.
      let longest = 0, last = video.currentTime, since = performance.now(), jumps = 0;
      const end = performance.now() + 14000;
      while (performance.now() < end) {
        await new Promise((done) => setTimeout(done, 100));
        if (video.currentTime !== last) { last = video.currentTime; since = performance.now(); }
        longest = Math.max(longest, performance.now() - since);
        if (video.currentTime > 12 && jumps === 0) { jumps = 1; }
      }
      return { longest, time: video.currentTime, made: window.madeLinks, said: document.querySelector('.player [role=alert]')?.innerText ?? null };
    }`);
    assert.equal(seen.said, null);
    assert.ok(seen.made >= 3, `the link was renewed: ${seen.made}`);
    assert.ok(seen.longest < 1500, `the film stood still for ${seen.longest} ms`);
    // A place that was never fetched, under a link that did not exist when the film was opened.
    await page().run(`() => { const v = document.querySelector('video'); v.currentTime = 36; }`);
    await plays(36.3);
    await page().close();
  });

  test.long('another file takes the place of a film, and its links stay', async () => {
    const { id } = await published('To be replaced', short);
    const link = await page().ask('link', { request: { id, expires: '1d', opens: null, ip: null } });
    const before = await (await fetch(link.link)).text();
    await show('To be replaced');
    await page().click('button', 'Replace the file');
    await choose(await worded(), 'Replace the file');
    await page().see('[role=dialog] [aria-label=Qualities] li', undefined, { seconds: 40 });
    await portray(page(), 'replace');
    await accessible(page(), 'the sheet of a replacement');
    await page().click('[data-testid=replace]');
    await page().gone('[role=dialog]');
    await until('the old job is followed by the new one', async () => (await page().jobs()).filter((job) => job.id === id && job.state === 'live').length > 0 && (await page().library()).find((video) => video.id === id)?.duration > 30, 90);
    const after = await (await fetch(link.link)).text();
    assert.notEqual(after, before, 'the same link shows the new film');
    assert.match(after, /2\/360p\//);
  });
}
