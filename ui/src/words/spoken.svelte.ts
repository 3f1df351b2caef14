// What Rust says is English. In another language its sentences are said anew: what went wrong and what to do, notes, steps of a check.
import type { AppError, SpokenView } from '../bindings';

/** A sentence with gaps, taken apart once. */
interface Pattern {
  /** What the sentence begins with: most are told apart by it, without a regular expression. */
  begins: string;
  ends: string;
  gaps: RegExp;
  other: string;
}

let phrases = $state.raw<Record<string, string>>({});
let otherwise = $state.raw('');

const patterns = $derived(
  Object.entries(phrases)
    .filter(([english]) => english.includes('{}'))
    .map(([english, other]) => ({ parts: english.split('{}'), other }))
    // The one that says most itself first: a shorter one may take words of its sentence for a gap.
    .sort((a, b) => length(b.parts) - length(a.parts))
    .map(({ parts, other }): Pattern => ({ begins: parts[0] ?? '', ends: parts.at(-1) ?? '', gaps: new RegExp(`^${parts.map(plain).join('(.*)')}$`, 's'), other })),
);

function length(parts: string[]): number {
  return parts.join('').length;
}

function plain(part: string): string {
  return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Learns what is said in the language that is spoken. */
export function learn(spoken: SpokenView): void {
  phrases = spoken.phrases;
  otherwise = spoken.otherwise;
}

/** An error as it is shown; `verbatim` is what it says itself, where that is another language and its sentence is not known. */
export function told(error: AppError): { message: string; mend: string; verbatim?: string } {
  const message = known(error.message);
  if (message !== undefined) return { message, mend: said(error.mend) };
  const verbatim = `${error.message} ${error.mend}`.trim();
  if (otherwise === '') return { message: error.message, mend: error.mend };
  const mend = known(error.mend);
  return mend === undefined ? { message: otherwise, mend: '', verbatim } : { message: otherwise, mend, verbatim: error.message };
}

/** A sentence as it is shown; one that is not known as it is. */
export function said(text: string): string {
  return known(text) ?? text;
}

function known(text: string): string | undefined {
  if (Object.hasOwn(phrases, text)) return phrases[text];
  for (const { begins, ends, gaps, other } of patterns) {
    if (!text.startsWith(begins) || !text.endsWith(ends)) continue;
    const found = gaps.exec(text);
    if (found) return other.replace(/\{(\d)\}/g, (_, gap: string) => said(found[Number(gap)] ?? ''));
  }
  // What the encoder says of a file begins with the file's name, where the sentence does not hold it.
  for (let at = text.indexOf(': '); at > 0; at = text.indexOf(': ', at + 1)) {
    const rest = known(text.slice(at + 2));
    if (rest !== undefined) return text.slice(0, at + 2) + rest;
  }
  return undefined;
}
