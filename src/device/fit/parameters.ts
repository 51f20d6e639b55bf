import { formatQuantity } from '../../base/index.ts';
import { polynomial } from '../curves.ts';
import type { FittedParameter } from './device-fit.ts';
import { type Estimate, inCurves, type LevelEstimate } from './estimate.ts';
import { meanPolynomial, type SpreadPart, spreadPolynomial, type Terms } from './order.ts';
import { meanStd } from './statistics.ts';

/** What was decided on all data and stays in the samples of the bootstrap. */
export interface Shape {
  readonly high: number;
  /** Powers of g in each polynomial; none where the mean is the target. */
  readonly spreadTerms: Terms;
  readonly meanTerms: Terms;
  /** Device-to-device and cycle-to-cycle spread, where they could be told apart. */
  readonly parts?: { readonly device: Terms; readonly cycle: Terms };
  readonly laterTimes: readonly number[];
  readonly times: readonly number[];
}

/** A polynomial in g for every sample. */
interface Curve {
  readonly name: string;
  readonly terms: Terms;
  readonly coefficients: readonly (readonly number[])[];
}

function curvesOf(samples: readonly (readonly LevelEstimate[])[], shape: Shape): Curve[] {
  const { high, spreadTerms, meanTerms, parts } = shape;
  const curve = (name: string, terms: Terms, of: (levels: readonly LevelEstimate[]) => readonly number[]): Curve => ({
    name: `programming.${name}`,
    terms,
    coefficients: samples.map(of),
  });
  const spread = (part: SpreadPart, terms: Terms): Curve =>
    curve(part, terms, levels => spreadPolynomial(levels, high, terms, part));
  return [
    ...(meanTerms.length > 0 ? [curve('mean', meanTerms, levels => meanPolynomial(levels, high, meanTerms))] : []),
    spread('std', spreadTerms),
    ...(parts ? [spread('cycleStd', parts.cycle), spread('deviceStd', parts.device)] : []),
  ];
}

/**
 * Every fitted number: its value from all cells, the first of the estimates, and its standard error over the others, those
 * of samples. `startTimes` are t₀ of each where it was fitted, s.
 */
export function parametersOf(
  estimates: readonly Estimate[],
  shape: Shape,
  startTimes: readonly number[] | undefined,
): FittedParameter[] {
  const samples = estimates.map(({ levels }) => levels.filter(inCurves));
  const found: FittedParameter[] = [];
  const add = (name: string, unit: string, of: (sample: number) => number | undefined): void => {
    const [value, ...drawn] = estimates.map((_, sample) => of(sample) ?? Number.NaN);
    if (Number.isNaN(value!)) return;
    found.push({ name, value: value!, standardError: meanStd(drawn.filter(one => !Number.isNaN(one))).std, unit });
  };
  const levels = Array.from(estimates[0]!.levels.entries(), ([k, level]) => ({
    level,
    at: formatQuantity(level.target, 'S', 4),
    of: (sample: number): LevelEstimate | undefined => {
      const own = estimates[sample]!.levels[k]!;
      return inCurves(own) ? own : undefined;
    },
  })).filter(({ level }) => inCurves(level));
  for (const { name, terms, coefficients } of curvesOf(samples, shape)) {
    for (const k of terms) add(`${name} g^${k}`, 'S', sample => coefficients[sample]![k] ?? 0);
    for (const { level, at, of } of levels) {
      const g = level.target / shape.high;
      add(`${name} at ${at}`, 'S', sample => of(sample) && polynomial(coefficients[sample]!, g));
    }
  }
  if (startTimes) add('drift.startTime', 's', sample => startTimes[sample]!);
  const laterTimes = shape.laterTimes.map(time => formatQuantity(time, 's', 4));
  const times = shape.times.map(time => formatQuantity(time, 's', 4));
  for (const { level, at, of } of levels) {
    add(`mean at ${at}`, 'S', sample => of(sample)?.mean);
    add(`drift.exponentMean at ${at}`, '', sample => of(sample)?.exponentMean);
    add(`drift.exponentStd at ${at}`, '', sample => of(sample)?.exponentStd);
    level.relaxationMean?.forEach((_, i) => {
      add(`relaxation.mean at ${at}, ${laterTimes[i]}`, 'S', sample => of(sample)?.relaxationMean?.[i]);
      add(`relaxation.std at ${at}, ${laterTimes[i]}`, 'S', sample => of(sample)?.relaxationStd?.[i]);
    });
    add(`relaxation.mean at ${at}, per ln t`, 'S', sample => of(sample)?.slopeMean);
    add(`relaxation.std at ${at}, per ln t`, 'S', sample => of(sample)?.slopeStd);
    level.readRelative?.forEach((_, i) => {
      add(`read.std.relative at ${at}, ${times[i]}`, '', sample => of(sample)?.readRelative?.[i]);
    });
  }
  add('stuck.high', '', sample => estimates[sample]!.stuckHigh);
  add('stuck.low', '', sample => estimates[sample]!.stuckLow);
  return found;
}
