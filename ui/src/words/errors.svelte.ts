// Errors say themselves in English, with the words of the moment. In another language a sentence for their code stands above.
import type { AppError } from '../bindings';

let words = $state.raw<Record<string, AppError>>({});

/** Learns what errors say in the language that is spoken. */
export function learn(errors: AppError[]): void {
  words = Object.fromEntries(errors.map((error) => [error.code, error]));
}

/** An error as it is shown; `verbatim` is all that it says itself, where that is another language. */
export function told(error: AppError): { message: string; mend: string; verbatim?: string } {
  const known = Object.hasOwn(words, error.code) ? words[error.code] : undefined;
  return known ? { message: known.message, mend: known.mend, verbatim: `${error.message} ${error.mend}`.trim() } : { message: error.message, mend: error.mend };
}
