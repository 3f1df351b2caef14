// One message catalogue (`ui/messages/`), and the language it is read in.
import * as messages from './catalogue/messages.js';
import { baseLocale, isLocale, overwriteGetLocale, type Locale } from './catalogue/runtime.js';

export const m = messages;

let locale = $state<Locale>(baseLocale);
// Every message reads the rune, so that a change of language redraws what is on the screen and loses nothing.
overwriteGetLocale(() => locale);

/** The language that the system speaks, as far as the catalogue does. */
function ofSystem(): Locale {
  for (const tag of navigator.languages ?? [navigator.language]) {
    const language = tag.split('-')[0];
    if (isLocale(language)) return language;
  }
  return baseLocale;
}

/** Chooses a language; `null` is the system's. */
export function speak(language: string | null | undefined): void {
  locale = isLocale(language) ? language : ofSystem();
  document.documentElement.lang = locale;
}

/** The language now, for numbers and dates. */
export function language(): Locale {
  return locale;
}
