import { type Job, together } from '../base/index.ts';
import type { Bill } from '../cost/index.ts';
import type { Dataset } from '../data/index.ts';
import type { Design } from '../experiment/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type KeptMetric, type KeptPair, keptMetrics } from '../uncertainty/index.ts';
import type { Assessment, Question } from './assessment.ts';
import { checkDesign } from './check-design.ts';
import { checkWanted } from './check-wanted.ts';
import type { CorrectionKind } from './correction.ts';
import { timeOf } from './design-facts.ts';
import { isPlane } from './grid.ts';
import { measurementOf, softwareOf } from './measurement.ts';
import { networkGiven, networkOf } from './network-of.ts';
import { Pipeline } from './pipeline.ts';
import type { Prepared } from './prepared.ts';
import { billOfDesign, pricesOf } from './pricing.ts';

/** What is to be known of a design. Nothing else is computed. */
export interface Wanted {
  /**
   * Names of metrics; none where empty. Those of what survived of the software prediction compare maps where inputs are a
   * plane and `map` is given, else the rows.
   */
  readonly metrics: readonly string[];
  /** Times after programming, s; the design's own where absent. */
  readonly times?: readonly number[];
  /** Numbers of the chips; chip n draws the same random numbers in every design. */
  readonly chips: readonly number[];
  /** First samples on the chip that count, and are drawn; all by default. */
  readonly samples?: number;
  /** Part of a split; the whole test split by default. */
  readonly rows?: Question['rows'];
  /**
   * Correction of logits, fitted to validation rows on each chip at each time, that comes before metrics, losses, numbers by
   * row and prefixes, as `after` does in evaluations of an experiment with `calibration`; none by default. Maps and what
   * survived of the software prediction are without it.
   */
  readonly correction?: CorrectionKind;
  /** Besides metrics: losses by row, metrics by prefix of the samples, maps over a plane of inputs. */
  readonly losses?: boolean;
  /** For each metric, numbers by row whose mean it is, at least to first order (its influence function). */
  readonly perRow?: boolean;
  readonly prefixes?: readonly number[];
  readonly map?: number;
  /** Samples of the software prediction that chips are compared with; as many as a chip has by default. */
  readonly softwareSamples?: number;
  /** Whether prices are wanted: they are those of chip 0. */
  readonly prices?: boolean;
  /** Whether what prices follow from is wanted with them, to ask what other constants would make of them. */
  readonly bill?: boolean;
}

/** What a design is worth, in numbers. */
export interface Evidence {
  /** One for each chip and time, in the order asked for. */
  readonly rows: ReadonlyArray<{
    readonly chip: number;
    readonly time: number;
    readonly values: Readonly<Record<string, number>>;
  }>;
  /** Of one decision, SI units. */
  readonly prices: Readonly<Record<string, number>>;
  /** What they follow from, where it was asked for. */
  readonly bill?: Bill;
  /**
   * Where asked for, all [chips, times, …]: `losses/nll` and others [rows], `rows/ece` and others [rows], `prefix/nll` [prefixes] and others by
   * metric, `map/mean` [points, classes], `map/aleatoric` and `map/epistemic` [points].
   */
  readonly arrays: Readonly<Record<string, Float32Array>>;
  /** Stages that were computed, and those that people's own files stood for. */
  readonly made: readonly string[];
  readonly adopted: readonly string[];
}

/**
 * What a design is worth: a pure function of the data, the design, the question and the key. It trains, plans and programs
 * what no store has yet.
 */
export async function evaluateDesign(
  prepared: Prepared,
  design: Design,
  wanted: Wanted,
  { key, job }: { readonly key: Key; readonly job: Job },
): Promise<Evidence> {
  const pipeline = new Pipeline(prepared, design, { key, job });
  const { matrices } = networkOf(networkGiven(design), prepared.data).network;
  together([() => checkWanted(wanted, prepared.data, design), () => checkDesign(design, matrices)]);
  const { chips, samples, rows, correction, losses, perRow, prefixes, map } = wanted;
  const kept = keptWanted(wanted, prepared.data);
  const metrics = wanted.metrics.filter(name => !kept.some(metric => metric.name === name));
  const onMaps = map !== undefined && isPlane(prepared.data);
  const asked = { key: fold(key, 'question'), rows, map, ...(kept.length > 0 && !onMaps && { parts: true }) };
  const question: Question = { ...asked, metrics, samples, after: correction, losses, perRow, prefixes };
  const measurement = measurementOf(question);
  const times = wanted.times ?? [timeOf(design)];
  const software =
    kept.length > 0 && chips.length > 0 && times.length > 0
      ? await pipeline.run(softwareOf({ ...asked, metrics: [] }, wanted.softwareSamples))
      : undefined;
  const found = [];
  const parts = new Map<string, Float32Array[]>();
  const gather = (name: string, values: ArrayLike<number>) => {
    const known = parts.get(name) ?? [];
    known.push(Float32Array.from(values));
    parts.set(name, known);
  };
  for (const chip of chips) {
    for (const time of times) {
      const measured = await pipeline.run(measurement, { chip, time });
      const values = { ...measured.metrics, ...(software && survived(kept, software, measured)) };
      found.push({ chip, time, values });
      for (const [name, values] of Object.entries(measured.losses ?? {})) gather(`losses/${name}`, values);
      for (const [name, values] of Object.entries(measured.perRow ?? {})) gather(`rows/${name}`, values);
      for (const [name, values] of Object.entries(measured.byPrefix ?? {})) gather(`prefix/${name}`, values);
      if (!measured.map) continue;
      for (const name of ['mean', 'aleatoric', 'epistemic'] as const) gather(`map/${name}`, measured.map[name]);
    }
  }
  const priced =
    wanted.prices || wanted.bill
      ? {
          design,
          data: prepared.data,
          name: 'design',
          chip: await pipeline.get('chip', { chip: 0 }),
          stopping: await pipeline.get('stopping'),
        }
      : undefined;
  return {
    rows: found,
    prices: priced && wanted.prices ? pricesOf(priced) : {},
    ...(priced && wanted.bill && { bill: billOfDesign(priced) }),
    arrays: Object.fromEntries([...parts].map(([name, list]) => [name, joined(list)])),
    ...pipeline.account,
  };
}

/** Metrics of what survived that are wanted. */
const keptWanted = ({ metrics }: Wanted, { task }: Dataset): readonly KeptMetric[] =>
  keptMetrics.filter(metric => metric.task === task && metrics.includes(metric.name));

/** What of a software prediction survived on a chip: of its maps where there are any, else of its rows. */
function survived(kept: readonly KeptMetric[], software: Assessment, hardware: Assessment): Record<string, number> {
  const pair = { software: software.map ?? software.parts, hardware: hardware.map ?? hardware.parts } as KeptPair;
  return Object.fromEntries(kept.map(metric => [metric.name, metric.of(pair)]));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
