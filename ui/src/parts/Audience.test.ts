import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import { axe } from '../gallery/axe';
import { use } from '../platform';
import { audience, mock, mockState } from '../platform/mock';
import { desk } from '../state/desk.svelte';
import Audience from './Audience.svelte';

async function shown(change: Parameters<typeof mockState>[0] = { audience: audience() }) {
  const window = mock(mockState(change));
  use(window);
  await desk.open();
  const onseek = vi.fn();
  const { container } = render(Audience, { id: 'video-1', width: 800, time: 298, onseek });
  return { window, onseek, container };
}

it('draws the curve along the film, and says its sums', async () => {
  const { container } = await shown();
  const curve = await screen.findByRole('slider');
  expect(curve.querySelectorAll('path')).toHaveLength(2);
  // As wide as the player, its time line inset on both sides; the player stands in the middle.
  expect(curve.parentElement).toHaveStyle({ width: '800px' });
  expect(curve.querySelector('.bg-ink')).toHaveStyle({ left: '50%' });
  expect(curve).toHaveAttribute('aria-valuetext', 'Most fetched part · visits: 40');
  for (const [word, amount] of [['Viewers', '24'], ['Views', '41'], ['To the end', '9'], ['Fetched on average', '57%'], ['Last view', '2 hours ago'], ['Requests', '9,214'], ['Cost so far', 'about $0.63'], ['Data sent', '7.4 GB']] as const) {
    expect(screen.getByText(word).nextElementSibling).toHaveTextContent(amount);
  }
  expect(screen.getByText(/what was fetched, not what was seen/)).toBeVisible();
  expect(await axe(container)).toEqual([]);
});

it('is read by keys, from where the player is, and takes the player along', async () => {
  const { onseek } = await shown();
  const curve = await screen.findByRole('slider');
  await fireEvent.keyDown(curve, { key: 'ArrowRight' });
  expect(curve).toHaveAttribute('aria-valuenow', '51');
  expect(curve.getAttribute('aria-valuetext')).toMatch(/^5:04 to 5:10 · visits: \d+$/);
  await fireEvent.keyDown(curve, { key: 'Home' });
  expect(curve.getAttribute('aria-valuetext')).toMatch(/^0:00 to 0:06 · visits: 40$/);
  await fireEvent.keyDown(curve, { key: 'End' });
  await fireEvent.keyDown(curve, { key: 'Enter' });
  expect(onseek).toHaveBeenCalledWith(expect.closeTo(590.04, 2));
});

it('keeps what it shows while it asks again', async () => {
  const { window } = await shown();
  const curve = await screen.findByRole('slider');
  window.state.audience = audience({ viewers: 25 });
  window.ears().changed({ kind: 'links' });
  await waitFor(() => expect(screen.getByText('Viewers').nextElementSibling).toHaveTextContent('25'));
  expect(screen.getByRole('slider')).toBe(curve);
});

it('says when nobody has watched yet', async () => {
  await shown({});
  expect(await screen.findByText(/Nobody has opened a link yet/)).toBeVisible();
  expect(screen.queryByRole('slider')).toBeNull();
});

it('says why nobody counts: switched off, or links without names', async () => {
  await shown({ settings: { ...mockState().settings, count_views: false } });
  expect(await screen.findByText(/switched off/)).toBeVisible();
  await fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  expect(desk.place).toEqual({ name: 'settings' });
  await shown({ audience: audience({ counted: false }) });
  expect(await screen.findByText(/have no name of their own/)).toBeVisible();
});
