import { describe, expect, it } from 'vitest';
import { manyRecords, record } from '../platform/mock';
import { again, request, usual } from './conditions';
import { canTakeBack, cells, found, isShort, rows, sorted, stateAt, textOf, turned, type Column } from './recipients';

const now = Date.parse('2026-11-28T12:00:00Z');
const day = (days: number) => new Date(now + days * 86_400_000).toISOString();
const titles: Record<string, string> = { v1: 'Premiere', v2: 'Rough cut' };
const titleOf = (id: string) => titles[id] ?? '';
const all = rows([
  record({ link: 'aaaaaaaaaa', id: 'v1', name: 'Zoe', state: 'opened', made: day(-1), ends: day(3), views: 2, share: 0.5, last_view: day(-0.5) }),
  record({ link: 'bbbbbbbbbb', id: 'v2', name: 'älter', state: 'watched', made: day(-2), ends: day(1), views: 9, share: 1, last_view: day(-0.1) }),
  record({ link: 'cccccccccc', id: 'v1', name: '', state: 'not_opened', made: day(-3), ends: day(9) }),
  record({ link: null, id: 'v2', name: 'Anna 10', state: 'uncounted', made: day(-4), ends: day(2) }),
  record({ link: 'dddddddddd', id: 'v2', name: 'Anna 2', state: 'taken_back', made: day(-5), ends: day(5), taken_back: day(-1) }),
  record({ link: 'eeeeeeeeee', id: 'v1', name: 'Ben', state: 'opened', made: day(-6), ends: day(-0.1), views: 1, share: 0.1, last_view: day(-5) }),
]);
const names = (column: Column, down: boolean) => sorted(all, { column, down }, now, titleOf, 'de').map(({ record }) => record.name);

describe('a list of links', () => {
  it('is sorted by each of its columns, both ways, and what says nothing stands last', () => {
    expect(names('made', true)).toEqual(['Zoe', 'älter', '', 'Anna 10', 'Anna 2', 'Ben']);
    expect(names('name', false)).toEqual(['älter', 'Anna 2', 'Anna 10', 'Ben', 'Zoe', '']);
    expect(names('name', true)).toEqual(['Zoe', 'Ben', 'Anna 10', 'Anna 2', 'älter', '']);
    expect(names('film', false)).toEqual(['Zoe', '', 'Ben', 'älter', 'Anna 10', 'Anna 2']);
    expect(names('state', false)).toEqual(['', 'Zoe', 'älter', 'Anna 10', 'Anna 2', 'Ben']);
    expect(names('ends', false)).toEqual(['Ben', 'älter', 'Anna 10', 'Zoe', 'Anna 2', '']);
    expect(names('views', true).slice(0, 3)).toEqual(['älter', 'Zoe', 'Ben']);
    expect(names('fetched', true).slice(0, 3)).toEqual(['älter', 'Zoe', 'Ben']);
    expect(names('last', true).slice(0, 3)).toEqual(['älter', 'Zoe', 'Ben']);
    expect(names('last', false).slice(0, 3)).toEqual(['Ben', 'Zoe', 'älter']);
  });

  it('turns round where its column is chosen again, and begins as it is looked for mostly', () => {
    expect(turned({ column: 'made', down: true }, 'name')).toEqual({ column: 'name', down: false });
    expect(turned({ column: 'made', down: true }, 'views')).toEqual({ column: 'views', down: true });
    expect(turned({ column: 'views', down: true }, 'views')).toEqual({ column: 'views', down: false });
  });

  it('finds by name, film and letters, every word, and by nothing else', () => {
    const search = (text: string) => found(all, text, titleOf).map(({ record }) => record.link ?? 'plain');
    expect(search('')).toHaveLength(6);
    expect(search(' ÄLT ')).toEqual(['bbbbbbbbbb']);
    expect(search('ccccc')).toEqual(['cccccccccc']);
    expect(search('anna rough')).toEqual(['plain', 'dddddddddd']);
    expect(search('anna premiere')).toEqual([]);
    expect(search('watched')).toEqual([]);
  });

  it('knows that an end has come, and which links can be taken back', () => {
    expect(all.map(({ record }) => stateAt(record, now))).toEqual(['opened', 'watched', 'not_opened', 'uncounted', 'taken_back', 'ended']);
    expect(all.filter(({ record }) => canTakeBack(record, now)).map(({ key }) => key)).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc']);
    expect(all.filter(({ record }) => canTakeBack(record, now + 4 * 86_400_000)).map(({ key }) => key)).toEqual(['cccccccccc']);
  });

  it('has a key for each of five thousand', () => {
    expect(new Set(rows(manyRecords(5000)).map(({ key }) => key)).size).toBe(5000);
  });
});

describe('tables', () => {
  const made = (name: string, page: string) => ({ id: 'v1', link: null, page, l: 'a', name, expires: day(1), opens: null, ip: null, password: true, still_publishing: false });

  it('are copied as cells, and no name is calculated', () => {
    expect(cells([made('Anna', 'http://x/#1'), made('=1+1', 'http://x/#2'), made('@home', 'http://x/#3')])).toBe("Anna\thttp://x/#1\n'=1+1\thttp://x/#2\n'@home\thttp://x/#3");
  });

  it('are read in whatever letters spreadsheets save them', () => {
    expect(textOf(new TextEncoder().encode('\ufeffJürgen'))).toBe('Jürgen');
    expect(textOf(new Uint8Array([0x4a, 0xfc, 0x72]))).toBe('Jür');
    expect(textOf(new Uint8Array([0xff, 0xfe, 0x4a, 0, 0xfc, 0]))).toBe('Jü');
    expect(textOf(new Uint8Array([0xfe, 0xff, 0, 0x4a, 0, 0xfc]))).toBe('Jü');
    expect(textOf(new Uint8Array())).toBe('');
  });
});

it('calls a password short as the engine does: by its characters, without what came along', () => {
  expect([' 12345678901 ', '123456789012', 'ﬁﬁﬁﬁﬁﬁ', '😀'.repeat(11)].map(isShort)).toEqual([true, false, false, true]);
});

describe('conditions', () => {
  it('are asked for as they stand in the form, and what is empty is not asked for', () => {
    expect(request('v', usual())).toEqual({ id: 'v', expires: '7d', opens: null, ip: null, name: null, password: null });
    const terms = { lasts: 'date' as const, until: '2027-01-02T03:04', opens: '2027-01-01T00:00', network: ' 203.0.113.0/24 ', password: 'bodi-kulu' };
    expect(request('v', terms, ' Anna ')).toEqual({ id: 'v', expires: new Date('2027-01-02T03:04').toISOString(), opens: new Date('2027-01-01T00:00').toISOString(), ip: '203.0.113.0/24', name: 'Anna', password: 'bodi-kulu' });
  });

  it('are the same once more, but for what is over and for the password', () => {
    const ends = new Date(now + 3_600_000).toISOString();
    const lost = record({ ends, opens: day(-1), ip: '203.0.113.0/24', password: true });
    const terms = again(lost, now);
    expect(terms).toMatchObject({ lasts: 'date', opens: '', network: '203.0.113.0/24', password: null });
    expect(request('v', terms).expires).toBe(ends);
    expect(again(record({ ends: day(-1) }), now)).toMatchObject({ lasts: '7d', until: '' });
  });
});
