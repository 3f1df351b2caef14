// One film in one video element: hls.js, the signature that is renewed under it, and what the menus show.
import type Hls from 'hls.js';
import type { ErrorData } from 'hls.js';
import workerPath from 'hls.js/dist/hls.worker.js?url';
import type { AppError, LinkView } from '../bindings';
import { ask, fault } from '../platform';
import { trackLabel } from '../words/amounts';
import { m } from '../words/index.svelte';
import { generationOf, signedStoryboard, underSignatureOf } from './signature';

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
/** How long a film may stand still with enough in its buffer. */
const STANDSTILL_MS = 8_000;

export class Playback {
  levels = $state.raw<Track[]>([]);
  audio = $state.raw<Track[]>([]);
  captions = $state.raw<Track[]>([]);
  level = $state(-1);
  track = $state(-1);
  caption = $state(-1);
  error = $state.raw<AppError>();
  thumbnails = $state<string>();
  #hls: Hls | undefined;
  #link: LinkView | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewed = 0;
  #recovered = 0;
  #heart: ReturnType<typeof setInterval> | undefined;
  #moved = { time: 0, at: 0 };
  #stopped = false;
  #id: string;
  #video: HTMLVideoElement | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  async start(video: HTMLVideoElement, play = false): Promise<void> {
    this.#video = video;
    // Larger than all else: it comes only where something is played.
    const { default: Hls } = await import('hls.js');
    if (this.#stopped) return;
    if (!Hls.isSupported()) {
      this.error = { code: 'no_playback', message: m.no_playback(), mend: m.no_playback_mend() };
      return;
    }
    try {
      await this.#renew();
    } catch (thrown) {
      this.error = fault(thrown);
      return;
    }
    const link = this.#link;
    if (!link || this.#stopped) return;
    const hls = new Hls({
      workerPath,
      startPosition: 0,
      backBufferLength: 60,
      xhrSetup: (xhr, url) => xhr.open('GET', this.#link ? underSignatureOf(url, this.#link.link) : url, true),
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
    hls.loadSource(link.link);
    hls.attachMedia(video);
    if (play) hls.once(Hls.Events.MEDIA_ATTACHED, () => void video.play().catch(() => undefined));
    this.#heart = setInterval(() => this.#beat(), 1_000);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#heart);
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
    let buffer = 0;
    for (let i = 0; i < video.buffered.length; i += 1) {
      if (video.buffered.start(i) <= video.currentTime + 0.1 && video.buffered.end(i) > video.currentTime) buffer = video.buffered.end(i) - video.currentTime;
    }
    return {
      rung: level ? `${level.width}×${level.height}` : '',
      buffer,
      bandwidth: hls.bandwidthEstimate,
      bitRate: level?.averageBitrate || level?.bitrate || 0,
      dropped: quality.droppedVideoFrames,
      shown: quality.totalVideoFrames,
    };
  }

  async #renew(): Promise<void> {
    this.#link = await ask().watch(this.#id);
    this.#renewed = Date.now();
    clearTimeout(this.#timer);
    const left = Date.parse(this.#link.expires) - Date.now() - MARGIN_MS;
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
    if (data.type === 'mediaError' && this.#recover()) return;
    this.error =
      status === 403
        ? { code: 'refused', message: m.play_refused(), mend: m.play_refused_mend() }
        : status === 404
          ? { code: 'not_there', message: m.play_missing(), mend: m.play_missing_mend() }
          : data.type === 'networkError'
            ? { code: 'unreachable', message: m.play_unreachable(), mend: m.play_unreachable_mend() }
            : { code: data.details, message: m.play_broken(), mend: m.play_broken_mend() };
  }

  // Makes the element's pipeline anew; that pauses it, whatever it was doing.
  #recover(): boolean {
    if (!this.#hls || this.#recovered >= 3) return false;
    this.#recovered += 1;
    const playing = this.#video?.paused === false;
    this.#hls.recoverMediaError();
    if (playing) void this.#video?.play().catch(() => undefined);
    return true;
  }

  // GStreamer's pipeline can stand still without an error, most of all where there is no sound card.
  #beat(): void {
    const video = this.#video;
    if (!video) return;
    const now = Date.now();
    const moving = video.paused || video.ended || video.seeking || video.currentTime !== this.#moved.time;
    if (moving || (this.stats()?.buffer ?? 0) < 2) this.#moved = { time: video.currentTime, at: now };
    else if (now - this.#moved.at > STANDSTILL_MS) {
      this.#moved.at = now;
      this.#recover();
    }
  }

  // Thumbnails lie in one picture; its name in the storyboard is signed here like everything else.
  async #loadStoryboard(renditionUrl: string): Promise<void> {
    this.thumbnails = '';
    const link = this.#link;
    if (!link) return;
    try {
      const base = generationOf(renditionUrl);
      const answer = await fetch(underSignatureOf(`${base}storyboard.vtt`, link.link));
      if (!answer.ok) return;
      const text = signedStoryboard(await answer.text(), base, link.link);
      this.thumbnails = URL.createObjectURL(new Blob([text], { type: 'text/vtt' }));
    } catch {
      // A film without a storyboard plays as well.
    }
  }
}
