// Waiting: always for something, never for a time.

/** Asks again until the answer is truthy, and gives it. Fails after `seconds` with the last answer or error. */
export async function until(what, condition, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      last = await condition();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      const why = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`not within ${seconds} s: ${what}${why}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
