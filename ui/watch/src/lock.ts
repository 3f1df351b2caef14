import { part, refuse } from './card';
import styles from './lock.css?url';
import { texts } from './words/lock-words';
import { open } from './open';
import { parseLocked, unlock } from './unlock';
import { words } from './words';

/** Asks for the password of a locked link, as often as it takes, and opens what it locks. */
export function ask(fragment: string): void {
  const locked = parseLocked(fragment);
  if (!locked) return refuse('changed', words.states.changed);
  // Browsers keep their cryptography from pages that came, or are framed, over plain http.
  if (!crypto.subtle) return refuse('insecure', texts.insecure);
  const form = document.createElement('form');
  form.className = 'card lock';
  // The field has no name: whatever a browser makes of the form, the password goes nowhere.
  form.innerHTML = `<link rel="stylesheet" href="${styles}"><h2>${texts.title}</h2><p>${texts.text}</p>
<label for="password">${texts.label}</label>
<input id="password" type="password" required autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="go" aria-describedby="wrong">
<label><input id="reveal" type="checkbox">${texts.show}</label>
<p id="wrong" role="status"></p><button id="unlock" class="again">${texts.go}</button>`;
  document.title = texts.title;
  part('stage').dataset.state = 'locked';
  part('stage').append(form);
  const mark = part('card').querySelector('.mark') as Element;
  form.prepend(mark);

  const field = part<HTMLInputElement>('password');
  const reveal = part<HTMLInputElement>('reveal');
  reveal.onchange = () => (field.type = reveal.checked ? 'text' : 'password');
  const busy = (on: boolean) => {
    field.readOnly = on;
    part('unlock').textContent = on ? texts.busy : texts.go;
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (field.readOnly) return;
    busy(true);
    // Said again, it is heard again.
    part('wrong').textContent = '';
    // Some browsers let a film begin by itself only if its element was touched while the viewer did something.
    part<HTMLVideoElement>('film').load();
    const opened = await unlock(locked, field.value);
    busy(false);
    if (opened === undefined) {
      part('wrong').textContent = texts.wrong;
      field.setAttribute('aria-invalid', 'true');
      field.focus();
      return field.select();
    }
    part('card').prepend(mark);
    form.remove();
    document.title = 'Screener';
    open(opened, true);
  };
  // A page that frames this one keeps its focus.
  if (window.top === window) field.focus();
}
