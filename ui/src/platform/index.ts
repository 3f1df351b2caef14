// The only door between the pages and what they run in. Everything else in `src/` is drawn and tested without a window.
import type { AppError, commands, Changed, Chosen, Dragged, Given, Opened } from '../bindings';

/** What may be asked: Screener's own commands, as generated from Rust. */
export type Commands = typeof commands;

/** What is told. */
export interface Ears {
  changed(news: Changed): void;
  dragged(news: Dragged): void;
  given(news: Given): void;
  asked(): void;
  chosen(choice: Chosen): void;
  opened(news: Opened): void;
}

export interface Platform {
  commands: Commands;
  /** Starts telling; the answer stops it. */
  listen(ears: Ears): Promise<() => void>;
}

let current: Platform | undefined;

/** Chooses what the pages run in: the window, or the mock of tests and gallery. */
export function use(platform: Platform): void {
  current = platform;
}

/** What the pages run in. */
export function platform(): Platform {
  if (!current) throw new Error('use() comes first');
  return current;
}

/** The commands of what the pages run in. */
export function ask(): Commands {
  return platform().commands;
}

/** What a refused command says, whatever was thrown. */
export function fault(thrown: unknown): AppError {
  if (thrown && typeof thrown === 'object' && 'code' in thrown && 'message' in thrown) {
    const { code, message, mend } = thrown as Partial<AppError>;
    return { code: String(code), message: String(message), mend: String(mend ?? '') };
  }
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown), mend: '' };
}
