// Every part and every screen in every state, without a window: for people who carry on. `?window=links` is the whole window on that
// place instead, with `&theme=dark`, `&language=de` and `&empty`.
import { mount } from 'svelte';
import App from '../App.svelte';
import type { Appearance } from '../bindings';
import { use } from '../platform';
import { audience, manyRecords, mock, mockState, record, video } from '../platform/mock';
import { desk, type Place } from '../state/desk.svelte';
import '../theme/app.css';
import { wear } from '../theme/theme.svelte';
import { speak } from '../words/index.svelte';
import Gallery from './Gallery.svelte';

const asked = new URLSearchParams(location.search);
const place = asked.get('window');
const target = document.getElementById('app')!;
const ids = ['v0', 'v1', 'v2', 'v3'];
const empty = asked.has('empty');
const links = empty ? [] : [record({ id: 'v0', link: null, name: 'From before', state: 'uncounted' }), ...manyRecords(5000, ids)];
const settings = { ...mockState().settings, appearance: (asked.get('theme') ?? 'system') as Appearance, language: asked.get('language') };
const videos = ['Premiere', 'Rough cut', 'Interview with the director', 'Teaser'].map((title, i) => video({ id: ids[i]!, title, newest_link_ends: i === 2 ? null : '2027-01-01T00:00:00Z' }));
use(mock(mockState({ settings, videos, links, ...(!empty && { audience: audience() }) })));
wear(settings.appearance);
speak(settings.language);

if (place) {
  mount(App, { target });
  desk.go((place === 'video' ? { name: 'video', id: 'v0' } : { name: place }) as Place);
} else {
  document.body.style.overflow = 'auto';
  mount(Gallery, { target });
}
