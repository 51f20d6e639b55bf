import { readFileSync } from 'node:fs';
import { jobOf } from '../../../src/base/index.ts';
import { deChazal } from '../../../src/data/aami.ts';
import { type Experiment, parseExperiment, resolveExperiment, variantOf } from '../../../src/experiment/index.ts';
import { prepareExperiment, subjectOf } from '../../../src/pipeline/index.ts';
import { measurementOf } from '../../../src/pipeline/measurement.ts';
import { fold } from '../../../src/random/index.ts';
import { nodeFiles } from '../../../src/run/index.ts';
import {
  type ClassRecord,
  type Confusion,
  classRecords,
  correlation,
  type Predictive,
  riskCoverage,
} from '../../../src/uncertainty/index.ts';
import { example } from './experiment.ts';

/** What became of one patient's beats on a chip, means over its beats. */
interface Patient {
  readonly chip: number;
  readonly name: string;
  readonly error: number;
  /** Entropy of the prediction, and the part that samples disagree by, nats. */
  readonly total: number;
  readonly epistemic: number;
}

/** Decisions of an experiment's chips on its test split. */
export interface Judged {
  readonly seed: number;
  readonly classNames: readonly string[];
  /** [labels, decisions], counts over all chips. */
  readonly counts: Float64Array;
  readonly patients: readonly Patient[];
}

type Fields = Record<string, unknown>;

/**
 * The example of recorded heartbeats with another seed and these fields laid over it; with `leftOut`, records of DS1 that are
 * tested on instead of DS2, without which it then trains.
 */
export function mitdb(seed: number, fields: Fields = {}, leftOut?: readonly string[]): Experiment {
  const file = example('mitdb');
  const { data, ...rest } = parseExperiment(readFileSync(file, 'utf8'), file) as { data: Fields };
  const { split, validationRecords, ...common } = data as { split: string; validationRecords: readonly number[] };
  const records = leftOut
    ? {
        records: deChazal.train,
        testRecords: leftOut,
        validationRecords: validationRecords.filter(name => !leftOut.includes(String(name))),
      }
    : { split, validationRecords };
  const input = { ...rest, seed, data: { ...common, ...records }, variants: { '-': fields } };
  return variantOf(resolveExperiment(input, file), input, '-', file);
}

/** Trains, programs and reads: all chips of an experiment at its headline time. */
export async function judge(experiment: Experiment, folder: string): Promise<Judged> {
  const prepared = await prepareExperiment(experiment, { files: nodeFiles(folder) });
  const { own, chips, data, headlineTime, root } = subjectOf(experiment, prepared, jobOf());
  const { labels, groups } = data.test;
  const classes = data.outputNames.length;
  const counts = new Float64Array(classes * classes);
  const patients: Patient[] = [];
  for (const chip of chips) {
    const question = { key: fold(root, 'question'), metrics: [], parts: true };
    const { parts } = await own.run(measurementOf(question), { chip, time: headlineTime });
    const { mean, total, epistemic } = parts as Predictive;
    const sums = new Map<number, { rows: number; error: number; total: number; epistemic: number }>();
    for (let i = 0; i < labels.length; i++) {
      const row = mean.subarray(i * classes, (i + 1) * classes);
      const decision = row.indexOf(Math.max(...row));
      counts[labels[i]! * classes + decision]!++;
      const sum = sums.get(groups![i]!) ?? { rows: 0, error: 0, total: 0, epistemic: 0 };
      sum.rows++;
      if (decision !== labels[i]) sum.error++;
      sum.total += total[i]!;
      sum.epistemic += epistemic[i]!;
      sums.set(groups![i]!, sum);
    }
    for (const [group, { rows, error, total, epistemic }] of sums) {
      const name = data.groupNames![group]!;
      patients.push({ chip, name, error: error / rows, total: total / rows, epistemic: epistemic / rows });
    }
  }
  return { seed: experiment.seed, classNames: data.outputNames, counts, patients };
}

/** The decisions of several together, as of patients left out in turn. */
export function together(parts: readonly Judged[]): Judged {
  const { seed, classNames, counts } = parts[0]!;
  return {
    seed,
    classNames,
    counts: counts.map((_, i) => parts.reduce((sum, part) => sum + part.counts[i]!, 0)),
    patients: parts.flatMap(part => part.patients),
  };
}

/** Recall (sensitivity), precision (positive predictivity) and F1 of a class. */
export const recordOf = ({ classNames, counts }: Judged, name: string): ClassRecord =>
  classRecords({ classes: classNames.length, counts } as Confusion)[classNames.indexOf(name)]!;

/** Mean F1 of N, S and V. */
export const macroF1 = (judged: Judged): number =>
  ['N', 'S', 'V'].reduce((sum, name) => sum + recordOf(judged, name).f1 / 3, 0);

export const accuracy = ({ counts, classNames }: Judged): number =>
  counts.reduce((sum, count, i) => (i % (classNames.length + 1) === 0 ? sum + count : sum), 0) /
  counts.reduce((sum, count) => sum + count, 0);

/** Mean over chips of a number of each chip's patients. */
function overChips({ patients }: Judged, of: (patients: readonly Patient[]) => number): number {
  const chips = [...new Set(patients.map(({ chip }) => chip))];
  return chips.reduce((sum, chip) => sum + of(patients.filter(one => one.chip === chip)), 0) / chips.length;
}

type Uncertainty = 'total' | 'epistemic';

/** Spearman's correlation over patients of how unsure a chip is about them and how often it errs. */
export const knowsPatients = (judged: Judged, by: Uncertainty): number =>
  overChips(judged, patients =>
    correlation(ranks(patients.map(patient => patient[by])), ranks(patients.map(({ error }) => error))),
  );

/** Area under the error rate over the share of patients answered, the least sure left out first, over the mean error rate. */
export const areaByPatient = (judged: Judged, by: Uncertainty): number =>
  overChips(judged, patients => {
    const errors = patients.map(({ error }) => error);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    return (
      riskCoverage(
        patients.map(patient => patient[by]),
        errors,
      ).area / mean
    );
  });

/** Mean error rate of the half of the patients that a chip is surer of, over that of all. */
export const surerHalf = (judged: Judged, by: Uncertainty): number =>
  overChips(judged, patients => {
    const errors = patients.toSorted((a, b) => a[by] - b[by]).map(({ error }) => error);
    const meanOf = (some: readonly number[]) => some.reduce((sum, error) => sum + error, 0) / some.length;
    return meanOf(errors.slice(0, errors.length >> 1)) / meanOf(errors);
  });

/** Places in ascending order; patients' means do not tie. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const out = new Array<number>(values.length);
  for (const [rank, at] of order.entries()) out[at] = rank;
  return out;
}
