import { describe, expect, test } from 'vitest';
import { buildModel } from '../../src/bayes/index.ts';
import { awareShares } from '../../src/bayes/methods/hardware-aware.ts';
import { type RangeCandidates, rangeCandidates, trialsOf } from '../../src/bayes/range-search.ts';
import type { RangeSharing } from '../../src/network/index.ts';
import { normals } from '../support/normals.ts';
import { moonsData } from './moons.ts';

const model = buildModel(['dense 4 tanh', 'dense 3 tanh', 'dense 2'], { noise: 'learned' }, moonsData(9, 64, 10));
const layers = model.network.matrices.length;
const begin = Float32Array.from(normals(3, model.network.size));

/** Ranges by layer, of the largest column. */
const limitsOf = (candidates: RangeCandidates, number: number, scores: Float64Array) =>
  candidates
    .held(number, begin, scores)
    .ranges.map(({ limit }) => (typeof limit === 'number' ? limit : Math.max(...limit)));

/** Searches with scores that a function of the ranges gives; the least, and that of each. */
function searched(sharing: RangeSharing, score: (limits: readonly number[]) => number) {
  const candidates = rangeCandidates(model, sharing, 'search', awareShares);
  const scores = new Float64Array(candidates.count).fill(Number.NaN);
  for (let i = 0; i < scores.length; i++) scores[i] = score(limitsOf(candidates, i, scores));
  return { candidates, scores };
}

describe('a search for the ranges of layers', () => {
  const whole = limitsOf(rangeCandidates(model, 'layer', 'search', awareShares), 2, new Float64Array(10));
  // Best at a quarter, a half and seven tenths of the largest |w|.
  const best = [0.25, 0.5, Math.SQRT1_2];
  const distance = (limits: readonly number[]) =>
    limits.reduce((sum, limit, l) => sum + Math.log(limit / whole[l]! / best[l]!) ** 2, 0);

  test('takes the best share of all, then moves layer by layer from the best so far', () => {
    const { candidates, scores } = searched('layer', distance);
    expect(scores).toHaveLength(4 + 2 * layers);
    const at = (number: number) => limitsOf(candidates, number, scores).map((limit, l) => limit / whole[l]!);
    const moved = (l: number, factor: number, from: number[]) =>
      from.map((share, i) => (i === l ? share * factor : share));
    const [down, up] = [Math.SQRT1_2, Math.SQRT2];
    const expected = [
      ...[0.25, 0.5, 1, 2].map(share => [share, share, share]),
      ...[down, up].map(factor => moved(0, factor, [0.5, 0.5, 0.5])),
      ...[down, up].map(factor => moved(1, factor, [0.5 * down, 0.5, 0.5])),
      ...[down, up].map(factor => moved(2, factor, [0.5 * down, 0.5, 0.5])),
    ];
    for (const [i, shares] of expected.entries()) {
      for (const [l, share] of at(i).entries()) expect(share, `${i}`).toBeCloseTo(shares[l]!, 6);
    }
    // The first layer one move nearer, the last where it is best: never worse than the best share of all.
    expect(Math.min(...scores)).toBeCloseTo(Math.log((0.5 * down) / 0.25) ** 2, 6);
    expect(Math.min(...scores)).toBeLessThan(Math.min(...scores.subarray(0, 4)));
    expect(candidates.names.slice(3, 6)).toEqual([
      { share: 2, of: 'layer' },
      { factor: down, layer: '0' },
      { factor: up, layer: '0' },
    ]);
  });

  test('moves all columns of a layer together, and no layer where the network shares one range', () => {
    const { candidates, scores } = searched('column', distance);
    const columns = (number: number) => candidates.held(number, begin, scores).ranges[0]!.limit as readonly number[];
    expect(scores).toHaveLength(4 + 2 * layers);
    for (const [i, limit] of columns(4).entries()) expect(limit / columns(1)[i]!).toBeCloseTo(Math.SQRT1_2, 6);
    expect(searched('network', distance).scores).toHaveLength(4);
  });

  test('says how many trials it makes', () => {
    for (const sharing of ['layer', 'column', 'network'] as const) {
      expect(trialsOf('search', awareShares, sharing, layers)).toBe(searched(sharing, distance).scores.length);
    }
  });
});
