import { addressOf, formatDuration, InputError, type Job } from '../../base/index.ts';
import { evaluateDesign, timeOf } from '../../pipeline/index.ts';
import { keyOf } from '../../random/index.ts';
import { dataPart } from '../header.ts';
import type { Evidence, JsonValue, Judged, Objective, Problem, Request } from '../problem.ts';
import type { Goals } from '../study-file/goals.ts';
import type { DesignEvidence } from './evidence.ts';
import { asked, condensed, labelOf } from './evidence.ts';
import { constraintNames, judgedBy } from './judge.ts';
import { correctionOf, type Designs, trainingOf } from './open-designs.ts';

/** The designs of a study as a problem: each request trains, programs and measures what no store has yet, in this process. */
export function designProblem(designs: Designs): Problem {
  const { space, goals, rungs } = designs;
  return {
    space,
    objectives: objectivesOf(goals),
    constraints: constraintNames(goals).map(name => ({ name })),
    rungs: rungs.length,
    identity: identityOf(designs),
    made: madeOf(designs),
    lacks: (evidence, rung) => lackIn(goals, evidence as DesignEvidence, rung),
    training: point => designs.trainingAt(point),
    describe: point => described(designs, point),
    evaluate: (request, job) => evidenceFor(designs, request, job),
    judge: (_point, evidence): Judged => judgedBy(goals, evidence as readonly DesignEvidence[]),
  };
}

/** Objectives as a search sees them: of prices equal ratios count alike. */
export const objectivesOf = ({ objectives }: Pick<Goals, 'objectives'>): Objective[] =>
  objectives.map(({ name, unit, better, reference, of }) => ({
    name,
    unit,
    better,
    logarithmic: 'price' in of,
    ...(reference !== undefined && { reference }),
  }));

/** What else decides what trials find: where evidence comes from, and what is asked of it. */
function identityOf(designs: Designs): string {
  const { objectives, constraints } = designs.study;
  return addressOf({ made: madeOf(designs), objectives, constraints });
}

/** The experiment, its files, the data and the evidence that there is of each design, each by name. */
function madeOf({ study, prepared, files }: Designs): Readonly<Record<string, string>> {
  const { experiment, variables, fidelity } = study;
  return {
    experiment: addressOf(experiment),
    variables: addressOf(variables),
    fidelity: addressOf(fidelity),
    [dataPart]: prepared.dataAddress,
    ...Object.fromEntries(Object.entries(files).map(([field, address]) => [`${dataPart}.${field}`, address])),
    ...(Object.keys(prepared.deviceFiles).length > 0 && {
      'experiment.hardware.device': addressOf(prepared.deviceFiles),
    }),
  };
}

/** What goals ask for that evidence does not have. */
export function lackIn(
  { objectives, limits }: Goals,
  { values, prices }: DesignEvidence,
  rung: number,
): string | undefined {
  const missing = [...objectives, ...limits.map(({ goal }) => goal)].flatMap(({ of }) => {
    if ('price' in of) return rung > 0 || prices?.[of.price] !== undefined ? [] : [of.price];
    return values[labelOf(of.metric, of.at)]
      ? []
      : [of.at === undefined ? of.metric : `${of.metric} after ${formatDuration(of.at)}`];
  });
  return missing.length === 0 ? undefined : [...new Set(missing)].join(', ');
}

/** What a trial is kept with: the sections of the experiment that make the design, or why there is none. */
function described(designs: Designs, point: Request['point']): JsonValue {
  try {
    const { network, posterior, hardware, transfer, sampling, architecture, evaluate } = designs.experimentAt(point);
    const { calibration } = evaluate;
    const design = {
      network,
      posterior,
      hardware,
      transfer,
      sampling,
      ...(architecture && { architecture }),
      evaluate: { calibration },
    };
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
  const correction = correctionOf(experiment, prepared);
  const wanted = { metrics, times, chips, rows, ...correction, perRow: true, prices: prices && rung === 0 };
  const found = await evaluateDesign(prepared, design, wanted, { key: keyOf(experiment.seed), job });
  return condensed(goals, own, { chips, rows }, found, prepared.data, trainingOf(design));
}
