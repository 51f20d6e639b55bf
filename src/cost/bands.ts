import { fillNormal, fold, type Key } from '../random/index.ts';
import { type Estimate, leakage, scaling, summary, type Totals, totalNames } from './estimate.ts';

/** Mean and the 5th and 95th percentile over the components' uncertainty; null where a figure is not known. */
export interface Band {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Multipliers of a component's energy and area in every draw. */
interface FactorDraws {
  readonly energy: Float64Array;
  readonly area: Float64Array;
}

/** One table serves every design that is compared, so that a shared component has the same fate in all of them. */
export interface FactorTable {
  readonly draws: number;
  of(name: string, spread: { readonly energy: number; readonly area: number }): FactorDraws;
}

/** Log-normal factors by component name, `draws` of each, drawn when first asked for. */
export function factorTable(key: Key, draws: number): FactorTable {
  const known = new Map<string, FactorDraws>();
  const draw = (name: string, kind: string, spread: number): Float64Array => {
    const out = fillNormal(fold(fold(key, kind), name), new Float64Array(draws));
    const width = Math.log(spread);
    for (let i = 0; i < draws; i++) out[i] = Math.exp(width * out[i]!);
    return out;
  };
  return {
    draws,
    of(name, spread) {
      let entry = known.get(name);
      if (!entry) {
        entry = { energy: draw(name, 'energy', spread.energy), area: draw(name, 'area', spread.area) };
        known.set(name, entry);
      }
      return entry;
    },
  };
}

/** Every figure of a design in every draw. */
export function drawTotals(design: Estimate, table: FactorTable): Totals[] {
  const { draws } = table;
  const dynamic = new Float64Array(draws);
  const area = new Float64Array(draws);
  const standby = design.items.reduce((total, item) => total + item.leakage, 0);
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
  return Array.from({ length: draws }, (_, i) => summary(design, dynamic[i]!, area[i]!, standby * idle[i]!));
}

/** Mean, 5 % and 95 % of numbers; null throughout when they are not finite. */
export function bandOf(values: ArrayLike<number>): Band {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  if (last < 0 || !Number.isFinite(sorted[0]!) || !Number.isFinite(sorted[last]!)) {
    return { mean: null, low: null, high: null };
  }
  const at = (share: number): number => {
    const position = share * last;
    const below = Math.floor(position);
    const above = Math.min(last, below + 1);
    return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
  };
  let sum = 0;
  for (let i = 0; i <= last; i++) sum += sorted[i]!;
  return { mean: sum / (last + 1), low: at(0.05), high: at(0.95) };
}

/** The band of each figure. */
export const bandsOf = (totals: readonly Totals[]): Record<keyof Totals, Band> =>
  Object.fromEntries(totalNames.map(name => [name, bandOf(totals.map(one => one[name]))])) as Record<
    keyof Totals,
    Band
  >;

/** How many times better a design is than a baseline, draw by draw. */
export interface Ratio {
  /** GOPS/W over GOPS/W: the baseline's energy over the design's. */
  readonly powerEfficiency: Band;
  /** GOPS/W/mm² over GOPS/W/mm². */
  readonly totalEfficiency: Band;
  /** The baseline's area over the design's. */
  readonly area: Band;
}

export function ratioOf(design: readonly Totals[], baseline: readonly Totals[]): Ratio {
  const over = (name: keyof Totals, inverse = false): Band =>
    bandOf(design.map((one, i) => (inverse ? baseline[i]![name] / one[name] : one[name] / baseline[i]![name])));
  return {
    powerEfficiency: over('energyPerDecision', true),
    totalEfficiency: over('gopsPerWattPerMm2'),
    area: over('area', true),
  };
}
