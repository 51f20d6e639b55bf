import { type NdArray, ndArray } from '../data/index.ts';
import { type Judged, noEvidence } from '../uncertainty/index.ts';
import { comparedBy } from './compare.ts';
import type { Evaluated, Evaluation } from './evaluation-record.ts';
import type { Side } from './measure-chips.ts';

/** What the metrics that chips are compared by owe to rows, as arrays by side and metric. */
export function evidenceArrays(
  task: Evaluation['task'],
  sides: Readonly<Record<Side, readonly Judged[]>>,
): Record<string, NdArray> {
  const found: Record<string, NdArray> = {};
  for (const [side, chips] of Object.entries(sides)) {
    for (const { name } of comparedBy(task)) {
      const known = chips.find(({ evidence }) => evidence.byBlock[name])?.evidence;
      if (!known) continue;
      const width = known.byBlock[name]!.length;
      const all = new Float32Array(chips.length * width).fill(Number.NaN);
      for (const [i, { evidence }] of chips.entries()) {
        if (evidence.byBlock[name]) all.set(evidence.byBlock[name], i * width);
      }
      found[`${side}/${name}`] = ndArray([chips.length, width], all);
      found[`degrees/${name}`] = ndArray([1], Float32Array.of(known.degrees[name]!));
    }
  }
  return found;
}

/** The chips of a side at the headline time, with what the metrics they are compared by owe to rows. */
export function judgedOf({ evaluation, evidence }: Evaluated, side: Side): Judged[] {
  return evaluation[side].chips.map((values, i) => {
    const byBlock: Record<string, Float32Array> = {};
    const degrees: Record<string, number> = {};
    for (const { name } of comparedBy(evaluation.task)) {
      const array = evidence[`${side}/${name}`];
      if (!array) continue;
      const width = array.shape[1]!;
      const own = (array.data as Float32Array).subarray(i * width, (i + 1) * width);
      if (Number.isNaN(own[0])) continue;
      byBlock[name] = own;
      degrees[name] = evidence[`degrees/${name}`]!.data[0] as number;
    }
    return { values, evidence: { ...noEvidence, byBlock, degrees } };
  });
}
