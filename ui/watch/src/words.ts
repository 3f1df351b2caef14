/** Every text of the page, in one place. A language is complete or it does not compile. */
const english = {
  play: 'Play',
  pause: 'Pause',
  back: 'Back 10 seconds',
  forth: 'Forward 10 seconds',
  mute: 'Mute',
  unmute: 'Unmute',
  volume: 'Volume',
  seek: 'Position',
  captions: 'Captions',
  captionsOff: 'Off',
  settings: 'Quality and speed',
  quality: 'Quality',
  automatic: 'Automatic',
  speed: 'Speed',
  normal: 'Normal',
  audio: 'Audio',
  pip: 'Picture in picture',
  full: 'Full screen',
  leaveFull: 'Leave full screen',
  embed: 'Copy embed code',
  embedded: 'Embed code copied.',
  embedFailed: 'This browser did not let the page copy.',
  help: 'Keyboard',
  close: 'Close',
  again: 'Try again',
  film: 'Film',
  keys: [
    ['Space, K', 'Play or pause'],
    ['J, L', 'Back or forward 10 seconds'],
    ['← →', 'Back or forward 5 seconds'],
    ['↑ ↓', 'Volume'],
    [', .', 'One frame back or forward'],
    ['0 … 9', 'To a tenth of the film'],
    ['M', 'Sound on or off'],
    ['C', 'Captions'],
    ['F', 'Full screen'],
    ['?', 'This list'],
  ] as readonly (readonly [string, string])[],
  stillComing: 'The film is still being prepared. It goes on by itself as soon as more is there.',
  resumed: (time: string) => `Goes on where you stopped, at ${time}. Press 0 to begin again.`,
  reconnecting: 'The connection is slow or gone. The film goes on by itself.',
  states: {
    incomplete: ['This link is incomplete', 'A part of it is missing. Ask whoever sent it to copy it once more, whole.'],
    ended: ['This link has ended', 'It was valid for a limited time. Ask whoever sent it for a new one.'],
    early: ['Not open yet', 'You are early. This page starts by itself when the film opens.'],
    network: [
      'Not from this network',
      'This link works only from the network that it was made for. Connect to it, or ask for another link.',
    ],
    withdrawn: ['This link no longer works', 'It was withdrawn by whoever made it. Ask them for a new one.'],
    taken: ['This link was taken back', 'Whoever sent it to you has withdrawn it. Ask them for a new one.'],
    changed: ['This link was changed on its way', 'The address is not the one that was sent. Copy it once more, whole.'],
    gone: ['This film is not here any more', 'It was removed, or never published. Ask whoever sent the link.'],
    publishing: ['Nearly there', 'The film is still being prepared. This page starts by itself when the first part is ready.'],
    offline: ['You are offline', 'The film goes on by itself when the network returns.'],
    unreachable: ['The film cannot be reached', 'Its server does not answer. This page keeps trying.'],
    stuck: ['The film does not move', 'Its data comes too slowly, or the player is stuck. Try again: it goes on from where it stopped.'],
    trouble: ['The film’s server has trouble', 'This is not your fault. This page tries again by itself.'],
    unsupported: [
      'This browser cannot play the film',
      'It lacks what online video needs. A current Chrome, Edge, Firefox or Safari can.',
    ],
    unplayable: ['The film cannot be played here', 'This browser does not know the film’s format, or the file is damaged.'],
  } as const satisfies Record<string, readonly [string, string]>,
  counted: 'Screener counts for the sender how much of the film was fetched through this link.',
  endedAt: (time: string) => `It ended on ${time}.`,
  opensAt: (time: string) => `It opens on ${time}.`,
};

export type Words = typeof english;
export type State = keyof Words['states'];

type Loose<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Loose<T[K]> };

const german: Loose<Words> = {
  play: 'Abspielen',
  pause: 'Anhalten',
  back: '10 Sekunden zurück',
  forth: '10 Sekunden vor',
  mute: 'Ton aus',
  unmute: 'Ton an',
  volume: 'Lautstärke',
  seek: 'Stelle',
  captions: 'Untertitel',
  captionsOff: 'Aus',
  settings: 'Qualität und Tempo',
  quality: 'Qualität',
  automatic: 'Automatisch',
  speed: 'Tempo',
  normal: 'Normal',
  audio: 'Ton',
  pip: 'Bild im Bild',
  full: 'Vollbild',
  leaveFull: 'Vollbild verlassen',
  embed: 'Einbettungscode kopieren',
  embedded: 'Einbettungscode kopiert.',
  embedFailed: 'Dieser Browser ließ die Seite nicht kopieren.',
  help: 'Tastatur',
  close: 'Schließen',
  again: 'Noch einmal',
  film: 'Film',
  keys: [
    ['Leertaste, K', 'Abspielen oder anhalten'],
    ['J, L', '10 Sekunden zurück oder vor'],
    ['← →', '5 Sekunden zurück oder vor'],
    ['↑ ↓', 'Lautstärke'],
    [', .', 'Ein Bild zurück oder vor'],
    ['0 … 9', 'Zu einem Zehntel des Films'],
    ['M', 'Ton an oder aus'],
    ['C', 'Untertitel'],
    ['F', 'Vollbild'],
    ['?', 'Diese Liste'],
  ],
  stillComing: 'Der Film wird noch vorbereitet. Er geht von selbst weiter, sobald mehr da ist.',
  resumed: (time) => `Weiter bei ${time}, wo Sie aufgehört haben. 0 beginnt von vorn.`,
  reconnecting: 'Die Verbindung ist langsam oder weg. Der Film geht von selbst weiter.',
  states: {
    incomplete: ['Dieser Link ist unvollständig', 'Ein Teil fehlt. Bitten Sie den Absender, ihn noch einmal ganz zu kopieren.'],
    ended: ['Dieser Link ist abgelaufen', 'Er galt für begrenzte Zeit. Bitten Sie den Absender um einen neuen.'],
    early: ['Noch nicht geöffnet', 'Sie sind früh da. Diese Seite beginnt von selbst, wenn der Film öffnet.'],
    network: [
      'Nicht aus diesem Netz',
      'Dieser Link gilt nur in dem Netz, für das er gemacht wurde. Verbinden Sie sich damit oder bitten Sie um einen anderen.',
    ],
    withdrawn: ['Dieser Link gilt nicht mehr', 'Er wurde zurückgezogen. Bitten Sie den Absender um einen neuen.'],
    taken: ['Dieser Link wurde zurückgenommen', 'Der Absender hat ihn zurückgezogen. Bitten Sie ihn um einen neuen.'],
    changed: ['Dieser Link wurde unterwegs verändert', 'Die Adresse ist nicht die gesendete. Kopieren Sie sie noch einmal ganz.'],
    gone: ['Dieser Film ist nicht mehr hier', 'Er wurde entfernt oder nie veröffentlicht. Fragen Sie den Absender.'],
    publishing: ['Gleich so weit', 'Der Film wird noch vorbereitet. Diese Seite beginnt von selbst, wenn der erste Teil da ist.'],
    offline: ['Sie sind offline', 'Der Film geht von selbst weiter, wenn das Netz zurück ist.'],
    unreachable: ['Der Film ist nicht zu erreichen', 'Sein Server antwortet nicht. Diese Seite versucht es weiter.'],
    stuck: [
      'Der Film steht still',
      'Seine Daten kommen zu langsam, oder der Player hängt. Versuchen Sie es noch einmal: Er geht weiter, wo er stehen blieb.',
    ],
    trouble: ['Der Server des Films hat Schwierigkeiten', 'Es liegt nicht an Ihnen. Diese Seite versucht es von selbst weiter.'],
    unsupported: [
      'Dieser Browser kann den Film nicht spielen',
      'Ihm fehlt, was Online-Video braucht. Ein aktueller Chrome, Edge, Firefox oder Safari kann es.',
    ],
    unplayable: ['Der Film lässt sich hier nicht spielen', 'Dieser Browser kennt sein Format nicht, oder die Datei ist beschädigt.'],
  },
  counted: 'Screener zählt für den Absender, wie viel des Films über diesen Link geholt wurde.',
  endedAt: (time) => `Er endete am ${time}.`,
  opensAt: (time) => `Er öffnet am ${time}.`,
};

export const language = navigator.languages?.[0]?.toLowerCase().startsWith('de') ? 'de' : 'en';

export const words: Loose<Words> = language === 'de' ? german : english;

document.documentElement.lang = language;

/** A moment with its zone, as the viewer's own place writes it. */
export function moment(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString(language === 'de' ? 'de' : navigator.language, {
    dateStyle: 'long',
    timeStyle: 'long',
  });
}

/** `1:02:03`, or `2:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
