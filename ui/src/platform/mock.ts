// A window that is none: for the gallery and the tests. Holds a little state so that buttons do what they say.
import type { CapabilitiesView, DestinationView, DoctorView, JobView, LinkRecordView, SettingsView, SpokenView, VideoView, WishesView } from '../bindings';
import type { Commands, Ears, Platform } from './index';

const RUNGS = ['1080p', '720p', '480p', '360p', 'audio-en'];

export function job(change: Partial<JobView> = {}): JobView {
  return {
    job: 'job-1',
    id: 'video-1',
    title: 'Big Buck Bunny',
    file: '/films/big buck bunny.mp4',
    destination: 'This computer',
    state: 'running',
    stage: 'encode',
    done: 0.42,
    speed: 1.8,
    upload_rate: 3_400_000,
    seconds_left: 95,
    duration: 596,
    rungs: RUNGS.map((name, index) => ({
      name,
      kind: name.startsWith('audio') ? 'audio' : 'video',
      encoded: Math.min(1, 0.4 + index * 0.2),
      stored: Math.min(1, 0.25 + index * 0.22),
      copied: index === 0,
      bit_rate: null,
      bytes: null,
    })),
    playable: true,
    error: null,
    notes: [],
    ...change,
  };
}

export function video(change: Partial<VideoView> = {}): VideoView {
  return {
    id: 'video-1',
    title: 'Big Buck Bunny',
    state: 'live',
    duration: 596,
    created: '2026-11-20T10:00:00Z',
    destination: 'This computer',
    bytes: 412_000_000,
    rungs: RUNGS.map((name, index) => ({ name, kind: 'video', encoded: 1, stored: 1, copied: index === 0, bit_rate: 5e6 / (index + 1), bytes: 2e8 / (index + 1) })),
    newest_link_ends: '2027-01-01T10:00:00Z',
    monthly_cost: 0,
    ...change,
  } as VideoView;
}

export interface MockState {
  jobs: JobView[];
  videos: VideoView[];
  links: LinkRecordView[];
  destinations: DestinationView[];
  settings: SettingsView;
  capabilities: CapabilitiesView;
  walk: DoctorView;
  chosen: string[];
  given: string[];
  clipboard: string;
  /** What errors and notes say in German. */
  german: SpokenView;
}

export function mockState(change: Partial<MockState> = {}): MockState {
  return {
    jobs: [],
    videos: [],
    links: [],
    destinations: [
      { name: 'This computer', kind: 'local', bucket: null, region: null, endpoint: null, domain: '127.0.0.1:4780', prefix: 'videos', key_pair_id: null, profile: null, default: true } as DestinationView,
    ],
    settings: { appearance: 'system', language: 'en', wishes: { preset: 'balanced', format: 'cmaf' }, publish_at_once: false, link_days: 7, upload_limit: null, parallel_uploads: 8, notifications: true },
    capabilities: {
      version: '0.1.0',
      encoders: [{ name: 'x264', works: true, why: null }],
      cage: [],
      checks: [
        { name: 'keychain', ok: true, message: 'Private keys are kept in this computer’s keychain.', mend: null },
        { name: 'encoder', ok: true, message: 'The encoder works.', mend: null },
      ],
    } as CapabilitiesView,
    walk: { destination: 'This computer', ok: true, steps: [{ step: 'sign', title: 'A link is signed', state: 'passed', seen: 'RSA 2048', cause: null, mend: null }] } as DoctorView,
    chosen: [],
    given: [],
    clipboard: '',
    german: { phrases: {}, otherwise: '' },
    ...change,
  };
}

export interface Mock extends Platform {
  state: MockState;
  /** What was asked, in order. */
  asked: { command: string; arguments: unknown[] }[];
  ears: () => Ears;
  /** Makes a command fail from now on. */
  refuse(command: keyof Commands, error: unknown): void;
}

export function mock(state: MockState = mockState()): Mock {
  const asked: Mock['asked'] = [];
  const refused = new Map<string, unknown>();
  let ears: Ears | undefined;
  const tellJobs = () => ears?.changed({ kind: 'jobs', jobs: state.jobs });
  const tellVideos = () => ears?.changed({ kind: 'library', videos: state.videos });
  const inState = (id: string, next: JobView['state']) => {
    state.jobs = state.jobs.map((one) => (one.job === id ? { ...one, state: next, error: null } : one));
    tellJobs();
    return null;
  };
  const known = (id: string) => {
    const found = state.videos.find((one) => one.id === id);
    if (!found) throw { code: 'unknown_video', message: 'There is no such film.', mend: 'Refresh the library.' };
    return found;
  };
  const plan = (file: string, wishes: WishesView = {}) => ({
    source: { file, name: file, title: null, container: 'mp4', bytes: 1e8, duration: 60, picture: { codec: 'h264', width: 1920, height: 1080, frame_rate: 25, hdr: false, interlaced: false, rotation: 0, bit_rate: 8e6 }, sound: [], captions: [] },
    title: (file.split('/').pop() ?? file).replace(/\.[^.]+$/, ''),
    wishes,
    rungs: RUNGS.map((name, index) => ({ name, kind: 'video', width: 1920, height: 1080, frame_rate: 25, bit_rate: 5e6, language: null, copied: index === 0 })),
    segment_duration: 6,
    duration: (wishes.to ?? 60) - (wishes.from ?? 0),
    expected_bytes: 6e7,
    expected_seconds: [40, 80],
    notes: [],
  });
  const link = (id: string, days: number) => ({
    id,
    link: `http://127.0.0.1:4780/videos/${id}/index.m3u8?Policy=p&Signature=s&Key-Pair-Id=K`,
    page: `http://127.0.0.1:4780/watch/index.html#videos/${id}?Policy=p&Signature=s&Key-Pair-Id=K`,
    expires: new Date(Date.now() + days * 86_400_000).toISOString(),
    opens: null,
    ip: null,
    still_publishing: false,
  });

  const answers: Record<keyof Commands, (...args: never[]) => unknown> = {
    choose: () => state.chosen,
    films: (paths: string[]) => paths.map((file) => ({ file, error: null })),
    sample: () => '/usr/share/screener/sample.mp4',
    given: () => ({ paths: state.given.splice(0), video: null }),
    pasted: () => state.given.splice(0),
    plan,
    still: () => 'data:image/gif;base64,R0lGODlhAQABAAAAACw=',
    publish: ({ files, title }: { files: string[]; title: string | null }) => {
      const accepted = files.map((file) => ({ file, job: `job-${file}`, id: `video-${file}`, error: null }));
      state.jobs = [...state.jobs, ...accepted.map((one) => job({ ...one, title: title ?? one.file, state: 'queued', done: 0, playable: false }))];
      tellJobs();
      return accepted;
    },
    jobs: () => state.jobs,
    pause: (id: string) => inState(id, 'paused'),
    resume: (id: string) => inState(id, 'running'),
    retry: (id: string) => inState(id, 'queued'),
    cancel: (id: string) => {
      state.jobs = state.jobs.filter((one) => one.job !== id);
      tellJobs();
      return null;
    },
    forget: (id: string) => {
      state.jobs = state.jobs.filter((one) => one.job !== id);
      tellJobs();
      return null;
    },
    moveTo: (id: string, place: number) => {
      const waiting = state.jobs.filter((one) => one.state === 'queued' && one.job !== id);
      const moved = state.jobs.find((one) => one.job === id);
      if (moved) waiting.splice(place, 0, moved);
      state.jobs = [...state.jobs.filter((one) => one.state !== 'queued'), ...waiting];
      tellJobs();
      return null;
    },
    library: () => state.videos,
    refresh: () => state.videos,
    show: known,
    poster: () => null,
    rename: (id: string, title: string) => {
      state.videos = state.videos.map((one) => (one.id === id ? { ...one, title } : one));
      return known(id);
    },
    replace: () => ({ file: '', job: 'job-2', id: 'video-1', error: null }),
    setPoster: () => null,
    remove: (id: string) => {
      state.videos = state.videos.filter((one) => one.id !== id);
      tellVideos();
      return null;
    },
    check: (target: string) => ({ target, ok: true, playlists: 6, rules: 42, findings: [] }),
    watch: (id: string) => link(id, 0.5),
    link: ({ id }: { id: string }) => {
      const made = link(id, 7);
      state.links = [{ id, made: new Date().toISOString(), expires: made.expires, opens: null, ip: null }, ...state.links];
      return made;
    },
    links: () => state.links,
    destinations: () => state.destinations,
    addDestination: (form: { name: string }) => {
      const added = { ...state.destinations[0]!, ...form, kind: 'aws', default: false } as DestinationView;
      state.destinations = [...state.destinations, added];
      return added;
    },
    removeDestination: (name: string) => {
      state.destinations = state.destinations.filter((one) => one.name !== name);
      return null;
    },
    setDefaultDestination: (name: string) => {
      state.destinations = state.destinations.map((one) => ({ ...one, default: one.name === name }));
      return null;
    },
    testDestination: () => state.walk,
    keys: () => [],
    settings: () => state.settings,
    setSettings: (settings: SettingsView) => (state.settings = settings),
    places: () => ({ version: '0.1.0', data_dir: '/home/ada/.local/share/screener', log_dir: '/home/ada/.local/share/screener/logs', key_store: 'keychain', edge: 'http://127.0.0.1:4780' }),
    capabilities: () => state.capabilities,
    diagnostics: () => '/home/ada/.local/share/screener/diagnostics.zip',
    spokenIn: (language: string) => (language === 'de' ? state.german : { phrases: {}, otherwise: '' }),
    qr: () => ({ size: 21, path: 'M0 0h7v1h-7z' }),
    copy: (text: string) => {
      state.clipboard = text;
      return null;
    },
    browse: () => null,
    revealLogs: () => null,
    leave: () => null,
    ready: () => null,
    updates: () => ({ configured: false, version: null }),
    update: () => null,
  };

  const commands = Object.fromEntries(
    Object.entries(answers).map(([command, answer]) => [
      command,
      async (...args: never[]) => {
        asked.push({ command, arguments: args });
        if (refused.has(command)) throw refused.get(command);
        return answer(...args);
      },
    ]),
  ) as unknown as Commands;

  return {
    commands,
    state,
    asked,
    listen: async (listener) => {
      ears = listener;
      return () => (ears = undefined);
    },
    ears: () => {
      if (!ears) throw new Error('nobody listens yet');
      return ears;
    },
    refuse: (command, error) => void refused.set(command, error),
  };
}
