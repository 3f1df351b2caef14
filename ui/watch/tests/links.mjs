// Links with a name, links with a password, and links that were taken back. `watch.test.mjs` runs these.
import assert from 'node:assert/strict';
import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { host } from './rig.mjs';

const PASSWORD = 'Grüße vom Fluß, 3 Möwen';

/** The format once more, by another implementation: what stands behind `#`, locked. */
function lock(fragment, password) {
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', pbkdf2Sync(password, salt, 600_000, 32, 'sha256'), iv);
  const sealed = Buffer.concat([salt, iv, cipher.update(fragment, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `locked.1.${sealed.toString('base64url')}`;
}

/** A link that the page opens with a password. */
const locked = ({ page }, password = PASSWORD) => {
  const [start, fragment] = page.split('#');
  return `${start}#${lock(fragment, password)}`;
};

/** What the page asks for of the video, in order. */
function asked(page) {
  const all = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.startsWith('/videos/')) all.push(`${url.pathname.replace(/^\/videos\/\w+\//, '')}${url.search}`);
  });
  return all;
}

/** Fails where something was asked for without the link's name before everything else. */
function allNamed(all, l) {
  for (const kind of [/^index\.m3u8/, /^1\/\d+p\/index\.m3u8/, /^1\/audio-en\/index\.m3u8/, /^video\.json/, /poster\.jpg/, /init\.mp4/, /\.m4s/]) {
    assert.ok(all.some((url) => kind.test(url)), `${kind} was asked for`);
  }
  for (const url of all) {
    assert.match(url, new RegExp(`\\?l=${l}&`), 'the name comes first');
    assert.equal(url.match(/[?&](cf-)?l=/g).length, 1, 'and once');
    if (url.includes('.m3u8')) assert.match(url, /\?l=\w+&cf-Policy=[^&]+&cf-Signature=.*&Policy=/);
    else assert.match(url, /\?l=\w+&Policy=/);
  }
}

const play = async (page, past) => {
  await page.click('#start');
  await past(2);
};

export function links(viewer, violations) {
  const counted = (page) => page.isVisible('#counted');

  describe('a link with a name', () => {
    test('says it first in everything that is asked for, and that views are counted', () =>
      viewer(async ({ page, shot, state, past, open }) => {
        const all = asked(page);
        const { l } = await open();
        assert.match(l, /^[a-z2-7]{10}$/);
        await state('ready');
        assert.match(await page.textContent('#counted'), /^Screener counts for the sender/);
        assert.ok(await counted(page));
        await page.waitForFunction(() => document.querySelector('#poster img')?.naturalWidth > 0);
        await shot('named');
        assert.deepEqual(await violations(page), []);
        await play(page, past);
        assert.equal(await counted(page), false);
        allNamed(all, l);
        assert.equal(all.filter((url) => url.startsWith('index.m3u8')).length, 1, 'the playlist is asked for once');
        const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map((one) => one.name));
        assert.ok(loaded.some((name) => name.includes('/viewing-')));
        assert.ok(!loaded.some((name) => name.includes('/lock-')), 'what asks for a password comes where there is one');
      }));

    test('a link without one goes on working, and counts nobody', () =>
      viewer(async ({ page, edge, state, past, open }) => {
        const all = asked(page);
        await edge.tell({ do: 'faults', names: ['NamesUnknown'] });
        await open({ plain: true });
        await state('ready');
        assert.equal(await counted(page), false);
        await play(page, past);
        assert.ok(all.every((url) => !/[?&](cf-)?l=/.test(url)));
      }));

    test('a link of before links had names needs a new one, where they have them now', () =>
      viewer(async ({ state, open }) => {
        await open({ plain: true });
        await state('withdrawn');
      }));

    test('is asked for by name in a frame, too', () =>
      viewer(async ({ page, edge, allowed }) => {
        const all = asked(page);
        const link = await edge.tell({ do: 'link' });
        const site = await host(`<iframe src="${link.page.replaceAll('&', '&amp;')}" width="640" height="360" allow="autoplay; fullscreen"></iframe>`);
        allowed.push(site.address);
        await page.goto(`http://${site.address}/`);
        const frame = await (await page.waitForSelector('iframe')).contentFrame();
        await frame.click('#start');
        await frame.waitForFunction(() => document.querySelector('video').currentTime > 1);
        allNamed(all, link.l);
        site.stop();
      }));

    test('in German, on a phone', () =>
      viewer(
        async ({ page, shot, state, open }) => {
          await open();
          await state('ready');
          assert.match(await page.textContent('#counted'), /^Screener zählt für den Absender/);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
          await shot('named-phone-german');
        },
        { locale: 'de-DE', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
      ));
  });

  describe('a link that was taken back', () => {
    test('has words when it is opened, and plays when it was given back', () =>
      viewer(async ({ page, edge, shot, state, past, open }) => {
        const { page: url, l } = await edge.tell({ do: 'link' });
        await edge.tell({ do: 'take_back', l });
        await page.goto(url);
        await state('taken');
        assert.equal(await page.textContent('#card-title'), 'This link was taken back');
        assert.deepEqual(await violations(page), []);
        await shot('taken');
        // Another link to the same film is another matter.
        await page.goto('about:blank');
        await open();
        await state('ready');
        await edge.tell({ do: 'give_back', l });
        await page.goto('about:blank');
        await page.goto(url);
        await play(page, past);
      }));

    test('in mid-film: what is here is shown, then there are words', () =>
      viewer(async ({ page, edge, shot, state, past, open }) => {
        const held = [];
        let hold = true;
        await page.route(/0000[3-9]\.m4s/, (route) => (hold ? held.push(route) : route.continue()));
        const { l } = await open();
        await play(page, past);
        await edge.tell({ do: 'take_back', l });
        await past(3);
        assert.equal(await page.isVisible('#card'), false, 'what is buffered plays on');
        hold = false;
        for (const route of held) await route.continue();
        await state('taken');
        assert.ok(await page.isVisible('#card'));
        assert.equal(await page.isVisible('#busy'), false, 'no circle for ever');
        assert.equal(await page.isVisible('#controls'), false);
        await shot('taken-in-mid-film');
      }));

    const refuse = (code) => ({
      status: 403,
      contentType: 'application/json',
      headers: { 'cache-control': 'no-store', 'access-control-allow-origin': '*' },
      body: JSON.stringify({ error: { code, message: 'for whoever reads it' } }),
    });

    test('a store that cannot be read is no verdict: the page looks again', () =>
      viewer(async ({ page, state, open }) => {
        let sure = false;
        await page.route(/\/index\.m3u8/, (route) => (sure ? route.continue() : route.fulfill(refuse('unsure'))));
        await open();
        await state('trouble');
        sure = true;
        await state('ready');
      }));

    test('an address that is not plain was changed', () =>
      viewer(async ({ page, state, open }) => {
        await page.route(/\/index\.m3u8/, (route) => route.fulfill(refuse('not_plain')));
        await open();
        await state('changed');
      }));
  });

  describe('a link with a password', () => {
    const says = (page, what) => page.waitForFunction((of) => new RegExp(of).test(document.getElementById('wrong').textContent), what);

    test('asks, is kind about a wrong one, opens with the right one, and keeps it to itself', () =>
      viewer(async ({ page, edge, shot, state, past }) => {
        const all = asked(page);
        const everything = [];
        page.on('request', (request) => everything.push(`${request.url()} ${request.postData() ?? ''}`));
        page.on('console', (line) => everything.push(line.text()));
        const link = await edge.tell({ do: 'link' });
        const url = locked(link);
        await page.goto(url);
        await state('locked');
        assert.equal(await page.title(), 'This film has a password');
        const before = await page.evaluate(() => history.length);
        await shot('locked');
        await page.keyboard.press('Enter');
        assert.equal(await page.$eval('#password', (field) => field.validity.valueMissing), true, 'the browser says so itself');
        // The field has the focus from the beginning.
        await page.keyboard.type(`${PASSWORD}!`);
        await page.keyboard.press('Enter');
        await says(page, 'That is not the password');
        const marked = await page.evaluate(() => {
          const { id, selectionStart, selectionEnd } = document.activeElement;
          return [id, selectionStart, selectionEnd];
        });
        assert.deepEqual(marked, ['password', 0, PASSWORD.length + 1], 'it stays, and the next letter replaces it');
        await shot('locked-wrong');
        assert.deepEqual(all, [], 'nothing of the film is asked for');
        await page.check('#reveal');
        assert.equal(await page.inputValue('#password'), `${PASSWORD}!`);
        assert.equal(await page.getAttribute('#password', 'type'), 'text');
        await shot('locked-shown');
        await page.uncheck('#reveal');
        await page.fill('#password', PASSWORD);
        await page.keyboard.press('Enter');
        await state('playing');
        await past(1);
        assert.equal(await page.title(), 'A walk by the river');
        assert.equal(await page.locator('#password').count(), 0);
        assert.match(await page.textContent('#notice'), /^Screener counts for the sender/);
        await shot('unlocked');
        allNamed(all, link.l);
        assert.equal(page.url(), url);
        assert.equal(await page.evaluate(() => history.length), before);
        const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie]));
        for (const text of [kept, ...everything]) {
          assert.ok(!decodeURIComponent(text.replaceAll(/%(?![0-9A-F]{2})/gi, '')).includes(PASSWORD), text);
        }
        assert.ok(!kept.includes('Signature'));
      }));

    test('is the same password from another keyboard, and with spaces around it', () =>
      viewer(async ({ page, edge, state }) => {
        await page.goto(locked(await edge.tell({ do: 'link' }), 'Café film №3'.normalize('NFKC')));
        await state('locked');
        await page.fill('#password', '\u2003Cafe\u0301 \ufb01lm \u2116\uff13\u00a0 ');
        await page.click('#unlock');
        await state('playing');
      }));

    test('waits for a click where the browser wants one', () =>
      viewer(async ({ page, edge, state, past }) => {
        await page.addInitScript(() => {
          const { play } = HTMLMediaElement.prototype;
          HTMLMediaElement.prototype.play = function () {
            if (this.clicked) return play.call(this);
            this.clicked = true;
            return Promise.reject(new DOMException('', 'NotAllowedError'));
          };
        });
        await page.goto(locked(await edge.tell({ do: 'link' })));
        await page.fill('#password', PASSWORD);
        await page.keyboard.press('Enter');
        await state('ready');
        assert.ok(await counted(page));
        await play(page, past);
      }));

    test('fits a phone and stays above its keyboard', () =>
      viewer(
        async ({ page, edge, shot, state, past }) => {
          await page.goto(locked(await edge.tell({ do: 'link' })));
          await state('locked');
          await page.tap('#password');
          assert.ok(parseFloat(await page.$eval('#password', (field) => getComputedStyle(field).fontSize)) >= 16, 'no zoom');
          for (const id of ['#password', '#unlock']) {
            const { y, height } = await page.locator(id).boundingBox();
            assert.ok(y + height < 844 - 340, `${id} ends at ${y + height}`);
            assert.ok(height >= 44);
          }
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
          await shot('locked-phone');
          await page.fill('#password', 'another');
          await page.tap('#unlock');
          await says(page, 'not the password');
          await shot('locked-phone-wrong');
          await page.fill('#password', PASSWORD);
          await page.tap('#unlock');
          await past(0.5);
        },
        { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
      ));

    test('asks in a frame, however small', () =>
      viewer(async ({ page, edge, shot, allowed }) => {
        const link = locked(await edge.tell({ do: 'link' }));
        const frames = [
          [640, 360],
          [320, 180],
        ];
        const markup = frames.map(([width, height]) => `<iframe src="${link}" width="${width}" height="${height}" allow="autoplay; fullscreen"></iframe>`);
        const site = await host(`<body style="background:#fff">${markup.join('')}`);
        allowed.push(site.address);
        await page.goto(`http://${site.address}/`);
        for (const [at, [, height]] of frames.entries()) {
          const frame = await (await page.locator('iframe').nth(at).elementHandle()).contentFrame();
          await frame.waitForSelector('#password');
          const fits = await frame.evaluate(() => [document.querySelector('.lock').getBoundingClientRect().bottom, document.activeElement.tagName]);
          assert.ok(fits[0] <= height);
          assert.equal(fits[1], 'BODY', 'the page around it keeps its focus');
        }
        await shot('locked-embedded');
        const frame = await (await page.waitForSelector('iframe')).contentFrame();
        await frame.fill('#password', PASSWORD);
        await frame.press('#password', 'Enter');
        await frame.waitForFunction(() => document.querySelector('video').currentTime > 0.5);
        site.stop();
      }));

    for (const colorScheme of ['dark', 'light']) {
      test(`nothing that axe knows of stands in the way (${colorScheme})`, () =>
        viewer(
          async ({ page, edge, shot, state }) => {
            await page.goto(locked(await edge.tell({ do: 'link' })));
            await state('locked');
            assert.deepEqual(await violations(page), []);
            await page.fill('#password', 'another');
            await page.keyboard.press('Enter');
            await says(page, 'not the password');
            assert.deepEqual(await violations(page), []);
            await shot(`locked-${colorScheme}`);
          },
          { colorScheme },
        ));
    }

    test('asks in German', () =>
      viewer(
        async ({ page, edge, shot, state, past }) => {
          await page.goto(locked(await edge.tell({ do: 'link' })));
          await state('locked');
          assert.equal(await page.textContent('.lock h2'), 'Dieser Film hat ein Passwort');
          await page.fill('#password', 'ein anderes');
          await page.click('#unlock');
          await says(page, 'Das ist nicht das Passwort');
          await shot('locked-german');
          await page.fill('#password', PASSWORD);
          await page.click('#unlock');
          await past(0.5);
        },
        { locale: 'de-DE' },
      ));

    test('a link that lost a part, or was written anew, on its way was changed', () =>
      viewer(async ({ page, edge, shot, state }) => {
        const whole = locked(await edge.tell({ do: 'link' }));
        const escaped = whole.replaceAll('-', '%2D').replaceAll('_', '%5F');
        const mangled = [whole.slice(0, 200), whole.replace(/.{10}$/, '%7E'), whole.replace('.1.', '.9.'), `${whole}.`, `${whole.split('locked')[0]}locked.1.`];
        for (const url of mangled) {
          await page.goto('about:blank');
          await page.goto(url);
          await state('changed');
        }
        await shot('locked-changed');
        // What means the same is the same.
        await page.goto('about:blank');
        await page.goto(escaped);
        await state('locked');
      }));

    test('says that it needs a secure connection where there is none', () =>
      viewer(async ({ page, edge, shot, state }) => {
        await page.addInitScript(() => Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined }));
        await page.goto(locked(await edge.tell({ do: 'link' })));
        await state('insecure');
        assert.equal(await page.textContent('#card-title'), 'A password needs https');
        await shot('insecure');
      }));
  });
}
