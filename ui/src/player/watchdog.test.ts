import { describe, expect, it } from 'vitest';
import { aheadOf, LOOK_MS, Watchdog, type Look, type Step } from './watchdog';

/** A film under a watchdog and a clock of its own: `run` lets time pass, and gives what was asked for, and when. */
function film(start: Partial<Look> = {}) {
  const dog = new Watchdog();
  const look: Look = { time: 0, wanted: true, ahead: 10, ...start };
  let now = 1_000_000;
  const began = now;
  return {
    dog,
    look,
    sleep: (seconds: number) => (now += seconds * 1000),
    run(seconds: number, rate = 0) {
      const asked: [Step, number][] = [];
      for (const end = now + seconds * 1000; now < end; ) {
        now += LOOK_MS;
        look.time += (rate * LOOK_MS) / 1000;
        const step = dog.look(now, look);
        if (step) asked.push([step, (now - began) / 1000]);
      }
      return asked;
    },
    now: () => now,
  };
}
const steps = (asked: [Step, number][]) => asked.map(([step]) => step);

describe('the watchdog', () => {
  it('leaves a film alone that plays, however slowly', () => {
    expect(film().run(60, 1)).toEqual([]);
    expect(film().run(60, 0.25)).toEqual([]);
  });

  it('tries a new source after three seconds, a new element after three more, and speaks after ten', () => {
    expect(film().run(60)).toEqual([['source', 3.5], ['element', 7], ['words', 10.5]]);
  });

  it('begins again with the first remedy where the film has played in between', () => {
    const still = film();
    expect(steps(still.run(4))).toEqual(['source']);
    expect(steps(still.run(5, 1))).toEqual(['moves']);
    expect(steps(still.run(4))).toEqual(['source']);
  });

  it('does not take the place that a new source or element goes back to for progress', () => {
    const still = film({ time: 40 });
    expect(steps(still.run(4))).toEqual(['source']);
    still.look.time = 0;
    still.run(0.5);
    still.look.time = 40;
    expect(steps(still.run(8))).toEqual(['element', 'words']);
  });

  it('tries nothing where there is nothing to play, but does not stay silent', () => {
    expect(film({ ahead: 0.4 }).run(60)).toEqual([['words', 10.5]]);
  });

  it('counts the three seconds from where the film is in the buffer', () => {
    const slow = film({ ahead: 0 });
    expect(slow.run(4)).toEqual([]);
    slow.look.ahead = 5;
    expect(slow.run(5)).toEqual([['source', 7.5]]);
  });

  it('waits for a paused film, as long as it takes, and from there on counts anew', () => {
    const paused = film();
    paused.run(2.5);
    paused.look.wanted = false;
    expect(paused.run(600)).toEqual([]);
    paused.look.wanted = true;
    expect(paused.run(2.5)).toEqual([]);
    expect(steps(paused.run(1))).toEqual(['source']);
  });

  it('does not hold a night of sleep against a film', () => {
    const asleep = film();
    asleep.run(1);
    asleep.sleep(8 * 3600);
    expect(asleep.run(2.5)).toEqual([]);
  });

  it('says when words can go, and speaks again where the film stands still once more', () => {
    const still = film();
    still.run(20);
    expect(steps(still.run(5, 1))).toEqual(['moves']);
    expect(steps(still.run(20))).toEqual(['source', 'element', 'words']);
  });

  it('begins anew where the film is opened again', () => {
    const still = film();
    still.run(20);
    still.dog.reset(still.now());
    expect(steps(still.run(20))).toEqual(['source', 'element', 'words']);
  });
});

it('knows how much is buffered from a place on', () => {
  const ranges = [[0.05, 4], [6, 10]] as const;
  const buffered = { length: 2, start: (at: number) => ranges[at]![0], end: (at: number) => ranges[at]![1] };
  expect([0, 3, 4, 5, 6, 10].map((time) => aheadOf(buffered, time))).toEqual([4, 1, 0, 0, 4, 0]);
});
