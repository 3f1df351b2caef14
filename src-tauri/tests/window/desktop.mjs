// What the window does with the desktop around it: batches of odd names, the tray, notifications, a second start, links, menus, the bundle
// for the makers.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { accessible, portray } from './axe.mjs';
import { APPLICATION } from './page.mjs';
import { HERE, ROOM, clipboard, drag, keychain, light, run, shoot } from './screen.mjs';
import { until } from './until.mjs';

const LOG = join(ROOM, 'desktop.log');

/** What the desktop was told, by kind: `notification` or `icon`. */
async function told(kind) {
  const text = await readFile(LOG, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line)).filter((line) => kind in line);
}

/** Starts Screener a second time, and waits until that start is over. */
function startAgain(words, folder) {
  return new Promise((resolve, reject) => {
    const child = spawn(APPLICATION, words, { cwd: folder, stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
}

/** A film of no length worth mentioning. */
const tiny = (file, more = []) =>
  run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=2', '-f', 'lavfi', '-i', 'sine=duration=2', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest', ...more, file);

export function desktop({ test, page, films, short, long, published, publish }) {
  test('a folder is a batch, odd names arrive whole, and the desktop is told once', async () => {
    const folder = join(films, 'Filme vom Dreh');
    await mkdir(join(folder, 'tiefer'), { recursive: true });
    const names = ['Über uns 🎬.mp4', 'a*?[b] “c” & d.mp4', 'tiefer/plain.mp4'];
    await tiny(join(folder, names[0]));
    for (const name of names.slice(1)) await run('cp', join(folder, names[0]), join(folder, name));
    const before = (await told('notification')).length;
    await drag([folder]);
    await until('each film of the folder is planned', () => page().run(`() => document.querySelectorAll('[role=dialog] [data-film] [aria-label=Qualities]').length === 3`), 60);
    await portray(page(), 'publish-batch');
    await accessible(page(), 'the sheet of a batch');
    await page().click('[data-testid=publish]');
    await page().gone('[role=dialog]');
    for (const name of names) await page().job(basename(name, '.mp4'), ['live'], 60);
    await until('the desktop was told', async () => (await told('notification')).length > before);
    const notes = (await told('notification')).slice(before);
    assert.equal(notes.length, 1, JSON.stringify(notes));
    assert.match(notes[0].body, /Published: 3/);
  });

  test('the tray says how far the jobs are', async () => {
    await publish(long, { title: 'In the tray', preset: 'Best' });
    const job = await page().job('In the tray', ['running']);
    const [{ icon }] = (await told('icon')).slice(-1);
    const [name, path] = icon[1].startsWith('/') ? icon : [icon[1], '/StatusNotifierItem'];
    // Its label and its menu are told one after the other.
    const tray = await until('the tray counts', async () => {
      const said = JSON.parse(await run('/usr/bin/python3', join(HERE, 'tray.py'), name, path));
      return /\d %/.test(said.label) && /\d %/.test(said.menu[0]) && said;
    });
    await page().ask('cancel', { job: job.job });
    assert.match(tray.menu[0], /^Films under way: 1, \d+ %$/);
    assert.deepEqual(tray.menu.slice(1), ['Show Screener', 'Quit Screener']);
    await until('the tray is at rest', async () => JSON.parse(await run('/usr/bin/python3', join(HERE, 'tray.py'), name, path)).label === '');
  });

  test('a second start hands over its files, and a link of ours shows its film', async () => {
    const { id } = await published('Short film', short);
    await page().go('Activity');
    assert.equal(await startAgain([basename(short)], dirname(short)), 0);
    await page().see('[role=dialog] [data-film]');
    assert.equal(await page().run(`() => document.querySelector('[role=dialog] [data-film]').dataset.film`), short);
    await page().shoot('second-start');
    await page().click('button', 'Cancel', { scope: '[role=dialog]' });
    assert.equal(await startAgain([`screener://video/${id}`], '/'), 0);
    await page().see('video');
    assert.match(await page().text('h1'), /Short film/);
    assert.equal(await startAgain(['screener://video/../../etc'], '/'), 0);
    await until('a link to nowhere shows the library', () => page().run(`() => document.querySelector('main').dataset.place === 'library'`));
  });

  test('the menus do what the buttons do', async () => {
    await page().go('Library');
    await page().focus();
    await page().key('ctrl+2');
    await until('the shortcut shows the activity', () => page().run(`() => document.querySelector('main').dataset.place === 'activity'`));
    await page().key('alt+v');
    await page().shootScreen('menu-open');
    await page().key('Down', 'Down', 'Return');
    await until('the menu shows the destinations', () => page().run(`() => document.querySelector('main').dataset.place === 'destinations'`));
    const width = await page().run('() => innerWidth');
    await page().key('ctrl+equal');
    await until('the page is larger', () => page().run('(width) => innerWidth < width', width));
    await page().key('ctrl+0');
    await until('the page is as it was', () => page().run('(width) => innerWidth === width', width));
  });

  test('the menus keep the colours that were chosen when those of the system change', async () => {
    const { appearance } = await page().ask('settings');
    const menus = await page().menus();
    const bright = async () => (await light(await shoot('menu-colours'), { x: 600, y: menus / 2 - 4, width: 8, height: 8 })).mean;
    /** What a desktop's settings say when they change: 1 is dark, 2 is light. */
    const system = (scheme) => run('gdbus', 'emit', '--session', '--object-path', '/org/freedesktop/portal/desktop', '--signal', 'org.freedesktop.portal.Settings.SettingChanged', '"org.freedesktop.appearance"', '"color-scheme"', `<uint32 ${scheme}>`);
    try {
      await page().appearance('system');
      await system(1);
      await until('the menus are dark like the system', async () => (await bright()) < 0.3);
      await system(2);
      await until('the menus are light like the system', async () => (await bright()) > 0.7);
      await page().appearance('dark');
      await until('the menus are dark as chosen', async () => (await bright()) < 0.3);
      await system(1);
      await system(2);
      for (let look = 0; look < 10; look += 1) assert.ok((await bright()) < 0.3, `the menus became light at look ${look}`);
    } finally {
      await page().appearance(appearance);
    }
  });

  test('twice as large, every screen fits and nothing is lost', async () => {
    await published('Short film', short);
    const { id } = (await page().library())[0];
    await page().size(640, 480);
    for (const place of ['library', 'activity', 'destinations', 'settings']) {
      await page().click(`[data-testid=nav-${place}]`);
      await page().shoot(`narrow-${place}`);
      const wide = await page().run(`() => [...document.querySelectorAll('main, main *, nav, nav *')].filter((one) => { const box = one.getBoundingClientRect(); return box.width > 0 && box.right > innerWidth + 1 && !one.closest('.sr-only, [class*=overflow]:not(main)'); }).map((one) => one.outerHTML.slice(0, 120))`);
      assert.deepEqual(wide.slice(0, 3), [], `wider than the window on ${place}`);
    }
    await page().click('[data-testid=nav-library]');
    await page().click('button', undefined, { scope: `[data-video="${id}"]` });
    await page().see('video');
    await page().shoot('narrow-video');
    await accessible(page(), 'Video in a narrow window');
    await page().size(1280, 800);
  });

  test('the bundle for the makers holds no secret, no name and no path', async () => {
    const { id } = await published('Short film', short);
    await page().go('Library');
    const link = await page().ask('link', { request: { id, expires: '1d', opens: null, ip: null } });
    await page().go('Settings');
    await page().click('button', 'Diagnostics', { scope: 'main' });
    await page().click('button', 'Write a diagnostics bundle');
    await page().says('diagnostics.txt', { seconds: 40 });
    await page().shoot('diagnostics-bundle');
    const bundle = await readFile(join(page().home, 'diagnostics.txt'), 'utf8');
    assert.match(bundle, /== jobs/);
    const query = new URL(link.link).searchParams;
    const secrets = [query.get('Signature'), query.get('Policy'), process.env.HOME, ROOM, 'Short film', 'Big Buck Bunny', basename(short), 'tiefer', 'PRIVATE KEY'];
    for (const { secret } of await keychain()) {
      secrets.push(secret.toString('base64').slice(40, 100), secret.toString('hex').slice(40, 100));
      if (/^[\x20-\x7e]{8,}$/.test(secret.toString('latin1'))) secrets.push(secret.toString('latin1').slice(0, 60));
    }
    for (const secret of secrets) assert.ok(!bundle.includes(secret), `the bundle holds ${secret}`);
    assert.ok(!bundle.includes((await clipboard().catch(() => '\0')).trim() || '\0'));
  });
}
