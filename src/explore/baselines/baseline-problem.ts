import { addressOf, InputError } from '../../base/index.ts';
import { keyOf } from '../../random/index.ts';
import { designProblem } from '../designs/design-problem.ts';
import type { DesignEvidence } from '../designs/evidence.ts';
import { judgedBy } from '../designs/judge.ts';
import { type Designs, trainingOf } from '../designs/open-designs.ts';
import type { JsonValue, Problem } from '../problem.ts';
import { type BaselineName, baselineAt, baselineEvidence, baselineSpace } from './baseline.ts';

/** A baseline of a study as a problem of its own: the same goals, judged on all rows to search on at once. */
export function baselineProblem(designs: Designs, name: BaselineName): Problem {
  const { objectives, constraints, identity, made, lacks } = designProblem(designs);
  const { goals, rungs, study } = designs;
  const { rows } = rungs.at(-1)!;
  const space = baselineSpace(designs.space, name);
  return {
    space,
    objectives,
    constraints,
    rungs: 1,
    identity: addressOf({ study: identity!, baseline: name, variables: space.variables }),
    made: { ...made, baseline: addressOf({ name, variables: space.variables }) },
    lacks: lacks!,
    describe(point): JsonValue {
      try {
        const { design, digital } = baselineAt(designs, name, point);
        return { network: design.network, posterior: design.posterior, ...digital } as unknown as JsonValue;
      } catch (error) {
        if (error instanceof InputError) return { impossible: error.message };
        throw error;
      }
    },
    training(point) {
      try {
        return trainingOf(baselineAt(designs, name, point).design);
      } catch (error) {
        if (error instanceof InputError) return undefined;
        throw error;
      }
    },
    evaluate: ({ point }, job) =>
      baselineEvidence(designs, name, point, { rows, key: keyOf(study.experiment.seed) }, job),
    judge: (_point, evidence) => judgedBy(goals, evidence as readonly DesignEvidence[]),
  };
}
