import { addressOf } from '../../base/index.ts';
import type { DeviceFactors } from '../../device/index.ts';
import type { Design } from '../../experiment/index.ts';
import { evaluateDesign, timeOf } from '../../pipeline/index.ts';
import { fold, type Key, keyOf } from '../../random/index.ts';
import { type Point, spaceOf } from '../../search/index.ts';
import { type BaselineName, baselineEvidence } from '../baselines/baseline.ts';
import { designProblem } from '../designs/design-problem.ts';
import { asked, condensed, type DesignEvidence } from '../designs/evidence.ts';
import { constraintNames, judgedBy } from '../designs/judge.ts';
import { correctionOf, type Designs, trainingOf } from '../designs/open-designs.ts';
import type { Problem, Request } from '../problem.ts';
import type { StudyFile } from '../study-file/study-file.ts';
import { chipsOfDraw, deviceFactors } from './device-draws.ts';

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
  /** Draws of the devices' own constants, in which the study's designs are programmed anew. */
  readonly devices: number;
}

/** What a piece of a confirmation is about: training 0 is the study's own, which a run of the design repeats. */
export interface Piece {
  /** Place among the designs of the confirmation. */
  readonly design: number;
  readonly training: number;
  /** Number of the draw of the device's constants, from 1; 0 for the device as its model says. */
  readonly device: number;
}

/** All pieces, those of one training after the other; then draws of devices, which are of the first fresh training. */
export const piecesOf = ({ designs, trainings, devices }: Confirmation): Piece[] => [
  ...numbers(trainings + 1).flatMap(training => designs.map((_, design) => ({ design, training, device: 0 }))),
  ...numbers(devices).flatMap(draw =>
    designs.flatMap(({ of }, design) => (of === undefined ? [{ design, training: 1, device: draw + 1 }] : [])),
  ),
];

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export const pieceOf = ({ design, training, device }: Point): Piece => ({
  design: Number(design),
  training: Number(training),
  device: Number(device),
});

/** A confirmation as a problem whose points are its pieces, so that it is worked on as a study is. */
export function confirmProblem(designs: Designs, confirmation: Confirmation): Problem {
  const { goals, study } = designs;
  return {
    space: spaceOf([
      { kind: 'ordered', name: 'design', values: confirmation.designs.map((_, design) => design) },
      { kind: 'integer', name: 'training', low: 0, high: confirmation.trainings },
      { kind: 'ordered', name: 'device', values: numbers(confirmation.devices + 1) },
    ]),
    objectives: goals.objectives.map(({ name, unit, better }) => ({ name, unit, better })),
    constraints: constraintNames(goals).map(name => ({ name })),
    rungs: 1,
    pieces: true,
    // How designs were found, such as the budget, decides nothing of what they are worth.
    identity: addressOf({ study: designProblem(designs).identity, seed: study.seed, ...confirmation }),
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
  const { design: place, training, device } = pieceOf(piece);
  const { of, point } = confirmation.designs[place]!;
  const key = keyOfTraining(study.experiment.seed, training);
  if (of !== undefined) {
    const rows = { split: 'test' as const, from: 0, count: designs.prepared.data.test.count };
    return baselineEvidence(designs, of, point, { rows, key, again: true }, job);
  }
  const { experiment, design: nominal, prepared } = await designs.at(point);
  const design = device === 0 ? nominal : { ...nominal, actual: drawnDevice(nominal, study, confirmation, device) };
  const own = timeOf(design);
  const { metrics, times, prices } = asked(goals, own);
  const chips = numbers(device === 0 ? confirmation.chips : Math.min(confirmation.chips, chipsOfDraw));
  const rows = { split: 'test' as const, from: 0, count: prepared.data.test.count };
  const wanted = {
    metrics,
    times,
    chips,
    rows,
    ...correctionOf(experiment, prepared),
    perRow: true,
    prices: prices && device === 0,
    bill: prices && device === 0,
  };
  const found = await evaluateDesign(prepared, design, wanted, { key, job });
  return condensed(goals, own, { chips, rows }, found, prepared.data, trainingOf(design), device === 0);
}

function drawnDevice(
  { hardware: { device } }: Design,
  { seed }: Pick<StudyFile, 'seed'>,
  { devices }: Confirmation,
  draw: number,
): DeviceFactors {
  const name = 'preset' in device ? device.preset : device.path;
  return deviceFactors(fold(keyOf(seed), 'device constants'), name, devices)[draw - 1]!;
}

/** All that is random in a training and on its chips. */
const keyOfTraining = (seed: number, training: number): Key =>
  training === 0 ? keyOf(seed) : fold(fold(keyOf(seed), 'confirm'), training);
