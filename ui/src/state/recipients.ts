// Links and for whom they are: what a list of them asks and a table of them holds. Knows no page.
import type { LinkRecordView, LinkState, LinkView } from '../bindings';

/** What a list is sorted by; `made`: as it is before somebody chose. */
export type Column = 'made' | 'name' | 'film' | 'state' | 'ends' | 'views' | 'fetched' | 'last';
export interface Order {
  column: Column;
  down: boolean;
}

/** A link in a list. Plain ones have no name of their own, so that their place stands for it. */
export interface Row {
  key: string;
  record: LinkRecordView;
}

/** Before what is alive comes nobody's turn, behind it what is over. */
const RANKS: Record<LinkState, number> = { not_opened: 0, opened: 1, watched: 2, uncounted: 3, taken_back: 4, ended: 5 };

/** A password of fewer characters is guessed in minutes by whoever has the link. */
const SHORT = 12;

export const rows = (records: LinkRecordView[]): Row[] => records.map((record, place) => ({ key: record.link ?? `plain-${place}`, record }));

/** How far a link has come by now: its end comes while it is looked at. */
export function stateAt(record: LinkRecordView, now: number): LinkState {
  return record.state !== 'taken_back' && Date.parse(record.ends) <= now ? 'ended' : record.state;
}

export function canTakeBack(record: LinkRecordView, now: number): boolean {
  const state = stateAt(record, now);
  return record.link !== null && state !== 'taken_back' && state !== 'ended';
}

/** Those whose name, film or letters hold every word. */
export function found(all: Row[], text: string, titleOf: (id: string) => string): Row[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  return all.filter(({ record }) => {
    const said = `${record.name}\n${titleOf(record.id)}\n${record.link ?? ''}`.toLocaleLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/** In order; what was never seen stands behind what was, and who is not named behind who is, whichever way. */
export function sorted(all: Row[], { column, down }: Order, now: number, titleOf: (id: string) => string, language: string): Row[] {
  const words = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const way = down ? -1 : 1;
  const text = (of: (row: Row) => string) => (a: Row, b: Row) => Number(of(a) === '') - Number(of(b) === '') || way * words.compare(of(a), of(b));
  const number = (of: (row: Row) => number | null) => (a: Row, b: Row) => {
    const [one, other] = [of(a), of(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return way * (one - other);
  };
  const time = (value: string | null) => (value === null ? null : Date.parse(value));
  const by: Record<Column, (a: Row, b: Row) => number> = {
    made: number(({ record }) => time(record.made)),
    name: text(({ record }) => record.name),
    film: text(({ record }) => titleOf(record.id)),
    state: number(({ record }) => RANKS[stateAt(record, now)]),
    ends: number(({ record }) => time(record.ends)),
    views: number(({ record }) => record.views),
    fetched: number(({ record }) => record.share ?? 0),
    last: number(({ record }) => time(record.last_view)),
  };
  return all.toSorted(by[column]);
}

/** Another column begins as it is mostly looked for: words from A, numbers and times from the largest. */
export function turned(order: Order, column: Column): Order {
  return order.column === column ? { column, down: !order.down } : { column, down: column === 'views' || column === 'fetched' || column === 'last' };
}

/** Whether whoever has the link could guess it soon. */
export function isShort(password: string): boolean {
  return [...password.normalize('NFKC').trim()].length < SHORT;
}

/** Links as cells that a spreadsheet takes from the clipboard. A name that it would calculate (CWE-1236) stays a name. */
export function cells(links: LinkView[]): string {
  return links.map(({ name, page }) => `${/^[=+\-@]/.test(name) ? `'${name}` : name}\t${page}`).join('\n');
}

/** The text of a table as spreadsheets save it: UTF-8, UTF-16 with a mark at its beginning, or what Windows has had since before. */
export function textOf(table: Uint8Array): string {
  const [first, second] = table;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(table);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(table);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(table);
  } catch {
    return new TextDecoder('windows-1252').decode(table);
  }
}
