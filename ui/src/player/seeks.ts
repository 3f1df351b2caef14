// Seeks that come too early. WebKit on Linux plays through GStreamer, whose pipeline is still being put together between the first
// data and the first picture: a seek that comes then waits for a part that waits for the seek. The film stands still for good, or the
// whole page does. hls.js seeks then by itself, over a gap at the beginning or to where a film goes on. So there a film is loaded from
// its beginning, and whoever wants to be elsewhere waits for the first picture.

import type Hls from 'hls.js';

/** Whether films are played by GStreamer: WebKitGTK and WPE, and no other browser on Linux. */
export function playsThroughGStreamer(agent: string = navigator.userAgent): boolean {
  return /AppleWebKit/.test(agent) && /Linux|X11/.test(agent) && !/Chrome|Chromium|Android/.test(agent);
}

/**
 * Holds what is written to `currentTime` back until the first picture of each source is there. The last wish counts. Gives where the
 * film is, or will be.
 */
export function holdSeeks(film: HTMLMediaElement): () => number {
  const native = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime');
  if (!native?.get || !native.set) return () => film.currentTime;
  const { get, set } = native;
  let shown = film.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  let wish: number | undefined;
  Object.defineProperty(film, 'currentTime', {
    configurable: true,
    // Where it is, not where it shall be: hls.js loads from there, and without the beginning there is no first picture.
    get: () => get.call(film) as number,
    set: (to: number) => {
      // What is said of a source that has gone comes later than it went.
      if (shown && film.readyState > HTMLMediaElement.HAVE_NOTHING) set.call(film, to);
      else wish = to;
    },
  });
  film.addEventListener('emptied', () => (shown = false));
  film.addEventListener('loadeddata', () => {
    shown = true;
    if (wish !== undefined) set.call(film, wish);
    wish = undefined;
  });
  return () => wish ?? film.currentTime;
}

/**
 * Where a source begins to load so that it comes to `at` seconds, and whether the film has to be sent there: `true` where `holdSeeks`
 * keeps the wish.
 */
export function beginning(at: number, gstreamer: boolean = playsThroughGStreamer()): { load: number; seek: boolean } {
  return gstreamer && at > 0 ? { load: 0, seek: true } : { load: at, seek: false };
}

/** Gives the element a new media source of the same stream, from `at` seconds on, and plays it where `playing`. */
export function attachAnew(hls: Pick<Hls, 'detachMedia' | 'attachMedia' | 'startLoad'>, film: HTMLMediaElement, at: number, playing: boolean): void {
  const { load, seek } = beginning(at);
  hls.detachMedia();
  hls.attachMedia(film);
  hls.startLoad(load);
  if (seek) film.currentTime = at;
  if (playing) void film.play().catch(() => undefined);
}
