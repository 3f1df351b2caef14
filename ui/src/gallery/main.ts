// Every part and every screen in every state, without a window: for people who carry on.
import { mount } from 'svelte';
import { use } from '../platform';
import { mock } from '../platform/mock';
import '../theme/app.css';
import { wear } from '../theme/theme.svelte';
import { speak } from '../words/index.svelte';
import Gallery from './Gallery.svelte';

use(mock());
wear('system');
speak(null);
document.body.style.overflow = 'auto';
mount(Gallery, { target: document.getElementById('app')! });
