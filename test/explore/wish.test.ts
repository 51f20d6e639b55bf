import { describe, expect, test } from 'vitest';
import { nearestTo, wishedOf, wishOf } from '../../src/explore/designs/wish.ts';
import type { TrialFound } from '../../src/explore/index.ts';
import { goalsOf } from '../../src/explore/study-file/goals.ts';

const goals = goalsOf({ objectives: ['nll', 'energyPerDecision'], constraints: [] }, 'classification');
const skill = goalsOf({ objectives: ['accuracy', 'latency'], constraints: [] }, 'classification');

/** A front whose designs have these objectives, numbered from 0. */
const frontOf = (values: readonly Record<string, number>[]) => ({
  front: values.map(
    (own, number): TrialFound => ({
      number,
      point: {},
      design: null,
      state: 'complete',
      values: own,
      constraints: {},
      errors: {},
      pieces: 1,
      blocks: 1,
      builds: [],
    }),
  ),
});

const even = frontOf([
  { nll: 0.1, energyPerDecision: 1e-9 },
  { nll: 0.2, energyPerDecision: 1e-10 },
  { nll: 0.3, energyPerDecision: 1e-11 },
]);

describe('a wish', () => {
  test('for nothing is the knee: the nearest to the best of all at once, prices in logarithms', () => {
    expect(nearestTo({}, even, goals)?.number).toBe(1);
    // Shares of the ranges (0, 1), (0.5, 0.98) and (1, 0): of energies as they are, the middle one would be nearer than the last.
    const uneven = frontOf([
      { nll: 0.1, energyPerDecision: 1e-9 },
      { nll: 0.2, energyPerDecision: 9e-10 },
      { nll: 0.28, energyPerDecision: 1e-11 },
    ]);
    expect(nearestTo({}, uneven, goals)?.number).not.toBe(1);
    expect(nearestTo({}, frontOf([]), goals)).toBeUndefined();
  });

  test('finds what lacks least of it, whatever more it has', () => {
    expect(nearestTo({ energyPerDecision: 2e-11 }, even, goals)?.number).toBe(2);
    expect(nearestTo({ nll: 0.11 }, even, goals)?.number).toBe(0);
    // Both of the first two have it; the second is nearer to the best of both.
    expect(nearestTo({ nll: 0.2 }, even, goals)?.number).toBe(1);
    expect(nearestTo({ nll: 0.15, energyPerDecision: 1e-10 }, even, goals)?.number).toBe(1);
  });

  test('counts upwards where higher is better', () => {
    const front = frontOf([
      { accuracy: 0.8, latency: 1e-6 },
      { accuracy: 0.9, latency: 1e-5 },
    ]);
    expect(wishedOf({ accuracy: 0.85 }, front, skill)).toEqual({
      trial: 1,
      wish: { accuracy: 0.85 },
      values: { accuracy: 0.9 },
      met: true,
    });
    expect(wishedOf({ accuracy: 0.95 }, front, skill)).toMatchObject({ trial: 1, met: false });
  });

  test('is written with units, and refused with every fault', () => {
    expect(wishOf({ nll: 0.15, energyPerDecision: '100 pJ' }, goals)).toEqual({ nll: 0.15, energyPerDecision: 1e-10 });
    expect(() => wishOf({ nl: 1, energyPerDecision: '3 s', nll: null }, goals)).toThrow(
      /^nl: is no objective; did you mean 'nll'\? .*\nenergyPerDecision: .*\nnll: must be a number/,
    );
    expect(() => wishOf('fast', goals)).toThrow('must say values of objectives by name');
  });
});
