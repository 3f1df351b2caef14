// The screen as a person sees it: pictures, pixels, the mouse, the keyboard, the clipboard. Nothing here knows the page.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './until.mjs';

const execute = promisify(execFile);

export const ROOT = process.env.ROOT;
export const ROOM = process.env.ROOM;
export const HERE = join(ROOT, 'src-tauri/tests/window');
const SHOTS = join(ROOT, 'target/window-shots');

export async function run(command, ...words) {
  const { stdout } = await execute(command, words.map(String), { maxBuffer: 64 << 20, encoding: 'utf8' });
  return stdout;
}

export const xdotool = (...words) => run('xdotool', ...words);

/** The application's window, by its place in the X tree: there is one, and it is called after the app. */
export function windowId() {
  // The search stumbles over any window that closes while it looks, so it is asked again.
  return until('the window is on the screen', async () => (await xdotool('search', '--onlyvisible', '--name', '^Screener$')).trim().split('\n')[0]);
}

/** Where the window's content stands: {x, y, width, height}. */
export async function place() {
  const text = await xdotool('getwindowgeometry', '--shell', await windowId());
  const value = (name) => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(text)[1]);
  return { x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') };
}

/** Drags files onto the window with a real drag; `hover`: a file whose appearance lets them fall. */
export async function drag(paths, { x, y, hover } = {}) {
  const window = await place();
  const at = [window.x + (x ?? window.width / 2), window.y + (y ?? window.height / 2)].map(Math.round);
  await run('/usr/bin/python3', join(HERE, 'real_drag.py'), ...at, ...(hover ? ['--hover', hover] : []), ...paths);
}

/** Keeps a picture of the window's content. */
export async function shoot(name) {
  const file = join(SHOTS, `${name}.png`);
  await run('import', '-window', await windowId(), '-strip', file);
  return file;
}

/** Keeps a picture of the whole screen. */
export async function shootScreen(name) {
  const file = join(SHOTS, `${name}.png`);
  await run('import', '-window', 'root', '-crop', '1290x840+0+0', '+repage', '-strip', file);
  return file;
}

/** Mean brightness and its spread, 0 to 1, of a part of a picture; a black or blank one has no spread. */
export async function light(file, { x, y, width, height }) {
  const crop = [width, height].map(Math.round).join('x') + '+' + [x, y].map(Math.round).join('+');
  const text = await run('convert', file, '-crop', crop, '+repage', '-colorspace', 'Gray', '-format', '%[fx:mean] %[fx:standard_deviation]', 'info:');
  const [mean, spread] = text.trim().split(' ').map(Number);
  return { mean, spread };
}

export const clipboard = () => run('xclip', '-selection', 'clipboard', '-out');

/** Puts text on the clipboard, as another program would. */
export async function copy(text) {
  // It stays behind to hand the text out, so its end of a pipe would stay open.
  const xclip = spawn('xclip', ['-selection', 'clipboard', '-in'], { stdio: ['pipe', 'ignore', 'ignore'] });
  xclip.stdin.end(text);
  const [code] = await once(xclip, 'exit');
  if (code !== 0) throw new Error(`xclip ended with ${code}`);
}

/** Everything that the keychain of this session holds. */
export async function keychain() {
  const items = JSON.parse(await run('/usr/bin/python3', join(HERE, 'keychain.py')));
  return items.map((item) => ({ ...item, secret: Buffer.from(item.secret, 'base64') }));
}
