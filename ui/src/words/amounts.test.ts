import { describe, expect, it } from 'vitest';
import { exactly, timeOf } from './amounts';

describe('times in a film', () => {
  it('are written to the picture', () => {
    expect([0, 0.04, 59.9996, 83.5, 3723.004].map(exactly)).toEqual(['0:00.000', '0:00.040', '1:00.000', '1:23.500', '1:02:03.004']);
  });

  it('are read as people write them', () => {
    expect(['0', '83.5', '83,5', '1:23.5', '90:00', '1:02:03.004', ' 5 '].map(timeOf)).toEqual([0, 83.5, 83.5, 83.5, 5400, 3723.004, 5]);
    expect(['', 'abc', '-1', '1:', '1:75', '1:60:00', '1:2:3:4', '1e3', '12s'].map(timeOf)).toEqual(Array.from({ length: 9 }, () => undefined));
  });

  it('come back as they were written', () => {
    for (const seconds of [0.04, 12.345, 61, 4000.001]) expect(timeOf(exactly(seconds))).toBeCloseTo(seconds, 6);
  });
});
