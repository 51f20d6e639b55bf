import { z } from 'zod';
import { inTurns, type Job } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import { type Dataset, sampleRows } from '../data/index.ts';
import { deviceOf, procedureOf } from '../device/index.ts';
import { actualDevice, type Design, type Experiment } from '../experiment/index.ts';
import { type Outputs, probabilities, sourceOf, type UncertaintyPart } from '../inference/index.ts';
import { fold, type Key, permutation } from '../random/index.ts';
import { planOfCopy, programInPieces } from '../transfer/index.ts';
import {
  classRead,
  gathered,
  type Interval,
  levelEntropies,
  type NestedUnit,
  nestedEstimate,
  targetRead,
} from '../uncertainty/index.ts';
import { jsonCodec, writtenNumber } from './json-codec.ts';
import { type BuiltNetwork, type NetworkGiven, networkGiven, networkOf } from './network-of.ts';
import { type CalibrationGiven, calibrationGiven, planOf } from './planning.ts';
import { targetSamples } from './predicted.ts';
import { openReading, type ReadingGiven, readingGiven } from './reading.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';

/** How many of each: chips, weight vectors on each, programmings of each, reads of each, and test rows. */
export type PartSizes = Omit<Experiment['evaluate']['uncertainty'], 'report'>;

/** One part of the uncertainty. */
export interface PartOfUncertainty extends Interval {
  /** Information, nats, mean over rows, and the same from half the weight vectors, programmings and reads: what they differ by is about its bias. Absent for targets. */
  readonly entropy?: { readonly mean: number; readonly halved: number };
}

/**
 * Whose uncertainty it is: variance of predictions by what it comes from, summed over classes or targets, mean over test rows,
 * with 95 % intervals over chips. The parts and `aleatoric` add up to `total`.
 */
export interface UncertaintyParts extends Readonly<Partial<Record<UncertaintyPart, PartOfUncertainty>>> {
  /** What one prediction leaves open: 1 − Σ p² of classes, the variance of targets. */
  readonly aleatoric: Interval;
  /** 1 − Σ p̄² of classes. */
  readonly total: Interval;
  readonly sizes: PartSizes;
  /** Time after programming, s. */
  readonly time: number;
}

const interval = { mean: writtenNumber, low: writtenNumber, high: writtenNumber };
const part = z.object({ ...interval, entropy: z.object({ mean: writtenNumber, halved: writtenNumber }).optional() });
const shape = z.object({
  posterior: part.optional(),
  deviceToDevice: part.optional(),
  cycleToCycle: part.optional(),
  read: part.optional(),
  aleatoric: z.object(interval),
  total: z.object(interval),
  sizes: z.object({
    chips: z.number(),
    draws: z.number(),
    programmings: z.number(),
    reads: z.number(),
    rows: z.number(),
  }),
  time: z.number(),
});

interface PartsGiven extends NetworkGiven, CalibrationGiven, ReadingGiven {
  readonly programming: Design['transfer']['programming'];
  readonly sizes: PartSizes;
  readonly at: number;
}

/**
 * Simulates chips in a balanced nested design, chip → weight vector → programming → read, at `at` seconds after programming.
 * A chip keeps what its cells and converters are born with; every programming draws the rest anew. Reads are far apart, so that
 * they share no noise. Of one chip, all is given that device.
 */
export const uncertaintyOf = (
  sizes: PartSizes,
  at: number,
): Stage<PartsGiven, 'data' | 'posterior' | 'range' | 'converters', UncertaintyParts> => ({
  name: 'uncertainty',
  per: [],
  needs: ['data', 'posterior', 'range', 'converters'],
  project: design => ({
    ...networkGiven(design),
    ...calibrationGiven(design),
    ...readingGiven(design),
    device: actualDevice(design),
    programming: design.transfer.programming,
    sizes,
    at,
  }),
  async run(given, { data, posterior, range, converters }, key, job) {
    const built = networkOf(given, data);
    const { network } = built;
    const draws = posterior.kind === 'samples' ? Math.max(2, Math.min(sizes.draws, posterior.count)) : sizes.draws;
    const { inputs, count } = sampleRows(data.test, sizes.rows);
    const device = deviceOf(given.device);
    const procedure = procedureOf(given.programming);
    const sampling = { entropy: 'frozen', samples: 1 } as const;
    const quiet = { ...job, progress: () => {} };
    const chip = async (number: number): Promise<Branches> => {
      const own = fold(key, number);
      const shuffled = inOrderOf(fold(own, 'posterior'), posterior);
      const vectors = fold(own, 'plan');
      const plan = await planOf(vectors, given, shuffled, network.matrices, draws, range.ranges, quiet);
      return branches(draws, draw =>
        branches(sizes.programmings, async programming => {
          const name = `${draw} ${programming}`;
          const one = planOfCopy(plan, draw % plan.copies);
          const cells = await inTurns(
            programInPieces(fold(own, name), one, device, procedure, fold(own, 'device')),
            quiet,
          );
          const reading = await openReading(
            own,
            { ...given, sampling },
            network,
            posterior,
            cells,
            converters,
            at,
            data.validation,
            quiet,
          );
          const reads: NestedUnit[] = [];
          for (let read = 0; read < sizes.reads; read++) {
            const { outputs } = await reading.outputs({ name: `${name} ${read}`, inputs, count }, quiet);
            reads.push(readOf(built, data, outputs, posterior.noiseStd));
          }
          return { all: gathered(reads), half: gathered(reads.slice(0, halfOf(sizes.reads))), below: [] };
        }),
      );
    };
    const chips: Branches[] = [];
    for (let i = 0; i < sizes.chips; i++) {
      chips.push(await chip(i));
      job.progress((i + 1) / sizes.chips, `chip ${i + 1} of ${sizes.chips}`);
    }
    return estimated({ ...sizes, draws, rows: count }, at, sizes.chips > 1 ? chips : chips[0]!.below, sizes.chips > 1);
  },
  bytes: () => 1 << 11,
  codec: jsonCodec('uncertainty.json', shape),
});

/**
 * The same for an experiment, at its headline time, with the sizes that it asks for; undefined where its source does not read
 * weights that were programmed.
 */
export async function uncertaintyOfSubject(
  { own, design, experiment, headlineTime }: Pick<Subject, 'own' | 'design' | 'experiment' | 'headlineTime'>,
  job?: Job,
): Promise<UncertaintyParts | undefined> {
  if (!sourceOf(design.sampling).wants) return undefined;
  const { report: _report, ...sizes } = experiment.evaluate.uncertainty;
  return own.run(uncertaintyOf(sizes, headlineTime), {}, job);
}

/** Branches of one level together: all of them, and half of them with half of what is below each. */
interface Branches {
  readonly all: NestedUnit;
  readonly half: NestedUnit;
  readonly below: readonly Branches[];
}

const halfOf = (count: number): number => Math.max(1, Math.floor(count / 2));

async function branches(count: number, make: (index: number) => Promise<Branches>): Promise<Branches> {
  const below: Branches[] = [];
  for (let i = 0; i < count; i++) below.push(await make(i));
  return {
    all: gathered(below.map(({ all }) => all)),
    half: gathered(below.slice(0, halfOf(count)).map(({ half }) => half)),
    below: below.map(({ all, half }) => ({ all, half, below: [] })),
  };
}

const upward = ['read', 'cycleToCycle', 'posterior', 'deviceToDevice'] as const satisfies readonly UncertaintyPart[];

function estimated(sizes: PartSizes, time: number, top: readonly Branches[], severalChips: boolean): UncertaintyParts {
  const found = nestedEstimate(top.map(({ all }) => all));
  const [entropies, halved] = [top.map(({ all }) => all), top.map(({ half }) => half)].map(of =>
    levelEntropies(gathered(of)),
  ) as [number[], number[]];
  const known = severalChips ? upward : upward.slice(0, -1);
  const parts = known.map((name, level) => {
    const entropy = entropies.length > 0 && { mean: entropies[level]!, halved: halved[level]! };
    return [name, { ...found.levels[level]!, ...(entropy && { entropy }) }] as const;
  });
  return { ...Object.fromEntries(parts), aleatoric: found.aleatoric, total: found.total, sizes, time };
}

/** Draws of a posterior in another order, so that chips carry other ones; moments and the rest are drawn by key. */
function inOrderOf(key: Key, posterior: Posterior): Posterior {
  if (posterior.kind !== 'samples') return posterior;
  const { samples, size, count } = posterior;
  const moved = new Float32Array(samples.length);
  const order = permutation(key, count);
  for (let s = 0; s < count; s++) moved.set(samples.subarray(order[s]! * size, (order[s]! + 1) * size), s * size);
  return { ...posterior, samples: moved, best: order.indexOf(posterior.best) };
}

/** The one sample of a prediction. */
function readOf({ model }: BuiltNetwork, data: Dataset, outputs: Outputs, noise?: Float64Array): NestedUnit {
  if (data.task === 'classification') return classRead(Float64Array.from(probabilities(outputs)), outputs.outputs);
  const { means, stds, outputs: targets } = targetSamples(model, data, outputs, noise);
  return targetRead(
    Float64Array.from(means),
    Float64Array.from(stds, std => std * std),
    targets,
  );
}
