import type { Split } from '../../src/data/index.ts';
import { fillNormal, fillUniform, fold, type Key, keyOf } from '../../src/random/index.ts';

/** Two half circles with noise 0.2, standardised by fixed numbers. */
function moons(key: Key, count: number): Split {
  const angle = fillUniform(fold(key, 'angle'), new Float32Array(count));
  const inputs = fillNormal(fold(key, 'noise'), new Float32Array(2 * count));
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const a = Math.PI * angle[i]!;
    labels[i] = i % 2;
    const x = i % 2 ? 1 - Math.cos(a) : Math.cos(a);
    const y = i % 2 ? 0.5 - Math.sin(a) : Math.sin(a);
    inputs[2 * i] = (x + 0.2 * inputs[2 * i]! - 0.5) / 0.87;
    inputs[2 * i + 1] = (y + 0.2 * inputs[2 * i + 1]! - 0.25) / 0.5;
  }
  return { count, inputs, labels, targets: new Float32Array(0) };
}

export function moonsData(seed: number, train: number, others: number) {
  const key = keyOf(seed);
  return {
    task: 'classification' as const,
    inputShape: [2],
    outputNames: ['upper', 'lower'],
    train: moons(fold(key, 'train'), train),
    validation: moons(fold(key, 'validation'), others),
    test: moons(fold(key, 'test'), others),
  };
}
