import { vi } from 'vitest';

/** What jsdom does not lay out: `#main` scrolls and is as high as a small window, everything that is watched in it is as high as a row. */
export function layOut(height: number, row: number): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(private readonly tell: ResizeObserverCallback) {}
      observe(target: Element) {
        const own = target.id === 'main' ? height : row;
        Object.defineProperty(target, 'offsetParent', { value: document.body, configurable: true });
        queueMicrotask(() => this.tell([{ target, contentRect: { width: 800, height: own } } as ResizeObserverEntry], this as unknown as ResizeObserver));
      }
      unobserve() {}
      disconnect() {}
    },
  );
  document.body.innerHTML = '<main id="main"></main>';
}
