// Screener's window: started, asked, clicked, killed.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Driver } from './driver.mjs';
import { ROOM, ROOT, place, shoot, shootScreen, windowId, xdotool } from './screen.mjs';
import { Hopeless, until } from './until.mjs';

/** Menus are never higher. */
const MENUS = 48;

export const APPLICATION = join(ROOT, 'target/debug/screener-desktop');

// Runs in the page: what a person could point at. A name is what a screen reader says.
const FIND = `(kind, name, scope) => {
  const KINDS = {
    button: 'button, [role=button], media-play-button',
    link: 'a[href]',
    radio: 'input[type=radio], [role=radio]',
    field: 'input:not([type=radio]):not([type=checkbox]), textarea, select',
    checkbox: 'input[type=checkbox], [role=checkbox], [role=switch]',
    heading: 'h1, h2, h3',
    any: '*',
  };
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== 'hidden';
  };
  const nameOf = (element) => {
    const by = element.getAttribute('aria-labelledby');
    const label = element.labels?.[0];
    return (element.getAttribute('aria-label') ?? (by ? document.getElementById(by)?.textContent : null) ?? label?.textContent ?? element.textContent ?? '').replace(/\\s+/g, ' ').trim();
  };
  const root = scope ? document.querySelector(scope) : document;
  if (!root) return null;
  const all = [...root.querySelectorAll(KINDS[kind] ?? kind)].filter((element) => (element.matches('input.sr-only') || seen(element)));
  if (name === undefined || name === null) return all[0] ?? null;
  const found = all.find((element) => nameOf(element) === name) ?? all.find((element) => nameOf(element).startsWith(name));
  if (!found) return null;
  return found.matches('input.sr-only') ? found.closest('label') ?? found : found;
}`;

export class Page {
  #driver;
  #environment;

  constructor(driver, environment) {
    this.#driver = driver;
    this.#environment = environment;
  }

  /** Starts Screener; `home`: its data folder, where it is not the system's own. */
  static async open({ home } = {}) {
    const environment = home ? { SCREENER_HOME: home } : {};
    const driver = await Driver.open(APPLICATION, environment);
    const page = new Page(driver, environment);
    page.home = home ?? join(process.env.HOME, '.local/share/screener');
    try {
      await windowId();
      await page.size(1280, 800);
      await until('the page is ready', () => page.run(`() => document.querySelector('main')?.dataset.ready === 'true'`), 60);
    } catch (error) {
      await shoot('failed-to-open').catch(() => undefined);
      // A page that stays empty has usually thrown while it was loaded; loading its script once more says what.
      const said = (await page.text().catch(String)) || (await page.run(`async () => {
        const scripts = [...document.querySelectorAll('script[type=module][src]')].map((one) => one.src);
        try { for (const src of scripts) await import(src + '?again'); return 'nothing, with ' + scripts.join(); } catch (error) { return String(error) + ' ' + error.stack; }
      }`).catch(String));
      await page.close().catch(() => undefined);
      throw new Error(`${error.message}; the page says: ${said}; the window says: ${driver.errors}`);
    }
    return page;
  }

  run(body, ...args) {
    return this.#driver.run(String(body), ...args);
  }

  get errors() {
    return this.#driver.errors;
  }

  /** The element that a person would call so, or null. */
  find(kind, name, scope) {
    return this.run(FIND, kind, name ?? null, scope ?? null);
  }

  see(kind, name, { scope, seconds = 20 } = {}) {
    return until(`${kind} "${name ?? ''}"${scope ? ` in ${scope}` : ''}`, () => this.find(kind, name, scope), seconds);
  }

  async gone(kind, name, { scope, seconds = 20 } = {}) {
    await until(`no ${kind} "${name ?? ''}"`, async () => !(await this.find(kind, name, scope)), seconds);
  }

  /** Clicks what a person would call so, as soon as it is there and can be clicked. */
  async click(kind, name, { scope, seconds = 20 } = {}) {
    await until(
      `${kind} "${name ?? ''}" can be clicked`,
      async () => {
        const element = await this.find(kind, name, scope);
        if (!element || (await this.run('(e) => e.disabled === true', element))) return false;
        await this.#driver.click(element);
        return true;
      },
      seconds,
    );
  }

  async fill(kind, name, text, { scope } = {}) {
    const element = await this.see(kind, name, { scope });
    await this.#driver.clear(element);
    await this.#driver.type(element, text);
  }

  text(selector = 'body') {
    return this.run('(selector) => document.querySelector(selector)?.innerText ?? ""', selector);
  }

  async says(words, { selector, seconds = 20 } = {}) {
    await until(`the page says "${words}"`, async () => (await this.text(selector)).includes(words), seconds);
  }

  /** One of Screener's own commands, as the page calls it. */
  ask(command, args = {}) {
    return this.run('(command, args) => window.__TAURI_INTERNALS__.invoke(command, args)', command, args);
  }

  jobs() {
    return this.ask('jobs');
  }

  library() {
    return this.ask('library');
  }

  /** The job of a title, once it is in one of these states. */
  job(title, states, seconds = 120) {
    return until(
      `the job "${title}" is ${states.join(' or ')}`,
      async () => {
        const jobs = await this.jobs();
        const job = jobs.findLast((other) => other.title === title);
        if (!job) return false;
        if (states.includes(job.state)) return job;
        if (job.state === 'failed') throw new Hopeless(`the job "${title}" failed: ${JSON.stringify(job.error)}`);
        return false;
      },
      seconds,
    );
  }

  async go(name) {
    await this.click('nav button', name);
  }

  async size(width, height) {
    const id = await windowId();
    await xdotool('windowsize', id, width, height, 'windowmove', id, 4, 28);
    await until(`the window is ${width}×${height}`, async () => {
      const [w, h] = await this.run('() => [innerWidth, innerHeight]');
      // The menus stand above the page.
      if (w === width && h <= height && h > height - MENUS) return true;
      await xdotool('windowsize', id, width, height);
      return false;
    });
  }

  /** Draws what is still to be drawn, and lets what moves come to rest. */
  async settle() {
    await this.run(`async () => {
      await document.fonts.ready;
      const moving = document.getAnimations({ subtree: true }).filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
      // One that begins anew whenever a job goes on, or whose element is not drawn, never ends: nothing here takes longer than two seconds.
      await Promise.race([Promise.allSettled(moving.map((one) => one.finished)), new Promise((done) => setTimeout(done, 2000))]);
      await Promise.race([new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))), new Promise((done) => setTimeout(done, 2000))]);
    }`);
  }

  async shoot(name) {
    await this.settle();
    return shoot(name);
  }

  /** Where an element stands in a screenshot. */
  async box(selector) {
    const [x, y, width, height] = await this.run(
      '(selector) => { const box = document.querySelector(selector).getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }',
      selector,
    );
    return { x, y: y + (await this.menus()), width, height };
  }

  /** Where a point of a screenshot is on the screen. */
  async onScreen(x, y) {
    const { x: left, y: top } = await place();
    return [Math.round(left + x), Math.round(top + y)];
  }

  /** A picture of the whole screen: menus are windows of their own. */
  async shootScreen(name) {
    await this.settle();
    return shootScreen(name);
  }

  /** Height of the menus above the page. */
  async menus() {
    return (await place()).height - (await this.run('() => innerHeight'));
  }

  /** Light or dark, at once, without asking the settings. */
  appearance(appearance) {
    return this.ask('settings').then((settings) => this.ask('set_settings', { settings: { ...settings, appearance } }));
  }

  key(...keys) {
    return xdotool('key', '--clearmodifiers', ...keys);
  }

  async focus() {
    await xdotool('windowactivate', '--sync', await windowId());
  }

  /** The process of the window. */
  async pid() {
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
      if (line.split('\0')[0] !== APPLICATION) continue;
      const environment = await readFile(`/proc/${entry}/environ`, 'utf8').catch(() => '');
      if (environment.includes(`\0ROOM=${ROOM}\0`) || environment.startsWith(`ROOM=${ROOM}\0`)) return Number(entry);
    }
    return undefined;
  }

  /** Nobody asks a killed process whether it may. */
  async kill() {
    process.kill(await this.pid(), 'SIGKILL');
    await this.ended();
    await this.#driver.close();
  }

  /** Waits until the window's process has left. */
  async ended(seconds = 30) {
    await until('the window has left', async () => (await this.pid()) === undefined, seconds);
  }

  /** Ends it as the system does at the end of a session. */
  async close() {
    const pid = await this.pid();
    await this.#driver.close();
    if (pid !== undefined && (await this.pid()) === pid) process.kill(pid, 'SIGTERM');
    await this.ended().catch(async () => process.kill(await this.pid(), 'SIGKILL'));
    await this.ended();
  }

  /** The same window again, on the same data. */
  again() {
    return Page.open({ home: this.#environment.SCREENER_HOME });
  }
}

export { place };
