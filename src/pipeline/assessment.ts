import type { Job } from '../base/index.ts';
import type { Dataset, Split } from '../data/index.ts';
import { type Outputs, probabilities } from '../inference/index.ts';
import { fold, type Key } from '../random/index.ts';
import { measure, type Predictive, predictive, rowLosses } from '../uncertainty/index.ts';
import { type CorrectedMetrics, type CorrectionKind, correct, correctionRows } from './correction.ts';
import { type CorruptionWanted, corruptedName, corruptedSplit } from './corruptions.ts';
import { gridOf } from './grid.ts';
import type { BuiltNetwork } from './network-of.ts';
import { type Curves, firstSamples, type Metrics, type Parts, predictedOf } from './predicted.ts';
import type { SplitRows } from './reading.ts';

/** What is to be found out about one predictor: software, or a chip at a time. Plain data, for it names the result. */
export interface Question {
  /** Decides how inputs are corrupted and which half of the validation split a correction is fitted to. */
  readonly key: Key;
  /** Names of metrics; all that apply where absent. */
  readonly metrics?: readonly string[];
  /** Part of a split that metrics are of; the whole test split by default. */
  readonly rows?: { readonly split: 'train' | 'validation' | 'test'; readonly from: number; readonly count: number };
  /** First samples of a prediction that count; all by default. */
  readonly samples?: number;
  /** Metrics also of the first m samples, for each of these m. */
  readonly prefixes?: readonly number[];
  /** Reliability and risk over coverage. */
  readonly curves?: boolean;
  /** Losses by row. */
  readonly losses?: boolean;
  /** What is predicted for each row, and how sure. */
  readonly parts?: boolean;
  /** Points per side of a map over two inputs. */
  readonly map?: number;
  /** The outputs of all samples themselves, by split. */
  readonly outputs?: boolean;
  readonly correction?: CorrectionKind;
  readonly corruptions?: readonly CorruptionWanted[];
}

/** The answer. */
export interface Assessment {
  readonly metrics: Metrics;
  readonly curves?: Curves;
  /** By metric and prefix, in the order of `prefixes`. */
  readonly byPrefix?: Readonly<Record<string, Float64Array>>;
  /** By kind of loss and row. */
  readonly losses?: Readonly<Record<string, Float64Array>>;
  readonly parts?: Parts;
  readonly map?: Predictive;
  /** [samples, rows, outputs] each. */
  readonly outputs?: Readonly<Record<string, Float32Array>>;
  readonly corrected?: CorrectedMetrics;
  /** Metrics by corruption, in the order asked for. */
  readonly corrupted?: readonly Metrics[];
}

/** What an assessment is made with. */
export interface Predictor {
  readonly built: BuiltNetwork;
  readonly data: Dataset;
  /** Spread of regression targets in standardised units, where the network does not say it. */
  readonly noise?: Float64Array;
  /** Outputs of the predictor for rows. */
  outputs(rows: SplitRows, job: Job): Promise<Outputs>;
}

/** Answers a question about a predictor. */
export async function assess(
  { built, data, noise, outputs }: Predictor,
  question: Question,
  job: Job,
): Promise<Assessment> {
  const { model } = built;
  const kept: Record<string, Float32Array> = {};
  const predict = async (name: string, split: Pick<Split, 'inputs' | 'count'>, numbers?: Int32Array) => {
    const found = await outputs({ name, inputs: split.inputs, count: split.count, numbers }, job);
    if (question.outputs) kept[name] = found.values;
    return found;
  };
  const { split, name, numbers } = rowsAsked(data, question);
  const tested = await predict(name, split, numbers);
  const unseen = data.unseen && !question.rows ? await predict('unseen', data.unseen) : undefined;
  const first = (of: Outputs, samples = question.samples ?? of.samples) => firstSamples(of, samples);
  const predicted = predictedOf(model, data, first(tested), split, noise, unseen && first(unseen));
  const grid = question.map === undefined ? undefined : gridOf(data, question.map);
  const mapped = grid && (await outputs({ name: 'grid', inputs: grid.inputs, count: grid.count }, job));
  /** Metrics of the first m samples. */
  const byPrefix = ({ prefixes = [], metrics }: Question): Record<string, Float64Array> => {
    const found: Record<string, Float64Array> = {};
    prefixes.forEach((samples, i) => {
      const part = predictedOf(model, data, first(tested, samples), split, noise, unseen && first(unseen, samples));
      for (const [name, value] of Object.entries(measure(part, metrics))) {
        found[name] ??= new Float64Array(prefixes.length).fill(Number.NaN);
        found[name][i] = value;
      }
    });
    return found;
  };
  const { correction, corruptions } = question;
  const corrected =
    correction &&
    correct(
      correction,
      model,
      data,
      correctionRows(fold(question.key, 'correction'), data),
      { test: tested, validation: await predict('validation', data.validation), unseen },
      noise,
    );
  const corrupted: Metrics[] = [];
  for (const one of corruptions ?? []) {
    const changed = corruptedSplit(fold(question.key, 'corruption'), data, one);
    const outputs = first(await predict(corruptedName(one), changed));
    corrupted.push(measure(predictedOf(model, data, outputs, data.test, noise), question.metrics));
  }
  return {
    metrics: measure(predicted, question.metrics),
    ...(question.curves && { curves: { reliability: predicted.reliability, riskCoverage: predicted.riskCoverage } }),
    ...(question.losses && { losses: rowLosses(predicted) }),
    ...(question.prefixes && { byPrefix: byPrefix(question) }),
    ...(question.parts && { parts: predicted.parts }),
    ...(mapped && { map: predictive(probabilities(mapped), mapped.samples, mapped.count, mapped.outputs) }),
    ...(question.outputs && { outputs: kept }),
    ...(corrected && { corrected }),
    ...(corruptions && { corrupted }),
  };
}

/** The rows that a question is about, with their numbers in the split. */
function rowsAsked(
  data: Dataset,
  { rows }: Question,
): { readonly split: Split; readonly name: string; readonly numbers?: Int32Array } {
  if (!rows) return { split: data.test, name: 'test' };
  const { split: name, from, count } = rows;
  const whole = data[name];
  const part = <A extends Float32Array | Int32Array>(values: A): A => {
    const width = values.length / whole.count;
    return values.subarray(from * width, (from + count) * width) as A;
  };
  const { inputs, labels, targets } = whole;
  return {
    split: { count, inputs: part(inputs), labels: part(labels), targets: part(targets) },
    name,
    numbers: Int32Array.from({ length: count }, (_, i) => from + i),
  };
}

/** Bytes that an assessment takes in memory, roughly. */
export function bytesOfAssessment({ parts, map, outputs, losses }: Assessment): number {
  const arrays = [parts, map, losses, outputs].flatMap(record => Object.values(record ?? {}));
  return arrays.reduce<number>((sum, value) => sum + (ArrayBuffer.isView(value) ? value.byteLength : 0), 1 << 13);
}
