const draw = (inner: string) => `<svg viewBox="0 0 24 24" aria-hidden="true">${inner}</svg>`;

/** Our own few, drawn on one grid. */
export const icons = {
  play: draw('<path class="full" d="M7 4.5v15l13-7.5z"/>'),
  pause: draw('<path class="full" d="M6.5 5h4v14h-4zM13.500 5h4v14h-4z"/>'),
  back: draw('<path d="M12 5a7.500 7.500 0 1 1-7 4.800M12 5 9 2.500M12 5 9 8"/><text x="12" y="15.300">10</text>'),
  forth: draw('<path d="M12 5a7.500 7.500 0 1 0 7 4.800M12 5l3-2.500M12 5l3 3"/><text x="12" y="15.300">10</text>'),
  sound: draw('<path d="M4 9.500v5h3.500L12 18V6L7.500 9.500z"/><path d="M15.500 9a4.500 4.500 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11"/>'),
  silent: draw('<path d="M4 9.500v5h3.500L12 18V6L7.500 9.500z"/><path d="m16 9.500 5 5m0-5-5 5"/>'),
  captions: draw('<rect x="3" y="5" width="18" height="14" rx="2.500"/><path d="M10.500 10.500a2 2 0 1 0 0 3M17 10.500a2 2 0 1 0 0 3"/>'),
  settings: draw('<path d="M4 7h9m5 0h2M4 17h2m5 0h9"/><circle cx="15.500" cy="7" r="2.300"/><circle cx="8.500" cy="17" r="2.300"/>'),
  pip: draw('<rect x="3" y="5" width="18" height="14" rx="2.500"/><rect class="full" x="12" y="11.500" width="7" height="5.500" rx="1"/>'),
  full: draw('<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/>'),
  leave: draw('<path d="M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5"/>'),
};
