import type { PointPosterior, Posterior } from '../../src/bayes/index.ts';
import type { Network } from '../../src/network/index.ts';
import { memoryStore, type Prepared } from '../../src/pipeline/index.ts';
import { ofKind } from './model.ts';

/**
 * Every output j of the first matrix times factor(j), and what the second makes of it divided by it: the same function where a
 * ReLU stands between. The second matrix sees output j in as many rows as there are places of it, or, in groups, in column j.
 */
export function rescaled({ matrices }: Network, posterior: Posterior, factor: (j: number) => number): PointPosterior {
  const from = ofKind(posterior, 'point');
  const mean = from.mean.slice();
  const [one, two] = [matrices[0]!, matrices[1]!];
  for (let i = 0; i < one.weight.size; i++) mean[one.weight.offset + i]! *= factor(i % one.columns);
  for (let j = 0; j < one.columns; j++) mean[one.bias!.offset + j]! *= factor(j);
  const places = two.weight.size / two.columns / one.columns;
  for (let i = 0; i < two.weight.size; i++) {
    const j = two.groups > 1 ? i % two.columns : Math.floor(i / two.columns / places);
    mean[two.weight.offset + i]! /= factor(j);
  }
  return { ...from, mean };
}

/** Prepared data with a store of its own in which training gives `posterior`. */
export function withPosterior(prepared: Prepared, posterior: Posterior): Prepared {
  const kept = memoryStore(1 << 28);
  const trained = { posterior, curve: { step: [], loss: [], phase: [] } };
  const store: Prepared['store'] = {
    once: (entry, make, job) =>
      entry.stage === 'training' ? Promise.resolve(trained as never) : kept.once(entry, make, job),
  };
  return { ...prepared, store };
}
