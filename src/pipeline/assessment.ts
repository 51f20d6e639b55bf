import { inTurns, type Job } from '../base/index.ts';
import type { Dataset, Split } from '../data/index.ts';
import { type Outputs, probabilities } from '../inference/index.ts';
import { fold, type Key } from '../random/index.ts';
import {
  asksEntropies,
  asksUnseen,
  type ClassPredicted,
  type Confusion,
  classPredicted,
  type Judged,
  measure,
  metricsOf,
  type Predicted,
  type Predictive,
  PredictiveSum,
  type RiskPromise,
  type RowEvidence,
  rowLosses,
  type Selection,
  StoppedSum,
  type StoppingRule,
  selectWithRisk,
} from '../uncertainty/index.ts';
import {
  type Correcting,
  type CorrectionKind,
  correct,
  correctedOutputs,
  correctionRows,
  fittedCorrection,
} from './correction.ts';
import { type CorruptionWanted, corruptedName, corruptedSplit } from './corruptions.ts';
import { gridOf } from './grid.ts';
import { judge, rowsAsEvidence } from './judging.ts';
import type { BuiltNetwork } from './network-of.ts';
import { type Curves, firstSamples, type Metrics, type Parts, predictedOf } from './predicted.ts';
import type { SplitRows } from './reading.ts';
import { turnOf } from './turn.ts';

/** What is to be found out about one predictor: software, or a chip at a time. Plain data, for it names the result. */
export interface Question {
  /** Decides how inputs are corrupted and which half of the validation split a correction is fitted to. */
  readonly key: Key;
  /** Names of metrics; all that apply where absent. */
  readonly metrics?: readonly string[];
  /** Part of a split that metrics are of; the whole test split by default. */
  readonly rows?: {
    readonly split: 'train' | 'search' | 'validation' | 'test';
    readonly from: number;
    readonly count: number;
  };
  /** First samples of a prediction that count; all by default. */
  readonly samples?: number;
  /** Metrics also of the first m samples, for each of these m. */
  readonly prefixes?: readonly number[];
  /** Whether it is also asked what metrics owe to the rows there were. */
  readonly evidence?: boolean;
  /** Reliability, risk over coverage, and which classes are decided for which. */
  readonly curves?: boolean;
  /** Losses by row. */
  readonly losses?: boolean;
  /** Numbers by row whose mean each metric is, at least to first order. */
  readonly perRow?: boolean;
  /** What is predicted for each row, and how sure. */
  readonly parts?: boolean;
  /** Points per side of a map over two inputs. */
  readonly map?: number;
  /** The outputs of all samples themselves, by split. */
  readonly outputs?: boolean;
  /** What a correction changes: metrics before and after it. */
  readonly correction?: CorrectionKind;
  /**
   * Metrics, losses, numbers by row and prefixes are those of classes after this correction, fitted to what the same samples
   * say of the validation split; parts, maps and outputs are as predicted.
   */
  readonly after?: CorrectionKind;
  /** Which risk the answers may have, where inputs may go unanswered. */
  readonly abstention?: RiskPromise;
  readonly corruptions?: readonly CorruptionWanted[];
}

/** The answer. */
export interface Assessment {
  readonly metrics: Metrics;
  readonly evidence?: RowEvidence;
  readonly curves?: Curves;
  readonly confusion?: Confusion;
  /** By metric and prefix, in the order of `prefixes`. */
  readonly byPrefix?: Readonly<Record<string, Float64Array>>;
  /** By kind of loss and row. */
  readonly losses?: Readonly<Record<string, Float64Array>>;
  /** By metric and row; of metrics that such numbers are known of. */
  readonly perRow?: Readonly<Record<string, Float64Array>>;
  readonly parts?: Parts;
  readonly map?: Predictive;
  /** [samples, rows, outputs] each. */
  readonly outputs?: Readonly<Record<string, Float32Array>>;
  readonly corrected?: Correcting;
  /** By corruption, in the order asked for. */
  readonly corrupted?: readonly Judged[];
}

/** What an assessment is made with. */
export interface Predictor {
  readonly built: BuiltNetwork;
  readonly data: Dataset;
  /** When an input takes no more samples; all are taken where absent. */
  readonly stopping?: StoppingRule;
  /** Spread of regression targets in standardised units, where the network does not say it. */
  readonly noise?: Float64Array;
  /** Outputs of the predictor's first samples for rows, of all where `first` is absent. */
  outputs(rows: SplitRows, job: Job, first?: number): Promise<Outputs>;
  /**
   * The same in blocks of rows or of samples, each with the place of its first row and sample; their values are others once `each` has
   * returned.
   */
  blocks(
    rows: SplitRows,
    job: Job,
    each: (block: Outputs, at: { readonly row: number; readonly sample: number }) => void,
    first?: number,
  ): Promise<unknown>;
}

/** Answers a question about a predictor. Outputs of all samples are held where they are asked for or judged as a whole, else reduced as they are made. */
export async function assess(
  { built, data, noise, stopping, outputs, blocks }: Predictor,
  question: Question,
  job: Job,
): Promise<Assessment> {
  const { model } = built;
  const { samples: counted, correction, after, corruptions, prefixes, metrics } = question;
  const needed = counted === undefined ? undefined : Math.max(counted, ...(prefixes ?? []));
  const classes = data.task === 'classification';
  const kept: Record<string, Float32Array> = {};
  const whole = async (rows: SplitRows): Promise<Outputs> => {
    const found = await outputs(rows, job, needed);
    if (question.outputs) kept[rows.name] = found.values;
    return found;
  };
  const first = (of: Outputs, samples = counted ?? of.samples) => firstSamples(of, samples);
  const entropies = asksEntropies(metrics) || question.parts === true || question.curves === true;
  /** The first samples of classes, added up block by block. */
  const reduced = async (rows: SplitRows, withEntropies = entropies): Promise<PredictiveSum | StoppedSum> => {
    const { outputs: width } = built.network;
    const sum =
      stopping === undefined
        ? new PredictiveSum(rows.count, width, withEntropies)
        : new StoppedSum(rows.count, width, stopping, withEntropies);
    const add = (block: Outputs, { row }: { readonly row: number }) =>
      sum.add(probabilities(block), block.samples, row, block.count);
    await blocks(rows, job, add, counted);
    return sum;
  };
  const ofClasses = async (rows: SplitRows, { labels }: Split, unseen?: SplitRows): Promise<ClassPredicted> => {
    const sum = await reduced(rows);
    const stopped = sum instanceof StoppedSum ? sum.stopped : undefined;
    const strangers = unseen && (await reduced(unseen)).parts();
    return classPredicted(sum.parts(), labels, strangers, data.outputNames, { stopped });
  };
  const selection =
    question.abstention && classes ? await selectionOf(question.abstention, data, ofClasses) : undefined;
  const answered = (found: Predicted): Predicted =>
    selection && found.task === 'classification' ? found.answering(selection) : found;
  const judged = async (rows: SplitRows, split: Split): Promise<Predicted> =>
    classes && !question.outputs
      ? ofClasses(rows, split)
      : predictedOf(model, data, first(await whole(rows)), split, noise, undefined, stopping);

  const { split, ...asked } = rowsAsked(data, question);
  const tested: SplitRows = { ...asked, inputs: split.inputs, count: split.count };
  const strangers: SplitRows | undefined =
    data.unseen && !question.rows && (question.outputs || correction || asksUnseen(metrics))
      ? { name: 'unseen', inputs: data.unseen.inputs, count: data.unseen.count }
      : undefined;
  const held =
    !classes || question.outputs || prefixes || correction || after
      ? { tested: await whole(tested), strangers: strangers && (await whole(strangers)) }
      : undefined;
  const { count, inputs } = data.validation;
  const validation = correction || after ? await whole({ name: 'validation', inputs, count }) : undefined;
  const halves = validation && correctionRows(fold(question.key, 'correction'), data);
  /** What the first samples say, after a correction that is fitted to them where one is wanted. */
  const told = async (kind: CorrectionKind | undefined, samples?: number): Promise<Predicted> => {
    const fit = kind && (await inTurns(fittedCorrection(kind, first(validation!, samples), data, halves!), job));
    const of = (outputs: Outputs) => (fit ? correctedOutputs(fit, first(outputs, samples)) : first(outputs, samples));
    const { tested, strangers } = held!;
    return answered(predictedOf(model, data, of(tested), split, noise, strangers && of(strangers), stopping));
  };
  const predicted = held ? await told(after) : answered(await ofClasses(tested, split, strangers));
  const evidence = question.evidence ? rowsAsEvidence(question.key, split, data.unseen) : undefined;
  const grid = question.map === undefined ? undefined : gridOf(data, question.map);
  const map = grid && (await reduced({ name: 'grid', inputs: grid.inputs, count: grid.count }, true)).parts();
  const corrected =
    correction &&
    (await inTurns(
      correct(
        correction,
        model,
        data,
        halves!,
        {
          test: first(held!.tested),
          validation: first(validation!),
          unseen: held!.strangers && first(held!.strangers),
        },
        { noise, evidence },
      ),
      job,
    ));
  const corrupted: Judged[] = [];
  for (const one of corruptions ?? []) {
    const { inputs, count } = corruptedSplit(fold(question.key, 'corruption'), data, one);
    await turnOf(job);
    const found = answered(await judged({ name: corruptedName(one), inputs, count }, data.test));
    corrupted.push(judge(found, metrics, evidence));
  }
  /** Metrics of the first m samples. */
  const byPrefix = async (sizes: readonly number[]): Promise<Record<string, Float64Array>> => {
    const found: Record<string, Float64Array> = {};
    for (const [i, samples] of sizes.entries()) {
      await turnOf(job);
      for (const [name, value] of Object.entries(measure(await told(after, samples), metrics))) {
        found[name] ??= new Float64Array(sizes.length).fill(Number.NaN);
        found[name][i] = value;
      }
    }
    return found;
  };
  const prefixed = prefixes && (await byPrefix(prefixes));
  await turnOf(job);
  const { values, evidence: owed } = judge(predicted, metrics, evidence);
  await turnOf(job);
  return {
    metrics: values,
    ...(evidence && { evidence: owed }),
    ...(question.curves && { curves: { reliability: predicted.reliability, riskCoverage: predicted.riskCoverage } }),
    ...(question.curves && predicted.task === 'classification' && { confusion: predicted.confusion }),
    ...(question.losses && { losses: { ...rowLosses(predicted) } }),
    ...(question.perRow && { perRow: rowsOfMetrics(predicted, metrics) }),
    ...(prefixed && { byPrefix: prefixed }),
    ...(question.parts && { parts: { ...(after ? await told(undefined) : predicted).parts } }),
    ...(map && { map: { ...map } }),
    ...(question.outputs && { outputs: kept }),
    ...(corrected && { corrected }),
    ...(corruptions && { corrupted }),
  };
}

/** Which inputs a predictor answers, chosen on the validation rows. */
async function selectionOf(
  promise: RiskPromise,
  { validation }: Dataset,
  predict: (rows: SplitRows, split: Split) => Promise<ClassPredicted>,
): Promise<Selection> {
  const { inputs, count } = validation;
  const found = await predict({ name: 'validation', inputs, count }, validation);
  return selectWithRisk(found.confidence, found.losses.error, promise);
}

/**
 * The rows that a question is about, with their numbers in the split that noise belongs to: rows to search on are training
 * rows, and keep the numbers that they have among all of them.
 */
function rowsAsked(
  data: Dataset,
  { rows }: Question,
): { readonly split: Split; readonly name: string; readonly numbers?: Int32Array } {
  if (!rows) return { split: data.test, name: 'test' };
  const { split: name, from, count } = rows;
  const whole = data[name]!;
  const part = <A extends Float32Array | Int32Array>(values: A): A => {
    const width = values.length / whole.count;
    return values.subarray(from * width, (from + count) * width) as A;
  };
  const { inputs, labels, targets, groups, numbers } = whole;
  return {
    split: {
      count,
      inputs: part(inputs),
      labels: part(labels),
      targets: part(targets),
      ...(groups && { groups: part(groups) }),
    },
    name: name === 'search' ? 'train' : name,
    numbers: numbers ? part(numbers) : Int32Array.from({ length: count }, (_, i) => from + i),
  };
}

/** Numbers by row whose mean is each metric of these names, where such are known. */
const rowsOfMetrics = (predicted: Predicted, names: readonly string[] | undefined): Record<string, Float64Array> =>
  Object.fromEntries(
    metricsOf(predicted, names).flatMap(metric => (metric.rows ? [[metric.name, metric.rows(predicted)]] : [])),
  );

/** Bytes that an assessment takes in memory, roughly. */
export function bytesOfAssessment({ parts, map, outputs, losses, perRow }: Assessment): number {
  const arrays = [parts, map, losses, perRow, outputs].flatMap(record => Object.values(record ?? {}));
  return arrays.reduce<number>((sum, value) => sum + (ArrayBuffer.isView(value) ? value.byteLength : 0), 1 << 13);
}
