import { z } from 'zod';
import { InputError, insist, suggest } from '../base/index.ts';
import type { Dataset } from '../data/index.ts';

export const classWeightsSchema = z
  .union([z.number().min(0).max(1), z.record(z.string(), z.number().positive())])
  .default(0)
  .describe(
    'How much each training row counts by its class, where some classes are rare: a power p for (N/n)^p, n of N rows being of the class, from 0, all alike, to 1, every class alike; or weights by class name, 1 where none is named. Scaled to a mean of 1 over the training rows. Of no use to regression; 0 by default.',
  );

export type ClassWeights = z.output<typeof classWeightsSchema>;

/**
 * Weight of a row of each class, [classes], of mean 1 over the training rows, so that weights shift what data say and not
 * how much against the prior; undefined where all rows count alike. Classes without rows have weight 0.
 */
export function classWeightsOf(
  weights: ClassWeights,
  { task, train, outputNames }: Pick<Dataset, 'task' | 'train' | 'outputNames'>,
): Float64Array | undefined {
  if (weights === 0) return undefined;
  insist(task === 'classification', {
    path: ['posterior', 'classWeights'],
    rule: 'apply to classification, and the targets are real numbers',
    hint: 'leave it out',
  });
  const stranger =
    typeof weights === 'number' ? undefined : Object.keys(weights).find(name => !outputNames.includes(name));
  if (stranger !== undefined) {
    throw new InputError({
      path: ['posterior', 'classWeights', stranger],
      rule: 'there is no such class',
      hint: suggest(stranger, outputNames),
    });
  }
  const counts = new Float64Array(outputNames.length);
  for (const label of train.labels) counts[label]!++;
  const raw = counts.map((count, c) => {
    if (count === 0) return 0;
    return typeof weights === 'number' ? (train.count / count) ** weights : (weights[outputNames[c]!] ?? 1);
  });
  const total = raw.reduce((sum, weight, c) => sum + weight * counts[c]!, 0);
  return raw.map(weight => (weight * train.count) / total);
}
