import '@testing-library/jest-dom/vitest';
import { beforeEach } from 'vitest';
import { desk } from './state/desk.svelte';
import { speak } from './words/index.svelte';

// What jsdom lacks and the parts ask for.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.animate ??= () => ({ cancel() {}, finished: Promise.resolve(), onfinish: null }) as unknown as Animation;

beforeEach(() => {
  speak('en');
  Object.assign(desk, { jobs: [], videos: [], destinations: [], toasts: [], sheet: [], doomed: [], posters: {}, leaving: false, dragging: false, ready: false, broken: undefined, capabilities: undefined, place: { name: 'library' } });
});
