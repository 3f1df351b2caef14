// A WebDriver client, as far as these tests need one: https://www.w3.org/TR/webdriver2/
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { until } from './until.mjs';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

export class Driver {
  #process;
  #base;
  #session;

  /** Starts WebKit's driver, and through it the application. */
  static async open(application, environment) {
    const driver = new Driver();
    const port = await freePort();
    driver.#base = `http://127.0.0.1:${port}`;
    // A group of its own, so that closing leaves nothing behind.
    driver.#process = spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
      // By this Tauri lets its web view be driven.
      env: { ...process.env, ...environment, TAURI_WEBVIEW_AUTOMATION: 'true' },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    driver.errors = '';
    driver.#process.stderr.on('data', (bytes) => (driver.errors = (driver.errors + bytes).slice(-20_000)));
    try {
      await until('WebKitWebDriver answers', () => driver.#ask('GET', '/status').then(() => true, () => false), 30);
      const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary: application, args: [] } } };
      const { sessionId } = await driver.#ask('POST', '/session', { capabilities });
      driver.#session = `/session/${sessionId}`;
      await driver.#ask('POST', `${driver.#session}/timeouts`, { script: 120_000, implicit: 0 });
    } catch (error) {
      await driver.close();
      throw error;
    }
    return driver;
  }

  async #ask(method, path, body) {
    const response = await fetch(this.#base + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(150_000),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path.replace(/^\/session\/[^/]+/, '')}: ${value?.error}: ${value?.message}`);
    return value;
  }

  #in(method, path, body) {
    return this.#ask(method, this.#session + path, body);
  }

  /** Runs a function in the page. It sees nothing but its arguments, and may be async. */
  async run(body, ...args) {
    const script = `
      const [args, done] = [[...arguments].slice(0, -1), arguments[arguments.length - 1]];
      Promise.resolve().then(() => (${body})(...args)).then(
        (value) => done({ value }),
        (error) => done({ error: String(error?.message ?? JSON.stringify(error)) }));`;
    const { value, error } = await this.#in('POST', '/execute/async', { script, args });
    if (error !== undefined) throw new Error(`in the page: ${error}`);
    return value;
  }

  /** A real click, where the element is. */
  async click(element) {
    await this.#in('POST', `/element/${element[ELEMENT]}/click`, {});
  }

  async type(element, text) {
    await this.#in('POST', `/element/${element[ELEMENT]}/value`, { text });
  }

  async clear(element) {
    await this.#in('POST', `/element/${element[ELEMENT]}/clear`, {});
  }

  /** Ends the session and everything it started. */
  async close() {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    try {
      process.kill(-this.#process.pid, 'SIGTERM');
    } catch {
      return;
    }
    const timer = setTimeout(() => process.kill(-this.#process.pid, 'SIGKILL'), 5_000);
    await gone;
    clearTimeout(timer);
  }

  get pid() {
    return this.#process.pid;
  }
}
