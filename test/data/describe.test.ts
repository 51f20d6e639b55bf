import { expect, test } from 'vitest';
import { describeDataset } from '../../src/data/index.ts';

test('a data set is described by range, mean and spread of its splits', () => {
  const split = {
    count: 4,
    inputs: Float32Array.of(1, 2, 3, 6),
    labels: Int32Array.of(0, 1, 1, -1),
    targets: new Float32Array(0),
  };
  const { splits } = describeDataset({
    name: 'x',
    task: 'classification',
    origin: 'made up',
    inputShape: [1],
    inputNames: ['a'],
    outputNames: ['no', 'yes'],
    train: split,
    validation: split,
    test: split,
  });
  // NumPy: np.mean([1, 2, 3, 6]), np.std([1, 2, 3, 6])
  expect(splits.train).toEqual({
    count: 4,
    inputs: { min: 1, max: 6, mean: 3, std: expect.closeTo(1.8708286933869707, 12) },
    classes: { no: 1, yes: 2 },
  });
});
