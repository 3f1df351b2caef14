import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { axe } from '../gallery/axe';
import { use } from '../platform';
import { job, manyRecords, mock, mockState, video } from '../platform/mock';
import { desk } from '../state/desk.svelte';
import { speak } from '../words/index.svelte';
import Details from '../parts/Details.svelte';
import Activity from './Activity.svelte';
import AllLinks from './AllLinks.svelte';
import LeaveDialog from './LeaveDialog.svelte';
import Library from './Library.svelte';
import PublishSheet from './PublishSheet.svelte';
import Settings from './Settings.svelte';
import Welcome from './Welcome.svelte';

async function opened(change: Parameters<typeof mockState>[0] = {}) {
  const window = mock(mockState(change));
  use(window);
  await desk.open();
  return window;
}

const asked = (window: Awaited<ReturnType<typeof opened>>, command: string) => window.asked.filter((one) => one.command === command).map((one) => one.arguments);

describe('activity', () => {
  it('offers what each state allows', async () => {
    const window = await opened({
      jobs: [job({ job: 'a', title: 'A' }), job({ job: 'b', title: 'B', state: 'paused' }), job({ job: 'c', title: 'C', state: 'failed', error: { code: 'gone', message: 'The file is gone.', mend: 'Put it back.' } })],
    });
    render(Activity);
    const card = (name: string) => within(screen.getByRole('article', { name }));
    expect(card('A').getByTestId('percent')).toHaveTextContent('42%');
    await fireEvent.click(card('A').getByRole('button', { name: 'Pause' }));
    await fireEvent.click(card('B').getByRole('button', { name: 'Resume' }));
    expect(card('C').getByRole('alert')).toHaveTextContent('The file is gone. Put it back.');
    await fireEvent.click(card('C').getByRole('button', { name: 'Try again' }));
    expect([asked(window, 'pause'), asked(window, 'resume'), asked(window, 'retry')]).toEqual([[['a']], [['b']], [['c']]]);
  });

  it('says in German what went wrong, and keeps the words of the moment', async () => {
    const gone = { code: 'gone', message: 'a.mp4 is gone.', mend: 'Put it back.' };
    await opened({
      settings: { ...mockState().settings, language: 'de' },
      jobs: [job({ title: 'C', state: 'failed', error: gone, notes: ['720p is re-encoded, not copied: it is HDR', 'Something new'] })],
      german: {
        phrases: { '{} is gone.': '{1} ist weg.', 'Put it back.': 'Zurück damit!', '{} is re-encoded, not copied: {}': '{1} wird neu kodiert: {2}', 'it is HDR': 'mit HDR-Farben' },
        otherwise: 'Etwas ging schief.',
      },
    });
    render(Activity);
    const card = within(screen.getByRole('article', { name: 'C' }));
    await waitFor(() => expect(card.getByRole('alert')).toHaveTextContent('a.mp4 ist weg. Zurück damit!'));
    expect(card.getByRole('alert').querySelector('[lang=en]')).toBeNull();
    expect(card.getByText('720p wird neu kodiert: mit HDR-Farben')).toBeVisible();
    expect(card.getByText('Something new')).toBeVisible();
    desk.complain(gone);
    expect(desk.toasts.at(-1)).toMatchObject({ text: 'a.mp4 ist weg.', detail: 'Zurück damit!', tone: 'bad' });
    await opened({ jobs: [job({ title: 'C', state: 'failed', error: gone })] });
    await waitFor(() => expect(card.getByRole('alert')).toHaveTextContent(/^a\.mp4 is gone\. Put it back\./));
  });

  it('lets English stand below what has no German sentence', async () => {
    const odd = { code: 'odd', message: 'It hiccupped.', mend: 'Wait.' };
    await opened({
      settings: { ...mockState().settings, language: 'de' },
      jobs: [job({ title: 'C', state: 'failed', error: odd })],
      german: { phrases: {}, otherwise: 'Etwas ging schief.' },
    });
    render(Activity);
    const card = within(screen.getByRole('article', { name: 'C' }));
    await waitFor(() => expect(card.getByText('Etwas ging schief.')).toBeVisible());
    expect(card.getByText('It hiccupped. Wait.')).toHaveAttribute('lang', 'en');
  });

  it('shows what runs and what waits above what is done, the last of it first', async () => {
    await opened({ jobs: [job({ job: 'a', title: 'A', state: 'live' }), job({ job: 'b', title: 'B', state: 'live' }), job({ job: 'c', title: 'C' }), job({ job: 'd', title: 'D', state: 'queued', playable: false })] });
    render(Activity);
    expect(screen.getAllByRole('article').map((card) => card.getAttribute('aria-label'))).toEqual(['C', 'D', 'B', 'A']);
  });

  it('moves what waits, by button and by key', async () => {
    const window = await opened({ jobs: ['a', 'b', 'c'].map((id) => job({ job: id, title: id, state: 'queued', playable: false })) });
    render(Activity);
    await fireEvent.click(within(screen.getByRole('article', { name: 'b' })).getByRole('button', { name: 'Sooner' }));
    await fireEvent.keyDown(screen.getByRole('article', { name: 'b' }), { key: 'ArrowDown', altKey: true });
    expect(asked(window, 'moveTo')).toEqual([
      ['b', 0],
      ['b', 1],
    ]);
    expect(within(screen.getByRole('article', { name: 'a' })).getByRole('button', { name: 'Sooner' })).toBeDisabled();
  });

  it('teaches when it is empty', async () => {
    await opened();
    render(Activity);
    expect(screen.getByText(/Drop a film anywhere/)).toBeVisible();
  });
});

describe('library', () => {
  it('searches, filters and sorts', async () => {
    await opened({ videos: [video({ id: '1', title: 'Alpha', bytes: 1 }), video({ id: '2', title: 'Beta', bytes: 3, state: 'publishing' }), video({ id: '3', title: 'Gamma', bytes: 2 })] });
    render(Library);
    const titles = () => screen.getAllByRole('listitem').map((item) => item.querySelector('.font-semibold')?.textContent);
    await fireEvent.change(screen.getByLabelText('Sort by'), { target: { value: 'size' } });
    expect(titles()).toEqual(['Beta', 'Gamma', 'Alpha']);
    await fireEvent.click(screen.getByRole('radio', { name: 'Published' }));
    expect(titles()).toEqual(['Gamma', 'Alpha']);
    await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'zzz' } });
    expect(screen.getByText('Nothing found')).toBeVisible();
  });

  it('shows a batch, which came at once, in the order of its titles', async () => {
    await opened({ videos: [video({ id: '1', title: 'Part 10' }), video({ id: '2', title: 'Part 2' }), video({ id: '3', title: 'Alpha', created: '2026-11-21T10:00:00Z' })] });
    render(Library);
    expect(screen.getAllByRole('listitem').map((item) => item.querySelector('.font-semibold')?.textContent)).toEqual(['Alpha', 'Part 2', 'Part 10']);
  });

  it('deletes many at once', async () => {
    await opened({ videos: [video({ id: '1', title: 'Alpha' }), video({ id: '2', title: 'Beta' })] });
    render(Library);
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Select Alpha' }));
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Select Beta' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Delete 2' }));
    expect(desk.shown).toEqual([]);
    expect(desk.toasts[0]?.undo).toBeDefined();
  });
});

describe('the publish sheet', () => {
  it('shows the plan, and publishes under the title that was typed', async () => {
    const window = await opened();
    desk.sheet = [{ file: '/films/my clip é.mp4', error: null }];
    render(PublishSheet);
    expect(await screen.findByText('1080p · copied')).toBeInTheDocument();
    const title = screen.getByDisplayValue('my clip é');
    await fireEvent.input(title, { target: { value: 'Premiere' } });
    await fireEvent.click(screen.getByRole('radio', { name: 'Best' }));
    await fireEvent.submit(title.closest('form')!);
    await waitFor(() => expect(asked(window, 'publish')).toHaveLength(1));
    expect(asked(window, 'publish')).toMatchObject([[{ files: ['/films/my clip é.mp4'], title: 'Premiere', destination: 'This computer', wishes: { preset: 'best' } }]]);
  });

  it('plans and publishes with the loudness evened out, where that is chosen', async () => {
    const window = await opened();
    desk.sheet = [{ file: '/films/quiet.mp4', error: null }];
    render(PublishSheet);
    const choice = await screen.findByRole('switch', { name: 'Even out the loudness' });
    expect(choice).not.toBeChecked();
    expect(choice).toHaveAccessibleDescription(/Starts a little later/);
    await fireEvent.click(choice);
    await waitFor(() => expect(asked(window, 'plan').at(-1)).toMatchObject(['/films/quiet.mp4', { loudness: true }]));
    await fireEvent.click(screen.getByTestId('publish'));
    await waitFor(() => expect(asked(window, 'publish')).toMatchObject([[{ wishes: { loudness: true } }]]));
  });

  it('refuses what is no film, with the reason', async () => {
    const window = await opened();
    window.refuse('plan', { code: 'not_media', message: 'text.mp4 is no film.', mend: 'Choose another file.' });
    desk.sheet = [{ file: '/text.mp4', error: null }];
    render(PublishSheet);
    expect(await screen.findByRole('alert')).toHaveTextContent('text.mp4 is no film. Choose another file.');
    expect(screen.getByTestId('publish')).toBeDisabled();
  });
});

describe('trimming', () => {
  async function trimmed() {
    const window = await opened();
    desk.sheet = [{ file: '/films/a.mp4', error: null }];
    const sheet = render(PublishSheet);
    await fireEvent.click(await screen.findByTestId('trim'));
    return { window, sheet, from: screen.getByRole('slider', { name: 'Begins at' }), to: screen.getByRole('slider', { name: 'Ends at' }) };
  }
  const published = async (window: Awaited<ReturnType<typeof opened>>) => {
    await fireEvent.click(screen.getByTestId('publish'));
    await waitFor(() => expect(asked(window, 'publish')).toHaveLength(1));
    const [[request]] = asked(window, 'publish') as [[{ wishes: { from?: number | null; to?: number | null; preset: string } }]];
    return request.wishes;
  };

  it('moves the handles by keys, and publishes what lies between them', async () => {
    const { window, from, to } = await trimmed();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) await fireEvent.keyDown(from, { key });
    await fireEvent.keyDown(from, { key: 'ArrowRight', shiftKey: true });
    await fireEvent.keyDown(from, { key: 'PageUp' });
    expect(from).toHaveAttribute('aria-valuetext', '0:11.040');
    await fireEvent.keyDown(to, { key: 'PageDown' });
    await fireEvent.keyDown(to, { key: 'ArrowLeft' });
    expect(to).toHaveAttribute('aria-valuetext', '0:49.960');
    expect(screen.getByTestId('trim-stays')).toHaveTextContent('0:39 will be published');
    const wishes = await published(window);
    expect(wishes.from).toBeCloseTo(11.04, 6);
    expect(wishes.to).toBeCloseTo(49.96, 6);
    expect(wishes.preset).toBe('balanced');
  });

  it('keeps one picture between the handles, and asks for nothing where they lie at the ends', async () => {
    const { window, from, to } = await trimmed();
    await fireEvent.keyDown(from, { key: 'End' });
    expect(from).toHaveAttribute('aria-valuetext', '0:59.960');
    await fireEvent.keyDown(to, { key: 'Home' });
    expect(to).toHaveAttribute('aria-valuetext', '1:00.000');
    await fireEvent.keyDown(from, { key: 'Home' });
    const wishes = await published(window);
    expect([wishes.from ?? null, wishes.to ?? null]).toEqual([null, null]);
  });

  it('takes times that are typed, and says what is none', async () => {
    const { window, from } = await trimmed();
    const field = screen.getByRole('textbox', { name: 'Begins at' });
    await fireEvent.input(field, { target: { value: '0:12.5' } });
    await fireEvent.change(field);
    expect(from).toHaveAttribute('aria-valuenow', '12.5');
    await fireEvent.input(field, { target: { value: 'soon' } });
    await fireEvent.change(field);
    expect(screen.getByRole('alert')).toHaveTextContent('Write seconds');
    expect(field).toHaveAttribute('aria-invalid', 'true');
    await fireEvent.click(screen.getByRole('button', { name: 'Use all of it' }));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(field).toHaveValue('0:00.000');
    await waitFor(() => expect(asked(window, 'still').length).toBeGreaterThan(8));
  });

  it('plans the part that is left, and has no fault that axe knows of', async () => {
    const { window, sheet, from } = await trimmed();
    await fireEvent.keyDown(from, { key: 'PageUp' });
    await waitFor(() => expect(asked(window, 'plan').at(-1)).toMatchObject(['/films/a.mp4', { from: 10 }]));
    expect(await screen.findByText(/^0:50 · /)).toBeVisible();
    expect(await axe(sheet.baseElement.querySelector('[role=dialog]')!)).toEqual([]);
    desk.sheet = [];
  });
});

describe('a folder of films', () => {
  it('is published in as few questions as there are titles of their own', async () => {
    const window = await opened();
    desk.sheet = ['/f/a.mp4', '/f/b.mp4', '/f/c.mp4', '/f/d.mp4'].map((file) => ({ file, error: null }));
    render(PublishSheet);
    const field = await screen.findByDisplayValue('c');
    await fireEvent.input(field, { target: { value: 'The third' } });
    await fireEvent.submit(field.closest('form')!);
    await new Promise((done) => setTimeout(done));
    expect(asked(window, 'publish').map(([request]) => (request as { files: string[] }).files)).toEqual([['/f/a.mp4', '/f/b.mp4'], ['/f/c.mp4'], ['/f/d.mp4']]);
  });

  it('can be left in part', async () => {
    await opened();
    desk.sheet = ['/f/a.mp4', '/f/b.mp4'].map((file) => ({ file, error: null }));
    render(PublishSheet);
    await fireEvent.click(screen.getByRole('button', { name: 'Leave out a.mp4' }));
    expect(desk.sheet.map((film) => film.file)).toEqual(['/f/b.mp4']);
    desk.sheet = [];
  });
});

describe('welcome', () => {
  it('offers the sample', async () => {
    await opened();
    render(Welcome);
    await fireEvent.click(screen.getByTestId('sample'));
    await new Promise((done) => setTimeout(done));
    expect(desk.sheet.map((film) => film.file)).toEqual(['/usr/share/screener/sample.mp4']);
    desk.sheet = [];
  });
});

describe('cost', () => {
  it('is told for the library and for a film, and is nothing on this computer', async () => {
    const place = { destination: 'aws', storage: 1.204, sent: 0.42, listed: 3.1, free_left: 0.97, projected: 2, plan_saves: null };
    await opened({
      videos: [video({ id: '1', title: 'Alpha', monthly_cost: 1.2 }), video({ id: '2', title: 'Beta', monthly_cost: 0.004 })],
      cost: { prices_of: '2026-08-31', month: '2026-11', places: [place], films: [] },
    });
    render(Library);
    expect(await screen.findByText(/about \$1\.20 a month to keep · about \$0\.42 this month for what was watched · AWS's list prices of .*31.*2026/)).toBeVisible();
    expect(screen.getByText(/under \$0\.01 a month/)).toBeVisible();
    render(Details, { video: video({ monthly_cost: 0 }) });
    expect(screen.getByText(/Costs nothing to keep/)).toBeVisible();
    expect(screen.queryByText(/A view from beginning to end/)).toBeNull();
    render(Details, { video: video({ monthly_cost: 0.01, view_cost: 0.087 }) });
    expect(screen.getByText(/about \$0\.01 a month to keep/)).toHaveAttribute('title', expect.stringMatching(/list price of .*31.*2026/));
    expect(screen.getByText(/A view from beginning to end costs about \$0\.09/)).toBeVisible();
  });
});

describe('settings', () => {
  it('says that a build without a feed looks for no updates', async () => {
    await opened();
    render(Settings);
    expect(await screen.findByText(/does not look for updates/)).toBeVisible();
  });

  it('counts who has watched unless that is switched off, and says first views only when asked to', async () => {
    const window = await opened();
    render(Settings);
    const [count, first] = ['Count who has watched', 'Say when somebody opens a link for the first time'].map((name) => screen.getByRole('switch', { name }));
    expect([(count as HTMLInputElement).checked, (first as HTMLInputElement).checked]).toEqual([true, false]);
    expect(count).toHaveAccessibleDescription(/the numbers go, and the local log ends/);
    await fireEvent.click(count!);
    await fireEvent.click(first!);
    expect(asked(window, 'setSettings')).toMatchObject([[{ count_views: false }], [{ count_views: false, first_views: true }]]);
  });

  it('changes the language at once and keeps it', async () => {
    const window = await opened();
    render(Settings);
    await fireEvent.click(screen.getByRole('radio', { name: 'Deutsch' }));
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Einstellungen');
    expect(asked(window, 'setSettings')).toMatchObject([[{ language: 'de' }]]);
    speak('en');
  });
});

describe('links of all films', () => {
  it('go to the film to make a lost one again', async () => {
    await opened({ videos: [video()], links: manyRecords(1) });
    render(AllLinks);
    await fireEvent.click(await screen.findByRole('button', { name: /^Make the link for Anna .* again$/ }));
    expect(desk.place).toMatchObject({ name: 'video', id: 'video-1', again: { name: 'Anna (distribution)' } });
  });
});

describe('leaving', () => {
  it('names the jobs, and does what is chosen', async () => {
    const window = await opened({ jobs: [job()] });
    render(LeaveDialog);
    expect(screen.getByTestId('leaving')).toHaveTextContent('Big Buck Bunny');
    await fireEvent.click(screen.getByRole('button', { name: 'Pause and quit' }));
    await new Promise((done) => setTimeout(done));
    expect(asked(window, 'leave')).toEqual([['pause']]);
  });

  it('asks no longer once the last job has ended', async () => {
    const window = await opened({ jobs: [job()] });
    render(LeaveDialog);
    desk.jobs = [job({ state: 'live' })];
    await waitFor(() => expect(asked(window, 'leave')).toEqual([['pause']]));
    expect(desk.leaving).toBe(false);
  });

  it('stays when the last job fails', async () => {
    const window = await opened({ jobs: [job()] });
    desk.leaving = true;
    render(LeaveDialog);
    desk.jobs = [job({ state: 'failed', error: { code: 'gone', message: 'The file is gone.', mend: 'Put it back.' } })];
    await waitFor(() => expect(desk.leaving).toBe(false));
    expect(asked(window, 'leave')).toEqual([]);
  });
});

describe('access', () => {
  it.each([
    ['welcome', Welcome, {}],
    ['activity', Activity, { jobs: [job(), job({ job: 'f', state: 'failed', error: { code: 'x', message: 'It broke.', mend: 'Mend it.' } })] }],
    ['library', Library, { videos: [video()] }],
    ['settings', Settings, {}],
    ['links, none of them', AllLinks, {}],
    ['links', AllLinks, { videos: [video()], links: manyRecords(30) }],
  ] as const)('%s has no fault that axe knows of', async (_, Screen, change) => {
    await opened(change as Parameters<typeof mockState>[0]);
    const { container } = render(Screen as typeof Settings);
    expect(await axe(container)).toEqual([]);
  });
});
