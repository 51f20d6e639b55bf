import { type Job, partOf } from '../../base/index.ts';
import type { Posterior } from '../../bayes/index.ts';
import { type Dataset, sampleRows } from '../../data/index.ts';
import { deviceOf, procedureOf } from '../../device/index.ts';
import type { Design } from '../../experiment/index.ts';
import { fold, type Key } from '../../random/index.ts';
import { candidateLimits, programChip } from '../../transfer/index.ts';
import { measure } from '../../uncertainty/index.ts';
import { networkOf } from '../network-of.ts';
import { calibrationPlan } from '../planning.ts';
import { predictedOf } from '../predicted.ts';
import { openReading, type ReadingGiven, readingGiven } from '../reading.ts';
import type { Stage } from '../stage.ts';
import { turnOf } from '../turn.ts';
import { type ConvertersGiven, convertersFor, convertersGiven } from './converters.ts';

/** One candidate for the largest |w| and how its chips did on the validation split. */
export interface RangeCandidate {
  readonly limit: number;
  /** Mean negative log-likelihood over the candidate's chips, nats. */
  readonly nll: number;
}

/** The largest |w| that the cells of a weight hold, and how it was found. */
export interface RangeChoice {
  readonly limit: number;
  /** `given` in the design, `trained` for by the posterior, or the best of the candidates. */
  readonly by: 'given' | 'trained' | 'search';
  readonly candidates: readonly RangeCandidate[];
}

/** What a search depends on; a range that is given depends on nothing else. */
export type RangeGiven =
  | { readonly limit: number }
  | (ConvertersGiven & ReadingGiven & { readonly programming: Design['transfer']['programming'] });

/** Chips programmed for each candidate; their keys are never those of the evaluated chips. */
const chips = 4;

/** Validation rows that candidates are judged on at most. */
const mostRows = 512;

/**
 * Chooses the largest |w| that the cells of a weight can hold. A small one spends conductance range on few weights' tails, a
 * large one leaves all weights in the device's noise; which matters more shows only in the predictions, so candidates are
 * programmed on simulated chips of their own, a few copies each, and the best validation score wins.
 */
export const range: Stage<RangeGiven, 'data' | 'posterior', RangeChoice> = {
  name: 'range',
  per: [],
  needs: ['data', 'posterior'],
  project(design) {
    const { limit, programming, calibrationCopies } = design.transfer;
    if (limit !== 'search') return { limit };
    const reading = readingGiven(design);
    const sampling = { ...reading.sampling, samples: calibrationCopies };
    return { ...convertersGiven(design), ...reading, sampling, programming };
  },
  run(given, { data, posterior }, key, job) {
    if ('limit' in given) return { limit: given.limit, by: 'given', candidates: [] };
    const trained = given.transfer.method === 'deterministic' ? undefined : trainedRange(posterior);
    if (trained !== undefined) return { limit: trained, by: 'trained', candidates: [] };
    return searchRange(key, given, data, posterior, job);
  },
  bytes: () => 1 << 10,
  codec: {
    files: () => ['range.json'],
    encode: choice => ({ 'range.json': new TextEncoder().encode(`${JSON.stringify(choice, null, 2)}\n`) }),
    decode: files => JSON.parse(new TextDecoder().decode(files['range.json'])) as RangeChoice,
  },
};

async function searchRange(
  key: Key,
  given: Exclude<RangeGiven, { limit: number }>,
  data: Dataset,
  posterior: Posterior,
  job: Job,
): Promise<RangeChoice> {
  const built = networkOf(given, data);
  const { network } = built;
  const weights = network.matrices.reduce((total, m) => total + m.rows * m.columns, 0);
  const limits = candidateLimits(key, posterior, weights, given.transfer.method);
  const validation = sampleRows(data.validation, mostRows);
  const candidates: RangeCandidate[] = [];
  for (const [i, limit] of limits.entries()) {
    const plan = calibrationPlan(given, posterior, network.matrices, given.copies, limit, key);
    await turnOf(job);
    const readout = convertersFor(given, plan, data);
    await turnOf(job);
    let nll = 0;
    for (let c = 0; c < chips; c++) {
      const own = fold(fold(key, 'chip'), c);
      const chip = programChip(own, plan, deviceOf(given.device), procedureOf(given.programming));
      await turnOf(job);
      const reading = openReading(own, given, network, chip, readout, given.time);
      const { outputs } = await reading.outputs({ name: 'validation', ...validation }, { ...job, progress: () => {} });
      const predicted = predictedOf(built.model, data, outputs, validation, posterior.noiseStd);
      nll += measure(predicted, ['nll']).nll! / chips;
      partOf(job, i / limits.length, (i + 1) / limits.length).progress(
        (c + 1) / chips,
        `largest |w| ${limit.toFixed(2)}`,
      );
    }
    candidates.push({ limit, nll });
  }
  return { limit: bestOf(candidates).limit, by: 'search', candidates };
}

/** The candidate whose chips predict best. */
export const bestOf = (candidates: readonly RangeCandidate[]): RangeCandidate =>
  candidates.reduce((a, b) => (b.nll < a.nll ? b : a));

/** The weight range that a posterior was trained for, where its training knew the device. */
function trainedRange(posterior: Posterior): number | undefined {
  if (posterior.kind !== 'moments') return undefined;
  return posterior.tied?.limit ?? (posterior.info.limit as number | undefined);
}
