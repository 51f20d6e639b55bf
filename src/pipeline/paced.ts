import { formatQuantity, InputError, insist } from '../base/index.ts';
import type { Dataset } from '../data/index.ts';
import type { Design } from '../experiment/index.ts';
import { paceOf } from './pricing.ts';

/**
 * A design whose reads are as far apart as its architecture lets them be: an interval, or a pass through the layers where that takes longer, so that
 * predictions and prices are of the same reads. As it stands where reads remember nothing, or where no architecture realises it, whose pace nobody knows.
 */
export function paced(design: Design, data: Dataset): Design {
  const { sampling } = design;
  if (!('interval' in sampling) || !sampling.memory) return design;
  const { samples, batch, interval } = sampling;
  const pace = paceWhereKnown(design, data);
  if (!(pace > interval * (1 + 1e-9))) return design;
  const least = samples * batch * pace;
  insist(!('period' in sampling) || sampling.period === undefined || sampling.period >= least * (1 - 1e-9), {
    path: ['sampling', 'period'],
    rule: `must be at least the ${formatQuantity(least, 's')} that ${samples} passes for ${batch} inputs take`,
    value: 'period' in sampling ? sampling.period : undefined,
    hint: 'raise it, or leave it out',
  });
  return { ...design, sampling: { ...sampling, interval: pace } };
}

function paceWhereKnown(design: Design, data: Dataset): number {
  try {
    return paceOf(design, data);
  } catch (error) {
    if (error instanceof InputError) return 0;
    throw error;
  }
}
