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

/** Tables that were drawn last; every design of a run has the same. */
const tables = new Map<string, FactorTable>();
const mostTables = 4;

/** Log-normal factors by component name, `draws` of each, drawn when first asked for and kept. */
export function factorTable(key: Key, draws: number): FactorTable {
  const name = `${key.word0} ${key.word1} ${draws}`;
  const table = tables.get(name) ?? drawnTable(key, draws);
  tables.set(name, table);
  if (tables.size > mostTables) tables.delete(tables.keys().next().value!);
  return table;
}

function drawnTable(key: Key, draws: number): FactorTable {
  const known = new Map<string, FactorDraws>();
  const draw = (name: string, kind: string, spread: number): Float64Array => {
    const out = fillNormal(fold(fold(key, kind), name), new Float64Array(draws));
    const width = Math.log(spread);
    for (let i = 0; i < draws; i++) out[i] = Math.exp(width * out[i]!);
    return out;
  };
  return {
    draws,
    of(name, { energy, area }) {
      const place = `${name} ${energy} ${area}`;
      let entry = known.get(place);
      if (!entry) {
        entry = { energy: draw(name, 'energy', energy), area: draw(name, 'area', area) };
        known.set(place, entry);
      }
      return entry;
    },
  };
}

/** Figures of a design in every draw, [draws] each. */
export type DrawnTotals = Readonly<Record<keyof Totals, Float64Array>>;

/** Every figure of a design in every draw. */
export function drawTotals(design: Estimate, table: FactorTable): DrawnTotals {
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
  const drawn = Object.fromEntries(totalNames.map(name => [name, new Float64Array(draws)])) as DrawnTotals;
  for (let i = 0; i < draws; i++) {
    const found = summary(design, dynamic[i]!, area[i]!, standby * idle[i]!);
    drawn.energyPerDecision[i] = found.energyPerDecision;
    drawn.energyPerSample[i] = found.energyPerSample;
    drawn.energyPerEffectiveSample[i] = found.energyPerEffectiveSample;
    drawn.latency[i] = found.latency;
    drawn.throughput[i] = found.throughput;
    drawn.area[i] = found.area;
    drawn.power[i] = found.power;
    drawn.leakageShare[i] = found.leakageShare;
    drawn.gopsPerWatt[i] = found.gopsPerWatt;
    drawn.gopsPerMm2[i] = found.gopsPerMm2;
    drawn.gopsPerWattPerMm2[i] = found.gopsPerWattPerMm2;
    drawn.energyDelayArea[i] = found.energyDelayArea;
  }
  return drawn;
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
export const bandsOf = (drawn: DrawnTotals): Record<keyof Totals, Band> =>
  Object.fromEntries(totalNames.map(name => [name, bandOf(drawn[name])])) as Record<keyof Totals, Band>;

/** How many times better a design is than a baseline, draw by draw. */
export interface Ratio {
  /** GOPS/W over GOPS/W: the baseline's energy over the design's. */
  readonly powerEfficiency: Band;
  /** GOPS/W/mm² over GOPS/W/mm². */
  readonly totalEfficiency: Band;
  /** The baseline's area over the design's. */
  readonly area: Band;
}

export function ratioOf(design: DrawnTotals, baseline: DrawnTotals): Ratio {
  return {
    powerEfficiency: bandOf(quotients(baseline.energyPerDecision, design.energyPerDecision)),
    totalEfficiency: bandOf(quotients(design.gopsPerWattPerMm2, baseline.gopsPerWattPerMm2)),
    area: bandOf(quotients(baseline.area, design.area)),
  };
}

function quotients(over: Float64Array, under: Float64Array): Float64Array {
  const out = new Float64Array(over.length);
  for (let i = 0; i < out.length; i++) out[i] = over[i]! / under[i]!;
  return out;
}
