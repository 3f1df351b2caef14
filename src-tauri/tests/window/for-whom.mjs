// Links for somebody: many at once, with a password, taken back while somebody watches; and who has watched, as another browser fetches.
import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { accessible, portray } from './axe.mjs';
import { clipboard } from './screen.mjs';
import { until } from './until.mjs';

const TITLE = 'For somebody';
const LIST = '[data-testid=link-records]';

/** What a browser is answered, without a store of its own. */
const answer = (url) => fetch(url, { redirect: 'manual', cache: 'no-store' });

/** The addresses that a playlist names, as whole ones. */
async function named(url) {
  const response = await answer(url);
  assert.equal(response.status, 200, `${url.split('?')[0]} is served`);
  return (await response.text())
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => new URL(line.trim(), url).href);
}

/** The segments of a film's first rung, as a player finds them. */
const segments = async (playlist) => named((await named(playlist))[0]);

/** What the viewer's page makes of what stands behind its `#`: the playlist's address. */
function playlistOf(page) {
  const { origin, hash } = new URL(page);
  const [folder, query] = hash.slice(1).split('?');
  const pairs = query.split('&');
  assert.match(pairs[0], /^l=[a-z2-7]{10}$/, 'a link’s own name comes first');
  return `${origin}/${folder}/index.m3u8?${[pairs[0], ...pairs.slice(1).map((pair) => `cf-${pair}`), ...pairs.slice(1)].join('&')}`;
}

export function forWhom({ test, page, long, published, show, filesBelow }) {
  const film = () => published(TITLE, long);
  /** The row of a name in the list that is shown. */
  const row = (name) => page().run(
    `(list, name) => {
      const row = [...document.querySelectorAll(list + ' [data-link]')].find((one) => one.querySelector('[role=rowheader]').textContent.includes(name));
      return row && { link: row.dataset.link, state: row.dataset.state, text: row.innerText };
    }`,
    LIST,
    name,
  );
  const state = (name, wanted, seconds = 40) => until(`the link for ${name} is ${wanted.join(' or ')}`, async () => wanted.includes((await row(name))?.state), seconds);
  /** Before and after the log of what was asked here has been read. */
  const UNDER_WAY = ['not_opened', 'opened'];

  /** A link for somebody; it stands in the list of its film, which is shown. */
  async function linkFor(name) {
    const { id } = await film();
    const made = await page().ask('link', { request: { id, expires: '1d', name } });
    assert.match(made.l, /^[a-z2-7]{10}$/);
    await show(TITLE);
    await until(`the link for ${name} is in the list`, () => row(name));
    return made;
  }

  test('the names of a list make a link each, and the list shows them', async () => {
    await film();
    await show(TITLE);
    await page().click('[data-testid=many-links]');
    await page().see('[role=dialog] [data-testid=names]');
    // A list is pasted: a driver's keys write one line.
    await page().run(
      `(list) => { const field = document.querySelector('[role=dialog] [data-testid=names]'); field.focus(); document.execCommand('insertText', false, list); }`,
      'Anna, Verleih\nBen\n\nJürgen 🎬\n',
    );
    await page().says('Names: 3.', { selector: '[role=dialog]' });
    await portray(page(), 'many-links');
    await accessible(page(), 'the sheet of many links');
    await page().click('[data-testid=make-many]');
    await page().see('[data-testid=many-made]', undefined, { seconds: 40 });
    const made = await page().run(`() => [...document.querySelectorAll('[data-testid=many-made] [role=row]:has([role=rowheader])')].map((one) => [one.querySelector('[role=rowheader]').textContent.trim(), one.querySelector('.selectable').textContent.trim()])`);
    assert.deepEqual(made.map(([name]) => name), ['Anna, Verleih', 'Ben', 'Jürgen 🎬']);
    assert.equal(new Set(made.map(([, link]) => link)).size, 3, 'each has a link of its own');
    for (const [name, link] of made) assert.equal((await answer(playlistOf(link))).status, 200, `the link for ${name} opens the film`);
    await portray(page(), 'many-links-made');
    await accessible(page(), 'many links that were made');

    // What is nowhere else does not go by one slip.
    await page().focus();
    await page().key('Escape');
    await page().says('Not copied or saved yet', { selector: '[role=dialog]' });
    await page().click('button', 'Copy all as a table', { scope: '[role=dialog]' });
    const cells = await until('the clipboard holds the table', async () => {
      const text = await clipboard();
      return text.includes('\t') ? text : false;
    });
    assert.deepEqual(cells.trim().split('\n').map((line) => line.split('\t')), made);
    await page().click('button', 'Close', { scope: '[role=dialog] footer' });
    await page().gone('[role=dialog]');

    for (const [name] of made) await state(name, UNDER_WAY);
    await page().run(`(list) => document.querySelector(list).scrollIntoView({ block: 'center' })`, LIST);
    await portray(page(), 'links-of-film');
    await accessible(page(), 'Video with its list of links');
    await page().go('Links');
    await page().see('heading', 'Links');
    for (const [name] of made) await until(`${name} is in the list of all`, async () => (await row(name))?.text.includes(TITLE));
    await page().fill('field', 'Search by name', 'jürgen somebody');
    await until('what has the words is found, and nothing else', async () => !(await row('Ben')) && (await row('Jürgen 🎬')));
    await page().run(`() => { const field = document.querySelector('main input[type=search]'); field.value = ''; field.dispatchEvent(new Event('input', { bubbles: true })); }`);
    await portray(page(), 'links');
    await accessible(page(), 'Links');
  });

  test('views arrive while somebody watches in another browser', async () => {
    const { link } = await linkFor('Watches to the end');
    const parts = await segments(link);
    assert.ok(parts.length >= 4, `the film has segments: ${parts.length}`);
    const half = Math.floor(parts.length / 2);
    for (const part of parts.slice(0, half)) assert.equal((await answer(part)).status, 200);
    await state('Watches to the end', ['opened']);
    assert.match((await row('Watches to the end')).text, /\d+\s?%/, 'how much was fetched is said');
    const curve = await page().see('[data-testid=curve]');
    const drawn = () => page().run(`() => document.querySelector('[data-testid=curve] path').getAttribute('d')`);
    const before = await drawn();
    for (const part of parts.slice(half)) await answer(part);
    await state('Watches to the end', ['watched']);
    await until('the curve has grown', async () => (await drawn()) !== before);
    assert.ok(await page().run('(curve) => curve.isConnected', curve), 'it grew where it stood');
    const told = await page().ask('audience', { id: (await film()).id });
    assert.ok(told.counted && told.viewers >= 1 && told.to_the_end >= 1 && told.curve.length === 100, JSON.stringify({ ...told, curve: told.curve.length }));
    await page().run(`() => document.querySelector('[data-testid=curve]').scrollIntoView({ block: 'center' })`);
    await page().focus();
    await page().run(`() => document.querySelector('[data-testid=curve]').focus()`);
    await page().key('Home', 'Right');
    await until('the keys say a time and its visits', () => page().run(`() => /^0:00 to 0:0\\d · visits: \\d+$/.test(document.querySelector('[data-testid=curve]').getAttribute('aria-valuetext'))`));
    await portray(page(), 'audience');
    await accessible(page(), 'who has watched');
  });

  test('a link that is taken back in mid-film refuses the next request, and opens again when that is undone', async () => {
    const { link } = await linkFor('Is taken back');
    const [first, next] = await segments(link);
    assert.equal((await answer(first)).status, 200);
    const refused = (url) => until('the next request is refused, with its reason', async () => {
      const response = await answer(url);
      return response.status === 403 && (await response.text()).includes('taken_back');
    });
    const opens = (url) => until('it opens again', async () => (await answer(url)).status === 200);

    await page().click('button', 'Take back the link for Is taken back', { scope: LIST });
    await page().says('What a player has loaded already plays on');
    await refused(next);
    await page().shoot('link-taken-back');
    // Before the words are gone: they stand for ten seconds.
    await page().click('button', 'Undo', { seconds: 9 });
    await opens(next);
    await state('Is taken back', UNDER_WAY);

    // The same by keys alone.
    await page().focus();
    const { link: name } = await row('Is taken back');
    await page().run(`(name) => document.querySelector('[data-link="' + name + '"]').focus()`, name);
    await page().key('Delete');
    await state('Is taken back', ['taken_back']);
    await refused(next);
    await refused(link);
    const other = await linkFor('Goes on');
    assert.equal((await answer(other.link)).status, 200, 'another link of the film goes on');
    await page().click('button', 'Take back all made so far');
    await refused(other.link);
    await page().key('ctrl+z');
    await opens(other.link);
    await refused(link);
    await accessible(page(), 'a list with a link that was taken back');
  });

  test('a link with a password shows it once, and nothing of it opens without', async () => {
    await film();
    await show(TITLE);
    await page().fill('field', 'For whom', 'Has a password', { scope: 'main form' });
    await page().click('checkbox', 'Ask for a password', { scope: 'main form' });
    const proposed = await until('a pass phrase is proposed', () => page().run(`() => /^[a-z]{4}(-[a-z]{4}){4}$/.test(document.querySelector('[data-testid=password]')?.value ?? '') && document.querySelector('[data-testid=password]').value`));
    await page().run(`() => document.querySelector('[data-testid=password]').scrollIntoView({ block: 'center' })`);
    await portray(page(), 'link-password');
    await accessible(page(), 'Video, a link with a password');
    await page().click('[data-testid=create-link]');
    await page().see('[data-testid=made-password]', undefined, { seconds: 40 });
    const seen = await page().run(`() => ({ password: document.querySelector('[data-testid=made-password]').value, page: document.querySelector('[data-testid=page-link]').value, form: document.querySelector('[data-testid=password]')?.value ?? null })`);
    assert.deepEqual([seen.password, seen.form], [proposed, null]);
    const [address, secret] = seen.page.split('#');
    assert.match(secret, /^locked\.1\.[A-Za-z0-9_-]+$/, 'behind # there is nothing to read');
    assert.equal(await page().find('button', 'Copy playlist address', '[data-testid=made-link]'), null, 'there is no playlist without the password');
    const viewer = await answer(address);
    assert.equal(viewer.status, 200);
    assert.match(await viewer.text(), /<script/);
    await state('Has a password', ['not_opened']);
    assert.match((await row('Has a password')).text, /with a password/);
    for (const file of await filesBelow(page().home)) assert.ok(!(await readFile(file)).includes(proposed), `${file} holds the password`);
  });

  test.long('thousands of links are drawn as far as they are seen', async () => {
    const { id } = await film();
    const names = Array.from({ length: 2000 }, (_, at) => `Viewer ${at + 1}`);
    await page().ask('link_many', { request: { id, expires: '1d' }, names });
    await page().go('Links');
    await until('they are counted', () => page().run(`(list) => Number(document.querySelector(list)?.getAttribute('aria-rowcount')) > 2000`, LIST));
    assert.ok((await page().run(`(list) => document.querySelectorAll(list + ' [data-link]').length`, LIST)) < 80);
    await page().focus();
    await page().run(`(list) => document.querySelector(list + ' [data-link]').focus()`, LIST);
    await page().key('End');
    await until('the last one is drawn, and has the focus', () => page().run(`(list) => Number(document.activeElement?.getAttribute('aria-rowindex')) === Number(document.querySelector(list).getAttribute('aria-rowcount'))`, LIST));
    await portray(page(), 'links-thousands');
    await accessible(page(), 'thousands of links');
  });
}
