// A WebDriver client as small as these tests need.
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export class Session {
  #url;

  static async open(server, application) {
    const value = await ask('POST', `${server}/session`, { capabilities: { alwaysMatch: { browserName: 'wry', 'tauri:options': { application } } } });
    const session = new Session();
    session.#url = `${server}/session/${value.sessionId}`;
    await session.#ask('POST', '/timeouts', { script: 60_000, pageLoad: 30_000, implicit: 0 });
    return session;
  }

  #ask(method, path, body) {
    return ask(method, this.#url + path, body);
  }

  /** Runs a function in the page. */
  run(code, ...args) {
    return this.#ask('POST', '/execute/sync', { script: `return (${code}).apply(null, arguments)`, args });
  }

  /** Runs an async function in the page. */
  async runAsync(code, ...args) {
    const script = `const done = arguments[arguments.length - 1]; (${code}).apply(null, Array.prototype.slice.call(arguments, 0, -1)).then((value) => done({ value }), (error) => done({ error: String(error) }))`;
    const { value, error } = await this.#ask('POST', '/execute/async', { script, args });
    if (error) throw new Error(error);
    return value;
  }

  /** Waits until a condition in the page holds, and answers what it answered. */
  async until(what, code, args = [], seconds = 30) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const value = await this.run(code, ...args);
      if (value) return value;
      if (Date.now() > end) throw new Error(`waited ${seconds} s for: ${what}. The page says:\n${await this.text()}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  text() {
    return this.run(() => document.body.innerText);
  }

  async find(css) {
    await this.until(css, (css) => document.querySelector(css) !== null, [css]);
    return (await this.#ask('POST', '/element', { using: 'css selector', value: css }))[ELEMENT];
  }

  /** Clicks what a selector finds. */
  async click(css) {
    await this.#ask('POST', `/element/${await this.find(css)}/click`, {});
  }

  /** Clicks the button, link or radio of that name, as a screen reader would say it. */
  async press(name, within = 'body') {
    const marked = await this.until(`something called "${name}"`, MARK, [name, within]);
    await this.#ask('POST', `/element/${await this.find(marked)}/click`, {});
  }

  /** Clears a field and types into it. */
  async fill(css, text) {
    const element = await this.find(css);
    await this.#ask('POST', `/element/${element}/clear`, {});
    await this.#ask('POST', `/element/${element}/value`, { text });
  }

  close() {
    return this.#ask('DELETE', '').catch(() => undefined);
  }
}

// In the page: marks the visible control of a name, and answers a selector for it.
function MARK(name, within) {
  const visible = (element) => element.getClientRects().length > 0 && !element.disabled;
  const named = (element) => (element.getAttribute('aria-label') ?? element.innerText ?? '').trim() === name;
  const found = [...document.querySelectorAll(`${within} :is(button, a, summary, label, [role=switch])`)].find((element) => visible(element) && named(element));
  if (!found) return null;
  document.querySelectorAll('[data-pressed]').forEach((element) => element.removeAttribute('data-pressed'));
  found.setAttribute('data-pressed', '');
  return '[data-pressed]';
}

async function ask(method, url, body) {
  const answer = await fetch(url, { method, body: body === undefined ? undefined : JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${url}: ${value?.error}: ${value?.message}`);
  return value;
}
