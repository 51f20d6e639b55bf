import { normalQuantile } from '../bayes/index.ts';
import { fold, keyOf, permutation } from '../random/index.ts';
import { type Estimate, leakage, scaling, standbyOf, summary, type Totals, totalNames } from './estimate.ts';

/** Median, 5 % and 95 % quantile over the uncertain constants; null where a figure is not known. */
export interface Band {
  readonly median: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Multipliers of a component's energy and area in every draw. */
interface FactorDraws {
  readonly energy: Float64Array;
  readonly area: Float64Array;
}

/** One table serves every design, so that a constant that two designs share has the same fate in both. */
export interface FactorTable {
  readonly draws: number;
  of(name: string, spread: { readonly energy: number; readonly area: number }): FactorDraws;
}

/**
 * Draws of the uncertain constants. Of each constant they are the middles of as many equally likely strata, in an order of
 * its own (Latin hypercube), so that a price that hangs on one constant has exactly its quantiles.
 */
const draws = 1001;

const strata = Float64Array.from({ length: draws }, (_, i) => normalQuantile((i + 0.5) / draws));

const root = fold(keyOf(0), 'uncertain constants');

const known = new Map<string, FactorDraws>();

/** The same draws in every process and for every design: the distribution of a price is a property of the design. */
export const factorTable: FactorTable = {
  draws,
  of(name, { energy, area }) {
    const place = `${name} ${energy} ${area}`;
    let entry = known.get(place);
    if (!entry) {
      entry = { energy: drawn(name, 'energy', energy), area: drawn(name, 'area', area) };
      known.set(place, entry);
    }
    return entry;
  },
};

/** Log-normal factors of median 1 and the given geometric standard deviation. */
function drawn(name: string, kind: string, spread: number): Float64Array {
  const order = permutation(fold(fold(root, kind), name), draws);
  const width = Math.log(spread);
  return Float64Array.from(order, i => Math.exp(width * strata[i]!));
}

/** Figures of a design in every draw, [draws] each. */
export type DrawnTotals = Readonly<Record<keyof Totals, Float64Array>>;

/** Every figure of a design in every draw. */
export function drawTotals(design: Estimate, table: FactorTable = factorTable): DrawnTotals {
  const { draws } = table;
  const dynamic = new Float64Array(draws);
  const area = new Float64Array(draws);
  const standby = standbyOf(design);
  const common = table.of(scaling.name, scaling);
  for (const { component, energy, area: size } of design.items) {
    const factor = table.of(component.name, component.spread);
    const scaled = component.scaled !== false;
    for (let i = 0; i < draws; i++) {
      dynamic[i]! += energy * factor.energy[i]! * (scaled ? common.energy[i]! : 1);
      area[i]! += size * factor.area[i]! * (scaled ? common.area[i]! : 1);
    }
  }
  const idle = table.of(leakage.name, { energy: leakage.energy, area: 1 }).energy;
  const drawn = Object.fromEntries(totalNames.map(name => [name, new Float64Array(draws)])) as DrawnTotals;
  for (let i = 0; i < draws; i++) {
    const found = summary(design, dynamic[i]!, area[i]!, standby * idle[i]!);
    for (const name of totalNames) drawn[name][i] = found[name];
  }
  return drawn;
}

/** Median, 5 % and 95 % quantile of numbers; null throughout when they are not finite. */
export function bandOf(values: ArrayLike<number>): Band {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  if (last < 0 || !Number.isFinite(sorted[0]!) || !Number.isFinite(sorted[last]!)) {
    return { median: null, low: null, high: null };
  }
  const at = (share: number): number => sorted[Math.round(share * last)]!;
  return { median: at(0.5), low: at(0.05), high: at(0.95) };
}

/** The band of each figure. */
export const bandsOf = (drawn: DrawnTotals): Record<keyof Totals, Band> =>
  Object.fromEntries(totalNames.map(name => [name, bandOf(drawn[name])])) as Record<keyof Totals, Band>;

/** A baseline's figures over a design's, draw by draw: above 1 the design is better. */
export interface Ratio {
  /** J over J a decision; the same as GOPS/W over GOPS/W. */
  readonly energy: Band;
  /** mm² over mm². */
  readonly area: Band;
  /** Energy times area over energy times area; the same as GOPS/W/mm² over GOPS/W/mm². */
  readonly energyArea: Band;
}

export function ratioOf(design: DrawnTotals, baseline: DrawnTotals): Ratio {
  const energy = quotients(baseline.energyPerDecision, design.energyPerDecision);
  const area = quotients(baseline.area, design.area);
  return { energy: bandOf(energy), area: bandOf(area), energyArea: bandOf(energy.map((ratio, i) => ratio * area[i]!)) };
}

function quotients(over: Float64Array, under: Float64Array): Float64Array {
  const out = new Float64Array(over.length);
  for (let i = 0; i < out.length; i++) out[i] = over[i]! / under[i]!;
  return out;
}
