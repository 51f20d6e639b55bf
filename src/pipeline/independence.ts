import type { Job } from '../base/index.ts';
import { type Posterior, posteriorMean, posteriorStd } from '../bayes/index.ts';
import { sampleRows } from '../data/index.ts';
import { actualDevice } from '../experiment/index.ts';
import { probabilities, type WeightLaw } from '../inference/index.ts';
import { type Interval, interval } from '../uncertainty/index.ts';
import { type NetworkGiven, networkGiven, networkOf } from './network-of.ts';
import { openReading, type ReadingGiven, readingGiven } from './reading.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';

/** What the samples of one chip are worth, and how near its weights are to the trained ones. */
export interface Independence {
  /** Variance of one sample's prediction over starts, the chip given, and that of the mean over samples; means over rows and outputs. */
  readonly single: number;
  readonly averaged: number;
  /** Mean square distance of the realised laws of weights from the trained ones (2-Wasserstein of their normals), and mean variance trained. */
  readonly distance?: number;
  readonly variance: number;
}

interface IndependenceGiven extends NetworkGiven, ReadingGiven {
  readonly time: number;
}

/** Starts of the same chip, rows that are looked at, and chips where a prediction asks. */
const starts = 8;
const mostChips = 8;
const mostRows = 64;

/** How far samples of a chip at a time are independent: it predicts the same rows again and again, starting anew each time. */
export const independence: Stage<IndependenceGiven, 'data' | 'posterior' | 'converters' | 'chip', Independence> = {
  name: 'independence',
  per: ['chip', 'time'],
  needs: ['data', 'posterior', 'converters', 'chip'],
  project: (design, { time }) => ({
    ...networkGiven(design),
    ...readingGiven(design),
    device: actualDevice(design),
    time: time!,
  }),
  async run(given, { data, posterior, converters, chip }, key, job) {
    const { network } = networkOf(given, data);
    const reading = await openReading(
      key,
      given,
      network,
      posterior,
      chip,
      converters,
      given.time,
      data.validation,
      job,
    );
    const rows = { name: 'test', ...sampleRows(data.test, mostRows) };
    const quiet = { ...job, progress: () => {} };
    const predictions: Float32Array[] = [];
    let samples = 1;
    for (let start = 0; start < starts; start++) {
      const outputs = await reading.again(start, rows, quiet);
      samples = outputs.samples;
      predictions.push(data.task === 'classification' ? probabilities(outputs) : outputs.values);
    }
    return { ...overStarts(predictions, samples), ...fromTrained(posterior, reading.law()) };
  },
  bytes: () => 128,
};

/** Variances below this share of a prediction's scale are those of rounding. */
const nothing = 1e-12;

/**
 * Independent samples that those of a chip are worth, given the chip: Var(p)/Var(p̄) of the means over chips, with the interval of the jackknife over chips; null where
 * a chip draws nothing anew.
 */
export function samplesWorth(chips: readonly Independence[]): Interval | null {
  const sum = (of: (one: Independence) => number) => chips.reduce((total, one) => total + of(one), 0);
  const [single, averaged] = [sum(one => one.single), sum(one => one.averaged)];
  if (!(averaged > nothing * chips.length)) return null;
  if (chips.length === 1) return interval([single / averaged]);
  const { length } = chips;
  // Pseudo-values: their mean takes the bias of a ratio out, and their spread says what it is worth.
  const pseudo = chips.map(
    one => (length * single) / averaged - ((length - 1) * (single - one.single)) / (averaged - one.averaged),
  );
  return interval(pseudo, [0, Number.POSITIVE_INFINITY]);
}

/** The same of the first chips of an experiment, `mostChips` at most, at its headline time. */
export async function samplesWorthOf(
  { own, chips, headlineTime }: Pick<Subject, 'own' | 'chips' | 'headlineTime'>,
  job: Job,
): Promise<Interval | null> {
  const quiet = { ...job, progress: () => {} };
  const found: Independence[] = [];
  for (const [i, chip] of chips.slice(0, mostChips).entries()) {
    found.push(await own.run(independence, { chip, time: headlineTime }, quiet));
    job.progress((i + 1) / Math.min(chips.length, mostChips));
  }
  return samplesWorth(found);
}

/** Variances over starts of predictions [samples, rows, outputs] and of their means over samples. */
function overStarts(predictions: readonly Float32Array[], samples: number): Pick<Independence, 'single' | 'averaged'> {
  const size = predictions[0]!.length / samples;
  const means = predictions.map(values => {
    const out = new Float32Array(size);
    for (let i = 0; i < values.length; i++) out[i % size]! += values[i]! / samples;
    return out;
  });
  return { single: meanVariance(predictions), averaged: meanVariance(means) };
}

/** Variance between arrays, with one less than their number below; the mean over their entries. */
function meanVariance(arrays: readonly Float32Array[]): number {
  const { length } = arrays[0]!;
  let total = 0;
  for (let i = 0; i < length; i++) {
    let mean = 0;
    for (const values of arrays) mean += values[i]! / arrays.length;
    for (const values of arrays) total += (values[i]! - mean) ** 2;
  }
  return total / (length * (arrays.length - 1));
}

function fromTrained(posterior: Posterior, law: WeightLaw | undefined): Pick<Independence, 'distance' | 'variance'> {
  const [mean, std] = [posteriorMean(posterior), posteriorStd(posterior)];
  const size = law?.mean.length ?? mean.length;
  let distance = 0;
  let variance = 0;
  for (let i = 0; i < size; i++) {
    variance += std[i]! ** 2 / size;
    if (law) distance += ((law.mean[i]! - mean[i]!) ** 2 + (law.std[i]! - std[i]!) ** 2) / size;
  }
  return { variance, ...(law && { distance }) };
}
