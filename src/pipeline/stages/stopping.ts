import { z } from 'zod';
import { inTurns, type Job } from '../../base/index.ts';
import { type Dataset, sampleRows } from '../../data/index.ts';
import { deviceOf, procedureOf } from '../../device/index.ts';
import type { Design } from '../../experiment/index.ts';
import { probabilities } from '../../inference/index.ts';
import { fold } from '../../random/index.ts';
import { programInPieces } from '../../transfer/index.ts';
import {
  calibrateStopping,
  type Stopping,
  type StoppingPromise,
  type Trajectory,
  trajectoryOf,
} from '../../uncertainty/index.ts';
import { timeOf } from '../design-facts.ts';
import { jsonCodec } from '../json-codec.ts';
import { type NetworkGiven, networkGiven, networkOf } from '../network-of.ts';
import { openReading, type Reading, type ReadingGiven, readingGiven } from '../reading.ts';
import type { Stage } from '../stage.ts';

export interface StoppingGiven extends NetworkGiven, ReadingGiven {
  readonly programming: Design['transfer']['programming'];
  readonly time: number;
}

const shape = z
  .object({
    risk: z.number(),
    error: z.number(),
    nll: z.number().optional(),
    // Where nothing can be promised all samples are taken, and the margin that stops is infinite: null in JSON.
    lambda: z.union([z.number(), z.null().transform(() => Number.POSITIVE_INFINITY)]),
    samples: z.number(),
    pairs: z.number(),
    losses: z.number(),
    nllLoss: z.number().optional(),
    pValue: z.number(),
    meanSamples: z.number(),
    samples99: z.number(),
    fixedSamples: z.number(),
  })
  .nullable();

/**
 * Calibrates when predictions stop: every validation row is asked of a simulated chip of its own, made for it and discarded, so
 * that the promise is about the next chip and the next row. Null where the design takes all samples.
 */
export const stopping: Stage<StoppingGiven, 'data' | 'posterior' | 'plan' | 'converters', Stopping | null> = {
  name: 'stopping',
  per: [],
  needs: ['data', 'posterior', 'plan', 'converters'],
  without: ({ sampling }) => sampling.stopping === undefined,
  project: design => ({
    ...networkGiven(design),
    ...readingGiven(design),
    programming: design.transfer.programming,
    time: timeOf(design),
  }),
  async run(given, { data, posterior, plan, converters }, key, job) {
    const asked = given.sampling.stopping!;
    const { network } = networkOf(given, data);
    const device = deviceOf(given.device);
    const procedure = procedureOf(given.programming);
    const rows = sampleRows(data.validation, asked.pairs);
    const width = rows.inputs.length / rows.count;
    const quiet = { ...job, progress: () => {} };
    const trajectories: Trajectory[] = [];
    for (let pair = 0; pair < rows.count; pair++) {
      const own = fold(key, pair);
      const chip = await inTurns(programInPieces(fold(own, 'chip'), plan, device, procedure), quiet);
      const reading = await openReading(
        own,
        given,
        network,
        posterior,
        chip,
        converters,
        given.time,
        data.validation,
        quiet,
      );
      const inputs = rows.inputs.subarray(pair * width, (pair + 1) * width);
      const { outputs } = await reading.outputs({ name: 'validation', inputs, count: 1 }, quiet);
      trajectories.push(
        trajectoryOf(probabilities(outputs), outputs.samples, outputs.outputs, rows.labels[pair], asked.nll),
      );
      job.progress((pair + 1) / rows.count, `chip ${pair + 1} of ${rows.count}, each for one row`);
    }
    return calibrateStopping(trajectories, asked);
  },
  bytes: () => 1 << 9,
  codec: jsonCodec('stopping.json', shape),
};

/** The same for one chip, measured rather than simulated: rows are fresh, and the promise is given this chip. */
export async function stoppingOfChip(
  reading: Reading,
  data: Dataset,
  promise: StoppingPromise,
  job: Job,
): Promise<Stopping> {
  const { inputs, count, labels } = data.validation;
  const trajectories: Trajectory[] = [];
  const quiet = { ...job, progress: () => {} };
  await reading.blocks({ name: 'validation', inputs, count }, quiet, (block, row) => {
    const { samples, count, outputs } = block;
    const p = probabilities(block);
    for (let n = 0; n < count; n++) {
      const own = new Float32Array(samples * outputs);
      for (let s = 0; s < samples; s++) {
        own.set(p.subarray((s * count + n) * outputs, (s * count + n + 1) * outputs), s * outputs);
      }
      trajectories.push(trajectoryOf(own, samples, outputs, labels[row + n], promise.nll));
    }
  });
  return calibrateStopping(trajectories, promise);
}
