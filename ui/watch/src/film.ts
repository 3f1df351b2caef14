import { holdSeeks, playsThroughGStreamer } from '../../src/player/seeks';

const part = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** The element that plays. Another takes its place where the film stands still in it, so it is asked for anew each time. */
export const film = () => part<HTMLVideoElement>('film');

const follow = (element: HTMLVideoElement) => (playsThroughGStreamer() ? holdSeeks(element) : () => element.currentTime);
let place = follow(film());

/** Where the film is, or goes to as soon as it can, in seconds. */
export const placeOfFilm = () => place();

/** Hears an event of whichever element plays: media events do not rise, but they can be heard on their way down. */
export function onFilm(event: string, run: () => void): void {
  part('stage').addEventListener(event, ({ target }) => target === film() && run(), true);
}

/** Puts another element into the place of the one that plays, as loud and as fast. */
export function replaceFilm(): void {
  const old = film();
  const next = old.cloneNode(false) as HTMLVideoElement;
  next.removeAttribute('src');
  next.volume = old.volume;
  next.muted = old.muted;
  next.defaultPlaybackRate = old.playbackRate;
  place = follow(next);
  old.replaceWith(next);
}
