// What the pages know: whole view models as Rust told them, and where the creator is.
import type { AppError, CapabilitiesView, Choice, DestinationView, FilmView, JobView, LinkRecordView, SettingsView, TakenBackView, Update, VideoView } from '../bindings';
import { ask, fault, platform } from '../platform';
import { wear } from '../theme/theme.svelte';
import { learn, told } from '../words/spoken.svelte';
import { language, m, speak } from '../words/index.svelte';

export type Place =
  | { name: 'library' }
  | { name: 'links' }
  | { name: 'activity' }
  | { name: 'destinations' }
  | { name: 'settings' }
  | { name: 'diagnostics' }
  | { name: 'video'; id: string; play?: boolean; again?: LinkRecordView };

export interface Toast {
  id: number;
  text: string;
  detail?: string;
  tone: 'plain' | 'bad';
  undo?: () => void;
  /** What is left to do about it. */
  action?: { label: string; act: () => void };
}

const UNDO_MS = 7000;
/** A link that is taken back is refused at once; what was a slip can be made good for so long. */
const GIVE_BACK_MS = 10_000;

class Desk {
  jobs = $state.raw<JobView[]>([]);
  videos = $state.raw<VideoView[]>([]);
  destinations = $state.raw<DestinationView[]>([]);
  settings = $state.raw<SettingsView>();
  capabilities = $state.raw<CapabilitiesView>();
  /** Why the app could not be opened. */
  broken = $state.raw<AppError>();
  /** The first answers have come. */
  ready = $state(false);
  place = $state.raw<Place>({ name: 'library' });
  dragging = $state(false);
  /** Films that the publish sheet shows; empty: no sheet. */
  sheet = $state.raw<FilmView[]>([]);
  /** A destination that was just added, and is tested at once. */
  fresh = $state<string>();
  leaving = $state(false);
  toasts = $state.raw<Toast[]>([]);
  /** What a screen reader says next. */
  said = $state('');
  /** Counts changes of links and of who has watched: what shows them asks again. */
  linksStand = $state(0);
  posters = $state<Record<string, string | null>>({});
  readonly #pictured = new Map<string, string>();
  /** Videos and jobs whose removal can still be taken back. */
  doomed = $state.raw<string[]>([]);
  #toast = 0;
  /** What is put off while it can be taken back: done when the time is over, or when Screener is left. */
  #putOff = new Map<string, { timer: ReturnType<typeof setTimeout>; now: () => Promise<void> }>();

  /** Videos that are not about to be removed. */
  shown = $derived(this.videos.filter((video) => !this.doomed.includes(video.id)));
  /** Jobs that are not about to be cancelled. */
  queue = $derived(this.jobs.filter((job) => !this.doomed.includes(job.job)));
  busy = $derived(this.queue.filter((job) => job.state === 'running' || job.state === 'queued'));

  /** Listens, then asks for everything once. */
  async open(): Promise<() => void> {
    const stop = await platform().listen({
      changed: (news) => this.#changed(news),
      dragged: ({ over }) => (this.dragging = over),
      given: ({ paths }) => void this.take(paths),
      asked: () => void this.leave(),
      chosen: (choice) => this.chosen(choice),
      opened: ({ video }) => this.opened(video),
    });
    try {
      this.#wearSettings(await ask().settings());
      const [jobs, videos, destinations] = await Promise.all([ask().jobs(), ask().library(), ask().destinations()]);
      this.jobs = jobs;
      this.videos = videos;
      this.destinations = destinations;
      if (videos.length === 0 && jobs.length > 0) this.place = { name: 'activity' };
    } catch (thrown) {
      this.broken = fault(thrown);
      if (!this.settings) wear('system');
    }
    this.ready = true;
    void ask().ready();
    const given = await ask().given();
    if (given.video) this.opened(given.video);
    if (given.paths.length > 0) void this.take(given.paths);
    // The worker's self-test takes its time; nothing waits for it.
    void ask()
      .capabilities()
      .then((capabilities) => (this.capabilities = capabilities))
      .catch(() => undefined);
    return stop;
  }

  #changed(news: Update): void {
    if (news.kind === 'library') {
      this.videos = news.videos;
      return;
    }
    if (news.kind === 'links') {
      this.linksStand += 1;
      return;
    }
    if (news.kind === 'opened') {
      // The system shows it; here it is said to who does not see that.
      if (this.settings?.first_views) this.say(m.said_opened({ name: news.name, title: news.title }));
      return;
    }
    if (news.kind === 'progress') {
      const changed = new Map(news.jobs.map((job) => [job.job, job]));
      this.jobs = this.jobs.map((job) => changed.get(job.job) ?? job);
      return;
    }
    for (const job of news.jobs) {
      const was = this.jobs.find((other) => other.job === job.job);
      if (!was || was.state === job.state) continue;
      if (job.state === 'live') this.say(m.said_live({ title: job.title }));
      if (job.state === 'failed') this.say(m.said_failed({ title: job.title }));
    }
    this.jobs = news.jobs;
  }

  #wearSettings(settings: SettingsView): void {
    this.settings = settings;
    wear(settings.appearance ?? 'system');
    speak(settings.language);
    void ask().spokenIn(language()).then(learn);
  }

  go(place: Place): void {
    this.place = place;
  }

  say(text: string): void {
    this.said = text;
  }

  toast(text: string, more: Partial<Omit<Toast, 'id' | 'text'>> = {}, lasts = UNDO_MS): number {
    const toast: Toast = { id: ++this.#toast, text, tone: 'plain', ...more };
    this.toasts = [...this.toasts, toast];
    this.say(text);
    if (toast.tone === 'plain') setTimeout(() => this.dismiss(toast.id), lasts);
    return toast.id;
  }

  /** Says what went wrong, and what to do; it stays until it is put away. */
  complain(error: AppError, action?: Toast['action']): void {
    const { message, mend, verbatim = '' } = told(error);
    this.toast(message, { detail: `${mend} ${verbatim}`.trim(), tone: 'bad', ...(action && { action }) });
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  /** Does something, and says what went wrong where it goes wrong. */
  async attempt<T>(doing: () => Promise<T>): Promise<T | undefined> {
    try {
      return await doing();
    } catch (thrown) {
      this.complain(fault(thrown));
      return undefined;
    }
  }

  /** What a menu asked for. */
  chosen(choice: Choice): void {
    if (choice === 'films') void this.choose();
    else if (choice === 'folder') void this.choose(true);
    else this.go({ name: choice });
  }

  /** A `screener://` link was opened. One that names no film of ours shows the library, and says so. */
  opened(video: string | null): void {
    const known = video !== null && (this.videos.some((one) => one.id === video) || this.jobs.some((one) => one.id === video));
    this.go(known ? { name: 'video', id: video } : { name: 'library' });
    if (video !== null && !known) this.toast(m.opened_unknown());
  }

  /** Files came in, from wherever: the sheet, or straight into the queue. */
  async take(paths: string[]): Promise<void> {
    if (paths.length === 0) return;
    if (!this.settings?.publish_at_once) {
      const films = await this.attempt(() => ask().films(paths));
      const there = new Set(this.sheet.map((film) => film.file));
      if (films) this.sheet = [...this.sheet, ...films.filter((film) => !there.has(film.file))];
      return;
    }
    const wishes = this.settings.wishes ?? {};
    this.go({ name: 'activity' });
    await this.attempt(async () => {
      const answers = await ask().publish({ files: paths, title: null, destination: null, wishes });
      for (const { error } of answers) if (error) this.complain(error);
    });
  }

  async choose(folders = false): Promise<void> {
    const paths = await this.attempt(() => (folders ? ask().choose('folders', m.choose_folder()) : ask().choose('files', m.choose_film())));
    if (paths) await this.take(paths);
  }

  /** The sample film, into the sheet like any other. */
  async trySample(): Promise<void> {
    const path = await this.attempt(() => ask().sample());
    if (path) await this.take([path]);
  }

  /** Leaves: asks first while jobs run, and does what was put off. */
  async leave(): Promise<void> {
    await this.settle();
    if (this.busy.length > 0) this.leaving = true;
    else await this.attempt(() => ask().leave('pause'));
  }

  async keep(change: Partial<SettingsView>): Promise<void> {
    if (!this.settings) return;
    const settings = { ...this.settings, ...change };
    this.#wearSettings(settings);
    await this.attempt(async () => this.#wearSettings(await ask().setSettings(settings)));
  }

  async lookForDestinations(): Promise<void> {
    const destinations = await this.attempt(() => ask().destinations());
    if (destinations) this.destinations = destinations;
  }

  async lookForVideos(): Promise<void> {
    const videos = await this.attempt(() => ask().library());
    if (videos) this.videos = videos;
  }

  /** Fetches a video's picture, once for each stand of the video: one that is still coming has none yet, a replaced one another. */
  async poster(id: string, again = false): Promise<void> {
    const video = this.videos.find((other) => other.id === id);
    const stand = `${video?.state} ${video?.bytes}`;
    if (this.#pictured.get(id) === stand && !again) return;
    this.#pictured.set(id, stand);
    try {
      this.posters[id] = await ask().poster(id);
    } catch {
      // A video without a picture is drawn without one.
    }
  }

  async copy(text: string, confirmation: string): Promise<void> {
    await this.attempt(async () => {
      await ask().copy(text);
      this.toast(confirmation);
    });
  }

  /** Takes links back at once, and offers to give them back. */
  takeBack(links: string[]): Promise<void> {
    return this.#taking(() => ask().takeBack(links));
  }

  /** Takes every link of a video back that was made so far, by whichever computer. */
  takeBackAll(id: string): Promise<void> {
    return this.#taking(async () => [await ask().takeBackAll(id)]);
  }

  async #taking(doing: () => Promise<TakenBackView[]>): Promise<void> {
    try {
      const taken = await doing();
      this.linksStand += 1;
      const count = taken.reduce((sum, { links }) => sum + links.length, 0);
      const undo = () => {
        this.dismiss(toast);
        void this.#giveBack(taken);
      };
      const toast = this.toast(count === 1 ? m.taken_back_one() : m.taken_back_many({ count }), { detail: m.taken_back_about(), undo }, GIVE_BACK_MS);
    } catch (thrown) {
      const error = fault(thrown);
      const left = { label: m.destinations(), act: () => this.go({ name: 'destinations' }) };
      this.complain(error, error.code === 'cannot_take_back' ? left : undefined);
    }
  }

  async #giveBack(taken: TakenBackView[]): Promise<void> {
    await this.attempt(async () => {
      for (const one of taken) await ask().giveBack(one);
      this.say(m.given_back());
    });
    this.linksStand += 1;
  }

  /** Undoes the last that can be undone; false where nothing can. */
  undo(): boolean {
    const undo = this.toasts.findLast((toast) => toast.undo)?.undo;
    undo?.();
    return undo !== undefined;
  }

  /** Removes videos, but only once nobody has taken it back for a while. */
  remove(ids: string[]): void {
    const title = this.videos.find((video) => video.id === ids[0])?.title ?? '';
    if (this.place.name === 'video' && ids.includes(this.place.id)) this.go({ name: 'library' });
    this.#later(ids, ids.length === 1 ? m.removed_one({ title }) : m.removed_many({ count: ids.length }), async () => {
      for (const id of ids) await this.attempt(() => ask().remove(id));
      await this.lookForVideos();
    });
  }

  /** Cancels a job: it stands still at once, and what it made is removed once nobody has taken it back for a while. */
  cancel(job: JobView): void {
    const runs = job.state === 'running' || job.state === 'queued';
    if (runs) void this.attempt(() => ask().pause(job.job));
    this.#later(
      [job.job],
      m.cancelled_one({ title: job.title }),
      async () => {
        await this.attempt(() => ask().cancel(job.job));
      },
      () => {
        if (runs) void this.attempt(() => ask().resume(job.job));
      },
    );
  }

  #later(ids: string[], words: string, doing: () => Promise<void>, undone: () => void = () => undefined): void {
    this.doomed = [...this.doomed, ...ids];
    const key = ids.join();
    const now = async () => {
      clearTimeout(this.#putOff.get(key)?.timer);
      this.#putOff.delete(key);
      this.dismiss(toast);
      await doing();
      this.doomed = this.doomed.filter((id) => !ids.includes(id));
    };
    const undo = () => {
      clearTimeout(this.#putOff.get(key)?.timer);
      this.#putOff.delete(key);
      this.doomed = this.doomed.filter((id) => !ids.includes(id));
      this.dismiss(toast);
      undone();
    };
    const toast = this.toast(words, { undo });
    this.#putOff.set(key, { timer: setTimeout(() => void now(), UNDO_MS), now });
  }

  /** Does at once what was put off. */
  async settle(): Promise<void> {
    await Promise.all([...this.#putOff.values()].map(({ now }) => now()));
  }
}

export const desk = new Desk();
