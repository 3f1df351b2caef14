import { aheadOf, LOOK_MS, Watchdog } from '../../src/player/watchdog';
import { Controls } from './controls';
import { diagnose } from './diagnose';
import { film, onFilm, placeOfFilm, replaceFilm } from './film';
import { part, refuse } from './card';
import { address, type Link } from './link';
import type { First } from './first';
import { keepPosition, lastPosition } from './position';
import { fetchRecord } from './record';
import { canPlay, openSource, type Source, type SourceEvents } from './source';
import { clock, moment, words, type State } from './words';

/** How long until the page asks again by itself, in milliseconds. */
const AGAIN = 4000;

/**
 * Opens the film of a link, for which `first` was already asked. `eager`: the viewer has just done something to see it, so that it
 * begins without another click where the browser allows that.
 */
export function view(link: Link, first: First, eager: boolean): void {
  if (canPlay(film())) new Viewing(link, first, eager);
  else refuse('unsupported', words.states.unsupported);
}

/** One viewer at one link: loads, plays, says what is in the way and goes on when it is gone. */
class Viewing {
  private readonly stage = part('stage');
  private readonly card = part('card');
  private readonly controls: Controls;
  private source?: Source;
  private started = false;
  private wanted = false;
  private diagnosing = false;
  /** Whether hls.js gave up, maybe while somebody was still asking why. */
  private lost = false;
  private retry = 0;
  private notice = 0;
  private state?: State;
  private kept = 0;
  /** How often in a row loading failed although the playlist comes. */
  private failures = 0;
  private readonly dog = new Watchdog();
  /** Where the source was opened: until the film is there, that is its place. */
  private opened = 0;

  constructor(
    private readonly link: Link,
    first: First,
    private eager: boolean,
  ) {
    this.controls = new Controls(
      () => this.source,
      (text) => this.say(text, 4000),
    );
    this.listen();
    void this.decorate(first.record);
    this.open(lastPosition(link.folder) ?? 0, first.playlist);
    setInterval(() => this.watch(), LOOK_MS);
  }

  private get film(): HTMLVideoElement {
    return film();
  }

  /** Title and poster. The film does not wait for them. */
  private async decorate(asked = fetchRecord(this.link)): Promise<void> {
    const record = await asked;
    if (!record) return;
    const title = record.title ?? words.film;
    document.title = title;
    part('title').textContent = title;
    if (!record.poster || part('poster').childElementCount) return;
    const image = new Image();
    image.alt = '';
    image.src = address(this.link, record.poster);
    image.addEventListener('error', () => image.remove());
    part('poster').replaceChildren(image);
  }

  private listen(): void {
    part('start').addEventListener('click', () => this.begin());
    part('card-again').addEventListener('click', () => this.reopen());
    onFilm('play', () => this.playing());
    onFilm('playing', () => {
      this.failures = 0;
      this.busy(false);
      // A film may say that it plays and stand still.
      if (this.state !== 'stuck') this.clear();
    });
    onFilm('pause', () => {
      // The browser pauses by itself at the end of a source; that is no wish of the viewer.
      const { film, state } = this;
      if (this.source && (!state || state === 'stuck') && !film.ended && film.readyState > 0) this.wanted = false;
      this.keep();
    });
    onFilm('waiting', () => this.waiting());
    onFilm('timeupdate', () => {
      if (performance.now() - this.kept > 5000) this.keep();
    });
    addEventListener('pagehide', () => this.keep());
    addEventListener('online', () => this.state && this.reopen());
    addEventListener('offline', () => {
      if (this.started && this.film.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) this.stop('offline', true);
      else if (this.started) this.say(words.reconnecting);
    });
  }

  private open(at: number, asked?: First['playlist']): void {
    this.busy(true);
    this.opened = at;
    this.source?.close();
    const events: SourceEvents = {
      tracks: () => this.ready(at),
      blocked: (fatal, status) => void this.blocked(fatal, status),
      unplayable: () => this.stop('unplayable', false),
    };
    this.source = openSource(this.film, address(this.link, 'index.m3u8'), at, events, asked);
  }

  /** The playlist is here: the film can begin. */
  private ready(at: number): void {
    if (this.state) this.clear();
    this.controls.refresh();
    if (this.started) {
      this.stage.classList.add('started');
      this.stage.dataset.state = 'playing';
      this.controls.show();
      if (this.wanted) void this.film.play().catch(() => undefined);
      return;
    }
    // It begins by itself, or was just asked to.
    if (!this.film.paused) return;
    this.busy(false);
    if (!this.eager) return this.offer(at);
    this.eager = false;
    const told = [at > 0 ? words.resumed(clock(at)) : '', this.link.id ? words.counted : ''].join(' ').trim();
    this.film.play().then(
      () => told && this.say(told, 6000),
      () => this.offer(at),
    );
  }

  /** Shows the way in. */
  private offer(at: number): void {
    if (!part('start').hidden || this.started || this.state) return;
    part('start').hidden = false;
    part('counted').textContent = words.counted;
    part('counted').hidden = !this.link.id;
    if (!part('poster').childElementCount) void this.decorate();
    this.stage.dataset.state = 'ready';
    if (at > 0) this.say(words.resumed(clock(at)), 6000);
    part('start').focus({ preventScroll: true });
  }

  private begin(): void {
    this.wanted = true;
    void this.film.play().catch(() => undefined);
  }

  private playing(): void {
    this.wanted = true;
    this.started = true;
    part('start').hidden = true;
    part('counted').hidden = true;
    this.stage.classList.add('started');
    this.stage.dataset.state = 'playing';
    this.controls.show();
  }

  /** Looks whether the film moves, and tries what may help where it does not. */
  private watch(): void {
    const { film, state } = this;
    const wanted = this.wanted && !film.ended && (!state || state === 'stuck');
    const ahead = aheadOf(film.buffered, film.currentTime);
    switch (this.dog.look(performance.now(), { time: film.currentTime, wanted, ahead })) {
      case 'source':
        return this.open(this.place());
      case 'element': {
        const at = this.place();
        replaceFilm();
        return this.open(at);
      }
      case 'moves':
        return this.clear();
      case 'words':
        // What is still being made has its own words, and comes by itself.
        if (this.atTheEdge()) return this.waiting();
        this.state = 'stuck';
        this.busy(false);
        this.show('stuck', true);
        // A browser that plays by itself does not say that it was refused.
        return void this.blocked(false, 403);
    }
  }

  private place(): number {
    return this.film.readyState < HTMLMediaElement.HAVE_CURRENT_DATA ? Math.max(this.opened, placeOfFilm()) : placeOfFilm();
  }

  /** Whether all has been shown that is there of a film that is still being made. */
  private atTheEdge(): boolean {
    return this.source?.growing === true && this.film.currentTime > this.source.edge - 2;
  }

  /** Nothing more to show: because the network is slow, or because more is still being made. */
  private waiting(): void {
    if (!this.started || this.film.ended) return;
    this.busy(true);
    if (this.atTheEdge()) {
      this.say(words.stillComing);
      this.stage.dataset.state = 'still-publishing';
    } else if (!navigator.onLine) {
      // hls.js would try for ever without a word.
      this.stop('offline', true);
    }
  }

  private async blocked(fatal: boolean, status: number): Promise<void> {
    // hls.js tries again by itself; a refusal does not become right by being repeated.
    if (!fatal && status !== 403) return;
    this.lost ||= fatal;
    if (this.diagnosing) return;
    this.diagnosing = true;
    const finding = await diagnose(this.link);
    this.diagnosing = false;
    const { lost } = this;
    this.lost = false;
    if (finding.state) this.stop(finding.state, finding.passing);
    else if (lost) {
      // The playlist comes and what it names does not: after a while that has to be said.
      this.failures += 1;
      if (this.failures > 2) this.stop('trouble', true);
      else this.later();
    }
  }

  /** Shows what is in the way. `passing`: and looks again by itself. */
  private stop(state: State, passing: boolean): void {
    this.keep();
    this.state = state;
    this.source?.close();
    this.source = undefined;
    this.busy(false);
    this.controls.hide();
    part('start').hidden = true;
    part('counted').hidden = true;
    part('notice').hidden = true;
    this.stage.classList.remove('started', 'idle');
    this.show(state, passing && state !== 'early' && state !== 'publishing');
    if (passing) this.later();
  }

  /** Says on the card what is in the way. */
  private show(state: State, again: boolean): void {
    this.stage.dataset.state = state;
    const [title, text] = words.states[state];
    const { ends, opens, network } = this.link.policy;
    part('card-title').textContent = title;
    part('card-words').textContent = text;
    part('card-more').textContent =
      (state === 'ended' && ends !== undefined && words.endedAt(moment(ends))) ||
      (state === 'early' && opens !== undefined && words.opensAt(moment(opens))) ||
      (state === 'network' && network) ||
      '';
    part('card-again').textContent = words.again;
    part('card-again').hidden = !again;
    this.card.hidden = false;
    if (!document.title || document.title === 'Screener') document.title = title;
  }

  private later(): void {
    clearTimeout(this.retry);
    const opens = this.state === 'early' ? (this.link.policy.opens ?? 0) * 1000 - Date.now() : 0;
    // Past an hour a timer is not to be trusted; looking again costs one small request.
    this.retry = window.setTimeout(() => void this.look(), Math.min(Math.max(AGAIN * Math.max(1, this.failures), opens + 1500), 3_600_000));
  }

  private async look(): Promise<void> {
    const finding = await diagnose(this.link);
    if (!finding.state) this.reopen();
    else if (finding.state !== this.state) this.stop(finding.state, finding.passing);
    else if (finding.passing) this.later();
  }

  /** Loads anew where the film stopped, and goes on playing if it did. */
  private reopen(): void {
    clearTimeout(this.retry);
    this.card.hidden = true;
    this.dog.reset(performance.now());
    const stuck = this.state === 'stuck';
    const at = stuck ? this.place() : this.started ? this.resumeAt : (lastPosition(this.link.folder) ?? 0);
    if (stuck) replaceFilm();
    this.state = undefined;
    this.open(at);
  }

  private resumeAt = 0;

  private keep(): void {
    const { film } = this;
    if (!this.started || film.readyState === 0) return;
    this.kept = performance.now();
    this.resumeAt = this.place();
    keepPosition(this.link.folder, this.resumeAt, this.source?.growing ? Infinity : film.duration);
  }

  private busy(on: boolean): void {
    part('busy').hidden = !on;
  }

  private say(text: string, milliseconds = 0): void {
    const notice = part('notice');
    clearTimeout(this.notice);
    notice.textContent = text;
    notice.hidden = false;
    if (milliseconds) this.notice = window.setTimeout(() => (notice.hidden = true), milliseconds);
  }

  private clear(): void {
    if (['still-publishing', 'stuck'].includes(this.stage.dataset.state ?? '')) this.stage.dataset.state = 'playing';
    this.card.hidden = true;
    this.state = undefined;
    part('notice').hidden = true;
  }
}
