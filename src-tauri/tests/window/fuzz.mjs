// Random input for every command of the window: each answers or refuses, and the process lives.
import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './screen.mjs';

const ROUNDS = 6;
// These hand over to the system (a dialog, a browser, a file browser), and one leaves.
const LEFT_OUT = ['choose', 'leave', 'reveal_logs', 'save_links'];

/** Every command that the generated bindings name, with the names of its arguments. */
async function commands() {
  const text = await readFile(join(ROOT, 'ui/src/bindings/index.ts'), 'utf8');
  const found = [...text.matchAll(/(?:TAURI_INVOKE|invoke)(?:<[^(]*>)?\(\s*"([a-z_]+)"(?:,\s*\{([^}]*)\})?/g)].map(([, name, names = '']) => ({
    name,
    names: names.split(',').map((one) => one.split(':')[0].trim()).filter(Boolean),
  }));
  return found.filter(({ name }) => !LEFT_OUT.includes(name));
}

// A generator of one's own, so that a failure can be repeated.
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
}

const WORDS = ['', 'x', '/', '..', '/etc/passwd', '/dev/zero', '../../../etc/passwd', 'a'.repeat(20_000), '\u0000', '🎬', '*?[', '%2e%2e', 'http://127.0.0.1:1/', 'file:///etc/passwd', '-1', '9999999999999d', '2020-13-45T99:99:99Z', '10.0.0.0/99', 'local', 'fast', 'null'];
const NUMBERS = [0, -1, 1, 0.5, 4_294_967_296, 1e308, -1e308, 2 ** 53];
const FIELDS = ['id', 'files', 'file', 'title', 'wishes', 'format', 'preset', 'heights', 'name', 'kind', 'bucket', 'expires', 'opens', 'ip', 'password', 'links', 'all', 'before', 'appearance', 'language', 'link_days', 'parallel_uploads', 'upload_limit', 'destination', 'domain', 'endpoint', 'key_file'];

function value(next, depth = 0) {
  const pick = (list) => list[next() % list.length];
  switch (next() % (depth > 2 ? 4 : 6)) {
    case 0: return pick(WORDS);
    case 1: return pick(NUMBERS);
    case 2: return pick([true, false, null]);
    case 3: return pick(WORDS);
    case 4: return Array.from({ length: next() % 4 }, () => value(next, depth + 1));
    default: return Object.fromEntries(Array.from({ length: next() % 6 }, () => [pick(FIELDS), value(next, depth + 1)]));
  }
}

export async function fuzz(page, seed = 20_261_122) {
  const list = await commands();
  assert.ok(list.length > 25, `the commands were found: ${list.length}`);
  const next = random(seed);
  const calls = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, names } of list) {
      // Nothing of the creator's may be lost by chance: real ids are never among the words.
      if (name === 'browse' || name === 'diagnostics') continue;
      calls.push([name, Object.fromEntries(names.map((one) => [one, value(next)]))]);
    }
  }
  const kept = await page.ask('settings');
  const answers = await page.run(
    `async (calls) => {
      const limit = (promise) => Promise.race([promise, new Promise((done) => setTimeout(() => done('silent'), 20000))]);
      const answers = [];
      for (const [name, args] of calls) {
        answers.push(await limit(window.__TAURI_INTERNALS__.invoke(name, args).then(() => 'answered', (error) => (typeof error === 'object' && error.code && error.message ? 'refused ' + error.code : 'rejected ' + String(error)))));
      }
      return answers;
    }`,
    calls,
  );
  const silent = calls.filter((_, index) => answers[index] === 'silent').map(([name, args]) => `${name} ${JSON.stringify(args).slice(0, 200)}`);
  assert.deepEqual(silent, [], 'every call is answered');
  const fallen = answers.filter((answer) => /panick|refused internal/.test(answer));
  assert.deepEqual(fallen, [], 'no call falls over');
  assert.doesNotMatch(page.errors, /panicked at/, 'nothing panicked');
  assert.notEqual(await page.pid(), undefined, 'the window lives');
  await page.ask('set_settings', { settings: kept });
  for (const { name, kind } of await page.ask('destinations')) if (kind !== 'local') await page.ask('remove_destination', { name });
}
