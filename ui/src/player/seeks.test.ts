import { beforeEach, describe, expect, it, vi } from 'vitest';
import { beginning, holdSeeks, playsThroughGStreamer } from './seeks';

describe('a seek before the first picture', () => {
  let film: HTMLVideoElement;
  let at: number;
  let ready: number;
  let place: () => number;
  beforeEach(() => {
    // jsdom plays nothing: its element says what it is told to say.
    at = 0;
    ready = HTMLMediaElement.HAVE_METADATA;
    vi.spyOn(HTMLMediaElement.prototype, 'currentTime', 'get').mockImplementation(() => at);
    vi.spyOn(HTMLMediaElement.prototype, 'currentTime', 'set').mockImplementation((to: number) => void (at = to));
    vi.spyOn(HTMLMediaElement.prototype, 'readyState', 'get').mockImplementation(() => ready);
    film = document.createElement('video');
    place = holdSeeks(film);
  });
  const happens = (event: string) => film.dispatchEvent(new Event(event));

  it('waits for it, and the last wish counts', () => {
    film.currentTime = 0.1;
    film.currentTime = 9;
    expect([at, film.currentTime]).toEqual([0, 0]);
    happens('loadeddata');
    expect(film.currentTime).toBe(9);
  });

  it('is done at once after it, also while a later seek has nothing to show yet', () => {
    happens('loadeddata');
    ready = HTMLMediaElement.HAVE_METADATA;
    film.currentTime = 7;
    expect(at).toBe(7);
  });

  it('waits again where another source is loaded', () => {
    happens('loadeddata');
    happens('emptied');
    film.currentTime = 5;
    expect(at).toBe(0);
    happens('loadeddata');
    expect(at).toBe(5);
  });

  it('waits from the moment that a source goes, before that is said', () => {
    happens('loadeddata');
    ready = HTMLMediaElement.HAVE_NOTHING;
    film.currentTime = 5;
    happens('emptied');
    expect([at, place()]).toEqual([0, 5]);
    ready = HTMLMediaElement.HAVE_CURRENT_DATA;
    happens('loadeddata');
    expect([at, place()]).toEqual([5, 5]);
  });

  it('is not made up where nobody wanted one', () => {
    at = 3;
    happens('loadeddata');
    expect(at).toBe(3);
  });
});

it('knows who plays through GStreamer', () => {
  const agents = {
    webkitgtk: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15',
    chromium: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    android: 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    safari: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15',
  };
  expect(Object.entries(agents).filter(([, agent]) => playsThroughGStreamer(agent)).map(([name]) => name)).toEqual(['webkitgtk']);
});

it('loads from the beginning where a seek has to wait, and from the place elsewhere', () => {
  expect([beginning(0, true), beginning(9, true), beginning(9, false)]).toEqual([
    { load: 0, seek: false },
    { load: 0, seek: true },
    { load: 9, seek: false },
  ]);
});
