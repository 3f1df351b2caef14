import Hls, { type ErrorData, type HlsConfig, type LevelDetails, type Loader, type PlaylistLoaderConstructor, type PlaylistLoaderContext } from 'hls.js';
import workerUrl from 'hls.js/dist/hls.worker.js?url';
import { attachAnew, beginning } from '../../src/player/seeks';
import { placeOfFilm } from './film';
import type { First } from './first';

/** One quality that can be chosen. */
export interface Quality {
  id: number;
  name: string;
  rate: string;
}

/** One audio or caption rendition. */
export interface Rendition {
  id: number;
  name: string;
}

export interface SourceEvents {
  /** The lists of qualities, captions and languages changed. */
  tracks: () => void;
  /** Something could not be loaded. `fatal`: nothing more comes by itself. */
  blocked: (fatal: boolean, status: number) => void;
  /** The film cannot be decoded. */
  unplayable: () => void;
}

/** Where the film comes from: hls.js, or the browser's own HLS where Media Source Extensions are missing. */
export interface Source {
  /** Whether more of the film is still being made. */
  readonly growing: boolean;
  /** The last second that is there, while it grows. */
  readonly edge: number;
  qualities(): Quality[];
  quality(): number;
  playing(): string;
  chooseQuality(id: number): void;
  captions(): Rendition[];
  caption(): number;
  chooseCaption(id: number): void;
  voices(): Rendition[];
  voice(): number;
  chooseVoice(id: number): void;
  close(): void;
}

export function canPlay(film: HTMLVideoElement): boolean {
  return Hls.isSupported() || film.canPlayType('application/vnd.apple.mpegurl') !== '';
}

/** Opens the film at `at` seconds. `asked`: its playlist, where somebody asked for it before. */
export function openSource(film: HTMLVideoElement, url: string, at: number, events: SourceEvents, asked?: First['playlist']): Source {
  return Hls.isSupported() ? new HlsSource(film, url, at, events, asked) : new NativeSource(film, url, at, events);
}

/** Loads playlists as hls.js does, but the one that was asked for before it was here. */
function loaderWith(asked: First['playlist'], url: string): PlaylistLoaderConstructor {
  const Base = Hls.DefaultConfig.loader as unknown as new (config: HlsConfig) => Loader<PlaylistLoaderContext>;
  let fresh = true;
  return class extends Base {
    override load(...args: Parameters<Loader<PlaylistLoaderContext>['load']>): void {
      const [context, , callbacks] = args;
      if (!fresh || context.url !== url) return super.load(...args);
      fresh = false;
      void asked.then((answer) => {
        const { stats } = this;
        // It was closed in between.
        if (!stats) return;
        if (!answer) return super.load(...args);
        stats.loading.start = stats.loading.first = stats.loading.end = performance.now();
        stats.loaded = stats.total = answer.text.length;
        if (answer.status === 200) callbacks.onSuccess({ url, data: answer.text, code: 200 }, stats, context, null);
        else callbacks.onError({ code: answer.status, text: '' }, context, null, stats);
      });
    }
  };
}

class HlsSource implements Source {
  private readonly hls: Hls;
  private mended = 0;

  constructor(
    private readonly film: HTMLVideoElement,
    url: string,
    at: number,
    events: SourceEvents,
    asked?: First['playlist'],
  ) {
    const { load, seek } = beginning(at);
    this.hls = new Hls({
      ...(asked && { pLoader: loaderWith(asked, url) }),
      workerPath: workerUrl,
      startPosition: load,
      // What a phone cannot show need not be sent; a quality chosen by hand is not capped.
      capLevelToPlayerSize: true,
      // The first segment need not wait until the browser has opened its media source.
      startFragPrefetch: true,
      maxBufferLength: 30,
      backBufferLength: 60,
      // A film that is still being made is watched from its beginning, not from where it has got to.
      liveSyncDurationCount: 1,
      maxLiveSyncPlaybackRate: 1,
      liveDurationInfinity: false,
    });
    const { hls } = this;
    // A worker takes longer to begin than to pass on fragmented MP4, which is played as it comes; MPEG-TS is made anew in one.
    const worker = (_: string, { details }: { details: LevelDetails }) => (hls.config.enableWorker = !details.fragments[0]?.initSegment);
    hls.on(Hls.Events.LEVEL_LOADED, worker);
    hls.on(Hls.Events.AUDIO_TRACK_LOADED, worker);
    hls.on(Hls.Events.MANIFEST_PARSED, events.tracks);
    hls.on(Hls.Events.LEVEL_SWITCHED, events.tracks);
    hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, events.tracks);
    hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, events.tracks);
    hls.on(Hls.Events.ERROR, (_, data) => this.failed(data, events));
    hls.loadSource(url);
    hls.attachMedia(film);
    if (seek) film.currentTime = at;
  }

  private failed(data: ErrorData, events: SourceEvents): void {
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR || data.response) {
      events.blocked(data.fatal, data.response?.code ?? 0);
    } else if (data.fatal && data.type === Hls.ErrorTypes.MEDIA_ERROR && this.mended < 2) {
      this.mended += 1;
      attachAnew(this.hls, this.film, placeOfFilm(), !this.film.paused);
    } else if (data.fatal) {
      events.unplayable();
    }
  }

  private details() {
    return this.hls.levels[this.hls.currentLevel < 0 ? this.hls.loadLevel : this.hls.currentLevel]?.details;
  }

  get growing(): boolean {
    return this.details()?.live ?? false;
  }

  get edge(): number {
    return this.details()?.edge ?? Infinity;
  }

  qualities(): Quality[] {
    const levels = this.hls.levels.map((level, id) => ({
      id,
      height: level.height,
      bitrate: level.bitrate,
      name: level.height ? `${level.height}p${level.frameRate > 31 ? Math.round(level.frameRate) : ''}` : '',
      rate: `${(level.bitrate / 1e6).toFixed(1)} Mbit/s`,
    }));
    return levels.sort((left, right) => right.height - left.height || right.bitrate - left.bitrate);
  }

  quality(): number {
    return this.hls.autoLevelEnabled ? -1 : this.hls.nextLevel;
  }

  playing(): string {
    return this.qualities().find(({ id }) => id === this.hls.currentLevel)?.name ?? '';
  }

  chooseQuality(id: number): void {
    // At the next segment: nothing that is buffered is thrown away while it plays.
    this.hls.nextLevel = id;
  }

  captions(): Rendition[] {
    return this.hls.subtitleTracks.map((track, id) => ({ id, name: track.name || track.lang || `${id + 1}` }));
  }

  caption(): number {
    return this.hls.subtitleTrack;
  }

  chooseCaption(id: number): void {
    this.hls.subtitleDisplay = id >= 0;
    this.hls.subtitleTrack = id;
  }

  voices(): Rendition[] {
    return this.hls.audioTracks.map((track, id) => ({ id, name: track.name || track.lang || `${id + 1}` }));
  }

  voice(): number {
    return this.hls.audioTrack;
  }

  chooseVoice(id: number): void {
    this.hls.audioTrack = id;
  }

  close(): void {
    this.hls.destroy();
  }
}

class NativeSource implements Source {
  readonly edge = Infinity;
  private readonly stop = new AbortController();

  constructor(
    private readonly film: HTMLVideoElement,
    url: string,
    at: number,
    events: SourceEvents,
  ) {
    const { signal } = this.stop;
    film.addEventListener('loadedmetadata', () => {
      if (at > 0) film.currentTime = at;
      events.tracks();
    }, { signal });
    film.textTracks.addEventListener('addtrack', events.tracks, { signal });
    film.addEventListener('error', () => {
      if (film.error?.code === MediaError.MEDIA_ERR_DECODE) events.unplayable();
      else events.blocked(true, 0);
    }, { signal });
    film.src = url;
    film.load();
  }

  get growing(): boolean {
    return this.film.duration === Infinity;
  }

  qualities(): Quality[] {
    return [];
  }

  quality(): number {
    return -1;
  }

  playing(): string {
    return this.film.videoHeight ? `${this.film.videoHeight}p` : '';
  }

  chooseQuality(): void {}

  captions(): Rendition[] {
    return [...this.film.textTracks].map((track, id) => ({ id, name: track.label || track.language || `${id + 1}` }));
  }

  caption(): number {
    return [...this.film.textTracks].findIndex((track) => track.mode === 'showing');
  }

  chooseCaption(id: number): void {
    [...this.film.textTracks].forEach((track, at) => {
      track.mode = at === id ? 'showing' : 'disabled';
    });
  }

  voices(): Rendition[] {
    return [];
  }

  voice(): number {
    return 0;
  }

  chooseVoice(): void {}

  close(): void {
    this.stop.abort();
    this.film.removeAttribute('src');
    this.film.load();
  }
}
