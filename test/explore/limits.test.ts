import { describe, expect, test } from 'vitest';
import { designProblem } from '../../src/explore/designs/design-problem.ts';
import { limitsOf, moved } from '../../src/explore/designs/limits.ts';
import { study } from '../../src/explore/study.ts';
import { random, spaceOf } from '../../src/search/index.ts';
import { designsOf } from './moons.ts';

describe('a move', () => {
  const space = spaceOf([
    { kind: 'categorical', name: 'entropy', values: ['frozen', 'read'] },
    { kind: 'real', name: 'interval', low: 1, high: 9, when: { variable: 'entropy', among: ['read'] } },
    { kind: 'integer', name: 'bits', low: 1, high: 9 },
  ]);
  const frozen = { entropy: 'frozen', bits: 4 };
  const read = { entropy: 'read', interval: 3, bits: 4 };

  test('is of one variable, with those that begin or cease to count with it', () => {
    expect(moved(space, frozen, { ...frozen, bits: 5 })).toBe('bits');
    expect(moved(space, frozen, read)).toBe('entropy');
    expect(moved(space, read, frozen)).toBe('entropy');
    expect(moved(space, read, { ...read, interval: 4 })).toBe('interval');
  });

  test('is none where two differ, or nothing', () => {
    expect(moved(space, frozen, { ...read, bits: 5 })).toBeUndefined();
    expect(moved(space, read, { ...read, interval: 4, bits: 5 })).toBeUndefined();
    expect(moved(space, read, read)).toBeUndefined();
  });
});

test('limits are neighbours priced anew, trials that differ in one variable, and shares of components', async () => {
  const designs = await designsOf({
    variables: {
      'hardware.outputBits': { integer: [3, 8] },
      'sampling.samples': { ordered: [2, 4, 8] },
      'sampling.entropy': { categorical: ['frozen', 'read'] },
    },
    fidelity: [{ chips: 3 }],
    objectives: ['nll', 'energyPerDecision', 'area'],
    constraints: [],
  });
  const base = { 'hardware.outputBits': 5, 'sampling.samples': 4, 'sampling.entropy': 'frozen' };
  const first = [
    base,
    { ...base, 'sampling.samples': 8 },
    { ...base, 'sampling.samples': 8, 'hardware.outputBits': 7 },
  ];
  const found = await study(designProblem(designs), { sampler: random, first, budget: { trials: 3 } });
  const { moves, components } = await limitsOf(designs, found, 0);
  const shown = moves.map(({ variable, to, trial }) => `${variable} ${to} ${trial}`);
  // These cells have no read noise to draw samples from: no design.
  expect(shown.sort()).toEqual([
    'hardware.outputBits 4 undefined',
    'hardware.outputBits 6 undefined',
    'sampling.samples 2 undefined',
    'sampling.samples 8 1',
  ]);
  const tried = moves.find(({ trial }) => trial === 1)!;
  const [before, after] = [found.trials[0]!, found.trials[1]!];
  const { mean, low, high } = tried.metrics.nll!;
  expect(mean).toBeCloseTo(after.values.nll! - before.values.nll!, 12);
  expect(high - low).toBeCloseTo(2 * 1.96 * Math.hypot(after.errors.nll!, before.errors.nll!), 12);
  // Twice the copies, twice the reads.
  expect(tried.prices.energyPerDecision).toBeGreaterThan(1.7);
  expect(tried.prices.energyPerDecision).toBeLessThan(2.1);
  const programmed = after.values.energyPerDecision! / before.values.energyPerDecision!;
  expect(tried.prices.energyPerDecision! / programmed).toBeCloseTo(1, 1);
  const bits = moves.filter(({ variable }) => variable === 'hardware.outputBits');
  expect(bits.find(({ to }) => to === 4)!.prices.energyPerDecision).toBeLessThan(1);
  expect(bits.find(({ to }) => to === 6)!.prices.energyPerDecision).toBeGreaterThan(1);
  for (const price of ['energyPerDecision', 'area']) {
    const shares = components.filter(each => each.price === price).map(({ share }) => share);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
  }
});
