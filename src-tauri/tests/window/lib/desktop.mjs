// The desktop around the window: displays, drags, clipboard, keychain, processes.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Session } from './driver.mjs';

const { SCREENER_TEST_WORK: WORK, SCREENER_TEST_APP: APP, SCREENER_TEST_DRIVER: DRIVER, SCREENER_SHOTS: SHOTS } = process.env;
const PORT = 4444 + (process.pid % 500) * 2;

export const work = WORK;
export const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
export const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** A data folder of its own. */
export function dataFolder(name) {
  const folder = join(WORK, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A film of seconds, drawn by FFmpeg. */
export function film(name, seconds, size = '640x360') {
  const file = join(WORK, name);
  run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=${seconds}`, '-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', file);
  return file;
}

/** One start of the window on a data folder. */
export class Window {
  static async open(data, environment = {}) {
    const window = new Window();
    window.data = data;
    window.driver = spawn(DRIVER, ['--port', String(PORT), '--native-port', String(PORT + 1)], { env: { ...process.env, SCREENER_HOME: data, ...environment }, stdio: ['ignore', 'ignore', 'inherit'] });
    await answering(`http://127.0.0.1:${PORT}/status`);
    window.page = await Session.open(`http://127.0.0.1:${PORT}`, APP);
    await window.page.until('the pages', () => document.querySelector('#main')?.dataset.ready === 'true');
    window.size(1280, 800);
    return window;
  }

  id() {
    return run('xdotool', 'search', '--onlyvisible', '--name', '^Screener$').trim().split('\n').pop();
  }

  size(width, height) {
    const id = this.id();
    run('xdotool', 'windowsize', '--sync', id, String(width), String(height));
    run('xdotool', 'windowmove', '--sync', id, '0', '0');
  }

  focus() {
    run('xdotool', 'windowactivate', '--sync', this.id());
  }

  key(...keys) {
    run('xdotool', 'key', '--delay', '60', ...keys);
  }

  /** Drags files out of another window and drops them on this one, by the mouse. */
  async drag(...files) {
    const source = spawn('/usr/bin/python3', [join(import.meta.dirname, 'drag-source.py'), ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(source.stdout, 'data');
    await pause(0.5);
    const mouse = (...args) => run('xdotool', ...args);
    mouse('mousemove', '1460', '90', 'mousedown', '1');
    for (let step = 1; step <= 20; step += 1) {
      mouse('mousemove', String(Math.round(1460 - step * 40)), String(90 + step * 16));
      await pause(0.03);
    }
    await this.page.until('the veil that says where to drop', () => document.querySelector('[data-testid=drop-veil]') !== null, [], 10);
    mouse('mouseup', '1');
    await this.page.until('the veil to go', () => document.querySelector('[data-testid=drop-veil]') === null, [], 10);
    source.kill();
  }

  shot(name) {
    run('import', '-window', 'root', '-crop', '1600x1000+0+0', join(SHOTS, `${name}.png`));
    return join(SHOTS, `${name}.png`);
  }

  /** The window alone, in its size. */
  shotOf(name) {
    run('import', '-window', this.id(), join(SHOTS, `${name}.png`));
    return join(SHOTS, `${name}.png`);
  }

  /** Processes of this start: the window's own first. */
  pids() {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readlinkSync(`/proc/${pid}/exe`) === APP && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SCREENER_HOME=${this.data}\0`);
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  /** Ends it as a power cut would. */
  async kill() {
    for (const pid of this.pids()) process.kill(pid, 'SIGKILL');
    await this.close();
  }

  async close() {
    await Promise.race([this.page.close(), pause(5)]);
    for (const pid of this.pids()) process.kill(pid, 'SIGKILL');
    this.driver.kill();
    if (this.driver.exitCode === null && this.driver.signalCode === null) await once(this.driver, 'exit');
    await gone(() => this.pids().length === 0);
  }
}

async function answering(url) {
  const end = Date.now() + 15_000;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(0.05);
    }
  }
}

async function gone(condition) {
  const end = Date.now() + 10_000;
  while (!condition() && Date.now() < end) await pause(0.05);
}

/** What another program would paste. */
export function clipboard() {
  return run('xclip', '-selection', 'clipboard', '-o');
}

export function setClipboard(text) {
  const xclip = spawn('xclip', ['-selection', 'clipboard', '-i'], { stdio: ['pipe', 'ignore', 'ignore'] });
  xclip.stdin.end(text);
  return once(xclip, 'exit');
}

/** Every file below a folder. */
export function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
