// Waiting: always for something, never for a time.

/** Thrown by a condition that can no longer come true. */
export class Hopeless extends Error {}

// A busy machine is no fault of the window's: the deadlines say when to give up hope, not how fast it has to be.
const PATIENCE = Number(process.env.PATIENCE ?? 3);

/** Asks again until the answer is truthy, and gives it. Fails after `seconds`, times the patience, with the last answer or error. */
export async function until(what, condition, seconds = 20) {
  const end = Date.now() + seconds * PATIENCE * 1000;
  let last;
  for (;;) {
    try {
      last = await condition();
      if (last) return last;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      last = error;
    }
    if (Date.now() > end) {
      const why = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`not within ${seconds * PATIENCE} s: ${what}${why}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
