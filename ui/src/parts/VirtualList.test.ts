import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import VirtualList from './VirtualList.svelte';

const HEIGHT = 600;
const ROW = 100;

// What jsdom does not lay out: the scroller is as high as a small window, a row as high as a card.
beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(private readonly tell: ResizeObserverCallback) {}
      observe(target: Element) {
        const height = target.id === 'main' ? HEIGHT : ROW;
        Object.defineProperty(target, 'offsetParent', { value: document.body, configurable: true });
        queueMicrotask(() => this.tell([{ target, contentRect: { width: 800, height } } as ResizeObserverEntry], this as unknown as ResizeObserver));
      }
      unobserve() {}
      disconnect() {}
    },
  );
  document.body.innerHTML = '<main id="main"></main>';
});

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
