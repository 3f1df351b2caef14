// A window that is none: for the gallery and the tests. Holds a little state so that buttons do what they say.
import type { AudienceView, CapabilitiesView, CostView, DestinationView, DoctorView, JobView, LinkRecordView, LinkRequest, LinkView, SettingsView, SpokenView, TakenBackView, VideoView, WishesView } from '../bindings';
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
    view_cost: 0,
    prices_of: '2026-08-31',
    ...change,
  } as VideoView;
}

export function record(change: Partial<LinkRecordView> = {}): LinkRecordView {
  const ends = change.ends ?? new Date(Date.now() + 6 * DAY_MS).toISOString();
  return {
    link: 'ab2cd3ef4g',
    id: 'video-1',
    name: 'Anna, distribution',
    state: 'not_opened',
    made: new Date(Date.now() - DAY_MS).toISOString(),
    opens: null,
    ends,
    expires: ends,
    ip: null,
    password: false,
    taken_back: null,
    views: 0,
    seconds: 0,
    share: 0,
    first_view: null,
    last_view: null,
    bytes: 0,
    cost: null,
    ...change,
  };
}

const DAY_MS = 86_400_000;
const PEOPLE = ['Anna', 'Ben', 'Carla', 'David', 'Emine', 'Farid', 'Greta', 'Hugo', 'Ida', 'Jürgen', 'Kenji', 'Lucía', 'Mats', 'Noor', 'Olga', 'Pia', 'Quentin', 'Rosa', 'Søren', 'Theo'];
const PLACES = ['distribution', 'festival', 'press', 'jury', 'crew', 'colour', 'sound', 'broadcaster'];

/** Links as a year of work leaves them: some opened, some to the end, a few ended or taken back. The same each time. */
export function manyRecords(count: number, ids: readonly string[] = ['video-1']): LinkRecordView[] {
  const now = Date.now();
  const ago = (days: number) => new Date(now - days * DAY_MS).toISOString();
  return Array.from({ length: count }, (_, i) => {
    const state = (['opened', 'not_opened', 'watched', 'opened', 'not_opened', 'watched', 'opened', 'ended', 'opened', 'taken_back', 'not_opened'] as const)[i % 11]!;
    const views = state === 'not_opened' ? 0 : 1 + (i % 4);
    const share = state === 'watched' ? 1 : views === 0 ? 0 : (((i * 37) % 97) + 2) / 100;
    const made = 1 + (i % 300) / 10;
    return record({
      link: [...Array(10).keys()].map((place) => 'abcdefghijklmnopqrstuvwxyz234567'[(i * 7 + place * 11 + Math.floor(i / 32) * (place + 3) + (place > 5 ? Math.floor(i / 1024) : 0)) % 32]).join(''),
      id: ids[i % ids.length] ?? 'video-1',
      name: i % 13 === 12 ? '' : `${PEOPLE[i % PEOPLE.length]} ${count > 160 ? `${Math.floor(i / 160) + 1} ` : ''}(${PLACES[Math.floor(i / PEOPLE.length) % PLACES.length]})`,
      state,
      made: ago(made),
      opens: i % 17 === 5 && state === 'not_opened' ? ago(-2) : null,
      ends: state === 'ended' ? ago(0.4 * made) : ago(-1 - (i % 29)),
      ip: i % 23 === 7 ? '203.0.113.0/24' : null,
      password: i % 9 === 4,
      taken_back: state === 'taken_back' ? ago(0.3 * made) : null,
      views,
      share,
      seconds: share * 596,
      first_view: views > 0 ? ago(0.9 * made) : null,
      last_view: views > 0 ? ago(views > 1 ? 0.25 * made : 0.9 * made) : null,
      bytes: share * 3.1e8,
      cost: views > 0 ? share * 0.026 : null,
    });
  });
}

/** Who has watched a film of ten minutes: all begin, many leave in the middle, one place is watched again and again. */
export function audience(change: Partial<AudienceView> = {}): AudienceView {
  return {
    id: 'video-1',
    counted: true,
    viewers: 24,
    views: 41,
    to_the_end: 9,
    seconds: 8120,
    share: 0.575,
    first_view: new Date(Date.now() - 6 * DAY_MS).toISOString(),
    last_view: new Date(Date.now() - 2 * 3_600_000).toISOString(),
    curve: Array.from({ length: 100 }, (_, i) => Math.round(14 + 26 * Math.exp(-i / 22) + (i > 60 && i < 70 ? 9 : 0) + 2 * Math.sin(i / 3))),
    length: 596,
    requests: 9214,
    bytes: 7.4e9,
    cost: 0.63,
    prices_of: '2026-08-31',
    ...change,
  };
}

export interface MockState {
  jobs: JobView[];
  videos: VideoView[];
  links: LinkRecordView[];
  audience: AudienceView;
  cost: CostView;
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
    audience: audience({ viewers: 0, views: 0, to_the_end: 0, seconds: 0, share: 0, first_view: null, last_view: null, curve: [], length: 0, requests: 0, bytes: 0, cost: 0 }),
    cost: { prices_of: '2026-08-31', month: '2026-11', places: [], films: [] },
    destinations: [
      { name: 'This computer', kind: 'local', bucket: null, region: null, endpoint: null, domain: '127.0.0.1:4780', prefix: 'videos', key_pair_id: null, profile: null, default: true } as DestinationView,
    ],
    settings: { appearance: 'system', language: 'en', wishes: { preset: 'balanced', format: 'cmaf' }, publish_at_once: false, link_days: 7, upload_limit: null, parallel_uploads: 8, notifications: true, count_views: true, first_views: false },
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
  let names = 0;
  const link = ({ id = '', name, opens, ip, password }: LinkRequest, days: number): LinkView => {
    names += 1;
    const l = `aaaaaaa${String(names).padStart(3, '2')}`;
    const signed = `${id}?l=${l}&Policy=p&Signature=s&Key-Pair-Id=K`;
    return {
      id,
      link: password ? null : `http://127.0.0.1:4780/videos/${signed.replace('?', '/index.m3u8?')}`,
      page: `http://127.0.0.1:4780/watch/index.html#${password ? 'locked.1.c2FsdA' : `videos/${signed}`}`,
      l,
      name: name ?? '',
      expires: new Date(Date.now() + days * DAY_MS).toISOString(),
      opens: opens ?? null,
      ip: ip ?? null,
      password: Boolean(password),
      still_publishing: false,
    };
  };
  const keep = ({ id, l, name, expires, opens, ip, password }: LinkView) => {
    state.links = [record({ id, link: l, name, made: new Date().toISOString(), ends: expires, opens, ip, password }), ...state.links];
  };
  const mark = (links: string[], taken_back: string | null) => {
    state.links = state.links.map((one) => (one.link !== null && links.includes(one.link) ? { ...one, taken_back, state: taken_back ? 'taken_back' : one.views > 0 ? 'opened' : 'not_opened' } : one));
    ears?.changed({ kind: 'links' });
  };

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
    watch: (id: string) => link({ id }, 0.5),
    link: (request: LinkRequest) => {
      const made = link(request, 7);
      keep(made);
      return made;
    },
    linkMany: (request: LinkRequest, names: string[]) => {
      const made = names.map((name) => link({ ...request, name }, 7));
      made.forEach(keep);
      return made;
    },
    links: (id: string | null) => state.links.filter((one) => id === null || one.id === id),
    syncLinks: () => null,
    names: (text: string) => {
      const found = text.split(/\r\n|\r|\n/).map((line) => line.trim()).filter((line) => line !== '' && line !== 'Name');
      if (found.length === 0) throw { code: 'no_names', message: 'There are no names in this list.', mend: 'Give one name a line, or a table with a column headed `name`.' };
      return found;
    },
    passPhrase: () => ['bodi-kulu-nafa-soti-vemi', 'dapo-riju-zelo-hamu-tibe'][asked.filter(({ command }) => command === 'passPhrase').length % 2],
    takeBack: (links: string[]): TakenBackView[] => {
      mark(links, new Date().toISOString());
      const those = state.links.filter(({ link }) => link !== null && links.includes(link));
      return [...new Set(those.map(({ id }) => id))].map((id) => ({ id, links: those.filter((one) => one.id === id).map(({ link }) => link ?? ''), all: false, before: null }));
    },
    takeBackAll: (id: string): TakenBackView => {
      const links = state.links.filter((one) => one.id === id && one.taken_back === null).map(({ link }) => link ?? '');
      mark(links, new Date().toISOString());
      return { id, links, all: true, before: null };
    },
    giveBack: ({ links }: TakenBackView) => {
      mark(links, null);
      return null;
    },
    saveLinks: () => '/home/ada/links.csv',
    audience: (id: string) => ({ ...state.audience, id, counted: state.audience.counted && state.settings.count_views !== false }),
    cost: () => state.cost,
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
