import { addressOf, InputError, type Job } from '../../base/index.ts';
import { evaluateDesign, timeOf } from '../../pipeline/index.ts';
import { keyOf } from '../../random/index.ts';
import type { Evidence, JsonValue, Judged, Problem, Request } from '../problem.ts';
import type { DesignEvidence } from './evidence.ts';
import { asked, condensed } from './evidence.ts';
import { constraintNames, judgedBy } from './judge.ts';
import { type Designs, trainingOf } from './open-designs.ts';

/** The designs of a study as a problem: each request trains, programs and measures what no store has yet, in this process. */
export function designProblem(designs: Designs): Problem {
  const { space, goals, rungs } = designs;
  return {
    space,
    objectives: goals.objectives.map(({ name, unit, better, reference, of }) => ({
      name,
      unit,
      better,
      logarithmic: 'price' in of,
      ...(reference !== undefined && { reference }),
    })),
    constraints: constraintNames(goals).map(name => ({ name })),
    rungs: rungs.length,
    identity: identityOf(designs),
    training: point => designs.trainingAt(point),
    describe: point => described(designs, point),
    evaluate: (request, job) => evidenceFor(designs, request, job),
    judge: (_point, evidence): Judged => judgedBy(goals, evidence as readonly DesignEvidence[]),
  };
}

/** What else decides what trials find: the experiment, the data and what is asked of both. */
function identityOf({ study, prepared }: Designs): string {
  const { experiment, variables, objectives, constraints, fidelity } = study;
  return addressOf({ experiment, variables, objectives, constraints, fidelity, data: prepared.dataAddress });
}

/** What a trial is kept with: the sections of the experiment that make the design, or why there is none. */
function described(designs: Designs, point: Request['point']): JsonValue {
  try {
    const { network, posterior, hardware, transfer, sampling, architecture } = designs.experimentAt(point);
    const design = { network, posterior, hardware, transfer, sampling, ...(architecture && { architecture }) };
    return design as unknown as JsonValue;
  } catch (error) {
    if (error instanceof InputError) return { impossible: error.message };
    throw error;
  }
}

async function evidenceFor(designs: Designs, { point, rung }: Request, job: Job): Promise<Evidence> {
  const { goals, rungs } = designs;
  const { experiment, design, prepared } = await designs.at(point);
  const { chips, rows } = rungs[rung]!;
  const own = timeOf(design);
  const { metrics, times, prices } = asked(goals, own);
  const wanted = { metrics, times, chips, rows, perRow: true, prices: prices && rung === 0 };
  const found = await evaluateDesign(prepared, design, wanted, { key: keyOf(experiment.seed), job });
  return condensed(goals, own, { chips, rows }, found, prepared.data, trainingOf(design));
}
