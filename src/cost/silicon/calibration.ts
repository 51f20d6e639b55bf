import { architectureOptions, estimate } from '../estimate.ts';
import type { Macro, MacroClass } from './macro.ts';
import { macros } from './macros.ts';

/** Macros of a class from which on something is said of the next one. */
const fewest = 5;

/** What lies around a macro in our designs and not in a published one. */
const around = ['sram-buffer', 'wire', 'activation', 'softmax', 'wake-up'];

/** Student's t that 5 % lie beyond, for 1, 2, … degrees of freedom (tables). */
const beyond = [6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753];

/** A macro and how far it is from what the model says: measured over predicted. */
export interface Compared {
  readonly macro: Macro;
  readonly energy?: number;
  readonly area?: number;
}

/** What silicon says of one figure of a class: log(measured/predicted) = bias + ε. */
export interface Calibration {
  /** Macros whose conditions are all known. */
  readonly count: number;
  /** exp(bias): the geometric mean of measured over predicted. */
  readonly factor: number;
  /** Ninety percent prediction interval of the next macro's ratio; absent below five macros. */
  readonly interval?: readonly [low: number, high: number];
  /** How many macros lie in the interval that the others predict, of how many, and the 95 % interval of that share (Wilson). */
  readonly coverage?: { readonly inside: number; readonly of: number; readonly low: number; readonly high: number };
}

/** Energy of an operation, J, and area, m², of a macro as the model sees it. */
export function predicted({ workload, architecture }: Macro): { readonly energy: number; readonly area: number } {
  const tile = { rows: workload.layers[0]!.rows, columns: workload.layers[0]!.columns };
  const { items, operations } = estimate(workload, architectureOptions({ ...architecture, tile, idle: 'on' }));
  const inside = items.filter(({ component }) => !around.includes(component.name));
  const total = (of: 'energy' | 'area') => inside.reduce((sum, item) => sum + item[of], 0);
  return { energy: total('energy') / operations, area: total('area') };
}

/** Every macro beside its prediction. */
export const comparedMacros = (of: readonly Macro[] = macros): Compared[] =>
  of.map(macro => {
    const { energy, area } = predicted(macro);
    return {
      macro,
      ...(macro.energyPerOperation && { energy: macro.energyPerOperation[0] / energy }),
      ...(macro.area && { area: macro.area[0] / area }),
    };
  });

/** What silicon says of a class; null without a macro whose conditions are known. */
export function calibrationOf(
  compared: readonly Compared[],
  name: MacroClass,
  figure: 'energy' | 'area',
): Calibration | null {
  const ratios = compared.flatMap(({ macro, [figure]: ratio }) =>
    macro.class === name && !macro.assumed && ratio !== undefined ? [Math.log(ratio)] : [],
  );
  if (ratios.length === 0) return null;
  const factor = Math.exp(mean(ratios));
  if (ratios.length < fewest) return { count: ratios.length, factor };
  const inside = ratios.filter((ratio, i) => {
    const [low, high] = predictionInterval(ratios.filter((_, j) => j !== i));
    return ratio >= low && ratio <= high;
  }).length;
  const [low, high] = predictionInterval(ratios);
  return {
    count: ratios.length,
    factor,
    interval: [Math.exp(low), Math.exp(high)],
    coverage: { inside, of: ratios.length, ...wilson(inside, ratios.length) },
  };
}

/** Where the next number lies in 90 of 100 cases, of normal numbers. */
function predictionInterval(numbers: readonly number[]): readonly [low: number, high: number] {
  const n = numbers.length;
  const center = mean(numbers);
  const variance = numbers.reduce((sum, x) => sum + (x - center) ** 2, 0) / (n - 1);
  const half = (beyond[n - 2] ?? 1.645) * Math.sqrt(variance * (1 + 1 / n));
  return [center - half, center + half];
}

/** Wilson's 95 % interval of a share. */
function wilson(k: number, n: number): { readonly low: number; readonly high: number } {
  const z = 1.96;
  const share = k / n;
  const center = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
