// The viewer's page in a real browser, against a real edge: it plays, and it has words for everything that is in the way.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { links } from './links.mjs';
import { build, host, launch, makeTree, removeTree, serve, shots, writeRecord } from './rig.mjs';

let browser, tree, program;

before(async () => {
  program = build();
  tree = makeTree();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  if (tree) removeTree(tree);
});

/** One edge, one viewer. Whatever is asked of another host, and whatever the browser complains of, fails the test. */
async function viewer(run, { viewport = { width: 1280, height: 720 }, complaints = false, ...options } = {}) {
  const edge = await serve(program, tree);
  const context = await browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  const page = await context.newPage();
  const foreign = [];
  const allowed = [edge.address];
  const refused = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && !allowed.includes(url.host)) foreign.push(url.host);
  });
  page.on('console', (line) => {
    if (/content security policy|refused to/i.test(line.text())) refused.push(line.text());
  });
  page.on('pageerror', (error) => refused.push(String(error)));
  const shot = (name) => page.screenshot({ path: path.join(shots, `${name}.png`) });
  const state = (wanted) =>
    page.waitForFunction((name) => document.getElementById('stage').dataset.state === name, wanted, { timeout: 60_000 });
  const time = () => page.evaluate(() => document.querySelector('video').currentTime);
  const past = (seconds) =>
    page.waitForFunction((at) => document.querySelector('video').currentTime > at, seconds, { timeout: 60_000 });
  const open = async (terms = {}) => {
    const link = await edge.tell({ do: 'link', ...terms });
    await page.goto(link.page);
    return link;
  };
  try {
    await run({ allowed, edge, page, context, shot, state, time, past, open });
    assert.deepEqual(foreign, [], 'nothing is asked of anyone else');
    if (!complaints) assert.deepEqual(refused, [], 'the browser has nothing to complain of');
    assert.deepEqual(await context.cookies(), [], 'no cookies');
  } finally {
    await context.close();
    await edge.stop();
  }
}

/** Is the picture a picture? */
const colours = (page) =>
  page.evaluate(() => {
    const film = document.querySelector('video');
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [64, 36];
    const context = canvas.getContext('2d');
    context.drawImage(film, 0, 0, 64, 36);
    return new Set(new Uint32Array(context.getImageData(0, 0, 64, 36).data.buffer)).size;
  });

describe('a film', () => {
  test('plays, with poster and title, and shows pictures', () =>
    viewer(async ({ page, shot, state, past, open }) => {
      await open();
      await state('ready');
      await page.waitForFunction(() => document.querySelector('#poster img')?.naturalWidth > 0);
      assert.equal(await page.textContent('h1'), 'A walk by the river');
      assert.equal(await page.title(), 'A walk by the river');
      await shot('ready');
      await page.click('#start');
      await past(2);
      assert.ok((await colours(page)) > 8);
      await page.mouse.move(300, 300);
      await shot('playing');
    }));

  test('changes its quality', () =>
    viewer(async ({ page, shot, past, open }) => {
      await open();
      await page.click('#start');
      await past(0.5);
      await page.click('#settings');
      const names = await page.$$eval('#menu [role=menuitemradio]', (items) => items.map((item) => item.firstChild.textContent));
      assert.deepEqual(names.slice(0, 3), ['Automatic', '360p', '180p']);
      await shot('quality');
      await page.click('#menu >> text=180p');
      await page.waitForFunction(() => document.querySelector('video').videoHeight === 180);
      await page.click('#settings');
      assert.equal(await page.getAttribute('#menu button:has-text("180p")', 'aria-checked'), 'true');
      await page.click('#menu >> text=360p');
      await page.evaluate(() => (document.querySelector('video').currentTime = 8));
      await page.waitForFunction(() => document.querySelector('video').videoHeight === 360);
    }));

  test('shows captions when asked', () =>
    viewer(async ({ page, shot, past, open }) => {
      await open();
      await page.click('#start');
      await past(0.5);
      const shown = () =>
        page.evaluate(() =>
          [...document.querySelector('video').textTracks]
            .filter((track) => track.mode === 'showing')
            .flatMap((track) => [...(track.activeCues ?? [])].map((cue) => cue.text)),
        );
      assert.deepEqual(await shown(), []);
      await page.keyboard.press('c');
      await page.waitForFunction(() =>
        [...document.querySelector('video').textTracks].some((t) => t.mode === 'showing' && t.activeCues?.length),
      );
      assert.deepEqual(await shown(), ['A caption that can be read']);
      await shot('captions');
      await page.click('#captions');
      await page.click('#menu >> text=Off');
      assert.deepEqual(await shown(), []);
    }));

  test('obeys the keyboard', () =>
    viewer(async ({ page, shot, past, time, open }) => {
      await open();
      await page.waitForSelector('#start:visible');
      await page.keyboard.press('k');
      await past(0.5);
      await page.keyboard.press('k');
      const film = (name) => page.evaluate((of) => document.querySelector('video')[of], name);
      await page.waitForFunction(() => document.querySelector('video').paused);
      await page.keyboard.press('9');
      assert.ok(Math.abs((await time()) - 10.8) < 0.2);
      await page.keyboard.press('j');
      assert.ok(Math.abs((await time()) - 0.8) < 0.2);
      await page.keyboard.press('ArrowRight');
      assert.ok(Math.abs((await time()) - 5.8) < 0.2);
      const before = await time();
      await page.keyboard.press('.');
      assert.ok((await time()) > before);
      await page.keyboard.press('m');
      assert.equal(await film('muted'), true);
      await page.keyboard.press('ArrowDown');
      assert.equal(await film('muted'), false);
      assert.ok((await film('volume')) < 1);
      await page.keyboard.press('f');
      await page.waitForFunction(() => document.fullscreenElement !== null);
      await page.keyboard.press('f');
      await page.waitForFunction(() => document.fullscreenElement === null);
      await page.keyboard.press('?');
      await page.waitForSelector('#help[open]');
      await shot('keyboard');
      await page.keyboard.press('Escape');
    }));

  test('goes on where it stopped', () =>
    viewer(async ({ page, shot, state, time, open }) => {
      await open();
      await page.click('#start');
      await page.waitForFunction(() => document.querySelector('video').currentTime > 0.3);
      await page.evaluate(() => {
        const film = document.querySelector('video');
        film.pause();
        film.currentTime = 8.4;
      });
      await page.waitForFunction(() => !document.querySelector('video').seeking);
      await page.evaluate(() => dispatchEvent(new Event('pagehide')));
      await page.waitForFunction(() => Object.values(localStorage).some((kept) => Number(kept) > 8));
      // Another link to the same film: the position belongs to the film.
      await page.goto('about:blank');
      await open({ ends: 7200 });
      await state('ready');
      await page.waitForSelector('#notice:visible');
      assert.match(await page.textContent('#notice'), /at 0:08/);
      await shot('resumed');
      await page.click('#start');
      await page.waitForFunction(() => !document.querySelector('video').paused);
      assert.ok((await time()) >= 8);
    }));

  test('fits a phone', () =>
    viewer(
      async ({ page, shot, past, open }) => {
        await open();
        await page.waitForSelector('#start:visible');
        await shot('phone-ready');
        await page.tap('#start');
        await past(0.5);
        await shot('phone-playing');
        await page.tap('#settings');
        await shot('phone-menu');
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.equal(wide, false);
        const small = await page.$$eval('.bar button', (all) =>
          all.filter((one) => one.offsetParent && (one.offsetWidth < 24 || one.offsetHeight < 24)).map((one) => one.id),
        );
        assert.deepEqual(small, []);
      },
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
    ));

  test('plays in a frame of another page', () =>
    viewer(async ({ page, edge, shot, context, open, allowed }) => {
      const link = await edge.tell({ do: 'link' });
      await open();
      await page.click('#start');
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: `http://${edge.address}` });
      await page.click('#settings');
      await page.click('#menu >> text=Copy embed code');
      await page.waitForSelector('#notice:visible');
      const code = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(code, /^<iframe src="http/);
      assert.ok(code.includes(link.page.split('?')[0].split('#')[0]));
      const site = await host(`<body style="background:#fff"><h1>A page that embeds</h1>${code}</body>`);
      allowed.push(site.address);
      await page.goto(`http://${site.address}/`);
      const frame = await (await page.waitForSelector('iframe')).contentFrame();
      await frame.click('#start');
      await frame.waitForFunction(() => document.querySelector('video').currentTime > 1);
      await shot('embedded');
      site.stop();
    }));
});

const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const violations = async (page) => {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    // The test picture stands for a film, whose captions are a matter of the film.
    globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 80)).join(' | ')}`);
};

links(viewer, violations);

describe('access', () => {
  test('nothing that axe knows of stands in the way', () =>
    viewer(async ({ page, edge, state, past, open }) => {
      await open();
      await state('ready');
      assert.deepEqual(await violations(page), []);
      await page.click('#start');
      await past(0.5);
      await page.click('#settings');
      assert.deepEqual(await violations(page), []);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      assert.deepEqual(await violations(page), []);
      const ended = await edge.tell({ do: 'link', ends: -60 });
      await page.goto('about:blank');
      await page.goto(ended.page);
      await state('ended');
      assert.deepEqual(await violations(page), []);
    }));

  test('German is complete, too', () =>
    viewer(
      async ({ page, shot, state, open }) => {
        await open({ ends: -60 });
        await state('ended');
        assert.equal(await page.textContent('#card-title'), 'Dieser Link ist abgelaufen');
        assert.equal(await page.getAttribute('html', 'lang'), 'de');
        await shot('ended-german');
      },
      { locale: 'de-DE' },
    ));
});

describe('words for', () => {
  const sad = (name, terms, title, prepare = async () => {}) =>
    viewer(async ({ edge, page, shot, state, open }) => {
      await prepare(edge);
      await open(terms);
      await state(name);
      await page.waitForSelector('#card:visible');
      assert.equal(await page.textContent('#card-title'), title);
      await shot(name);
    });

  test('a link that has ended', () => sad('ended', { ends: -60 }, 'This link has ended'));
  test('a link that is not open yet', () => sad('early', { opens: 3600, ends: 7200 }, 'Not open yet'));
  test('another network', () => sad('network', { network: '203.0.113.0/24' }, 'Not from this network'));
  test('a key that was withdrawn', () =>
    sad('withdrawn', {}, 'This link no longer works', (edge) => edge.tell({ do: 'trust', on: false })));
  test('a film that was removed', () =>
    sad('gone', {}, 'This film is not here any more', async (edge) => {
      await edge.tell({ do: 'delete', key: 'index.m3u8' });
      await edge.tell({ do: 'delete', key: 'video.json' });
    }));
  test('a server in trouble', () =>
    sad('trouble', {}, 'The film’s server has trouble', (edge) => edge.tell({ do: 'faults', names: ['EndpointPermission'] })));

  test('segments that do not come although the playlist does', () =>
    sad('trouble', {}, 'The film’s server has trouble', (edge) => edge.tell({ do: 'faults', names: ['BucketDenied'] })));

  test('a link that was not copied whole', () =>
    viewer(async ({ edge, page, shot, state }) => {
      const link = await edge.tell({ do: 'link' });
      await page.goto(link.page.replace(/&Key-Pair-Id=.*/, ''));
      await state('incomplete');
      await shot('incomplete');
    }));

  test('a link that was changed', () =>
    viewer(async ({ edge, page, shot, state }) => {
      const link = await edge.tell({ do: 'link' });
      const changed = link.page.replace(/Signature=(.)/, (_, first) => `Signature=${first === 'A' ? 'B' : 'A'}`);
      await page.goto(changed);
      await state('changed');
      await shot('changed');
    }));

  test('a browser that cannot', () =>
    viewer(async ({ page, shot, state, open }) => {
      await page.addInitScript(() => {
        for (const name of ['MediaSource', 'ManagedMediaSource', 'WebKitMediaSource']) delete window[name];
        HTMLMediaElement.prototype.canPlayType = () => '';
      });
      await open();
      await state('unsupported');
      await shot('unsupported');
    }));
});

describe('what passes', () => {
  test('an opening that comes', () =>
    viewer(async ({ state, page, open }) => {
      await open({ opens: 3, ends: 600 });
      await state('early');
      await state('ready');
      await page.waitForSelector('#card', { state: 'hidden' });
    }));

  test('a film whose first part comes later', () =>
    viewer(async ({ edge, page, shot, state, open }) => {
      await edge.tell({ do: 'delete', key: 'index.m3u8' });
      await edge.tell({ do: 'put', key: 'video.json', file: writeRecord(tree, 'publishing') });
      await open();
      await state('publishing');
      await shot('publishing');
      await edge.tell({ do: 'put', key: 'index.m3u8', file: path.join(tree, 'index.m3u8') });
      await state('ready');
      await page.waitForSelector('#card', { state: 'hidden' });
      writeRecord(tree, 'live');
    }));

  test('a film that is still being made is watched from its beginning, waits, and goes on', () =>
    viewer(async ({ edge, page, shot, state, time, past, open }) => {
      // The first two segments of everything, as a publication under way shows them.
      const grown = new Map();
      for (const name of ['1/360p', '1/180p', '1/audio-en']) {
        const whole = readFileSync(path.join(tree, name, 'index.m3u8'), 'utf8');
        const event = whole.replace('TYPE:VOD', 'TYPE:EVENT').replace('#EXTINF', '#EXT-X-START:TIME-OFFSET=0\n#EXTINF');
        grown.set(name, event);
        const cut = event.split('\n').findIndex((line) => line === '00002.m4s');
        const file = path.join(tree, 'growing.m3u8');
        writeFileSync(file, `${event.split('\n').slice(0, cut - 1).join('\n')}\n`);
        await edge.tell({ do: 'put', key: `${name}/index.m3u8`, file });
      }
      await open();
      await page.click('#start');
      await page.waitForFunction(() => document.querySelector('video').currentTime > 0.2);
      assert.ok((await time()) < 2, 'it begins at the beginning');
      await state('still-publishing');
      assert.match(await page.textContent('#notice'), /still being prepared/);
      await shot('still-publishing');
      for (const [name, whole] of grown) {
        const file = path.join(tree, 'growing.m3u8');
        writeFileSync(file, whole);
        await edge.tell({ do: 'put', key: `${name}/index.m3u8`, file });
      }
      await past(6);
      assert.equal(await page.isVisible('#notice'), false);
    }));

  test('a network that goes and comes back', () =>
    viewer(async ({ page, shot, state, time, past, context, open }) => {
      // Only the first segments arrive before the network goes, so that the film needs it again.
      let gone = false;
      const held = [];
      await page.route(/0000[1-9]\.m4s/, (route) => (gone ? route.abort('internetdisconnected') : held.push(route)));
      await open();
      await page.waitForSelector('#start:visible');
      await context.setOffline(true);
      gone = true;
      for (const route of held) await route.abort('internetdisconnected');
      await page.click('#start');
      await state('offline');
      await shot('offline');
      const stopped = await time();
      await page.unroute(/0000[1-9]\.m4s/);
      await context.setOffline(false);
      await past(Math.max(stopped, 2) + 0.5);
      assert.equal(await page.isVisible('#card'), false);
    }));

  test('a server that goes and comes back', () =>
    viewer(async ({ edge, page, shot, state, open }) => {
      await edge.tell({ do: 'faults', names: ['EndpointTimeout'] });
      await open();
      await state('trouble');
      await edge.tell({ do: 'down' });
      await state('unreachable');
      await shot('unreachable');
      await edge.tell({ do: 'up' });
      await state('ready');
      assert.equal(await page.isVisible('#card'), false);
    }));
});

describe('a film that stands still', () => {
  /** The time of the film stands still until as many sources and elements were tried. */
  const fault = (page, sources, elements) =>
    page.addInitScript(
      ([wantedSources, wantedElements]) => {
        const time = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime');
        const tried = (window.tried = { sources: 0, elements: new Set() });
        window.MediaSource = class extends MediaSource {
          constructor() {
            super();
            tried.sources += 1;
          }
        };
        const still = () => tried.sources < wantedSources || tried.elements.size < wantedElements;
        Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', {
          ...time,
          get() {
            tried.elements.add(this);
            return still() ? 0 : time.get.call(this);
          },
        });
      },
      [sources, elements],
    );
  const tried = (page) => page.evaluate(() => [window.tried.sources, window.tried.elements.size]);

  test('plays from a new media source', () =>
    viewer(async ({ page, past, open }) => {
      await fault(page, 2, 1);
      await open();
      await page.click('#start');
      await past(1);
      assert.deepEqual(await tried(page), [2, 1]);
      assert.equal(await page.isVisible('#card'), false);
    }));

  test('plays in a new element where a new source does not help, as loud as before and under the same controls', () =>
    viewer(async ({ page, past, open }) => {
      await fault(page, 3, 2);
      await open();
      await page.evaluate(() => (document.querySelector('video').volume = 0.3));
      await page.click('#start');
      await past(1);
      assert.deepEqual(await tried(page), [3, 2]);
      assert.equal(await page.evaluate(() => document.querySelector('video').volume), 0.3);
      await page.keyboard.press('k');
      await page.waitForFunction(() => document.querySelector('video').paused);
      // The controls hear of it a moment after the element knows.
      await page.waitForSelector('#play[aria-label="Play"]');
    }));

  test('is not a circle for ever: words and a button, and the button opens it anew', () =>
    viewer(async ({ page, shot, state, past, open }) => {
      await fault(page, 4, 3);
      await open();
      await page.click('#start');
      await state('stuck');
      assert.deepEqual(await tried(page), [3, 2]);
      assert.equal(await page.textContent('#card-title'), 'The film does not move');
      assert.equal(await page.isVisible('#busy'), false);
      await shot('stuck');
      await page.click('#card-again');
      await past(1);
      await page.waitForSelector('#card', { state: 'hidden' });
      assert.equal(await page.getAttribute('#stage', 'data-state'), 'playing');
    }));
});
