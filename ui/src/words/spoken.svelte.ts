// What Rust says is English, with the words of the moment. In another language a sentence for its code stands above an error; notes
// and steps of a check are said anew.
import type { AppError, SpokenView } from '../bindings';

let errors = $state.raw<Record<string, AppError>>({});
let phrases = $state.raw<Record<string, string>>({});
/** Sentences with gaps, the most telling first. */
const patterns = $derived(
  Object.entries(phrases)
    .filter(([english]) => english.includes('{}'))
    .sort(([a], [b]) => b.length - a.length)
    .map(([english, other]) => [new RegExp(`^${english.split('{}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+)')}$`, 's'), other] as const),
);

/** Learns what is said in the language that is spoken. */
export function learn(spoken: SpokenView): void {
  errors = Object.fromEntries(spoken.errors.map((error) => [error.code, error]));
  phrases = spoken.phrases;
}

/** An error as it is shown; `verbatim` is all that it says itself, where that is another language. */
export function told(error: AppError): { message: string; mend: string; verbatim?: string } {
  const known = Object.hasOwn(errors, error.code) ? errors[error.code] : undefined;
  return known ? { message: known.message, mend: known.mend, verbatim: `${error.message} ${error.mend}`.trim() } : { message: error.message, mend: error.mend };
}

/** A note, or what a step of a check says, as it is shown. */
export function said(text: string): string {
  const whole = Object.hasOwn(phrases, text) ? phrases[text] : undefined;
  if (whole !== undefined) return whole;
  for (const [pattern, other] of patterns) {
    const found = pattern.exec(text);
    if (found) return other.replace(/\{(\d)\}/g, (_, gap: string) => said(found[Number(gap)] ?? ''));
  }
  return text;
}
