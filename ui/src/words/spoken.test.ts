import { afterEach, expect, it } from 'vitest';
import { learn, said, told } from './spoken.svelte';

const english = { phrases: {}, otherwise: '' };
const german = (phrases: Record<string, string>) => learn({ ...english, phrases, otherwise: 'Etwas ging schief.' });

afterEach(() => learn(english));

it('says an error as it is where nothing else is spoken', () => {
  const error = { code: 'x', message: 'A is gone.', mend: 'Wait.' };
  expect(told(error)).toEqual({ message: 'A is gone.', mend: 'Wait.' });
});

it('fills the gaps, in the order of the other language, and says what stands in them', () => {
  german({ '{} of {} is not here: {}.': 'In {2} fehlt {1}: {3}.', 'it is locked': 'verschlossen' });
  expect(said('The key of A (b.pem) is not here: it is locked.')).toBe('In A (b.pem) fehlt The key: verschlossen.');
  expect(said('The key of A is not here: .')).toBe('In A fehlt The key: .');
});

it('takes the sentence that says most itself, and a whole one before all', () => {
  german({ '{} is not {}.': '{1} ist nicht {2}.', '{} is not in the file.': '{1} ist nicht in der Datei.', 'B is not in the file.': 'B fehlt.' });
  expect(said('A is not in the file.')).toBe('A ist nicht in der Datei.');
  expect(said('B is not in the file.')).toBe('B fehlt.');
  expect(said('A is not blue.')).toBe('A ist nicht blue.');
});

it('takes signs of a sentence for themselves', () => {
  german({ 'Write {} (such as a.b*) or $1.': 'Schreibe {1} (etwa a.b*) und $1.' });
  expect(said('Write x (such as a.b*) or $1.')).toBe('Schreibe x (etwa a.b*) und $1.');
  expect(said('Write x (such as acbb) or $1.')).toBe('Write x (such as acbb) or $1.');
});

it('keeps English below where a sentence is not known', () => {
  german({ 'Wait.': 'Warte.' });
  expect(told({ code: 'x', message: 'Hiccup.', mend: 'Wait.' })).toEqual({ message: 'Etwas ging schief.', mend: 'Warte.', verbatim: 'Hiccup.' });
  expect(told({ code: 'x', message: 'Hiccup.', mend: 'Run.' })).toEqual({ message: 'Etwas ging schief.', mend: '', verbatim: 'Hiccup. Run.' });
});

it('says a sentence behind the name of its file', () => {
  german({ 'The file is empty.': 'Die Datei ist leer.' });
  expect(said('a: b.mp4: The file is empty.')).toBe('a: b.mp4: Die Datei ist leer.');
  expect(said('a: b.mp4: Hiccup.')).toBe('a: b.mp4: Hiccup.');
});
