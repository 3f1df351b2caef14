// Two handles on a film: what lies between them is published, and nothing else.
import { strict as assert } from 'node:assert';
import { accessible, portray } from './axe.mjs';
import { drag, xdotool } from './screen.mjs';
import { until } from './until.mjs';

const HANDLE = { from: '[role=dialog] [data-end=from]', to: '[role=dialog] [data-end=to]' };

export function trimming({ test, page: current, long }) {
  const at = (end) => current().run(`(handle) => Number(document.querySelector(handle)?.getAttribute('aria-valuenow'))`, HANDLE[end]);
  const frame = () => current().run(`() => document.querySelector('[role=dialog] [data-testid=frame]')?.src`);

  /** Takes a handle with the mouse and lets it go at a share of the film. */
  async function pull(end, share) {
    const page = current();
    const [handle, bar] = [await page.box(HANDLE[end]), await page.box('[data-testid=trim-bar]')];
    const grip = end === 'from' ? handle.x + handle.width - 4 : handle.x + 4;
    await xdotool('mousemove', ...(await page.onScreen(grip, handle.y + handle.height / 2)), 'mousedown', '1');
    for (const part of [0.3, 0.7, 1]) {
      const x = grip + (bar.x + bar.width * share - grip) * part;
      await xdotool('mousemove', ...(await page.onScreen(x, bar.y + bar.height / 2)));
    }
    await xdotool('mouseup', '1');
  }

  test('what lies between two handles is published, by mouse and by keys', async () => {
    const page = current();
    await drag([long]);
    await page.see('[role=dialog] [aria-label=Qualities] li', undefined, { seconds: 40 });
    await page.click('[data-testid=trim]');
    await until('pictures lie along the film', () => page.run(`() => [...document.querySelectorAll('[data-testid=trim-bar] img')].filter((one) => one.naturalWidth > 0).length === 8`), 60);
    const before = await until('the first picture is shown', frame);

    await pull('from', 1 / 3);
    await until('the first handle was pulled to ten seconds', async () => Math.abs((await at('from')) - 10) < 0.3);
    const pulled = await until('its picture is shown', async () => {
      const now = await frame();
      return now !== before && now;
    });
    assert.ok(pulled.startsWith('data:image/jpeg'));
    // It lies on a picture: of 25 a second.
    assert.ok(Math.abs(((await at('from')) * 25) % 1) < 1e-6 || ((await at('from')) * 25) % 1 > 1 - 1e-6, String(await at('from')));

    await page.focus();
    await page.run('(handle) => document.querySelector(handle).focus()', HANDLE.to);
    assert.equal(await at('to'), 30);
    for (const [key, seconds] of [['Next', 20], ['Left', 19.96], ['shift+Left', 18.96], ['Right', 19]]) {
      await page.key(key);
      await until(`${key} moves the other handle to ${seconds} s`, async () => Math.abs((await at('to')) - seconds) < 0.001);
    }
    await page.key('Home');
    await until('it stops one picture behind the first', async () => Math.abs((await at('to')) - (await at('from')) - 0.04) < 0.001);
    await page.key('End');
    await until('it goes to the end', async () => (await at('to')) === 30);
    await page.key('Next');
    await page.fill('field', 'Begins at', '0:09.5', { scope: '[role=dialog]' });
    await page.key('Return');
    await until('a time that is typed moves the handle', async () => (await at('from')) === 9.5);
    await page.says('0:11 will be published', { selector: '[role=dialog]' });
    await until('the plan is that of the part', async () => (await page.text('[role=dialog]')).includes('0:11 · 1280×720'), 40);
    await until('the picture of the handle is shown', () => page.run(`() => document.querySelector('[role=dialog] [data-testid=frame]').naturalWidth > 0`));
    await portray(page, 'trim');
    await accessible(page, 'the publish sheet with its handles');

    await page.click('radio', 'Fast', { scope: '[role=dialog]' });
    await page.fill('field', 'Title', 'Between two handles', { scope: '[role=dialog]' });
    await page.click('[data-testid=publish]');
    await page.gone('[role=dialog]');
    await page.job('Between two handles', ['live']);
    const video = await until('it is in the library', async () => (await page.library()).find((one) => one.title === 'Between two handles'));
    assert.ok(Math.abs(video.duration - 10.5) < 0.06, `${video.duration} s of 10.5`);
  });
}
