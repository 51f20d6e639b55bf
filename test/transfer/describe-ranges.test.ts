import { expect, test } from 'vitest';
import { evenRanges } from '../../src/network/index.ts';
import { rangeConcerns } from '../../src/transfer/index.ts';
import { network } from './fixtures.ts';

test('more than one weight of a hundred that is clipped is remarked', () => {
  const clipped = (shares: readonly number[]) =>
    rangeConcerns(evenRanges(network.matrices, 2).map((range, i) => ({ ...range, clipped: shares[i]! })));
  expect(clipped([0.009, 0.01])).toEqual([]);
  expect(clipped([0.009, 0.012])).toEqual([
    `Weights of chips that are beyond their range and clipped to it: 1.2 % of layer ${network.matrices[1]!.name} (±2).`,
  ]);
});
