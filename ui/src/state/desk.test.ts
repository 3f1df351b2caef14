import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { use } from '../platform';
import { job, mock, mockState, record, video } from '../platform/mock';
import { desk } from './desk.svelte';

describe('the desk', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('shows dropped files in the sheet, each once', async () => {
    const window = mock();
    use(window);
    await desk.open();
    await desk.take(['/a.mp4', '/b.mp4']);
    await desk.take(['/a.mp4']);
    expect(desk.sheet.map((film) => film.file)).toEqual(['/a.mp4', '/b.mp4']);
    desk.sheet = [];
  });

  it('shows the films of a link and of files that came before it listened', async () => {
    const window = mock(mockState({ videos: [video()] }));
    use(window);
    window.commands.given = async () => ({ paths: ['/early.mp4'], video: 'video-1' });
    await desk.open();
    await vi.runAllTimersAsync();
    expect(desk.place).toEqual({ name: 'video', id: 'video-1' });
    expect(desk.sheet.map((film) => film.file)).toEqual(['/early.mp4']);
    desk.sheet = [];
    desk.go({ name: 'library' });
  });

  it('shows the library where a link names no film of ours, and says so', async () => {
    const window = mock(mockState({ videos: [video()] }));
    use(window);
    await desk.open();
    window.ears().opened({ video: 'video-1' });
    expect(desk.place).toEqual({ name: 'video', id: 'video-1' });
    window.ears().opened({ video: 'etc' });
    expect(desk.place).toEqual({ name: 'library' });
    expect(desk.toasts.at(-1)?.text).toBe('No film here belongs to that link.');
  });

  it('asks again for the picture of a film that had none while it was coming', async () => {
    const coming = video({ id: 'coming', state: 'publishing' });
    const window = mock(mockState({ videos: [coming] }));
    use(window);
    const pictures = [null, 'data:image/jpeg;base64,AA=='];
    window.commands.poster = async () => (pictures.length > 0 ? (pictures.shift() ?? null) : 'asked too often');
    await desk.open();
    await desk.poster('coming');
    await desk.poster('coming');
    expect(desk.posters['coming'] ?? null).toBeNull();
    window.ears().changed({ kind: 'library', videos: [{ ...coming, state: 'live' }] });
    await desk.poster('coming');
    await desk.poster('coming');
    expect(desk.posters['coming']).toBe('data:image/jpeg;base64,AA==');
  });

  it('goes where a menu points', async () => {
    const window = mock(mockState({ chosen: ['/chosen.mp4'] }));
    use(window);
    await desk.open();
    window.ears().chosen('activity');
    expect(desk.place.name).toBe('activity');
    window.ears().chosen('links');
    expect(desk.place.name).toBe('links');
    window.ears().chosen('films');
    await vi.runAllTimersAsync();
    expect(desk.sheet.map((film) => film.file)).toEqual(['/chosen.mp4']);
    desk.sheet = [];
  });

  it('takes over jobs that went on, and leaves the others and their order alone', async () => {
    const jobs = ['a', 'b', 'c'].map((id) => job({ job: id, title: id, done: 0 }));
    const window = mock(mockState({ jobs }));
    use(window);
    await desk.open();
    const before = desk.jobs;
    window.ears().changed({ kind: 'progress', jobs: [job({ job: 'b', title: 'b', done: 0.5 })] });
    expect(desk.jobs.map((one) => [one.job, one.done])).toEqual([['a', 0], ['b', 0.5], ['c', 0]]);
    expect(desk.jobs[0]).toBe(before[0]);
  });

  it('cancels a job only after nobody has taken it back, and pauses it at once', async () => {
    const window = mock(mockState({ jobs: [job()] }));
    use(window);
    await desk.open();
    desk.cancel(desk.jobs[0]!);
    expect(desk.queue).toEqual([]);
    desk.toasts.at(-1)?.undo?.();
    await vi.runAllTimersAsync();
    expect(window.asked.map(({ command }) => command)).toEqual(expect.arrayContaining(['pause', 'resume']));
    expect(window.asked.some(({ command }) => command === 'cancel')).toBe(false);
    expect(desk.queue).toHaveLength(1);
    desk.cancel(desk.jobs[0]!);
    await vi.runAllTimersAsync();
    expect(window.asked.filter(({ command }) => command === 'cancel')).toHaveLength(1);
  });

  it('does what was put off before it leaves', async () => {
    const window = mock(mockState({ videos: [video()] }));
    use(window);
    await desk.open();
    desk.remove(['video-1']);
    window.ears().asked();
    await vi.advanceTimersByTimeAsync(0);
    const order = window.asked.map(({ command }) => command).filter((command) => command === 'remove' || command === 'leave');
    expect(order).toEqual(['remove', 'leave']);
  });

  it('publishes dropped files at once where that was chosen', async () => {
    const window = mock(mockState({ settings: { publish_at_once: true, wishes: { preset: 'best' } } }));
    use(window);
    await desk.open();
    await desk.take(['/a b.mp4']);
    expect(window.asked.find(({ command }) => command === 'publish')?.arguments).toEqual([{ files: ['/a b.mp4'], title: null, destination: null, wishes: { preset: 'best' } }]);
    expect(desk.sheet).toEqual([]);
    expect(desk.place.name).toBe('activity');
  });

  it('removes a film only after nobody has taken it back', async () => {
    const window = mock(mockState({ videos: [video()] }));
    use(window);
    await desk.open();
    desk.remove(['video-1']);
    expect(desk.shown).toEqual([]);
    desk.toasts[0]?.undo?.();
    await vi.runAllTimersAsync();
    expect(desk.shown).toHaveLength(1);
    expect(window.asked.some(({ command }) => command === 'remove')).toBe(false);

    desk.remove(['video-1']);
    await vi.runAllTimersAsync();
    expect(window.asked.filter(({ command }) => command === 'remove')).toHaveLength(1);
    expect(desk.videos).toEqual([]);
  });

  it('says what went wrong, why, and what to do', async () => {
    const window = mock(mockState({ videos: [video()] }));
    use(window);
    await desk.open();
    window.refuse('copy', { code: 'clipboard', message: 'The clipboard did not take it.', mend: 'Copy by hand.' });
    await desk.copy('x', 'Copied');
    expect(desk.toasts).toMatchObject([{ text: 'The clipboard did not take it.', detail: 'Copy by hand.', tone: 'bad' }]);
  });

  it('announces the end of a job', async () => {
    const window = mock(mockState({ jobs: [job()] }));
    use(window);
    await desk.open();
    window.ears().changed({ kind: 'jobs', jobs: [job({ state: 'live' })] });
    expect(desk.said).toBe('Big Buck Bunny is published');
  });

  it('shows why it could not be opened', async () => {
    const window = mock();
    window.refuse('settings', { code: 'no_keychain', message: 'There is no keychain.', mend: 'Start one.' });
    use(window);
    await desk.open();
    expect(desk.broken?.code).toBe('no_keychain');
  });

  it('takes links back at once, and offers for ten seconds to give them back', async () => {
    const window = mock(mockState({ videos: [video()], links: [record({ link: 'aaaaaaaaaa', id: 'video-1' }), record({ link: 'bbbbbbbbbb', id: 'video-2' })] }));
    use(window);
    await desk.open();
    await desk.takeBack(['aaaaaaaaaa', 'bbbbbbbbbb']);
    expect(window.state.links.map(({ state }) => state)).toEqual(['taken_back', 'taken_back']);
    expect(desk.toasts.at(-1)).toMatchObject({ text: 'Links taken back: 2', detail: expect.stringContaining('plays on') as string });
    await vi.advanceTimersByTimeAsync(9_900);
    expect(desk.undo()).toBe(true);
    await vi.runAllTimersAsync();
    expect(window.asked.filter(({ command }) => command === 'giveBack').map((one) => one.arguments)).toEqual([
      [{ id: 'video-1', links: ['aaaaaaaaaa'], all: false, before: null }],
      [{ id: 'video-2', links: ['bbbbbbbbbb'], all: false, before: null }],
    ]);
    expect(window.state.links.map(({ state }) => state)).toEqual(['not_opened', 'not_opened']);
    expect(desk.toasts).toEqual([]);
  });

  it('offers it no longer after ten seconds', async () => {
    const window = mock(mockState({ links: [record({ link: 'aaaaaaaaaa' })] }));
    use(window);
    await desk.open();
    await desk.takeBackAll('video-1');
    expect(desk.toasts.at(-1)?.text).toBe('Link taken back');
    await vi.advanceTimersByTimeAsync(10_100);
    expect(desk.toasts).toEqual([]);
    expect(desk.undo()).toBe(false);
    expect(window.state.links[0]?.state).toBe('taken_back');
  });

  it('says what is left where a destination cannot take links back', async () => {
    const window = mock(mockState({ links: [record()] }));
    use(window);
    window.refuse('takeBack', { code: 'cannot_take_back', message: 'Links to A cannot be taken back.', mend: 'Rotate its key.' });
    await desk.open();
    await desk.takeBack(['ab2cd3ef4g']);
    const toast = desk.toasts.at(-1);
    expect(toast).toMatchObject({ text: 'Links to A cannot be taken back.', detail: 'Rotate its key.', tone: 'bad' });
    expect(toast?.undo).toBeUndefined();
    toast?.action?.act();
    expect(desk.place).toEqual({ name: 'destinations' });
  });

  it('hears that links have changed, and says a first view only to who wants it', async () => {
    const window = mock();
    use(window);
    await desk.open();
    const stand = desk.linksStand;
    window.ears().changed({ kind: 'links' });
    expect(desk.linksStand).toBe(stand + 1);
    desk.said = '';
    const news = { kind: 'opened', name: 'Anna', title: 'Premiere', id: 'video-1' } as const;
    window.ears().changed(news);
    expect(desk.said).toBe('');
    await desk.keep({ first_views: true });
    window.ears().changed(news);
    expect(desk.said).toBe('Anna has opened “Premiere”');
  });
});
