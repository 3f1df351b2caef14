// A look at each film of the publish sheet: its plan and a frame. Few at a time, because each is a process of its own.
import { SvelteMap } from 'svelte/reactivity';
import type { AppError, PlanView, WishesView } from '../bindings';
import { ask, fault } from '../platform';

export interface Look {
  /** What was typed; undefined: what the plan says. */
  title?: string;
  plan?: PlanView;
  still?: string;
  error?: AppError;
}

const AT_ONCE = 2;

export class Looks {
  entries = new SvelteMap<string, Look>();
  #waiting: string[] = [];
  #running = 0;
  #wishes: WishesView = {};

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
      const plan = await ask().plan(file, this.#wishes);
      this.entries.set(file, { ...this.entries.get(file), plan });
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
