import { refuse } from './card';
import { plainText } from './link';
import { open } from './open';
import { words } from './words';

document.documentElement.classList.toggle('embedded', window.top !== window);
addEventListener('hashchange', () => location.reload());
const fragment = plainText(location.hash);
if (fragment.startsWith('#locked.')) {
  // Only a link with a password loads what asks for it.
  import('./lock').then(
    ({ ask }) => ask(fragment),
    () => refuse('unreachable', words.states.unreachable),
  );
} else {
  open(fragment);
}
