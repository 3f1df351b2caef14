// What is said of links and of who has watched.
import type { LinkRecordView, LinkState } from '../bindings';
import { fromNow } from './amounts';
import { m } from './index.svelte';

export function stateName(state: LinkState): string {
  const names: Record<LinkState, () => string> = {
    not_opened: m.link_state_not_opened,
    opened: m.link_state_opened,
    watched: m.link_state_watched,
    ended: m.link_state_ended,
    taken_back: m.link_state_taken_back,
    uncounted: m.link_state_uncounted,
  };
  return names[state]();
}

/** Until when: of its opening while that is ahead, then of its end. */
export function countdown(record: LinkRecordView, now: number): string {
  if (record.taken_back) return fromNow(record.taken_back, now);
  if (record.opens && Date.parse(record.opens) > now) return m.opens_when({ when: fromNow(record.opens, now) });
  return Date.parse(record.ends) > now ? m.ends_when({ when: fromNow(record.ends, now) }) : fromNow(record.ends, now);
}
