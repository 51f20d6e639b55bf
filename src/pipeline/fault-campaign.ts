import { InputError, type Job } from '../base/index.ts';
import type { Design } from '../experiment/index.ts';
import { sharedErrorsSchema } from '../transfer/index.ts';
import { detection, exactShare, type Predictive, type ShareInterval } from '../uncertainty/index.ts';
import { samplesOf } from './design-facts.ts';
import { type FaultKind, faultKinds } from './fault-kinds.ts';
import { questionKey } from './measure-chips.ts';
import { measurementOf } from './measurement.ts';
import { Pipeline } from './pipeline.ts';
import type { Prepared } from './prepared.ts';
import { type Answers, type SelfTest, selfTest } from './self-test.ts';
import type { Entry, Results, Store } from './stage.ts';
import type { Subject } from './subject.ts';

/** One chip as it breaks. */
export interface FaultyChip {
  readonly chip: number;
  readonly accuracy: number;
  readonly nll: number;
  readonly ece: number;
  /** Means over the test rows of the uncertainties of its predictions, nats: what is seen without labels. */
  readonly total: number;
  readonly epistemic: number;
}

/** Chips with one fault at one strength. */
export interface FaultLevel {
  readonly kind: string;
  /** 0 where nothing is broken. */
  readonly strength: number;
  readonly chips: readonly FaultyChip[];
  /** Share of the chips that reach the required accuracy, with its 95 % interval (Clopper and Pearson). */
  readonly yield: ShareInterval;
}

/** What breaking does to the chips of an experiment. */
export interface FaultCampaign {
  readonly time: number;
  /** Accuracy that a chip must reach. */
  readonly required: number;
  /** The working chips first. */
  readonly levels: readonly FaultLevel[];
  /** What each strength means, by kind. */
  readonly strengths: Readonly<Record<string, string>>;
  /**
   * How well the uncertainty of a chip's predictions alone tells that it misses the required accuracy: area under the receiver operating
   * characteristic over all chips of the campaign; NaN where none or all do.
   */
  readonly auroc: { readonly total: number; readonly epistemic: number };
  readonly selfTest: SelfTest;
  /** What more samples average out. */
  readonly spread: SpreadOverSamples;
}

/** Standard deviation over chips of their NLL by the first m samples, nats. */
export interface SpreadOverSamples {
  readonly samples: readonly number[];
  /** Without errors that the cells of a chip share, and with those of the experiment, or a gain of each chip with a spread of .1. */
  readonly alone: readonly number[];
  readonly shared: readonly number[];
}

/** Validation inputs that a self-test may choose from. */
const candidates = 64;

/**
 * Breaks the chips of an experiment in every way and strength that its design allows, always the same chips, which training, plan and
 * converters know nothing of, and asks whether they still do, whether their uncertainty tells, and which few inputs do. `required` is the
 * accuracy that a chip must reach.
 */
export async function faultCampaign(
  { data, design, root, chips, headlineTime: time, own }: Subject,
  prepared: Prepared,
  required: number,
  job: Job,
): Promise<FaultCampaign> {
  if (data.task !== 'classification') {
    throw new InputError({
      path: ['data'],
      rule: 'a campaign of faults needs classes',
      hint: 'choose data with labels',
    });
  }
  const metrics = ['accuracy', 'nll', 'ece'];
  const question = { key: questionKey(root), metrics, parts: true };
  const count = Math.min(candidates, data.validation.count);
  const tested = { ...question, rows: { split: 'validation', from: 0, count } } as const;
  const broken = { ...prepared, store: asMeant(own, prepared.store) };
  const kinds = faultKinds.filter(({ when }) => when?.(design) ?? true);
  const asked: readonly (readonly [FaultKind | undefined, number])[] = [
    [undefined, 0],
    ...kinds.flatMap(kind => kind.strengths.map(strength => [kind, strength] as const)),
  ];
  const levels: FaultLevel[] = [];
  const answers: (Answers & { readonly works: boolean })[] = [];
  for (const [i, [kind, strength]] of asked.entries()) {
    const pipeline = new Pipeline(broken, kind ? kind.broken(design, strength) : design, { key: root, job });
    const found: FaultyChip[] = [];
    for (const chip of chips) {
      const at = { chip, time };
      const quiet = { ...job, progress: () => {} };
      const measured = await pipeline.run(measurementOf(question), at, quiet);
      const { total, epistemic } = measured.parts as Predictive;
      const { accuracy, nll, ece } = measured.metrics as Record<'accuracy' | 'nll' | 'ece', number>;
      found.push({ chip, accuracy, nll, ece, total: meanOf(total), epistemic: meanOf(epistemic) });
      const { mean } = (await pipeline.run(measurementOf(tested), at, quiet)).parts as Predictive;
      if (!kind || accuracy < required) answers.push({ chip, works: !kind, of: Float64Array.from(mean) });
      job.progress((i + found.length / chips.length) / asked.length, kind ? `${kind.name} ${strength}` : 'working');
    }
    const passed = found.filter(({ accuracy }) => accuracy >= required).length;
    levels.push({ kind: kind?.name ?? 'none', strength, chips: found, yield: exactShare(passed, found.length) });
  }
  const all = levels.flatMap(({ chips }) => chips);
  const failed = all.map(({ accuracy }) => Number(accuracy < required));
  const told = (name: 'total' | 'epistemic') =>
    detection(
      all.map(chip => chip[name]),
      failed,
    ).auroc;
  const of = (works: boolean) => answers.filter(one => one.works === works);
  return {
    time,
    required,
    levels,
    strengths: Object.fromEntries(kinds.map(({ name, strength }) => [name, strength])),
    auroc: { total: told('total'), epistemic: told('epistemic') },
    selfTest: selfTest(of(true), of(false), count),
    spread: await spreadOver(
      own.design.hardware.shared ?? sharedErrorsSchema().parse({ chip: 0.1 }),
      samplesOf(design),
      async (shared, samples) => {
        const varied = { ...design, hardware: { ...design.hardware, shared } };
        const pipeline = new Pipeline(broken, varied, { key: root, job });
        const found: Float64Array[] = [];
        for (const chip of chips) {
          const asked = { key: question.key, metrics: ['nll'], prefixes: samples };
          const { byPrefix } = await pipeline.run(measurementOf(asked), { chip, time }, { ...job, progress: () => {} });
          found.push(byPrefix!.nll!);
        }
        return found;
      },
    ),
  };
}

/** Spreads over chips of what `measure` says of each by the first 1, 2, 4 … samples. */
async function spreadOver(
  errors: NonNullable<Design['hardware']['shared']>,
  most: number,
  measure: (shared: Design['hardware']['shared'], samples: readonly number[]) => Promise<readonly ArrayLike<number>[]>,
): Promise<SpreadOverSamples> {
  const samples = Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, i) => 2 ** i);
  if (samples.at(-1)! < most) samples.push(most);
  const spreads = async (shared: Design['hardware']['shared']) => {
    const found = await measure(shared, samples);
    return samples.map((_, m) => {
      const mean = meanOf(found.map(one => one[m]!));
      return Math.sqrt(found.reduce((sum, one) => sum + (one[m]! - mean) ** 2, 0) / Math.max(1, found.length - 1));
    });
  };
  return { samples, alone: await spreads(undefined), shared: await spreads(errors) };
}

/** What faults change nothing of: the results of the design as it was meant, whatever breaks. */
const meant: readonly string[] = ['training', 'posterior', 'range', 'plan', 'stopping'];

/** A store in which these results are those of the design itself. */
const asMeant = (own: Pipeline, store: Store): Store => ({
  async once<T>(entry: Entry<T>, make: (job: Job) => Promise<T>, job: Job): Promise<T> {
    if (!meant.includes(entry.stage)) return store.once(entry, make, job);
    const found: unknown = await own.get(entry.stage as keyof Results, {}, job);
    return found as T;
  },
});

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};
