// axe-core, read into the page as the page's own script: no eval, so that the content security policy stays as it is.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, light } from './screen.mjs';
import { until } from './until.mjs';

const source = readFile(join(ROOT, 'ui/node_modules/axe-core/axe.min.js'), 'utf8');

/** What axe found, by screen. A test of its own judges it, so that a fault of access does not hide a fault of function. */
export const judged = new Map();

/** Looks for broken rules of WCAG 2.2 AA on what is shown, in light and in dark. */
export async function accessible(page, what) {
  if (!(await page.run('() => "axe" in window'))) await page.run(`() => { ${await source} }`);
  const driver = `async () => {
    const worn = document.documentElement.dataset.theme;
    const found = [];
    for (const theme of ['light', 'dark']) {
      document.documentElement.dataset.theme = theme;
      // As long as a change of theme may take, and no longer: what begins anew whenever a job goes on never ends.
      const moving = document.getAnimations({ subtree: true }).filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
      const drawn = new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await Promise.race([Promise.allSettled([drawn, ...moving.map((one) => one.finished)]), new Promise((done) => setTimeout(done, 2000))]);
      const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] });
      for (const { id, nodes } of violations) for (const node of nodes) {
        // media-chrome's clock shows 0:11 and says it in words; its play button holds the tooltips of both states and is named by one.
        if (id === 'label-content-name-mismatch' && /media-(time-display|play-button)$/.test(node.target.join())) continue;
        found.push(theme + ': ' + id + ': ' + node.target.join(' ') + ': ' + node.failureSummary.split('\\n').slice(1).join(' ').slice(0, 300));
      }
    }
    document.documentElement.dataset.theme = worn;
    return found;
  }`;
  // WebKit's driver loses an answer now and then ("Could not parse script result"). This script only looks, so it can ask again.
  const found = await page.run(driver).catch((error) => {
    if (!String(error).includes('Could not parse script result')) throw error;
    return page.run(driver);
  });
  judged.set(what, found);
}

/** Keeps pictures of what is shown, menus and all: two sizes, light and dark. */
export async function portray(page, name) {
  const worn = await page.run('() => document.documentElement.dataset.theme');
  const { appearance } = await page.ask('settings');
  for (const [width, height] of [[900, 600], [1280, 800]]) {
    await page.size(width, height);
    for (const theme of ['light', 'dark']) {
      await page.appearance(theme);
      await page.run('(theme) => { document.documentElement.dataset.theme = theme; }', theme);
      const menus = await page.menus();
      // The screen may be a little behind the page: the corner tells whose colours are on it.
      await until(`the picture of ${name} is ${theme}`, async () => {
        const picture = await page.shoot(`${name}-${width}x${height}-${theme}`);
        const corner = await light(picture, { x: width - 12, y: height - 12, width: 8, height: 8 });
        const menu = await light(picture, { x: width - 12, y: menus / 2 - 4, width: 8, height: 8 });
        return [corner, menu].every(({ mean }) => (theme === 'light' ? mean > 0.3 : mean < 0.3));
      });
    }
  }
  await page.appearance(appearance);
  await page.run('(theme) => { document.documentElement.dataset.theme = theme; }', worn);
}
