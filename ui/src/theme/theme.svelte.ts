// Light, dark, or as the system has it.
import type { Appearance } from '../bindings';

const system = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : undefined;
let chosen: Appearance = 'system';

function apply(): void {
  const dark = chosen === 'dark' || (chosen === 'system' && (system?.matches ?? false));
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

system?.addEventListener('change', apply);

/** Chooses how it looks. */
export function wear(appearance: Appearance): void {
  chosen = appearance;
  apply();
}
