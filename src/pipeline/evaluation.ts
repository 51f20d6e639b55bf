import { type Address, addressOf, inTurns, type Job, partOf } from '../base/index.ts';
import { type NdArray, ndArray } from '../data/index.ts';
import type { WeightRanges } from '../network/index.ts';
import { fold } from '../random/index.ts';
import { readInPieces, weightSamples } from '../transfer/index.ts';
import {
  type Interval,
  interval,
  intervals,
  type KeptPair,
  measureKept,
  type PairedTest,
  type Predictive,
  wassersteinPerColumn,
} from '../uncertainty/index.ts';
import type { Assessment, Question } from './assessment.ts';
import { againstOthers } from './compare.ts';
import { type CorrectedMetrics, type CorrectionKind, conformalCoverage, correctionRows } from './correction.ts';
import { corruptionsWanted } from './corruptions.ts';
import { samplesOf } from './design-facts.ts';
import { gridOf, isPlane } from './grid.ts';
import { type Measurement, measurementOf, softwareOf } from './measurement.ts';
import type { Pipeline } from './pipeline.ts';
import type { Curves, Metrics, Parts } from './predicted.ts';
import { rangesOf } from './ranges-of.ts';
import type { Subject } from './subject.ts';

type Intervals = Readonly<Record<string, Interval>>;

/** One kind of chips: metrics over chips and times. */
export interface SideEvaluation {
  /** At the headline time, mean over chips with its 95 % interval. */
  readonly metrics: Intervals;
  readonly byTime: ReadonlyArray<{ readonly time: number; readonly metrics: Intervals }>;
  /** Every chip's metrics at the headline time. */
  readonly chips: readonly Metrics[];
  /** Which of the chips hold conductances that were read from a real array; absent where all are simulated. */
  readonly measured?: readonly number[];
  /** Of the first chip at the headline time. */
  readonly curves: Curves;
  /** Shares of inputs and partial sums that left their converter's range, at the headline time. */
  readonly saturation: { readonly inputs: Interval; readonly outputs: Interval };
  /** Which weights the cells hold, by layer, and the share of them that is clipped. */
  readonly ranges: WeightRanges;
  /** What products in bfloat16 put sums off by as a share of the device's noise; absent in single precision. */
  readonly bf16Error?: number;
}

/** How much of a software prediction survived on the chips. */
export interface Preserved {
  /** What was compared: maps over the grid (two inputs) or the test inputs. */
  readonly over: 'grid' | 'test';
  readonly metrics: Intervals;
  readonly chips: readonly Metrics[];
}

/** What correction on the validation split does to software, and to every chip by itself, at the headline time. */
export interface Corrected {
  readonly kind: CorrectionKind;
  /** Share of answers that sets and intervals are made for. */
  readonly coverage: number;
  /** Validation rows that the correction was fitted to, and those that set the sizes of sets or intervals. */
  readonly rows: { readonly fitted: number; readonly scored: number };
  readonly software: CorrectedMetrics;
  readonly hardware: CorrectedSide;
  readonly deterministic: CorrectedSide;
}

export interface CorrectedSide {
  /** Mean over chips with its 95 % interval. */
  readonly before: Intervals;
  readonly after: Intervals;
  readonly chips: readonly CorrectedMetrics[];
}

/** The test split with inputs corrupted in one way and strength, at the headline time. */
export interface CorruptedEvaluation {
  readonly corruption: string;
  readonly strength: number;
  readonly software: Metrics;
  /** Mean over chips with its 95 % interval. */
  readonly hardware: Intervals;
  readonly deterministic: Intervals;
}

/** What survived, in numbers. */
export interface Evaluation {
  readonly task: 'classification' | 'regression';
  readonly times: readonly number[];
  /** The time that headline figures are of, s after programming. */
  readonly headlineTime: number;
  /** Times beyond the last read of the device, `from`, s: what is said of them is extrapolated; absent where there are none. */
  readonly extrapolated?: { readonly from: number; readonly times: readonly number[] };
  readonly software: { readonly metrics: Metrics; readonly curves: Curves };
  readonly hardware: SideEvaluation;
  /** One weight vector on chips of its own. */
  readonly deterministic: SideEvaluation;
  /** Against the posterior's own software prediction. */
  readonly preserved: Preserved;
  /** Against the software prediction of the experiment that this is a variant of. */
  readonly preservedOfBase?: Preserved;
  /** Wasserstein distance between a weight's posterior and its values on the first chip, in weight units. */
  readonly weightDistance: { readonly mean: number; readonly largest: number; readonly perWeight: readonly number[] };
  /** Gain in accuracy (classification) or RMSE (regression) of hardware over deterministic, chip by chip. */
  readonly againstDeterministic: PairedTest;
  /** Before and after correction on the validation split, where the experiment asks for it. */
  readonly calibration?: Corrected;
  /** The test split under the corruptions that the experiment asks for. */
  readonly corruptions?: readonly CorruptedEvaluation[];
  /** The same against the deterministic chips of the experiment that this is a variant of, where the device is the same. */
  readonly againstBaseDeterministic?: PairedTest;
}

/** An evaluation and, where inputs are a plane, maps of software and of the first chips at the headline time. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  /** `points` [points, 2]; `software/mean` [points, classes], `software/aleatoric`, `software/epistemic` [points], likewise hardware and deterministic. */
  readonly maps: Readonly<Record<string, NdArray>>;
}

/** Receives the outputs of every chip and time as they are made, [samples, rows, outputs] by split; chips and times by place. */
export type Archive = (
  side: 'software' | 'hardware' | 'deterministic',
  at: { readonly chip: number; readonly time: number },
  outputs: Readonly<Record<string, Float32Array>>,
) => Promise<void>;

/** The chips of an experiment, or those of its deterministic twin. */
export type Side = 'hardware' | 'deterministic';

/** One chip to be measured at all times of an experiment, its outputs kept where they are archived. */
export interface ChipAsked {
  readonly side: Side;
  readonly chip: number;
  readonly outputs: boolean;
}

/** Measures chips as `measureChip` does, in other processes. */
export interface Elsewhere {
  /** Milliseconds that the first chip takes here from which on it is worth while for the others: processes need some to begin. */
  readonly from: number;
  measure(asked: ChipAsked, job: Job): Promise<Measurement[]>;
}

export interface EvaluateOptions {
  readonly archive?: Archive;
  /** Where chips are measured that take long; here where absent. */
  readonly elsewhere?: Elsewhere;
}

/** What is compared: an experiment's pipeline and its deterministic twin's, and those of the experiment it is a variant of. */
export interface Compared {
  readonly subject: Subject;
  readonly base?: Subject;
}

/** The questions that an evaluation asks at the headline time, at other times, and of software. */
interface Questions {
  readonly headline: Question;
  readonly other: Question;
}

function questionsOf({ experiment, data, root }: Subject, outputs = false): Questions {
  const { evaluate } = experiment;
  const { calibration } = evaluate;
  const corruptions = corruptionsWanted(experiment);
  const shared = { key: fold(root, 'question'), ...(outputs && { outputs }) };
  return {
    other: shared,
    headline: {
      ...shared,
      parts: true,
      curves: true,
      ...(isPlane(data) && { map: evaluate.grid }),
      ...(calibration !== 'none' && { correction: calibration }),
      ...(corruptions.length > 0 && { corruptions }),
    },
  };
}

/** Samples of the software prediction. */
export const softwareSamples = ({ experiment, design }: Subject): number =>
  experiment.evaluate.softwareSamples ?? samplesOf(design);

/** Names an evaluation by all that it is made of. */
export async function nameOfEvaluation({ subject, base }: Compared): Promise<{ address: Address; recipe: Address }> {
  const found: { address: string; recipe: string }[] = [];
  const add = async (of: Subject, sides: readonly Pipeline[]) => {
    const { headline, other } = questionsOf(of);
    found.push(await of.own.names(softwareOf(headline, softwareSamples(of)), {}));
    for (const pipeline of sides) {
      for (const chip of of.chips) {
        for (const time of of.times) {
          const question = time === of.headlineTime ? headline : other;
          found.push(await pipeline.names(measurementOf(question), { chip, time }));
        }
      }
    }
  };
  await add(subject, [subject.own, subject.twin]);
  if (base) await add(base, [base.twin]);
  const rest = { stage: 'evaluation', times: subject.times, headline: subject.headlineTime };
  return {
    address: addressOf({
      ...rest,
      of: found.map(({ address }) => address),
      build: subject.own.prepared.build('evaluation'),
    }),
    recipe: addressOf({ ...rest, of: found.map(({ recipe }) => recipe) }),
  };
}

/** Evaluates an experiment: every chip at every time, the deterministic twin, software, and what of it survived. */
export async function evaluate(
  { subject, base }: Compared,
  job: Job,
  { archive, elsewhere }: EvaluateOptions = {},
): Promise<Evaluated> {
  const { data, times, headlineTime, own, experiment } = subject;
  const questions = questionsOf(subject, archive !== undefined);
  const samples = softwareSamples(subject);
  const software = await own.run(softwareOf(questions.headline, samples));
  if (software.outputs) await archive?.('software', { chip: 0, time: headlineTime }, software.outputs);
  const how = { archive, elsewhere };
  const [chips, weightDistance] = await Promise.all([
    measureAll(subject, 'hardware', partOf(job, 0, 0.7), how),
    distanceOf(subject, job),
  ]);
  const twins = await measureAll(subject, 'deterministic', partOf(job, 0.7, 1), how);
  const reference = base && {
    software: await base.own.run(softwareOf(questionsOf(base).headline, softwareSamples(base))),
    twins: sharesChips(subject, base)
      ? await measureAll(base, 'deterministic', { ...job, progress: () => {} })
      : undefined,
  };
  const headline = times.indexOf(headlineTime);
  const at = (of: readonly Measurement[][]) => of.map(chip => chip[headline]!);
  const metricsAt = (of: readonly Measurement[][]) => at(of).map(({ metrics }) => metrics);
  const against = (others: readonly Measurement[][]) => againstOthers(data.task, metricsAt(chips), metricsAt(others));
  const { calibration: kind } = experiment.evaluate;
  const evaluation: Evaluation = {
    task: data.task,
    times,
    headlineTime,
    ...extrapolatedOf(subject),
    software: { metrics: software.metrics, curves: software.curves! },
    hardware: { ...(await sideOf(subject, own, chips)), ...measuredOf(at(chips)) },
    deterministic: await sideOf(subject, subject.twin, twins),
    preserved: survived(software, at(chips)),
    ...(reference && { preservedOfBase: survived(reference.software, at(chips)) }),
    ...(kind !== 'none' && { calibration: correctedOf(subject, kind, software, at(chips), at(twins)) }),
    ...(software.corrupted && { corruptions: corruptedOf(subject, software, at(chips), at(twins)) }),
    weightDistance,
    againstDeterministic: against(twins),
    ...(reference?.twins && { againstBaseDeterministic: against(reference.twins) }),
  };
  return { evaluation, maps: mapsOf(subject, { software, hardware: at(chips)[0]!, deterministic: at(twins)[0]! }) };
}

/** Which of the times lie beyond the last read of the device. */
function extrapolatedOf({ device, times }: Subject): Pick<Evaluation, 'extrapolated'> {
  const { from } = device.extrapolation ?? {};
  const late = from === undefined ? [] : times.filter(time => time > from);
  return from !== undefined && late.length > 0 ? { extrapolated: { from, times: late } } : {};
}

async function measureAll(
  subject: Subject,
  side: Side,
  job: Job,
  { archive, elsewhere }: EvaluateOptions = {},
): Promise<Measurement[][]> {
  const { chips } = subject;
  let done = 0;
  const one = async (i: number, through?: Elsewhere): Promise<Measurement[]> => {
    const asked = { side, chip: chips[i]!, outputs: archive !== undefined };
    const found = await measureChip(subject, asked, job, through);
    for (const [time, { outputs }] of found.entries()) if (outputs) await archive?.(side, { chip: i, time }, outputs);
    job.progress(++done / chips.length, `${side} chip ${done} of ${chips.length}`);
    return found.map(({ outputs: _outputs, ...rest }) => rest);
  };
  const start = performance.now();
  const all = [await one(0)];
  if (elsewhere && performance.now() - start >= elsewhere.from) {
    return [...all, ...(await Promise.all(chips.slice(1).map((_, i) => one(i + 1, elsewhere))))];
  }
  for (let i = 1; i < chips.length; i++) all.push(await one(i));
  return all;
}

/** Measures one chip at all times, in their order; what no store has is measured `elsewhere` where that is given. */
export async function measureChip(
  subject: Subject,
  asked: ChipAsked,
  job: Job,
  elsewhere?: Elsewhere,
): Promise<Measurement[]> {
  const { side, chip, outputs } = asked;
  const { times, headlineTime, own, twin } = subject;
  const { headline, other } = questionsOf(subject, outputs);
  const pipeline = side === 'hardware' ? own : twin;
  const quiet = { ...job, progress: () => {} };
  let there: Promise<Measurement[]> | undefined;
  const found: Measurement[] = [];
  for (const [t, time] of times.entries()) {
    const by =
      elsewhere &&
      (async () => {
        there ??= elsewhere.measure(asked, quiet);
        return (await there)[t]!;
      });
    found.push(await pipeline.run(measurementOf(time === headlineTime ? headline : other), { chip, time }, quiet, by));
  }
  return found;
}

async function sideOf(
  { times, headlineTime }: Subject,
  pipeline: Pipeline,
  measured: readonly Measurement[][],
): Promise<SideEvaluation> {
  const headline = times.indexOf(headlineTime);
  const byTime = times.map((time, t) => ({ time, metrics: intervals(measured.map(chip => chip[t]!.metrics)) }));
  const share = (count: number, of: number) => (of > 0 ? count / of : 0);
  const shares = measured.map(chip => chip[headline]!.events.saturation);
  const { bf16Error } = await pipeline.get('converters');
  return {
    metrics: byTime[headline]!.metrics,
    byTime,
    chips: measured.map(chip => chip[headline]!.metrics),
    curves: measured[0]![headline]!.curves!,
    saturation: {
      inputs: interval(shares.map(({ inputs, inputsOf }) => share(inputs, inputsOf))),
      outputs: interval(shares.map(({ outputs, outputsOf }) => share(outputs, outputsOf))),
    },
    ranges: await rangesOf(pipeline),
    ...(bf16Error !== undefined && { bf16Error }),
  };
}

function measuredOf(chips: readonly Measurement[]): { readonly measured?: readonly number[] } {
  const measured = chips.flatMap((chip, i) => (chip.measured ? [i] : []));
  return measured.length > 0 ? { measured } : {};
}

function survived(software: Assessment, chips: readonly Measurement[]): Preserved {
  const over = software.map && chips[0]!.map ? 'grid' : 'test';
  const partsOf = (one: Assessment): Parts => (over === 'grid' ? one.map! : one.parts!);
  const kept = chips.map(chip => preservedOf(partsOf(software), partsOf(chip)));
  return { over, metrics: intervals(kept), chips: kept };
}

/** What of `software` survived in `hardware`. */
const preservedOf = (software: Parts, hardware: Parts): Metrics => measureKept({ software, hardware } as KeptPair);

function correctedOf(
  { data, root }: Subject,
  kind: CorrectionKind,
  software: Assessment,
  chips: readonly Measurement[],
  twins: readonly Measurement[],
): Corrected {
  const { fitted, scored } = correctionRows(fold(fold(root, 'question'), 'correction'), data);
  const side = (measured: readonly Measurement[]): CorrectedSide => {
    const found = measured.map(({ corrected }) => corrected!);
    return {
      before: intervals(found.map(({ before }) => before)),
      after: intervals(found.map(({ after }) => after)),
      chips: found,
    };
  };
  return {
    kind,
    coverage: conformalCoverage,
    rows: { fitted: fitted.length, scored: scored.length },
    software: software.corrected!,
    hardware: side(chips),
    deterministic: side(twins),
  };
}

function corruptedOf(
  { experiment }: Subject,
  software: Assessment,
  chips: readonly Measurement[],
  twins: readonly Measurement[],
): CorruptedEvaluation[] {
  return corruptionsWanted(experiment).map(({ name, strength }, i) => ({
    corruption: name,
    strength,
    software: software.corrupted![i]!,
    hardware: intervals(chips.map(({ corrupted }) => corrupted![i]!)),
    deterministic: intervals(twins.map(({ corrupted }) => corrupted![i]!)),
  }));
}

/** How far the weights of the first chip are from their posteriors. */
async function distanceOf(
  { own, chips, root, headlineTime, design, device }: Subject,
  job: Job,
): Promise<Evaluation['weightDistance']> {
  const chip = await own.get('chip', { chip: chips[0]! });
  const { weights } = chip.plan;
  const { compensation, wires } = design.hardware;
  const looked = readInPieces(chip, device, { time: headlineTime, compensation, ...(wires && { wires }) });
  const { weights: realised } = await inTurns(looked, job);
  const samples = weightSamples(fold(root, 'distance'), await own.get('posterior'), weights);
  const perWeight = await wassersteinPerColumn(samples, realised, weights, job);
  return {
    mean: perWeight.reduce((total, d) => total + d, 0) / weights,
    largest: perWeight.reduce((most, d) => Math.max(most, d), 0),
    perWeight: Array.from(perWeight),
  };
}

function mapsOf(
  { data, experiment }: Subject,
  sides: Readonly<Record<'software' | 'hardware' | 'deterministic', Assessment>>,
): Record<string, NdArray> {
  const grid = gridOf(data, experiment.evaluate.grid);
  if (!grid) return {};
  const maps: Record<string, NdArray> = { points: ndArray([grid.count, 2], grid.points) };
  for (const [side, { map }] of Object.entries(sides)) {
    const { mean, aleatoric, epistemic, count, classes } = map!;
    maps[`${side}/mean`] = ndArray([count, classes], Float32Array.from(mean));
    maps[`${side}/aleatoric`] = ndArray([count], Float32Array.from(aleatoric));
    maps[`${side}/epistemic`] = ndArray([count], Float32Array.from(epistemic));
  }
  return maps;
}

/** One side of the maps of an evaluation. */
export function mapOf(maps: Evaluated['maps'], side: 'software' | 'hardware' | 'deterministic'): Predictive {
  const [count, classes] = maps[`${side}/mean`]!.shape as [number, number];
  const part = (name: string) => Float64Array.from(maps[`${side}/${name}`]!.data as Float32Array);
  const [aleatoric, epistemic] = [part('aleatoric'), part('epistemic')];
  return {
    count,
    classes,
    mean: part('mean'),
    total: aleatoric.map((a, i) => a + epistemic[i]!),
    aleatoric,
    epistemic,
  };
}

/** Whether another experiment's chips are made and looked at alike, whatever is put on them. */
function sharesChips(one: Subject, other: Subject): boolean {
  const chipsOf = ({ experiment, times }: Subject) => ({
    hardware: experiment.hardware,
    chips: experiment.evaluate.chips,
    times,
  });
  return addressOf(chipsOf(one)) === addressOf(chipsOf(other));
}
