import { mount } from 'svelte';
import App from './App.svelte';
import { use } from './platform';
import { realWindow } from './platform/window';
import './theme/app.css';
import { speak } from './words/index.svelte';

use(realWindow);
speak(null);

const target = document.getElementById('app');
if (!target) throw new Error('the page has no place for the app');
mount(App, { target });
