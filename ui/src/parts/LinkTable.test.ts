import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { axe } from '../gallery/axe';
import { use } from '../platform';
import { manyRecords, mock, mockState, record, video } from '../platform/mock';
import { desk } from '../state/desk.svelte';
import { layOut } from './laid-out';
import LinkTable from './LinkTable.svelte';

const HEIGHT = 600;
const ROW = 53;

beforeEach(() => layOut(HEIGHT, ROW));

const lines = () => [...document.querySelectorAll<HTMLElement>('[data-link]')];
const line = (name: string) => lines().find((one) => within(one).queryByText(name))!;

async function table(links = manyRecords(3, ['v1', 'v2']), id: string | null = null) {
  const window = mock(mockState({ links, videos: [video({ id: 'v1', title: 'Premiere' }), video({ id: 'v2', title: 'Rough cut' })] }));
  use(window);
  await desk.open();
  const onagain = vi.fn();
  render(LinkTable, { target: document.getElementById('main')!, props: { id, onagain } });
  return { window, onagain, asked: (command: string) => window.asked.filter((one) => one.command === command).map((one) => one.arguments) };
}

const three = () => [
  record({ link: 'aaaaaaaaaa', id: 'v1', name: 'Anna', made: '2026-11-03T00:00:00Z' }),
  record({ link: 'bbbbbbbbbb', id: 'v2', name: 'Ben', made: '2026-11-02T00:00:00Z', state: 'opened', views: 2, share: 0.42, seconds: 250, bytes: 1e6, first_view: '2026-11-04T00:00:00Z', last_view: '2026-11-05T00:00:00Z' }),
  record({ link: 'cccccccccc', id: 'v1', name: 'Carla', made: '2026-11-01T00:00:00Z', state: 'taken_back', taken_back: '2026-11-04T00:00:00Z' }),
];

describe('five thousand links', () => {
  it('are drawn as far as they are seen, counted whole, and narrowed by a search', async () => {
    await table(manyRecords(5000, ['v1', 'v2']));
    const grid = await screen.findByRole('grid', { name: 'Links made' });
    await waitFor(() => expect(lines().length).toBeGreaterThan(5));
    expect(lines().length).toBeLessThan(60);
    expect(grid).toHaveAttribute('aria-rowcount', '5001');
    await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'kenji jury premiere' } });
    await waitFor(() => expect(Number(screen.getByRole('grid').getAttribute('aria-rowcount'))).toBeLessThan(200));
    expect(lines().every((one) => /Kenji .*jury/.test(one.textContent))).toBe(true);
    await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'nobody such' } });
    expect(screen.getByText(/No link has these words/)).toBeVisible();
  });
});

describe('the list of links', () => {
  it('says for whom, how far, how much, and sorts by what is clicked', async () => {
    await table(three());
    await screen.findByRole('grid');
    const order = () => lines().map((one) => one.dataset['link']![0]).join('');
    expect(order()).toBe('abc');
    expect(line('Ben')).toHaveTextContent(/Rough cut bbbbbbbbbb Opened ends in \d+ days 2 42% 4:10/);
    await fireEvent.click(screen.getByRole('button', { name: 'Views' }));
    expect(order()).toBe('bac');
    expect(screen.getAllByRole('columnheader').filter((one) => one.getAttribute('aria-sort')).map((one) => [one.textContent.trim(), one.getAttribute('aria-sort')])).toEqual([['Views', 'descending']]);
    await fireEvent.click(screen.getByRole('button', { name: 'For whom' }));
    await fireEvent.click(screen.getByRole('button', { name: 'For whom' }));
    expect(order()).toBe('cba');
  });

  it('is gone through by keys, and takes back by one', async () => {
    const { asked } = await table(three());
    await screen.findByRole('grid');
    expect(lines().map((one) => one.tabIndex)).toEqual([0, -1, -1]);
    lines()[0]!.focus();
    await fireEvent.keyDown(lines()[0]!, { key: 'ArrowDown' });
    await waitFor(() => expect(document.activeElement).toBe(line('Ben')));
    await fireEvent.keyDown(line('Ben'), { key: 'End' });
    await waitFor(() => expect(document.activeElement).toBe(line('Carla')));
    // It is taken back already.
    await fireEvent.keyDown(line('Carla'), { key: 'Delete' });
    expect(asked('takeBack')).toEqual([]);
    await fireEvent.keyDown(line('Carla'), { key: 'ArrowUp' });
    await waitFor(() => expect(document.activeElement).toBe(line('Ben')));
    await fireEvent.keyDown(line('Ben'), { key: 'Delete' });
    await waitFor(() => expect(line('Ben').dataset['state']).toBe('taken_back'));
    expect(asked('takeBack')).toEqual([[['bbbbbbbbbb']]]);
    expect(desk.undo()).toBe(true);
    await waitFor(() => expect(line('Ben').dataset['state']).toBe('opened'));
    expect(document.activeElement).toBe(line('Ben'));
  });

  it('takes back what is selected, and all of a film', async () => {
    const { asked } = await table(three());
    await screen.findByRole('grid');
    await fireEvent.keyDown(lines()[0]!, { key: ' ' });
    expect(lines()[0]).toHaveAttribute('aria-selected', 'true');
    await fireEvent.keyDown(lines()[0]!, { key: 'a', ctrlKey: true });
    await fireEvent.click(screen.getByRole('button', { name: 'Take back 2' }));
    expect(asked('takeBack')).toEqual([[['aaaaaaaaaa', 'bbbbbbbbbb']]]);
    await waitFor(() => expect(lines().every((one) => one.dataset['state'] === 'taken_back')).toBe(true));
    expect(screen.queryByRole('button', { name: /^Take back/ })).toBeNull();
  });

  it('offers all of a film at once, there only', async () => {
    const { asked } = await table(three(), 'v1');
    await fireEvent.click(await screen.findByRole('button', { name: 'Take back all made so far' }));
    expect(asked('takeBackAll')).toEqual([['v1']]);
    expect(asked('links')[0]).toEqual(['v1']);
    expect(asked('syncLinks')).toEqual([['v1']]);
  });

  it('does not pretend that a lost link can be copied, and makes it again', async () => {
    const { onagain } = await table(three());
    expect(await screen.findByText(/kept nowhere/)).toBeVisible();
    expect(screen.queryByRole('button', { name: /copy/i })).toBeNull();
    await fireEvent.click(within(line('Carla')).getByRole('button', { name: 'Make the link for Carla again' }));
    expect(onagain).toHaveBeenCalledWith(expect.objectContaining({ link: 'cccccccccc' }));
  });

  it('says of plain links what cannot be done, and what is left', async () => {
    await table([record({ link: null, id: 'v1', name: 'Anna', state: 'uncounted' })]);
    expect(await screen.findByTestId('plain-links')).toHaveTextContent(/rotate the key/);
    expect(screen.queryByRole('button', { name: /^Take back/ })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Destinations' }));
    expect(desk.place).toEqual({ name: 'destinations' });
  });

  it('shows what has changed without going away, and says where others could not be read', async () => {
    const { window } = await table(three());
    await screen.findByRole('grid');
    const before = line('Anna');
    window.state.links = window.state.links.map((one) => (one.link === 'aaaaaaaaaa' ? { ...one, state: 'opened', views: 1, share: 0.1 } : one));
    window.ears().changed({ kind: 'links' });
    await waitFor(() => expect(line('Anna').dataset['state']).toBe('opened'));
    expect(line('Anna')).toBe(before);
    expect(screen.queryByText(/other computers/)).toBeNull();
  });

  it('says where other computers could not be asked', async () => {
    const window = mock(mockState({ links: three() }));
    use(window);
    window.refuse('syncLinks', { code: 'offline', message: 'No network.', mend: 'Wait.' });
    await desk.open();
    render(LinkTable, { target: document.getElementById('main')!, props: { id: null, onagain: () => undefined } });
    expect(await screen.findByText(/other computers/)).toBeVisible();
    expect(desk.toasts).toEqual([]);
  });

  it('teaches when it is empty, and has no fault that axe knows of, long or short', async () => {
    await table([]);
    expect(await screen.findByText(/make a link for somebody/)).toBeVisible();
    document.body.innerHTML = '<main id="main"></main>';
    await table(three());
    await screen.findByRole('grid');
    expect(await axe(document.body)).toEqual([]);
    document.body.innerHTML = '<main id="main"></main>';
    await table(manyRecords(500, ['v1', 'v2']));
    await waitFor(() => expect(lines().length).toBeGreaterThan(5));
    expect(await axe(document.body)).toEqual([]);
  });
});
