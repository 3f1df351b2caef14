// Notices a film that stands still although it should play, and says what to try next. The window's player and the viewer's page
// share it. It knows no element, no stream and no clock: all three are told.

/**
 * What is to be done: a new media source, then a new media element, then words for the viewer. `moves`: the film goes on after one
 * of them, so that words can go.
 */
export type Step = 'source' | 'element' | 'words' | 'moves';

/** What a film looks like at one moment. */
export interface Look {
  /** Where it is, in seconds. */
  time: number;
  /** Whether it should be moving: nobody has paused it, and it is not at its end. */
  wanted: boolean;
  /** Seconds that are buffered from there on. */
  ahead: number;
}

/** Milliseconds without progress, with a film in the buffer, until the next remedy is tried. */
export const STILL_MS = 3_000;
/** Milliseconds without progress, for whatever reason, until it is said. */
export const SAY_MS = 10_000;
/** Milliseconds between two looks. */
export const LOOK_MS = 500;

/** Seconds in the buffer with which a film has no reason to wait. */
const ENOUGH = 1;
/** Milliseconds between two looks after which the computer slept, or the page was frozen: nothing was seen in between. */
const BLIND_MS = 3_000;

const REMEDIES: readonly Step[] = ['source', 'element'];

export class Watchdog {
  #seen = -Infinity;
  #time = 0;
  /** How many looks in a row have found the film further on. */
  #steps = 0;
  /** Since when it has stood still, and since when with a film in its buffer. */
  #still = 0;
  #full: number | undefined;
  #tried = 0;
  #said = false;

  /** Takes one look. `now`: milliseconds of any clock that only goes forward. */
  look(now: number, { time, wanted, ahead }: Look): Step | undefined {
    if (!wanted || now - this.#seen > BLIND_MS) this.#begin(now);
    this.#seen = now;
    // A new source or a seek moves the time once; only a film that plays moves it look after look.
    this.#steps = time > this.#time ? this.#steps + 1 : 0;
    this.#time = time;
    if (this.#steps >= 2) {
      const helped = this.#said || this.#tried > 0;
      this.#begin(now);
      this.#tried = 0;
      this.#said = false;
      return helped ? 'moves' : undefined;
    }
    if (!wanted) return undefined;
    if (ahead < ENOUGH) this.#full = undefined;
    else this.#full ??= now;
    if (!this.#said && now - this.#still >= SAY_MS) {
      this.#said = true;
      return 'words';
    }
    const remedy = REMEDIES[this.#tried];
    if (remedy && !this.#said && this.#full !== undefined && now - this.#full >= STILL_MS) {
      this.#tried += 1;
      this.#full = undefined;
      return remedy;
    }
    return undefined;
  }

  /** Forgets what was tried and said: the film is opened anew. */
  reset(now: number): void {
    this.#tried = 0;
    this.#said = false;
    this.#begin(now);
  }

  #begin(now: number): void {
    this.#still = now;
    this.#full = undefined;
  }
}

/** Seconds that are buffered from a place of the film on. */
export function aheadOf(buffered: TimeRanges, time: number): number {
  for (let range = 0; range < buffered.length; range += 1) {
    if (buffered.start(range) <= time + 0.1 && buffered.end(range) > time) return buffered.end(range) - time;
  }
  return 0;
}
