// Amounts as people of the chosen language write them.
import { language, m } from './index.svelte';

const UNITS = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function scaled(amount: number): { value: number; unit: (typeof UNITS)[number] } {
  let step = 0;
  amount /= 1000;
  while (Math.abs(amount) >= 1000 && step < UNITS.length - 1) {
    amount /= 1000;
    step += 1;
  }
  return { value: amount, unit: UNITS[step] ?? 'kilobyte' };
}

/** `12.3 MB` */
export function bytes(amount: number): string {
  const { value, unit } = scaled(amount);
  return new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

/** `3.1 MB/s` */
export function byteRate(perSecond: number): string {
  return `${bytes(perSecond)}/s`;
}

/** `4.2 Mbit/s` */
export function bitRate(perSecond: number): string {
  const large = perSecond >= 1e6;
  const number = new Intl.NumberFormat(language(), { maximumFractionDigits: large ? 1 : 0 }).format(perSecond / (large ? 1e6 : 1e3));
  return `${number} ${large ? 'Mbit/s' : 'kbit/s'}`;
}

/** `42 %`, never 100 before the end. */
export function percent(share: number): string {
  const whole = share >= 1 ? 100 : Math.min(99, Math.floor(Math.max(0, share) * 100 + 1e-9));
  return new Intl.NumberFormat(language(), { style: 'percent' }).format(whole / 100);
}

/** `1:02:03` */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(min)}:${two(s)}` : `${min}:${two(s)}`;
}

/** `1:02.040`, `1:02:03.040`: to the picture. */
export function exactly(seconds: number): string {
  const all = Math.max(0, Math.round(seconds * 1000));
  const [h, min, s] = [Math.floor(all / 3_600_000), Math.floor(all / 60_000) % 60, (all % 60_000) / 1000];
  const small = s.toFixed(3).padStart(6, '0');
  return h > 0 ? `${h}:${String(min).padStart(2, '0')}:${small}` : `${min}:${small}`;
}

/** Seconds of `83.5`, `1:23.5` or `0:01:23.5`, with a point or a comma; undefined for anything else. */
export function timeOf(text: string): number | undefined {
  const found = /^(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6}(?:[.,]\d{1,9})?)$/.exec(text.trim());
  if (!found) return undefined;
  const [h, min, s] = [Number(found[1] ?? 0), Number(found[2] ?? 0), Number((found[3] ?? '').replace(',', '.'))];
  if ((found[2] !== undefined && s >= 60) || (found[1] !== undefined && min >= 60)) return undefined;
  return h * 3600 + min * 60 + s;
}

/** `about 3 min left`: coarse on purpose, so that it does not jump. */
export function timeLeft(seconds: number): string {
  if (seconds < 10) return m.left_moments();
  if (seconds < 60) return m.left_seconds({ count: Math.ceil(seconds / 10) * 10 });
  if (seconds < 3600) return m.left_minutes({ count: Math.round(seconds / 60) });
  return m.left_hours({ hours: Math.floor(seconds / 3600), minutes: Math.round((seconds % 3600) / 60) });
}

/** `takes 2 to 4 min here`: as coarse as what was measured. */
export function expected([from, to]: readonly [number | null, number | null]): string {
  const [least, most] = [from ?? 0, to ?? 0];
  if (most < 55) return m.expected_seconds({ from: Math.max(5, Math.floor(least / 5) * 5), to: Math.ceil(most / 5) * 5 });
  if (most < 3600) return m.expected_minutes({ from: Math.max(1, Math.floor(least / 60)), to: Math.ceil(most / 60) });
  const hours = (seconds: number) => new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(seconds / 3600);
  return m.expected_hours({ from: hours(least), to: hours(most) });
}

/** `$1.23`, `under $0.01` */
export function money(dollars: number): string {
  const format = new Intl.NumberFormat(language(), { style: 'currency', currency: 'USD' });
  return dollars > 0 && dollars < 0.01 ? m.under({ amount: format.format(0.01) }) : format.format(dollars);
}

/** `1.8×` */
export function speed(times: number): string {
  return `${new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(times)}×`;
}

/** `22 Nov 2026, 14:05 CET`: time is shown with its zone. */
export function moment(rfc3339: string): string {
  const date = new Date(rfc3339);
  if (Number.isNaN(date.getTime())) return rfc3339;
  return new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }).format(date);
}

/** `22 Nov 2026` */
export function day(rfc3339: string): string {
  const date = new Date(rfc3339);
  if (Number.isNaN(date.getTime())) return rfc3339;
  return new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'short', year: 'numeric' }).format(date);
}

/** A date without a time, `2026-08-31`, as a day: the same in every zone. */
export function dateOf(date: string): string {
  return day(`${date}T12:00:00`);
}

/** `in 6 days`, `2 hours ago` */
export function fromNow(rfc3339: string, now: number): string {
  const seconds = (new Date(rfc3339).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  for (const [unit, size] of [['day', 86400], ['hour', 3600], ['minute', 60]] as const) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return format.format(Math.trunc(seconds), 'second');
}

/** `English`, as the language that is spoken calls it; the tag itself where nobody has a name for it. */
function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(language(), { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** True where it is known to be sound alone. */
export function isSound(rungs: { kind: string }[]): boolean {
  return rungs.length > 0 && rungs.every((rung) => rung.kind !== 'video');
}

/** `1080p`, `Sound`, `Captions: German`: what a rung or a track is called. The folders of tracks are `audio-en`, `captions-de`, `captions-de-2`. */
export function trackName(folder: string): string {
  const [, kind, tag, number] = /^(audio|captions)(?:-([a-z]{2,8}(?:-[a-z0-9]{2,8})*?))??(?:-(\d{1,2}))?$/.exec(folder) ?? [];
  if (!kind) return folder;
  const named = tag ? languageName(tag) : undefined;
  const words = kind === 'audio' ? (named ? m.sound_in({ language: named }) : m.sound()) : named ? m.captions_in({ language: named }) : m.captions();
  return number ? `${words} ${number}` : words;
}

/** A track's name in a playlist is written in English there; its language is called as the language that is spoken calls it. */
export function trackLabel(name: string, tag: string | undefined): string {
  if (!tag) return name;
  try {
    const english = new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag;
    return name.startsWith(english) ? languageName(tag) + name.slice(english.length) : name;
  } catch {
    return name;
  }
}

/** The local destination is this computer; others have the name that they were given. */
export function destinationName(name: string): string {
  return name === 'local' ? m.kind_local() : name;
}
