import type { WeightRanges } from '../network/index.ts';
import type { Pipeline } from './pipeline.ts';
import { stages } from './stages/index.ts';

/** The weight ranges of a design's chips: those of a plan that was put in by hand, else those that were chosen. */
export async function rangesOf(pipeline: Pipeline): Promise<WeightRanges> {
  await pipeline.names(stages.plan, {});
  const byHand = pipeline.account.adopted.includes(stages.plan.name);
  return (await pipeline.get(byHand ? 'plan' : 'range')).ranges;
}
