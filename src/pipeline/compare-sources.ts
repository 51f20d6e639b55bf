import { faultText, formatQuantity, InputError, type Job } from '../base/index.ts';
import { deviceOf } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import { type EntropySource, entropySources } from '../inference/index.ts';
import type { Chip } from '../transfer/index.ts';
import { crossedRecords, type Interval, interval, type Judged, overall, pairedCrossed } from '../uncertainty/index.ts';
import { checkDesign } from './check-design.ts';
import { comparedBy } from './compare.ts';
import { samplesOf } from './design-facts.ts';
import type { CrossedMetrics, PairedTests } from './evaluation-record.ts';
import { type Independence, independence, samplesWorth } from './independence.ts';
import { meanLookedAt } from './mean-looked-at.ts';
import { questionKey } from './measure-chips.ts';
import { type Measurement, measurementOf } from './measurement.ts';
import { Pipeline } from './pipeline.ts';
import type { Prepared } from './prepared.ts';
import { priceable, pricesOf } from './pricing.ts';
import { checkSource, readingGiven } from './reading.ts';
import { judgedIn } from './sides.ts';
import { designWith } from './source-designs.ts';
import { sourcePrice } from './source-price.ts';
import { spreadChips } from './spread-chips.ts';
import type { Subject } from './subject.ts';

/** One source of randomness on the chips of a comparison. */
export interface ComparedSource {
  readonly entropy: string;
  readonly summary: string;
  /** How the chips were programmed for it. */
  readonly transfer: string;
  readonly samples: number;
  /** Independent samples that these are worth, the chip given; null where a chip draws nothing anew. */
  readonly effectiveSamples: Interval | null;
  readonly metrics: CrossedMetrics;
  /** Against the source of the best NLL, chip by chip; a positive difference is in favour of this one. */
  readonly againstBest: PairedTests;
  /** Of one decision, J and s; null where it has no price, with `unpriced` saying why. */
  readonly energyPerDecision: number | null;
  readonly latency: number | null;
  readonly unpriced?: string;
  /** Root mean square distance of the laws of weights from the trained ones in units of the trained spread; null where not known. */
  readonly weightDistance: Interval | null;
  /** Cells programmed and random bits drawn by circuits, of one decision. */
  readonly writes: number;
  readonly bits: number;
  /** Decisions until the cells are worn out; null where nothing is written or their endurance is not known. */
  readonly lifetime: number | null;
}

/** A source that this posterior or device cannot have, and why. */
export interface RefusedSource {
  readonly entropy: string;
  readonly refused: string;
}

/** One posterior on every source of randomness. */
export interface SourceComparison {
  readonly time: number;
  readonly chips: number;
  readonly sources: readonly ComparedSource[];
  readonly refused: readonly RefusedSource[];
  /** The source that it would take, and why. */
  readonly taken: { readonly entropy: string; readonly why: string };
}

/** A chip to be measured with a source of randomness. */
export interface SourceAsked {
  readonly entropy: string;
  readonly chip: number;
}

/** What it says, and what its samples are worth. */
export interface SourceChip {
  readonly measured: Measurement;
  readonly independent: Independence;
}

/** Measures chips as `measureSourceChip` does, in other processes. */
export interface SourcesElsewhere {
  /** Milliseconds after which the others of a source are measured there unless the first one is done. */
  readonly from: number;
  measure(asked: SourceAsked, job: Job): Promise<SourceChip>;
}

interface Measured {
  readonly source: EntropySource;
  readonly design: Design;
  readonly chips: readonly Measurement[];
  readonly independent: readonly Independence[];
  readonly prices: Readonly<Record<string, number>> | string;
  readonly lifetime: number | null;
}

/**
 * One posterior on all sources of randomness that it and its device allow, on the same chips and rows with the same luck. Results are
 * kept in `prepared`'s store.
 */
export async function compareSources(
  subject: Subject,
  prepared: Prepared,
  job: Job,
  elsewhere?: SourcesElsewhere,
): Promise<SourceComparison> {
  const { design, chips, headlineTime } = subject;
  const samples = samplesOf(design);
  const refused: RefusedSource[] = [];
  const measured: Measured[] = [];
  const all = Object.values<EntropySource>(entropySources);
  for (const [i, source] of all.entries()) {
    job.progress(i / all.length, source.name);
    try {
      const own = designWith(source, design, samples);
      measured.push(await measureSource(subject, prepared, source, own, job, elsewhere));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push({ entropy: source.name, refused: error.faults.map(faultText).join(' ') });
    }
  }
  if (measured.length === 0) throw new InputError(refused.map(({ refused }) => refused).join(' '));
  const { task } = subject.data;
  const nll = comparedBy(task).find(({ name }) => name === 'nll')!;
  const judged = measured.map(({ chips }) => chips.map(judgedIn));
  const means = judged.map(own => crossedRecords(own, task)[nll.name]!.mean);
  const best = means.indexOf(Math.min(...means.filter(mean => !Number.isNaN(mean))));
  const sources = measured.map((one, i) => comparedSource(subject, one, judged[i]!, judged[best]!));
  return { time: headlineTime, chips: chips.length, sources, refused, taken: choice(sources, best) };
}

async function measureSource(
  subject: Subject,
  prepared: Prepared,
  source: EntropySource,
  design: Design,
  job: Job,
  elsewhere?: SourcesElsewhere,
): Promise<Measured> {
  const { root, chips, data, network, experiment } = subject;
  checkDesign(design, network.matrices);
  const quiet = { ...job, progress: () => {} };
  const pipeline = new Pipeline(prepared, design, { key: root, job: quiet });
  checkSource(readingGiven(design), await pipeline.get('posterior'));
  const there = elsewhere && {
    from: elsewhere.from,
    measure: (i: number, own: Job) => elsewhere.measure({ entropy: source.name, chip: chips[i]! }, own),
  };
  const all = await spreadChips(chips.length, quiet, (i, own) => sourceChip(subject, pipeline, chips[i]!, own), there);
  const found = all.map(({ measured }) => measured);
  const independent = all.map(one => one.independent);
  const first = await pipeline.get('chip', { chip: chips[0]! });
  const prices = await priceable(() => pricesOf({ design, data, name: experiment.name, chip: first }));
  return { source, design, chips: found, independent, prices, lifetime: lifetimeOf(design, first, found[0]!) };
}

/** Measures a chip of a comparison with one of its sources. */
export async function measureSourceChip(
  subject: Subject,
  prepared: Prepared,
  { entropy, chip }: SourceAsked,
  job: Job,
): Promise<SourceChip> {
  const { design, root } = subject;
  const own = designWith(entropySources[entropy as keyof typeof entropySources], design, samplesOf(design));
  const quiet = { ...job, progress: () => {} };
  return sourceChip(subject, new Pipeline(prepared, own, { key: root, job: quiet }), chip, quiet);
}

async function sourceChip(
  { root, headlineTime }: Subject,
  pipeline: Pipeline,
  chip: number,
  job: Job,
): Promise<SourceChip> {
  const at = { chip, time: headlineTime };
  const measured = await pipeline.run(measurementOf({ key: questionKey(root), evidence: true }), at, job);
  return { measured, independent: await pipeline.run(independence, at, job) };
}

/** Decisions until cells that are programmed for every sample are worn out; null where none are, or their endurance is not known. */
function lifetimeOf(design: Design, { cells }: Chip, { events }: Measurement): number | null {
  const other = sourcePrice(design).workload.write;
  const { endurance } = other ?? deviceOf(design.hardware.device).write ?? {};
  if (events.writes === 0 || endurance === undefined) return null;
  return endurance / (samplesOf(design) * (other?.pulses ?? meanLookedAt(cells.pulses)));
}

function comparedSource(
  { data }: Subject,
  { source, design, chips, independent, prices, lifetime }: Measured,
  own: readonly Judged[],
  best: readonly Judged[],
): ComparedSource {
  const rows = data.test.count;
  const priced = typeof prices === 'string' ? undefined : prices;
  return {
    entropy: source.name,
    summary: source.summary,
    transfer: design.transfer.method,
    samples: samplesOf(design),
    effectiveSamples: samplesWorth(independent),
    metrics: crossedRecords(own, data.task),
    againstBest: Object.fromEntries(
      comparedBy(data.task).map(metric => [metric.name, pairedCrossed(metric, own, best)]),
    ),
    energyPerDecision: priced?.energyPerDecision ?? null,
    latency: priced?.latency ?? null,
    ...(typeof prices === 'string' && { unpriced: prices }),
    weightDistance: weightDistance(independent),
    writes: chips[0]!.events.writes / rows,
    bits: chips[0]!.events.bits / rows,
    lifetime,
  };
}

function weightDistance(chips: readonly Independence[]): Interval | null {
  if (chips.some(({ distance, variance }) => distance === undefined || variance === 0)) return null;
  return interval(chips.map(({ distance, variance }) => Math.sqrt(distance! / variance)));
}

/** Of the sources whose NLL cannot be told to be worse than the best, the one that takes the least energy. */
function choice(sources: readonly ComparedSource[], best: number): SourceComparison['taken'] {
  const leader = sources[best]!;
  const close = sources.filter((one, i) => i === best || overall(one.againstBest.nll!.difference).high >= 0);
  const priced = close.filter(one => one.energyPerDecision !== null);
  const cheapest = priced.reduce<ComparedSource | undefined>(
    (a, b) => (a && a.energyPerDecision! <= b.energyPerDecision! ? a : b),
    undefined,
  );
  if (!cheapest) return { entropy: leader.entropy, why: 'it has the best NLL, and those that come near have no price' };
  if (close.length === 1) return { entropy: leader.entropy, why: 'its NLL is better than that of every other source' };
  const others = close.filter(one => one !== cheapest).map(one => `'${one.entropy}'`);
  const energy = `the least energy a decision, ${formatQuantity(cheapest.energyPerDecision!, 'J')}`;
  return {
    entropy: cheapest.entropy,
    why:
      cheapest === leader
        ? `it has the best NLL, and of the sources that cannot be told from it (${others.join(', ')}) none takes less energy`
        : `its NLL cannot be told from the best, that of '${leader.entropy}', and of such sources (${others.join(', ')}) it takes ${energy}`,
  };
}
