// A look at each film of the publish sheet: its plan and a frame. Few at a time, because each is a process of its own.
import { SvelteMap } from 'svelte/reactivity';
import type { AppError, PlanView, WishesView } from '../bindings';
import { ask, fault } from '../platform';

/** What is published of a film, seconds; from its beginning and to its end where that is not said. */
export interface Part {
  from?: number;
  to?: number;
}

export interface Look {
  /** What was typed; undefined: what the plan says. */
  title?: string;
  plan?: PlanView;
  still?: string;
  error?: AppError;
  part?: Part;
  /** Pictures along the film, asked for when it is to be trimmed. */
  strip?: (string | undefined)[];
  /** The picture at a handle. */
  held?: string;
}

const AT_ONCE = 2;

/** Pictures of a strip. */
const STRIP = 8;

/** A handle that rests for so long is where it shall be, milliseconds. */
const RESTS = 250;

export class Looks {
  entries = new SvelteMap<string, Look>();
  #waiting: string[] = [];
  #running = 0;
  #wishes: WishesView = {};
  #resting: ReturnType<typeof setTimeout> | undefined;
  #held: { file: string; at: number } | undefined;
  #holding = false;

  /** Wants these films looked at, under these wishes. Those that were planned under other wishes are planned again. */
  want(files: string[], wishes: WishesView): void {
    const again = JSON.stringify(wishes) !== JSON.stringify(this.#wishes);
    this.#wishes = wishes;
    for (const file of files) {
      if (!this.entries.has(file)) this.entries.set(file, {});
      else if (!again) continue;
      if (!this.#waiting.includes(file)) this.#waiting.push(file);
    }
    this.#go();
  }

  /** How a film is to be made: under the wishes of all, and its own. */
  wishes(file: string): WishesView {
    const part = this.entries.get(file)?.part;
    return part?.from === undefined && part?.to === undefined ? this.#wishes : { ...this.#wishes, from: part.from ?? null, to: part.to ?? null };
  }

  /** Keeps what is published of a film, and plans that once it rests. */
  cut(file: string, part: Part): void {
    this.entries.set(file, { ...this.entries.get(file), part });
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      if (!this.#waiting.includes(file)) this.#waiting.push(file);
      this.#go();
    }, RESTS);
  }

  /** Wants pictures along a film, one after the other. */
  async along(file: string): Promise<void> {
    const plan = this.entries.get(file)?.plan;
    if (!plan || this.entries.get(file)?.strip) return;
    const strip: (string | undefined)[] = Array.from({ length: STRIP }, () => undefined);
    this.entries.set(file, { ...this.entries.get(file), strip });
    for (let at = 0; plan.source.picture && at < STRIP; at += 1) {
      try {
        strip[at] = await ask().still(file, ((at + 0.5) / STRIP) * (plan.source.duration ?? 0));
      } catch {
        // A gap in the strip keeps nobody from trimming.
      }
      this.entries.set(file, { ...this.entries.get(file), strip: [...strip] });
    }
  }

  /** Wants the picture at a time; of many in a row the last. */
  async hold(file: string, at: number): Promise<void> {
    this.#held = { file, at };
    if (this.#holding) return;
    this.#holding = true;
    while (this.#held) {
      const { file, at } = this.#held;
      this.#held = undefined;
      if (!this.entries.get(file)?.plan?.source.picture) continue;
      try {
        const held = await ask().still(file, at);
        this.entries.set(file, { ...this.entries.get(file), held });
      } catch {
        // The one before stays.
      }
    }
    this.#holding = false;
  }

  /** Keeps what was typed. */
  name(file: string, title: string): void {
    this.entries.set(file, { ...this.entries.get(file), title });
  }

  #go(): void {
    while (this.#running < AT_ONCE) {
      const file = this.#waiting.shift();
      if (file === undefined) return;
      this.#running += 1;
      void this.#look(file).finally(() => {
        this.#running -= 1;
        this.#go();
      });
    }
  }

  async #look(file: string): Promise<void> {
    try {
      const part = this.entries.get(file)?.part;
      const plan = await ask().plan(file, this.wishes(file));
      // Of what was wished for meanwhile there is another plan to come.
      if (part !== this.entries.get(file)?.part) return;
      this.entries.set(file, { ...this.entries.get(file), plan, error: undefined });
      if (!plan.source.picture || this.entries.get(file)?.still) return;
      const still = await ask().still(file, (plan.source.duration ?? 0) * 0.1);
      this.entries.set(file, { ...this.entries.get(file), still });
    } catch (thrown) {
      const entry = this.entries.get(file);
      // No picture is no reason not to publish.
      if (!entry?.plan) this.entries.set(file, { ...entry, error: fault(thrown) });
    }
  }
}
