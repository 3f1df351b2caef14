// The real window.
import { commands, events } from '../bindings';
import type { Platform } from './index';

export const realWindow: Platform = {
  commands,
  async listen(ears) {
    const stops = await Promise.all([
      events.changed.listen(({ payload }) => ears.changed(payload)),
      events.dragged.listen(({ payload }) => ears.dragged(payload)),
      events.given.listen(({ payload }) => ears.given(payload)),
      events.asked.listen(() => ears.asked()),
      events.chosen.listen(({ payload }) => ears.chosen(payload)),
      events.opened.listen(({ payload }) => ears.opened(payload)),
    ]);
    return () => stops.forEach((stop) => stop());
  },
};
