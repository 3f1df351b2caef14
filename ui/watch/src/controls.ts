import { film, onFilm } from './film';
import { icons } from './icons';
import type { Source } from './source';
import { clock, words } from './words';

const part = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** Keys, buttons and menus. Knows the film and its source; knows nothing of links. */
export class Controls {
  private readonly stage = part('stage');
  private readonly bar = part('controls');
  private readonly menu = part('menu');
  private readonly seek = part<HTMLInputElement>('seek');
  private readonly volume = part<HTMLInputElement>('volume');
  private readonly help = part<HTMLDialogElement>('help');
  private opener?: HTMLButtonElement;
  private seeking = false;
  private sleep = 0;
  /** Captions that were on before they were switched off. */
  private lastCaption = 0;

  constructor(
    private readonly source: () => Source | undefined,
    private readonly say: (text: string) => void,
  ) {
    this.label();
    this.listen();
    this.keys();
    this.refresh();
  }

  private get film(): HTMLVideoElement {
    return film();
  }

  show(): void {
    this.bar.hidden = false;
    this.wake();
  }

  hide(): void {
    this.closeMenu();
    this.bar.hidden = true;
  }

  /** After qualities or renditions changed. */
  refresh(): void {
    const source = this.source();
    part('captions').hidden = !source?.captions().length;
    this.mark();
    if (!this.menu.hidden && this.opener) this.openMenu(this.opener);
  }

  private label(): void {
    const texts: [string, string, string][] = [
      ['back', icons.back, words.back],
      ['forth', icons.forth, words.forth],
      ['captions', icons.captions, words.captions],
      ['settings', icons.settings, words.settings],
      ['pip', icons.pip, words.pip],
    ];
    for (const [id, icon, text] of texts) {
      part(id).innerHTML = icon;
      part(id).setAttribute('aria-label', text);
      part(id).title = text;
    }
    this.seek.setAttribute('aria-label', words.seek);
    this.volume.setAttribute('aria-label', words.volume);
    part('start').setAttribute('aria-label', words.play);
    part('full').hidden = !document.fullscreenEnabled && !('webkitEnterFullscreen' in this.film);
    part('pip').hidden = !document.pictureInPictureEnabled;
  }

  private listen(): void {
    const click = (id: string, run: () => void) => part(id).addEventListener('click', run);
    click('play', () => this.toggle());
    click('back', () => this.jump(-10));
    click('forth', () => this.jump(10));
    click('mute', () => (this.film.muted = !this.film.muted));
    click('full', () => this.fullScreen());
    click('pip', () => void this.pictureInPicture());
    click('captions', () => this.toggleMenu(part<HTMLButtonElement>('captions')));
    click('settings', () => this.toggleMenu(part<HTMLButtonElement>('settings')));
    onFilm('click', () => {
      if (!this.menu.hidden) this.closeMenu();
      else if (matchMedia('(hover: none)').matches && this.stage.classList.contains('idle')) this.wake();
      else this.toggle();
    });
    onFilm('dblclick', () => this.fullScreen());
    this.volume.addEventListener('input', () => {
      const { film } = this;
      film.volume = Number(this.volume.value);
      film.muted = film.volume === 0;
    });
    this.seek.addEventListener('input', () => {
      this.seeking = true;
      this.times(Number(this.seek.value));
    });
    this.seek.addEventListener('change', () => {
      this.film.currentTime = Number(this.seek.value);
      this.seeking = false;
    });
    for (const event of ['play', 'pause', 'volumechange', 'ratechange', 'durationchange', 'timeupdate', 'progress', 'seeked', 'ended']) {
      onFilm(event, () => this.mark());
    }
    document.addEventListener('fullscreenchange', () => this.mark());
    for (const event of ['pointermove', 'pointerdown', 'keydown', 'focusin']) this.stage.addEventListener(event, () => this.wake());
  }

  /** Shows what the film does. */
  private mark(): void {
    const { film } = this;
    const button = (id: string, icon: string, text: string) => {
      if (part(id).title === text) return;
      part(id).innerHTML = icon;
      part(id).title = text;
      part(id).setAttribute('aria-label', text);
    };
    button('play', film.paused ? icons.play : icons.pause, film.paused ? words.play : words.pause);
    button('mute', film.muted ? icons.silent : icons.sound, film.muted ? words.unmute : words.mute);
    const full = document.fullscreenElement !== null;
    button('full', full ? icons.leave : icons.full, full ? words.leaveFull : words.full);
    part('captions').setAttribute('aria-pressed', String((this.source()?.caption() ?? -1) >= 0));
    this.volume.value = String(film.muted ? 0 : film.volume);
    this.volume.style.setProperty('--at', `${Number(this.volume.value) * 100}%`);
    if (!this.seeking) this.times(film.currentTime);
  }

  private times(at: number): void {
    const { film, seek } = this;
    const duration = Number.isFinite(film.duration) ? film.duration : 0;
    seek.max = String(duration);
    seek.value = String(at);
    seek.style.setProperty('--at', `${duration ? (at / duration) * 100 : 0}%`);
    seek.setAttribute('aria-valuetext', `${clock(at)} / ${clock(duration)}`);
    part('now').textContent = clock(at);
    part('length').textContent = clock(duration);
    const loaded = part<HTMLProgressElement>('loaded');
    for (let range = 0; range < film.buffered.length; range += 1) {
      if (film.buffered.start(range) <= at + 0.5 && duration) loaded.value = film.buffered.end(range) / duration;
    }
  }

  toggle(): void {
    if (this.film.paused) void this.film.play().catch(() => undefined);
    else this.film.pause();
  }

  private jump(by: number): void {
    const end = Number.isFinite(this.film.duration) ? this.film.duration : Infinity;
    this.film.currentTime = Math.min(end, Math.max(0, this.film.currentTime + by));
  }

  private fullScreen(): void {
    const film = this.film as HTMLVideoElement & { webkitEnterFullscreen?: () => void };
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (document.fullscreenEnabled) void this.stage.requestFullscreen().catch(() => undefined);
    // Phones from Apple know full screen for films alone.
    else film.webkitEnterFullscreen?.();
  }

  private async pictureInPicture(): Promise<void> {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.film.requestPictureInPicture();
    } catch {
      // Refused by the browser, which has said so.
    }
  }

  private toggleCaptions(): void {
    const source = this.source();
    if (!source?.captions().length) return;
    const shown = source.caption();
    if (shown >= 0) this.lastCaption = shown;
    source.chooseCaption(shown >= 0 ? -1 : this.lastCaption);
    this.refresh();
  }

  private keys(): void {
    document.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || this.help.open) return;
      if (event.key === 'Escape' && !this.menu.hidden) {
        this.closeMenu(true);
        return;
      }
      const { film } = this;
      const target = event.target as HTMLElement;
      const onButton = target.tagName === 'BUTTON';
      const onSlider = target.tagName === 'INPUT';
      if (this.bar.hidden && part('start').hidden) return;
      const actions: Record<string, () => void> = {
        k: () => this.toggle(),
        j: () => this.jump(-10),
        l: () => this.jump(10),
        m: () => (film.muted = !film.muted),
        f: () => this.fullScreen(),
        c: () => this.toggleCaptions(),
        ',': () => this.frame(-1),
        '.': () => this.frame(1),
        '?': () => this.showHelp(),
      };
      if (!onButton) actions[' '] = () => this.toggle();
      if (!onSlider && this.menu.hidden) {
        actions.ArrowLeft = () => this.jump(-5);
        actions.ArrowRight = () => this.jump(5);
        actions.ArrowUp = () => this.louder(0.1);
        actions.ArrowDown = () => this.louder(-0.1);
      }
      if (/^[0-9]$/.test(event.key) && Number.isFinite(film.duration)) {
        actions[event.key] = () => (film.currentTime = (film.duration * Number(event.key)) / 10);
      }
      const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action) return;
      event.preventDefault();
      action();
    });
    this.menu.addEventListener('keydown', (event) => {
      const items = [...this.menu.querySelectorAll('button')];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = items.indexOf(document.activeElement as HTMLButtonElement);
      items.at((at + step) % items.length)?.focus();
    });
  }

  private louder(by: number): void {
    this.film.muted = false;
    this.film.volume = Math.min(1, Math.max(0, this.film.volume + by));
  }

  private frame(by: number): void {
    this.film.pause();
    // 24 to 60 frames a second: one step of 1/30 shows another picture in nearly all films.
    this.jump(by / 30);
  }

  private showHelp(): void {
    const rows = words.keys.map(([keys, text]) => `<dt>${keys}</dt><dd>${text}</dd>`).join('');
    this.help.innerHTML = `<h2>${words.help}</h2><dl>${rows}</dl>`;
    this.help.setAttribute('aria-label', words.help);
    this.help.addEventListener('click', () => this.help.close(), { once: true });
    this.help.showModal();
  }

  private toggleMenu(opener: HTMLButtonElement): void {
    if (!this.menu.hidden && this.opener === opener) this.closeMenu();
    else this.openMenu(opener, true);
  }

  private openMenu(opener: HTMLButtonElement, focus = false): void {
    const source = this.source();
    if (!source) return;
    this.opener?.setAttribute('aria-expanded', 'false');
    this.opener = opener;
    opener.setAttribute('aria-expanded', 'true');
    this.menu.replaceChildren();
    this.menu.setAttribute('aria-label', opener.title);
    if (opener.id === 'captions') {
      this.list(words.captions, [{ id: -1, name: words.captionsOff }, ...source.captions()], source.caption(), (id) =>
        source.chooseCaption(id),
      );
    } else {
      this.settings(source);
    }
    this.menu.hidden = false;
    if (focus) (this.menu.querySelector<HTMLElement>('[aria-checked=true]') ?? this.menu.querySelector('button'))?.focus();
  }

  private settings(source: Source): void {
    const qualities = source.qualities();
    if (qualities.length > 1) {
      const automatic = { id: -1, name: words.automatic, rate: source.quality() < 0 ? source.playing() : '' };
      this.list(words.quality, [automatic, ...qualities], source.quality(), (id) => source.chooseQuality(id));
    }
    const voices = source.voices();
    if (voices.length > 1) this.list(words.audio, voices, source.voice(), (id) => source.chooseVoice(id));
    const speeds = [0.5, 0.75, 1, 1.25, 1.5, 2];
    this.list(
      words.speed,
      speeds.map((speed, id) => ({ id, name: speed === 1 ? words.normal : `${speed}×` })),
      speeds.indexOf(this.film.playbackRate),
      (id) => (this.film.playbackRate = speeds[id] ?? 1),
    );
    this.item(words.embed, undefined, () => void this.copyEmbed());
  }

  private list(
    name: string,
    items: { id: number; name: string; rate?: string }[],
    chosen: number,
    choose: (id: number) => void,
  ): void {
    const group = document.createElement('div');
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', name);
    const heading = document.createElement('span');
    heading.className = 'name';
    heading.setAttribute('aria-hidden', 'true');
    heading.textContent = name;
    group.append(heading);
    this.menu.append(group);
    for (const item of items) {
      const button = this.item(item.name, item.id === chosen, () => choose(item.id), group);
      if (!item.rate) continue;
      const aside = document.createElement('span');
      aside.className = 'aside';
      aside.textContent = item.rate;
      button.append(aside);
    }
  }

  private item(name: string, chosen: boolean | undefined, run: () => void, into: HTMLElement = this.menu): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('role', chosen === undefined ? 'menuitem' : 'menuitemradio');
    if (chosen !== undefined) button.setAttribute('aria-checked', String(chosen));
    button.append(name);
    button.addEventListener('click', () => {
      run();
      this.closeMenu(true);
      this.refresh();
    });
    into.append(button);
    return button;
  }

  private closeMenu(focus = false): void {
    this.menu.hidden = true;
    this.opener?.setAttribute('aria-expanded', 'false');
    if (focus) this.opener?.focus();
    this.opener = undefined;
  }

  private async copyEmbed(): Promise<void> {
    const code =
      `<iframe src="${location.href.replaceAll('&', '&amp;')}" width="640" height="360" frameborder="0" ` +
      'referrerpolicy="no-referrer" allow="autoplay; fullscreen; picture-in-picture; clipboard-write" allowfullscreen></iframe>';
    try {
      await navigator.clipboard.writeText(code);
      this.say(words.embedded);
    } catch {
      this.say(words.embedFailed);
    }
  }

  /** Shows the controls, and lets them go again while the film plays and nobody moves. */
  private wake(): void {
    this.stage.classList.remove('idle');
    clearTimeout(this.sleep);
    this.sleep = window.setTimeout(() => {
      const busy = this.film.paused || !this.menu.hidden || this.help.open || this.bar.querySelector(':focus-visible');
      if (!busy) this.stage.classList.add('idle');
    }, 2600);
  }
}
