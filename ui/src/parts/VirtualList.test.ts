import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { beforeEach, expect, it } from 'vitest';
import { layOut } from './laid-out';
import VirtualList from './VirtualList.svelte';

const HEIGHT = 600;
const ROW = 100;

beforeEach(() => layOut(HEIGHT, ROW));

const main = () => document.getElementById('main') as HTMLElement;
const rows = () => screen.getAllByRole('button').map((row) => Number(row.textContent));
function list(count: number) {
  const row = createRawSnippet((item: () => number) => ({ render: () => `<button>${item()}</button>` }));
  return render(VirtualList as typeof VirtualList<number>, { target: main(), props: { items: [...Array(count).keys()], key: String, estimate: ROW, row } });
}

async function scroll(to: number) {
  main().scrollTop = to;
  await fireEvent.scroll(main());
}

it('draws what can be seen of a long list, wherever it is scrolled to', async () => {
  list(500);
  await waitFor(() => expect(rows()).toContain(5));
  expect(rows().length).toBeLessThan(30);
  await scroll(250 * ROW);
  await waitFor(() => expect(rows()).toContain(252));
  expect(rows()).not.toContain(0);
  expect(rows().length).toBeLessThan(40);
});

it('keeps the row that has the focus, and lets it go when another has it', async () => {
  list(500);
  await waitFor(() => expect(rows()).toContain(2));
  const focused = screen.getByRole('button', { name: '2' });
  focused.focus();
  await scroll(250 * ROW);
  await waitFor(() => expect(rows()).toContain(252));
  expect(document.activeElement).toBe(focused);
  expect(rows()).not.toContain(3);
  focused.blur();
  await waitFor(() => expect(rows()).not.toContain(2));
});

it('draws a short list whole', () => {
  list(40);
  expect(rows()).toEqual([...Array(40).keys()]);
});
