import { normalQuantile } from '../../random/index.ts';
import type { Device } from '../device.ts';
import type { CurveSpec, DeviceFile } from '../file/schema.ts';
import { logSpread } from '../pulse.ts';
import { deviatesOf } from '../shape.ts';
import { normalDistribution } from '../special.ts';
import { kolmogorovPValue, meanStd, type NormalityTest, normalityTest } from './statistics.ts';

/** Distributions of programmed conductances about their mean. */
export const shapes = ['normal', 'lognormal', 'quantiles'] as const;

export type ShapeName = (typeof shapes)[number];

/** Kolmogorov–Smirnov tests of one level's cells. */
export interface ShapeTests {
  readonly normal: NormalityTest;
  /** Of the logarithms; absent where a conductance is 0. */
  readonly lognormal?: NormalityTest;
}

/** Chance of p-values of independent tests as small as these together (Fisher): χ² of −2 Σ ln p (Wilson and Hilferty 1931). */
function together(pValues: readonly number[]): number {
  const freedom = 2 * pValues.length;
  const sum = pValues.reduce((total, p) => total - 2 * Math.log(p), 0);
  const z = ((sum / freedom) ** (1 / 3) - 1 + 2 / (9 * freedom)) / Math.sqrt(2 / (9 * freedom));
  return normalDistribution(-z);
}

/** A shape that all levels together contradict with so small a chance is not used. */
const smallestChance = 1e-3;

/** Cells of a level below which quantiles say less than a normal distribution. */
const fewestCells = 16;

/** Tests of the levels' programmed values, S. */
export function testsOf(values: readonly number[]): ShapeTests {
  const normal = normalityTest(values, meanStd(values));
  if (values.some(value => value <= 0)) return { normal };
  const logs = values.map(Math.log);
  return { normal, lognormal: normalityTest(logs, meanStd(logs)) };
}

/** The first shape that the levels together do not contradict; quantiles where there is none. */
export function chooseShape(levels: readonly (readonly number[])[], tests: readonly ShapeTests[]): ShapeName {
  const of = (test: (found: ShapeTests) => NormalityTest | undefined): number => {
    const pValues = tests.flatMap(found => test(found)?.pValue ?? []);
    return pValues.length > 0 ? together(pValues) : 1;
  };
  // Conductances cut at 0 are no evidence against the normal distribution behind them, nor for a lognormal one.
  const normal = of(found => (found.lognormal ? found.normal : undefined));
  if (normal >= smallestChance) return 'normal';
  const positive = tests.every(found => found.lognormal);
  const lognormal = positive ? of(found => found.lognormal) : 0;
  if (lognormal >= smallestChance) return 'lognormal';
  if (levels.some(values => values.length < fewestCells)) return lognormal > normal ? 'lognormal' : 'normal';
  return 'quantiles';
}

/** Cells of a level from which on its own quantiles are certain enough. */
const enoughCells = 100;

/** Most quantiles of a level in a file. */
const mostQuantiles = 17;

/** A measured distribution and its spread over the levels, as a file holds them. */
export interface MeasuredShape {
  readonly shape: Exclude<NonNullable<DeviceFile['programming']['shape']>, string>;
  readonly std: CurveSpec;
}

/**
 * Spread of every level, and quantiles in it at probabilities evenly spaced in standard normals, as far out as the fewest of
 * these cells reach. A level of fewer than a hundred cells shares its shape, deviations from the mean over the spread, with its
 * neighbours on both sides.
 */
export function measuredShape(
  targets: readonly number[],
  levels: readonly (readonly number[])[],
  high: number,
): MeasuredShape {
  const moments = levels.map(values => meanStd(values));
  const deviates = levels.map((values, level) => {
    const { mean, std } = moments[level]!;
    return values.map(value => (value - mean) / (std || 1));
  });
  const pooled = deviates.map((own, level) => {
    const shared = own.length < enoughCells ? [...(deviates[level - 1] ?? []), ...(deviates[level + 1] ?? [])] : [];
    return [...own, ...shared].sort((a, b) => a - b);
  });
  const fewest = Math.min(...pooled.map(of => of.length));
  const count = Math.min(mostQuantiles, fewest);
  const outermost = -normalQuantile(0.5 / fewest);
  const normals = Array.from({ length: count }, (_, k) => outermost * ((2 * k) / (count - 1) - 1));
  const g = targets.map(target => Number((target / high).toPrecision(6)));
  return {
    shape: {
      g,
      probabilities: normals.map(z => Number(normalDistribution(z).toPrecision(6))),
      quantiles: pooled.map(of => normals.map(z => Number(quantileAt(of, normalDistribution(z)).toFixed(3)))),
    },
    std: { g, values: moments.map(({ std }) => Number((1e6 * std).toPrecision(4))), unit: 'uS' },
  };
}

/** Quantile of sorted values, straight between the places (i + ½)/n. */
function quantileAt(sorted: readonly number[], p: number): number {
  const at = Math.min(sorted.length - 1, Math.max(0, p * sorted.length - 0.5));
  const low = Math.floor(at);
  const next = sorted[Math.min(low + 1, sorted.length - 1)]!;
  return sorted[low]! + (at - low) * (next - sorted[low]!);
}

/**
 * Largest distance of the cells of a level to the distribution that a device programs, and its chance (Kolmogorov). The
 * values hold read noise of this variance, S².
 */
export function deviceTest(
  device: Device,
  target: number,
  values: readonly number[],
  readVariance: number,
): NormalityTest {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  if (!(sorted.at(-1)! - sorted[0]! > 1e-9 * sorted.at(-1)!)) return { statistic: 0, pValue: 1 };
  let statistic = 0;
  sorted.forEach((value, i) => {
    const p = probabilityBelow(device, target, value, readVariance);
    statistic = Math.max(statistic, (i + 1) / n - p, p - i / n);
  });
  return { statistic, pValue: kolmogorovPValue(statistic, n) };
}

/** Probability that a cell is read at or below a conductance, S, just after programming. */
function probabilityBelow({ programming }: Device, target: number, value: number, readVariance: number): number {
  const mean = programming.mean?.(target) ?? target;
  const std = Math.hypot(programming.std(target), programming.deviceStd?.(target) ?? 0, Math.sqrt(readVariance));
  const { shape = 'normal' } = programming;
  if (shape === 'normal') return normalDistribution((value - mean) / std);
  if (shape === 'lognormal') {
    const log = logSpread(std / mean);
    return value <= 0 ? 0 : normalDistribution((Math.log(value / mean) + (log * log) / 2) / log);
  }
  const deviates = deviatesOf(shape);
  const wanted = (value - mean) / std;
  if (wanted < deviates.at(target, -8)) return 0;
  if (wanted >= deviates.at(target, 8)) return 1;
  let [low, high] = [-8, 8];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (deviates.at(target, middle) <= wanted) low = middle;
    else high = middle;
  }
  return normalDistribution(low);
}
