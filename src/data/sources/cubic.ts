import { z } from 'zod';
import type { Citation } from '../../base/index.ts';
import { fillNormal, fillUniform, fold, type Key } from '../../random/index.ts';
import type { Split } from '../dataset.ts';
import type { RawSplit } from '../raw-split.ts';
import { withoutSearch } from '../search-share.ts';
import { defineSource } from '../source.ts';
import { fitScale, standardised } from '../standardise.ts';

const hernandez: Citation = {
  tag: 'HernandezLobato15',
  text: 'Hernández-Lobato, Adams, Probabilistic backpropagation for scalable learning of Bayesian neural networks, ICML 2015',
  id: 'arXiv:1502.05336',
};

const count = (what: string, rows: number) =>
  z.int().min(2).max(1e7).default(rows).describe(`${what} points; ${rows} by default.`);

/** The regression task on which epistemic uncertainty is usually shown: y = x³ with Gaussian noise. */
export const cubic = defineSource({
  name: 'cubic',
  schema: z.strictObject({
    source: z.literal('cubic').describe('A cubic with noise: regression on one input.'),
    train: count('Training', 20),
    validation: count('Validation', 100),
    test: count('Test', 500),
    noise: z.number().min(0).default(3).describe('Spread of the Gaussian noise on y, which reaches ±64; 3 by default.'),
    range: z
      .number()
      .positive()
      .default(4)
      .describe('Training and validation inputs are uniform in ± this; 4 by default.'),
    testRange: z
      .number()
      .positive()
      .default(4)
      .describe('Test inputs are uniform in ± this; larger than `range` to judge extrapolation; 4 by default.'),
  }),
  async load(key, { train, validation, test, noise, range, testRange, search }) {
    const raw = withoutSearch(key, points(fold(key, 'train'), train, noise, range), { search });
    const inputScale = fitScale(raw.train.inputs, raw.train.count, 'features');
    const targetScale = fitScale(raw.train.targets, raw.train.count, 'features');
    const scaled = (split: RawSplit) => standardised(split, inputScale, targetScale);
    return {
      name: 'cubic',
      task: 'regression',
      inputShape: [1],
      inputNames: ['x'],
      outputNames: ['y'],
      train: scaled(raw.train),
      ...(raw.search && { search: scaled(raw.search) }),
      validation: scaled(points(fold(key, 'validation'), validation, noise, range)),
      test: scaled(points(fold(key, 'test'), test, noise, testRange)),
      inputScale,
      targetScale,
      origin: 'Generated: y = x³ with Gaussian noise, x uniform.',
    };
  },
  cite: [hernandez],
});

function points(key: Key, count: number, noise: number, range: number): Split {
  const x = fillUniform(fold(key, 'place'), new Float64Array(count));
  const shift = fillNormal(fold(key, 'noise'), new Float64Array(count));
  const inputs = Float32Array.from(x, u => range * (2 * u - 1));
  const targets = Float32Array.from(x, (u, i) => (range * (2 * u - 1)) ** 3 + noise * shift[i]!);
  return { count, inputs, labels: new Int32Array(0), targets };
}
