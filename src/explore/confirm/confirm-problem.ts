import { addressOf } from '../../base/index.ts';
import { evaluateDesign, timeOf } from '../../pipeline/index.ts';
import { fold, type Key, keyOf } from '../../random/index.ts';
import { type Point, spaceOf } from '../../search/index.ts';
import { type BaselineName, baselineEvidence } from '../baselines/baseline.ts';
import { asked, condensed, type DesignEvidence } from '../designs/evidence.ts';
import { constraintNames, judgedBy } from '../designs/judge.ts';
import { type Designs, trainingOf } from '../designs/open-designs.ts';
import type { Problem, Request } from '../problem.ts';

/** What is to be judged again: a design of a study, or of one of its baselines, by the number of its trial. */
export interface Contender {
  /** The baseline whose design it is; the study itself where absent. */
  readonly of?: BaselineName;
  readonly trial: number;
  readonly point: Point;
}

/** Designs that are to be judged again, on rows, chips and trainings that no search has seen. */
export interface Confirmation {
  readonly designs: readonly Contender[];
  /** Chips of each training: those that a run has, from number 0 on. */
  readonly chips: number;
  /** Trainings besides the study's own. */
  readonly trainings: number;
}

/** What a piece of a confirmation is about: training 0 is the study's own, which a run of the design repeats. */
export interface Piece {
  /** Place among the designs of the confirmation. */
  readonly design: number;
  readonly training: number;
}

/** All pieces, those of one training after the other. */
export const piecesOf = ({ designs, trainings }: Confirmation): Piece[] =>
  Array.from({ length: trainings + 1 }, (_, training) => designs.map((_, design) => ({ design, training }))).flat();

export const pieceOf = (point: Point): Piece => ({ design: Number(point.design), training: Number(point.training) });

/** A confirmation as a problem whose points are its pieces, so that it is worked on as a study is. */
export function confirmProblem(designs: Designs, confirmation: Confirmation): Problem {
  const { goals, study } = designs;
  return {
    space: spaceOf([
      { kind: 'ordered', name: 'design', values: confirmation.designs.map((_, design) => design) },
      { kind: 'integer', name: 'training', low: 0, high: confirmation.trainings },
    ]),
    objectives: goals.objectives.map(({ name, unit, better }) => ({ name, unit, better })),
    constraints: constraintNames(goals).map(name => ({ name })),
    rungs: 1,
    identity: addressOf({
      study: { ...study, file: '', place: '' },
      data: designs.prepared.dataAddress,
      ...confirmation,
    }),
    describe: () => null,
    evaluate: (request, job) => confirmed(designs, confirmation, request, job),
    judge: (_point, evidence) => judgedBy(goals, evidence as readonly DesignEvidence[]),
  };
}

async function confirmed(
  designs: Designs,
  confirmation: Confirmation,
  { point: piece }: Request,
  job: Parameters<Problem['evaluate']>[1],
): Promise<DesignEvidence> {
  const { goals, study } = designs;
  const { design: place, training } = pieceOf(piece);
  const { of, point } = confirmation.designs[place]!;
  const key = keyOfTraining(study.experiment.seed, training);
  if (of !== undefined) {
    const rows = { split: 'test' as const, from: 0, count: designs.prepared.data.test.count };
    return baselineEvidence(designs, of, point, { rows, key, again: true }, job);
  }
  const { design, prepared } = await designs.at(point);
  const own = timeOf(design);
  const { metrics, times, prices } = asked(goals, own);
  const chips = Array.from({ length: confirmation.chips }, (_, chip) => chip);
  const rows = { split: 'test' as const, from: 0, count: prepared.data.test.count };
  const wanted = { metrics, times, chips, rows, perRow: true, prices, bill: prices };
  const found = await evaluateDesign(prepared, design, wanted, { key, job });
  return condensed(goals, own, { chips, rows }, found, prepared.data, trainingOf(design), true);
}

/** All that is random in a training and on its chips. */
const keyOfTraining = (seed: number, training: number): Key =>
  training === 0 ? keyOf(seed) : fold(fold(keyOf(seed), 'confirm'), training);
