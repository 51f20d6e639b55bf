import { z } from 'zod';
import { inTurns, type Job, partOf } from '../../base/index.ts';
import { bestPoint, type Posterior } from '../../bayes/index.ts';
import { type Dataset, sampleRows } from '../../data/index.ts';
import { deviceOf, procedureOf } from '../../device/index.ts';
import type { Design } from '../../experiment/index.ts';
import { largestInputs, type WeightRanges } from '../../network/index.ts';
import { fold, type Key } from '../../random/index.ts';
import {
  holdsExactly,
  largestSizes,
  posteriorSizes,
  programInPieces,
  type RangeRequest,
  withClipped,
} from '../../transfer/index.ts';
import { jsonCodec, rangesShape, writtenNumber } from '../json-codec.ts';
import { type NetworkGiven, networkGiven, networkOf } from '../network-of.ts';
import { calibrationPlan } from '../planning.ts';
import { predictedOf } from '../predicted.ts';
import { openReading, type ReadingGiven, readingGiven } from '../reading.ts';
import type { Stage } from '../stage.ts';
import { trainedNll } from '../trained-nll.ts';
import { type ConvertersGiven, convertersFor, convertersGiven } from './converters.ts';

/** One candidate for the ranges and how its chips did on the validation split. */
export interface RangeCandidate {
  /** Share of the weights that share a range which it holds. */
  readonly share: number;
  /** Mean negative log-likelihood over the candidate's chips, nats; rows count as their class did in training. */
  readonly nll: number;
}

/** The largest |w| that the cells of each matrix hold, and how it was found. */
export interface RangeChoice {
  /**
   * `given` in the design, `trained` for by the posterior, `exact` where the cells hold every weight without error and the
   * ranges hold all weights, or the best of the candidates.
   */
  readonly by: 'given' | 'trained' | 'exact' | 'search';
  readonly ranges: WeightRanges;
  readonly candidates: readonly RangeCandidate[];
}

const choiceShape = z.object({
  by: z.enum(['given', 'trained', 'exact', 'search']),
  ranges: rangesShape,
  candidates: z.array(z.object({ share: z.number(), nll: writtenNumber })),
});

/** What every choice depends on: the sizes of the weights and of the inputs. */
interface SizesGiven extends NetworkGiven {
  readonly transfer: { readonly method: string };
  readonly sharing: Design['hardware']['weightRange'];
}

/** What a search depends on; ranges that are given depend on sizes alone. */
export type RangeGiven =
  | (SizesGiven & { readonly limit: Exclude<Design['transfer']['limit'], 'search'> })
  | (SizesGiven & ConvertersGiven & ReadingGiven & { readonly programming: Design['transfer']['programming'] });

/** Chips programmed for each candidate; their keys are never those of the evaluated chips. */
const chips = 4;

/** Validation rows that candidates are judged on, and that inputs are looked at for, at most. */
const mostRows = 512;

/** Shares of the weights that candidates hold. */
const shares = [0.8, 0.9, 0.95, 0.975, 0.99, 0.999, 1];

/**
 * Chooses the largest |w| that the cells of a weight can hold, for every matrix. Small ones spend conductance range on few
 * weights' tails, large ones leave all weights in the device's noise; which matters more shows only in the predictions, so
 * candidates are programmed on simulated chips of their own, a few copies each, and the best validation score wins. A candidate
 * is one share: the range of every layer (or column) is that quantile of its own weights.
 */
export const range: Stage<RangeGiven, 'data' | 'posterior', RangeChoice> = {
  name: 'range',
  per: [],
  needs: ['data', 'posterior'],
  project(design) {
    const { limit, programming, calibrationCopies } = design.transfer;
    const sharing = design.hardware.weightRange;
    if (limit !== 'search') return { ...networkGiven(design), transfer: methodOf(design), sharing, limit };
    const reading = readingGiven(design);
    const sampling = { ...reading.sampling, samples: calibrationCopies };
    return { ...convertersGiven(design), ...reading, sampling, programming, sharing };
  },
  async run(given, { data, posterior }, key, job) {
    const { network } = networkOf(given, data);
    const { inputs, count } = sampleRows(data.validation, mostRows);
    const request: RangeRequest = {
      posterior,
      matrices: network.matrices,
      transfer: given.transfer,
      sharing: given.sharing,
      inputs: largestInputs(network, bestPoint(posterior), inputs, count),
    };
    const { ranges, ...how } = await choose(key, given, request, data, job);
    return { ...how, ranges: await inTurns(withClipped(key, request, ranges), job) };
  },
  bytes: ({ ranges }) =>
    8 * ranges.reduce((total, { limit }) => total + (typeof limit === 'number' ? 1 : limit.length), 128),
  codec: jsonCodec('range.json', choiceShape),
};

/** The transfer without what does not decide which weights are asked for. */
function methodOf({ transfer }: Design): SizesGiven['transfer'] {
  const { limit: _limit, programming: _programming, calibrationCopies: _copies, ...method } = transfer;
  return method;
}

async function choose(
  key: Key,
  given: RangeGiven,
  request: RangeRequest,
  data: Dataset,
  job: Job,
): Promise<RangeChoice> {
  if ('limit' in given) {
    const { limit } = given;
    const limits = request.matrices.map(({ name }) => (typeof limit === 'number' ? limit : limit[name]!));
    const sizes = await inTurns(posteriorSizes(key, request), job);
    return { by: 'given', ranges: sizes.within(limits), candidates: [] };
  }
  const trained = given.transfer.method === 'deterministic' ? undefined : trainedRanges(request.posterior);
  if (trained) return { by: 'trained', ranges: trained, candidates: [] };
  if (isExact(given)) {
    const sizes = await inTurns(largestSizes(request), job);
    return { by: 'exact', ranges: await inTurns(sizes.holding(1), job), candidates: [] };
  }
  return searchRanges(key, given, request, data, job);
}

type Searched = Exclude<RangeGiven, { limit: unknown }>;

/** Whether nothing is to be traded against weights that are cut: cells, wires and reads add no error of their own. */
function isExact({ device: reference, mapping, mappings = {}, time, readNoise, wires }: Searched): boolean {
  const device = deviceOf(reference);
  const all = [mapping, ...Object.values(mappings)];
  return !wires && !(readNoise && device.read) && all.every(own => holdsExactly(device, own, time));
}

async function searchRanges(
  key: Key,
  given: Searched,
  request: RangeRequest,
  data: Dataset,
  job: Job,
): Promise<RangeChoice> {
  const built = networkOf(given, data);
  const { network } = built;
  const { posterior } = request;
  const sizes = await inTurns(posteriorSizes(key, request), job);
  const held = [];
  for (const share of shares) held.push({ share, ranges: await inTurns(sizes.holding(share), job) });
  const tried = distinct(held);
  const validation = sampleRows(data.validation, mostRows);
  const candidates: RangeCandidate[] = [];
  for (const [i, { share, ranges }] of tried.entries()) {
    const plan = await calibrationPlan(given, posterior, network.matrices, given.copies, ranges, key, job);
    const readout = await convertersFor(given, plan, data, job);
    let nll = 0;
    for (let c = 0; c < chips; c++) {
      const own = fold(fold(key, 'chip'), c);
      const programmed = programInPieces(own, plan, deviceOf(given.device), procedureOf(given.programming));
      const chip = await inTurns(programmed, job);
      const reading = await openReading(own, given, network, posterior, chip, readout, given.time, validation, job);
      const { outputs } = await reading.outputs({ name: 'validation', ...validation }, { ...job, progress: () => {} });
      const predicted = predictedOf(built.model, data, outputs, validation, posterior.noiseStd);
      nll += trainedNll(predicted, validation.labels, posterior) / chips;
      partOf(job, i / tried.length, (i + 1) / tried.length).progress(
        (c + 1) / chips,
        `ranges that hold ${Number((100 * share).toPrecision(3))} % of the weights`,
      );
    }
    candidates.push({ share, nll });
  }
  const best = bestOf(candidates);
  return { by: 'search', ranges: tried.find(({ share }) => share === best.share)!.ranges, candidates };
}

/** The candidate whose chips predict best. */
export const bestOf = (candidates: readonly RangeCandidate[]): RangeCandidate =>
  candidates.reduce((a, b) => (b.nll < a.nll ? b : a));

/** One of each of candidates with the same ranges. */
function distinct<C extends { readonly ranges: WeightRanges }>(candidates: readonly C[]): C[] {
  const names = candidates.map(({ ranges }) => JSON.stringify(ranges));
  return candidates.filter((_, i) => names.indexOf(names[i]!) === i);
}

/** The weight ranges that a posterior was trained for, where its training knew the device. */
const trainedRanges = (posterior: Posterior): WeightRanges | undefined =>
  posterior.kind === 'moments' ? posterior.ranges : undefined;
