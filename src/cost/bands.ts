import { fold, keyOf, normalQuantile, permutation } from '../random/index.ts';
import { type Bill, billOf, timesOf } from './bill.ts';
import { type Estimate, leakage, scaling, summary, type Totals, totalNames } from './estimate.ts';

/** Median, 5 % and 95 % quantile over the uncertain constants; null where a figure is not known. */
export interface Band {
  readonly median: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Multipliers of a component's energy and area in every draw, drawn when first asked for. */
interface FactorDraws {
  readonly energy: Float64Array;
  readonly area: Float64Array;
}

/**
 * Draws of the uncertain constants. Of each constant they are the middles of as many equally likely strata, in an order of
 * its own (Latin hypercube), so that a price that hangs on one constant has exactly its quantiles.
 */
export const draws = 1001;

const strata = Float64Array.from({ length: draws }, (_, i) => normalQuantile((i + 0.5) / draws));

const root = fold(keyOf(0), 'uncertain constants');

const drawnBefore = new Map<string, Float64Array>();

/**
 * The factors of a constant in every draw: the same in every process and for every design, so that a constant that two designs
 * share has the same fate in both.
 */
export function factorsOf(
  name: string,
  { energy, area }: { readonly energy: number; readonly area: number },
): FactorDraws {
  return {
    get energy() {
      return drawn(name, 'energy', energy);
    },
    get area() {
      return drawn(name, 'area', area);
    },
  };
}

/** Log-normal factors of median 1 and the given geometric standard deviation. */
function drawn(name: string, kind: string, spread: number): Float64Array {
  const place = `${kind} ${spread} ${name}`;
  const known = drawnBefore.get(place);
  if (known) return known;
  const width = Math.log(spread);
  const factors = new Float64Array(draws).fill(1);
  if (width !== 0) {
    const order = permutation(fold(fold(root, kind), name), draws);
    for (let i = 0; i < draws; i++) factors[i] = Math.exp(width * strata[order[i]!]!);
  }
  drawnBefore.set(place, factors);
  return factors;
}

/** What figures of a design follow from, in every draw, [draws] each. */
export interface DrawnDesign {
  readonly design: Estimate;
  /** J a decision, standby included. */
  readonly energy: Float64Array;
  /** m²; zero where it is not known. */
  readonly area: Float64Array;
  /** J of standby a decision. */
  readonly standby: Float64Array;
}

/** A design in every draw. */
export const drawDesign = (design: Estimate): DrawnDesign => ({ design, ...drawnSums(billOf(design)) });

/** The sums of a bill in every draw of the constants, `draws` of them: the same for every bill. */
function drawnSums({ items, standby: median }: Bill): Omit<DrawnDesign, 'design'> {
  const energy = new Float64Array(draws);
  const area = new Float64Array(draws);
  const common = factorsOf(scaling.name, scaling);
  for (const { name, energy: joules, area: size, spread, scaled } of items) {
    const factor = factorsOf(name, spread);
    if (joules !== 0) addFactored(energy, joules, factor.energy, scaled ? common.energy : undefined);
    if (size !== 0) addFactored(area, size, factor.area, scaled ? common.area : undefined);
  }
  const standby = new Float64Array(draws);
  addFactored(standby, median, factorsOf(leakage.name, { energy: leakage.energy, area: 1 }).energy);
  for (let i = 0; i < draws; i++) energy[i]! += standby[i]!;
  return { energy, area, standby };
}

/** Prices of a bill by name in every draw of the uncertain constants, [draws]; every bill has the same draws. */
export function drawnPrices(bill: Bill, names: readonly (keyof Totals)[]): Record<string, Float64Array> {
  const { energy, area, standby } = drawnSums(bill);
  const times = timesOf(bill);
  const found = Object.fromEntries(names.map(name => [name, new Float64Array(draws)]));
  for (let i = 0; i < draws; i++) {
    const totals = summary(times, energy[i]! - standby[i]!, area[i]!, standby[i]!);
    for (const name of names) found[name]![i] = totals[name];
  }
  return found;
}

function addFactored(out: Float64Array, value: number, factor: Float64Array, common?: Float64Array): void {
  if (common) for (let i = 0; i < out.length; i++) out[i]! += value * factor[i]! * common[i]!;
  else for (let i = 0; i < out.length; i++) out[i]! += value * factor[i]!;
}

/** Median, 5 % and 95 % quantile of numbers; null throughout when they are not finite. */
export function bandOf(values: ArrayLike<number>): Band {
  const numbers = new Float64Array(values);
  const last = numbers.length - 1;
  if (last < 0 || !numbers.every(Number.isFinite)) return { median: null, low: null, high: null };
  const [low, middle, high] = [0.05, 0.5, 0.95].map(share => Math.round(share * last)) as [number, number, number];
  const median = select(numbers, middle, 0, last);
  return { median, low: select(numbers, low, 0, middle), high: select(numbers, high, middle, last) };
}

/** The number that would stand at `k` in order; rearranges `from` … `to` so that smaller ones stand before it, larger ones after (Hoare). */
function select(numbers: Float64Array, k: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const pivot = numbers[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (numbers[i]! < pivot) i++;
      while (numbers[j]! > pivot) j--;
      if (i > j) break;
      const held = numbers[i]!;
      numbers[i++] = numbers[j]!;
      numbers[j--] = held;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return numbers[k]!;
}

/**
 * The band of each figure. All but the share of standby rise or fall with the energy, the area or their product alone, so that
 * their quantiles are those.
 */
export function bandsOf({ design, energy, area, standby }: DrawnDesign): Record<keyof Totals, Band> {
  const of = (joules: number, size: number, idle: number) => summary(design, joules - idle, size, idle);
  const [e, a] = [bandOf(energy), bandOf(area)];
  const both = bandOf(products(energy, area));
  const share = bandOf(standby.map((idle, i) => idle / energy[i]!));
  const at = (name: 'median' | 'low' | 'high') => ({
    byEnergy: of(e[name] ?? Number.NaN, 1, 0),
    byArea: of(1, a[name] ?? Number.NaN, 0),
    byBoth: of(both[name] ?? Number.NaN, a.median ? 1 : Number.NaN, 0),
  });
  const [median, low, high] = [at('median'), at('low'), at('high')];
  const band = (by: 'byEnergy' | 'byArea' | 'byBoth', name: keyof Totals): Band => {
    const [first, second] = [low[by][name], high[by][name]];
    return {
      median: known(median[by][name]),
      low: known(Math.min(first, second)),
      high: known(Math.max(first, second)),
    };
  };
  const bands = Object.fromEntries(totalNames.map(name => [name, band(follows[name], name)]));
  return { ...(bands as Record<keyof Totals, Band>), leakageShare: share };
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What each figure rises or falls with. */
const follows: Readonly<Record<keyof Totals, 'byEnergy' | 'byArea' | 'byBoth'>> = {
  energyPerDecision: 'byEnergy',
  energyPerSample: 'byEnergy',
  energyPerEffectiveSample: 'byEnergy',
  latency: 'byEnergy',
  throughput: 'byEnergy',
  area: 'byArea',
  power: 'byEnergy',
  leakageShare: 'byEnergy',
  gopsPerWatt: 'byEnergy',
  gopsPerMm2: 'byArea',
  gopsPerWattPerMm2: 'byBoth',
  energyDelayArea: 'byBoth',
};

/** A baseline's figures over a design's, draw by draw: above 1 the design is better. */
export interface Ratio {
  /** J over J a decision; the same as GOPS/W over GOPS/W where both take as many operations. */
  readonly energy: Band;
  /** mm² over mm². */
  readonly area: Band;
  /** Energy times area over energy times area; the same as GOPS/W/mm² over GOPS/W/mm² where both take as many operations. */
  readonly energyArea: Band;
}

export function ratioOf(design: DrawnDesign, baseline: DrawnDesign): Ratio {
  const energy = quotients(baseline.energy, design.energy);
  const areasKnown = design.area[0]! > 0 && baseline.area[0]! > 0;
  const area = areasKnown ? quotients(baseline.area, design.area) : new Float64Array(0);
  return { energy: bandOf(energy), area: bandOf(area), energyArea: bandOf(areasKnown ? products(energy, area) : area) };
}

const quotients = (over: Float64Array, under: Float64Array): Float64Array => over.map((value, i) => value / under[i]!);

const products = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value * b[i]!);
