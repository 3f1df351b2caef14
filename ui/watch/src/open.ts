import { part, refuse } from './card';
import { askFirst } from './first';
import { parseLink } from './link';
import { words } from './words';

/** Milliseconds until the player is asked for again. */
const AGAIN = 4000;

/** Opens what stood behind `#`. `eager`: the viewer has just done something to see the film. */
export function open(fragment: string, eager = false): void {
  const link = parseLink(fragment);
  if (!link) return refuse('incomplete', words.states.incomplete);
  part('busy').hidden = false;
  const first = askFirst(link);
  const player = () =>
    import('./viewing').then(
      ({ view }) => {
        part('card').hidden = true;
        view(link, first, eager);
      },
      () => {
        refuse('unreachable', words.states.unreachable);
        setTimeout(player, AGAIN);
      },
    );
  void player();
}
