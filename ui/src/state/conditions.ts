// Conditions of a link, as a form holds them and as they are asked for.
import type { LinkRecordView, LinkRequest } from '../bindings';

export interface Conditions {
  lasts: '1d' | '7d' | '30d' | 'date';
  /** Local times without a zone, as a form has them; empty: none. */
  until: string;
  opens: string;
  network: string;
  /** `null`: none is asked for. */
  password: string | null;
}

export const usual = (): Conditions => ({ lasts: '7d', until: '', opens: '', network: '', password: null });

/** A local time of a form becomes the moment that it means here. */
const instant = (local: string) => (local ? new Date(local).toISOString() : null);

/** A moment as a form shows it. */
function local(rfc3339: string): string {
  const date = new Date(rfc3339);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function request(id: string, { lasts, until, opens, network, password }: Conditions, name = ''): LinkRequest {
  return {
    id,
    expires: lasts === 'date' ? instant(until) : lasts,
    opens: instant(opens),
    ip: network.trim() || null,
    name: name.trim() || null,
    password,
  };
}

/** The same once more; what is over begins anew. Its password is nowhere: another is proposed. */
export function again(record: LinkRecordView, now: number): Conditions {
  const ahead = (moment: string | null) => moment !== null && Date.parse(moment) > now;
  const lasting = ahead(record.ends);
  return {
    lasts: lasting ? 'date' : '7d',
    until: lasting ? local(record.ends) : '',
    opens: ahead(record.opens) ? local(record.opens!) : '',
    network: record.ip ?? '',
    password: null,
  };
}
