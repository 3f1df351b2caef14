import { language } from '../words';

/** The texts of the page that asks for a password: they come with it. */
const english = {
  title: 'This film has a password',
  text: 'Whoever sent you the link knows it.',
  label: 'Password',
  show: 'Show password',
  go: 'Watch',
  busy: 'Opening …',
  wrong: 'That is not the password. Check capital letters and try again. If it is right, the link lost a part on its way.',
  insecure: ['A password needs https', 'Open the link in a window of its own.'] as [string, string],
};

const german: typeof english = {
  title: 'Dieser Film hat ein Passwort',
  text: 'Wer Ihnen den Link geschickt hat, kennt es.',
  label: 'Passwort',
  show: 'Passwort zeigen',
  go: 'Ansehen',
  busy: 'Öffnet …',
  wrong: 'Das ist nicht das Passwort. Prüfen Sie große und kleine Buchstaben. Wenn es stimmt, fehlt dem Link ein Teil.',
  insecure: ['Ein Passwort braucht https', 'Öffnen Sie den Link in einem eigenen Fenster.'],
};

export const texts = language === 'de' ? german : english;
