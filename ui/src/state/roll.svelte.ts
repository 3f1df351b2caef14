// The links of a film, or of all: asked for again whenever something of them has changed, without a flicker.
import type { LinkRecordView } from '../bindings';
import { ask } from '../platform';
import { desk } from './desk.svelte';

export class Roll {
  records = $state.raw<LinkRecordView[]>([]);
  /** The first answer has come. */
  ready = $state(false);
  /** What other computers said of them could not be read. */
  alone = $state(false);
  #id: string | null;
  #asking = false;
  #again = false;

  /** `null`: of all films. */
  constructor(id: string | null) {
    this.#id = id;
  }

  /** Asks; what changes while it asks is asked for once more, however often it changed. */
  async look(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    do {
      this.#again = false;
      const found = await desk.attempt(() => ask().links(this.#id));
      if (found) this.records = found;
      this.ready = true;
    } while (this.#again);
    this.#asking = false;
  }

  /** Reads what other computers said; what this one knows is shown meanwhile. */
  async sync(): Promise<void> {
    try {
      await ask().syncLinks(this.#id);
      this.alone = false;
      desk.linksStand += 1;
    } catch {
      this.alone = true;
    }
  }
}
