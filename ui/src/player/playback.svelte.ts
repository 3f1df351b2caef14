// One film: hls.js, the signature that is renewed under it, what the menus show, and what is tried where the film stands still.
import type Hls from 'hls.js';
import type { ErrorData } from 'hls.js';
import workerPath from 'hls.js/dist/hls.worker.js?url';
import type { AppError } from '../bindings';
import { ask, fault } from '../platform';
import { trackLabel } from '../words/amounts';
import { m } from '../words/index.svelte';
import { attachAnew, beginning, holdSeeks, playsThroughGStreamer } from './seeks';
import { generationOf, signedStoryboard, underSignatureOf } from './signature';
import { aheadOf, LOOK_MS, Watchdog } from './watchdog';

export interface Stats {
  rung: string;
  buffer: number;
  bandwidth: number;
  bitRate: number;
  dropped: number;
  shown: number;
}

interface Track {
  id: number;
  name: string;
}

/** Renew this long before the end. */
const MARGIN_MS = 60_000;
/** The code of what is said where the film stands still. */
const STANDSTILL = 'standstill';
/** How often a film that cannot be decoded gets a new media source. */
const RECOVERIES = 3;

export class Playback {
  levels = $state.raw<Track[]>([]);
  audio = $state.raw<Track[]>([]);
  captions = $state.raw<Track[]>([]);
  level = $state(-1);
  track = $state(-1);
  caption = $state(-1);
  /** What is in the way, or that the film stands still although everything was tried. */
  error = $state.raw<AppError>();
  thumbnails = $state<string>();
  /** Counts media elements: another count asks for another element. */
  element = $state(0);
  #hls: Hls | undefined;
  /** The playlist's signed address. */
  #link: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewed = 0;
  #recovered = 0;
  #look: ReturnType<typeof setInterval> | undefined;
  #dog = new Watchdog();
  /** Whether it should be moving, whatever the element is being put through. */
  #wanted: boolean;
  #stopped = false;
  #id: string;
  #video: HTMLVideoElement | undefined;
  /** Where it is, or goes to as soon as it can. */
  #place = () => 0;
  /** Where its source was opened: until the film is there, that is its place. */
  #opened = 0;

  /** `play`: at once. */
  constructor(id: string, play: boolean) {
    this.#id = id;
    this.#wanted = play;
  }

  /** Plays in this element; in place of another, from where that stood. Gives what lets it go again. */
  take(video: HTMLVideoElement): () => void {
    const [before, at] = [this.#video, this.#here()];
    this.#video = video;
    this.#place = playsThroughGStreamer() ? holdSeeks(video) : () => video.currentTime;
    const listening = new AbortController();
    video.addEventListener('play', () => (this.#wanted = true), listening);
    // A source that is taken away pauses the element as well, but not for long.
    video.addEventListener('pause', () => video.paused && (this.#wanted = false), listening);
    if (before) {
      video.volume = before.volume;
      video.muted = before.muted;
      video.defaultPlaybackRate = before.playbackRate;
    }
    if (this.#hls) this.#load(video, at);
    else void this.#open(video, at);
    this.#look ??= setInterval(() => this.#watch(), LOOK_MS);
    return () => listening.abort();
  }

  /** Opens the film anew, where it stands: for who was told that it does not move. */
  again(): void {
    this.error = undefined;
    this.#recovered = 0;
    this.#wanted = true;
    this.#dog.reset(performance.now());
    this.#hls?.destroy();
    this.#hls = undefined;
    this.level = this.track = this.caption = -1;
    this.element += 1;
  }

  async #open(video: HTMLVideoElement, at: number): Promise<void> {
    // Larger than all else: it comes only where something is played, and while the link is being signed.
    const coming = import('hls.js');
    const signing = this.#renew().then(() => undefined, fault);
    const { default: Hls } = await coming;
    const refused = await signing;
    if (this.#stopped || this.#video !== video) return;
    if (!Hls.isSupported()) {
      this.error = { code: 'no_playback', message: m.no_playback(), mend: m.no_playback_mend() };
      return;
    }
    this.error = refused;
    if (refused) return;
    const link = this.#link;
    if (!link) return;
    const { load, seek } = beginning(at);
    this.#opened = at;
    const hls = new Hls({
      workerPath,
      startPosition: load,
      backBufferLength: 60,
      xhrSetup: (xhr, url) => xhr.open('GET', this.#link ? underSignatureOf(url, this.#link) : url, true),
    });
    this.#hls = hls;
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.levels = hls.levels.map((level, id) => ({ id, name: level.name ?? `${level.height}p` }));
    });
    // The tracks that belong to a level are known when the first one is chosen, after the playlist.
    hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, (_, { audioTracks }) => {
      this.audio = audioTracks.map((track, id) => ({ id, name: trackLabel(track.name, track.lang) }));
      this.track = hls.audioTrack;
    });
    hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, (_, { subtitleTracks }) => {
      this.captions = subtitleTracks.map((track, id) => ({ id, name: trackLabel(track.name, track.lang) }));
      if (this.caption < 0) hls.subtitleTrack = -1;
    });
    hls.on(Hls.Events.AUDIO_TRACK_SWITCHED, (_, { id }) => (this.track = id));
    hls.on(Hls.Events.LEVEL_LOADED, (_, { details }) => {
      if (this.thumbnails === undefined) void this.#loadStoryboard(details.url);
    });
    hls.on(Hls.Events.ERROR, (_, data) => void this.#failed(data));
    hls.loadSource(link);
    hls.attachMedia(video);
    if (seek) video.currentTime = at;
    if (this.#wanted) hls.once(Hls.Events.MEDIA_ATTACHED, () => void video.play().catch(() => undefined));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#look);
    this.#hls?.destroy();
    this.#hls = undefined;
    if (this.thumbnails) URL.revokeObjectURL(this.thumbnails);
  }

  /** Chooses a rung; -1 is automatic. */
  chooseLevel(id: number): void {
    this.level = id;
    if (this.#hls) this.#hls.nextLevel = id;
  }

  chooseAudio(id: number): void {
    this.track = id;
    if (this.#hls) this.#hls.audioTrack = id;
  }

  /** Chooses captions; -1 is none. */
  chooseCaptions(id: number): void {
    this.caption = id;
    if (!this.#hls) return;
    this.#hls.subtitleTrack = id;
    this.#hls.subtitleDisplay = id >= 0;
  }

  /** Seconds between two frames of what is shown. */
  frame(): number {
    const rate = this.#hls?.levels[this.#hls.currentLevel]?.frameRate;
    return 1 / (rate && rate > 0 ? rate : 25);
  }

  stats(): Stats | undefined {
    const [hls, video] = [this.#hls, this.#video];
    if (!hls || !video) return undefined;
    const level = hls.levels[hls.currentLevel];
    const quality = video.getVideoPlaybackQuality();
    return {
      rung: level ? `${level.width}×${level.height}` : '',
      buffer: aheadOf(video.buffered, video.currentTime),
      bandwidth: hls.bandwidthEstimate,
      bitRate: level?.averageBitrate || level?.bitrate || 0,
      dropped: quality.droppedVideoFrames,
      shown: quality.totalVideoFrames,
    };
  }

  async #renew(): Promise<void> {
    const { link, expires } = await ask().watch(this.#id);
    // Only a link with a password has no playlist's address, and nobody asked for one.
    if (link === null) throw { code: 'no_playlist', message: m.play_refused(), mend: m.play_refused_mend() };
    this.#link = link;
    this.#renewed = Date.now();
    clearTimeout(this.#timer);
    const left = Date.parse(expires) - Date.now() - MARGIN_MS;
    // Timers hold 31 bits; a link that lasts longer than that outlives the window.
    if (left < 2 ** 31) this.#timer = setTimeout(() => void this.#renew().catch(() => undefined), Math.max(5_000, left));
  }

  async #failed(data: ErrorData): Promise<void> {
    const status = data.response?.code;
    if (status === 403 && Date.now() - this.#renewed > 5_000) {
      await this.#renew().catch(() => undefined);
      this.#hls?.startLoad();
      return;
    }
    if (!data.fatal) return;
    if (data.type === 'mediaError' && this.#video && this.#recovered < RECOVERIES) {
      this.#recovered += 1;
      this.#load(this.#video, this.#here());
      return;
    }
    this.error =
      status === 403
        ? { code: 'refused', message: m.play_refused(), mend: m.play_refused_mend() }
        : status === 404
          ? { code: 'not_there', message: m.play_missing(), mend: m.play_missing_mend() }
          : data.type === 'networkError'
            ? { code: 'unreachable', message: m.play_unreachable(), mend: m.play_unreachable_mend() }
            : { code: data.details, message: m.play_broken(), mend: m.play_broken_mend() };
  }

  #load(video: HTMLVideoElement, at: number): void {
    this.#opened = at;
    if (this.#hls) attachAnew(this.#hls, video, at, this.#wanted);
  }

  #here(): number {
    const begun = (this.#video?.readyState ?? 0) >= HTMLMediaElement.HAVE_CURRENT_DATA;
    return begun ? this.#place() : Math.max(this.#opened, this.#place());
  }

  #watch(): void {
    const video = this.#video;
    if (!video || (this.error && this.error.code !== STANDSTILL)) return;
    const time = video.currentTime;
    const step = this.#dog.look(performance.now(), { time, wanted: this.#wanted && !video.ended, ahead: aheadOf(video.buffered, time) });
    if (step === 'source') this.#load(video, this.#here());
    else if (step === 'element') this.element += 1;
    else if (step === 'moves') this.error = undefined;
    else if (step === 'words') {
      const [message, mend] = this.#atTheEdge(time) ? [m.play_waits(), m.play_waits_mend()] : [m.play_still(), m.play_still_mend()];
      this.error = { code: STANDSTILL, message, mend };
    }
  }

  /** Whether all has been shown that is there of a film that is still being made. */
  #atTheEdge(time: number): boolean {
    const details = this.#hls?.latestLevelDetails;
    return details?.live === true && time > details.edge - 2;
  }

  // Thumbnails lie in one picture; its name in the storyboard is signed here like everything else.
  async #loadStoryboard(renditionUrl: string): Promise<void> {
    this.thumbnails = '';
    const link = this.#link;
    if (!link) return;
    try {
      const base = generationOf(renditionUrl);
      const answer = await fetch(underSignatureOf(`${base}storyboard.vtt`, link));
      if (!answer.ok) return;
      const text = signedStoryboard(await answer.text(), base, link);
      this.thumbnails = URL.createObjectURL(new Blob([text], { type: 'text/vtt' }));
    } catch {
      // A film without a storyboard plays as well.
    }
  }
}
