import { z } from 'zod';
import { outputsOf } from '../column-totals.ts';
import type { Compensation } from '../compensation.ts';
import { programmedCells, retainedOf } from './global.ts';

/** Shares of its conductance that each output of each copy has left over what was expected, [copies · outputs]. */
type Retained = Float64Array;

/**
 * One factor for every output of every copy, as `global` has one for all: columns lose unequally where their weights are of
 * unequal size, for weak states drift faster. A column of few cells is read with a larger relative noise.
 */
export const column = {
  name: 'column',
  summary:
    'each column of each copy is scaled by what its programmed cells lost to drift since they held the plan’s weights',
  schema: z.literal('column'),
  fit(observed) {
    const { now, programmed, expected } = observed.columns();
    return now.map((total, i) => retainedOf({ now: total, programmed: programmed[i]!, expected: expected[i]! }));
  },
  apply({ weights, variances }, retained: Retained, plan) {
    const outputs = outputsOf(plan);
    for (let i = 0; i < weights.length; i++) {
      const copy = Math.floor(i / plan.weights);
      const share = retained[copy * outputs.count + outputs.ofWeight[i % plan.weights]!]!;
      weights[i]! /= share;
      if (variances) variances[i]! /= share * share;
    }
  },
  cost: programmedCells,
} as const satisfies Compensation<Retained>;
