import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { use } from '../platform';
import { job, mock, mockState, video } from '../platform/mock';
import { desk } from './desk.svelte';

describe('the desk', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('shows dropped files in the sheet, each once', async () => {
    const window = mock();
    use(window);
    await desk.open();
    window.ears().given({ paths: ['/a.mp4', '/b.mp4'] });
    window.ears().given({ paths: ['/a.mp4'] });
    expect(desk.sheet).toEqual(['/a.mp4', '/b.mp4']);
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
});
