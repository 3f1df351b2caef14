export const part = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** Says on the card why there is no film. */
export function refuse(state: string, [title, text]: readonly [string, string]): void {
  document.title = title;
  part('stage').dataset.state = state;
  part('busy').hidden = true;
  part('card-title').textContent = title;
  part('card-words').textContent = text;
  part('card').hidden = false;
}
