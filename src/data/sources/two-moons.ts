import { z } from 'zod';
import { fillNormal, fillUniform, fold, type Key } from '../../random/index.ts';
import type { Split } from '../dataset.ts';
import { defineSource } from '../source.ts';
import { fitScale, standardised } from '../standardise.ts';

const count = (what: string, rows: number) =>
  z.int().min(2).max(1e7).default(rows).describe(`${what} points; ${rows} by default.`);

/** Two interleaved half circles with Gaussian noise, standardised by the training split. */
export const twoMoons = defineSource({
  name: 'two-moons',
  schema: z.strictObject({
    source: z.literal('two-moons').describe('Two interleaved half circles in the plane.'),
    train: count('Training', 256),
    validation: count('Validation', 256),
    test: count('Test', 1024),
    noise: z
      .number()
      .min(0)
      .default(0.2)
      .describe('Spread of the Gaussian noise on both coordinates; the half circles have radius 1; 0.2 by default.'),
  }),
  async load(key, { train, validation, test, noise }) {
    const raw = moons(fold(key, 'train'), train, noise);
    const inputScale = fitScale(raw.inputs, train, 'features');
    return {
      name: 'two-moons',
      task: 'classification',
      inputShape: [2],
      inputNames: ['x', 'y'],
      outputNames: ['upper', 'lower'],
      train: standardised(raw, inputScale),
      validation: standardised(moons(fold(key, 'validation'), validation, noise), inputScale),
      test: standardised(moons(fold(key, 'test'), test, noise), inputScale),
      inputScale,
      origin: 'Generated: two half circles of radius 1, the lower one shifted by (1, 0.5), with Gaussian noise.',
    };
  },
  cite: [],
});

/** The first half of the points on the upper moon (class 0), the rest on the lower one (class 1). */
function moons(key: Key, count: number, noise: number): Split {
  const angle = fillUniform(fold(key, 'angle'), new Float64Array(count));
  const shift = fillNormal(fold(key, 'noise'), new Float64Array(2 * count));
  const inputs = new Float32Array(2 * count);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const lower = i >= count >> 1;
    const x = Math.cos(Math.PI * angle[i]!);
    const y = Math.sin(Math.PI * angle[i]!);
    inputs[2 * i] = (lower ? 1 - x : x) + noise * shift[2 * i]!;
    inputs[2 * i + 1] = (lower ? 0.5 - y : y) + noise * shift[2 * i + 1]!;
    labels[i] = lower ? 1 : 0;
  }
  return { count, inputs, labels, targets: new Float32Array(0) };
}
