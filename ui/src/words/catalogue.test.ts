import { expect, it } from 'vitest';
import de from '../../messages/de.json';
import en from '../../messages/en.json';
import { bytes, clock, expected, isSound, money, percent, timeLeft, trackLabel, trackName } from './amounts';
import { record } from '../platform/mock';
import { speak } from './index.svelte';
import { countdown, stateName } from './recipients';

it('says everything in both languages, with the same gaps to fill', () => {
  expect(Object.keys(de)).toEqual(Object.keys(en));
  const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    expect(de[key], key).not.toBe('');
    expect(gaps(de[key]), key).toEqual(gaps(en[key]));
  }
});

it('calls a creator “du” in German, as errors and notes do', () => {
  const formal = Object.values(de).filter((text) => /n Sie\b|\bIhnen\b|\bIhre?[mnrs]?\b/.test(text));
  expect(formal).toEqual([]);
});

it('writes amounts as the language does', () => {
  expect(bytes(1_234_000)).toBe('1.2 MB');
  expect(clock(3723)).toBe('1:02:03');
  expect(clock(59.6)).toBe('1:00');
  speak('de');
  expect(bytes(1_234_000)).toBe('1,2 MB');
});

it('tells an expected time as a range, and money in dollars', () => {
  speak('en');
  expect(expected([12, 31])).toBe('takes 10 to 35 s here');
  expect(expected([70, 200])).toBe('takes 1 to 4 min here');
  expect(expected([3000, 9000])).toBe('takes 0.8 to 2.5 h here');
  expect(money(0)).toBe('$0.00');
  expect(money(0.003)).toBe('under $0.01');
  speak('de');
});

it('never says 100 per cent before the end, nor a time that jumps by seconds', () => {
  expect(percent(0.9999)).toBe('99%');
  expect(percent(1)).toBe('100%');
  // 0.57 × 100 is 56.99… in binary.
  expect(percent(0.57)).toBe('57%');
  expect(timeLeft(41)).toBe(timeLeft(49));
});

it('knows sound alone from a film, and takes what is not known yet for a film', () => {
  const rungs = (...kinds: string[]) => kinds.map((kind) => ({ kind }));
  expect([rungs('audio'), rungs('audio', 'captions'), rungs('video', 'audio'), []].map(isSound)).toEqual([true, true, false, false]);
});

it('calls tracks by their languages, not by their folders', () => {
  speak('en');
  expect(['1080p', 'audio', 'audio-en', 'captions', 'captions-de', 'captions-de-2', 'captions-pt-br', 'captions-es-419'].map(trackName)).toEqual([
    '1080p', 'Sound', 'Sound: English', 'Captions', 'Captions: German', 'Captions: German 2', 'Captions: Brazilian Portuguese', 'Captions: Latin American Spanish',
  ]);
  speak('de');
  expect(trackName('captions-de')).toBe('Untertitel: Deutsch');
  expect(trackLabel('German (SDH)', 'de')).toBe('Deutsch (SDH)');
  expect(trackLabel('Director’s comments', 'en')).toBe('Director’s comments');
});

it('has a word of its own for each state of a link, in both languages', () => {
  const states = ['not_opened', 'opened', 'watched', 'ended', 'taken_back', 'uncounted'] as const;
  for (const tongue of ['en', 'de'] as const) {
    speak(tongue);
    expect(new Set(states.map(stateName)).size).toBe(states.length);
    expect(states.map(stateName).every((word) => word.length > 3 && word.length < 20)).toBe(true);
  }
});

it('counts down to a link’s opening, then to its end', () => {
  speak('en');
  const now = Date.parse('2026-11-28T12:00:00Z');
  const link = record({ opens: '2026-11-29T12:00:00Z', ends: '2026-12-02T12:00:00Z' });
  expect(countdown(link, now)).toBe('opens tomorrow');
  expect(countdown(link, now + 86_400_000)).toBe('ends in 3 days');
  expect(countdown(link, now + 6 * 86_400_000)).toBe('2 days ago');
  expect(countdown({ ...link, taken_back: '2026-11-28T11:00:00Z' }, now)).toBe('1 hour ago');
});
