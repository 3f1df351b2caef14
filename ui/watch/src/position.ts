/** Where a viewer stopped, kept in this browser alone, by video and not by link. */
const key = (folder: string) => `screener:position:${folder}`;

export function lastPosition(folder: string): number | undefined {
  try {
    const kept = Number(localStorage.getItem(key(folder)));
    return kept > 5 ? kept : undefined;
  } catch {
    // Storage may be forbidden, in a frame above all.
    return undefined;
  }
}

export function keepPosition(folder: string, seconds: number, duration: number): void {
  try {
    // Who saw the end begins at the start next time.
    if (Number.isFinite(duration) && seconds > duration - Math.min(15, duration / 10)) localStorage.removeItem(key(folder));
    else localStorage.setItem(key(folder), seconds.toFixed(1));
  } catch {
    // As above.
  }
}
