import { type Citation, insist } from '../base/index.ts';
import { type Key, keyOf } from '../random/index.ts';
import { type ArchitectureInput, architectureOf } from './architectures/index.ts';
import { type Band, bandsOf, drawTotals, factorTable, type Ratio, ratioOf } from './bands.ts';
import { type Baseline, usualBaselines } from './baselines.ts';
import { sourceOf } from './component.ts';
import { architectureOptions, type Estimate, estimate, type Totals, totalNames, totalsOf } from './estimate.ts';
import { type Lifetime, lifetimeOf, type PlanStatistics, type Programming, programmingOf } from './lifetime.ts';
import { type Roofline, rooflineOf } from './roofline.ts';
import type { Workload } from './workload.ts';

/** A figure that may not be known. */
type Known<T> = { readonly [K in keyof T]: number | null };

/** One component of a priced design. */
export interface ComponentCost {
  readonly name: string;
  readonly title: string;
  /** J per decision, without standby. */
  readonly energy: number;
  /** m². */
  readonly area: number;
  /** Standby power, W. */
  readonly leakage: number;
  /** Instances on the chip. */
  readonly count: number;
  /** Uses in one decision. */
  readonly uses: number;
  /** Tags of the sources, or that it is an assumption. */
  readonly source: string;
  readonly formula: string;
  readonly validity: string;
  /** Geometric standard deviation of the energy and of the area. */
  readonly spread: { readonly energy: number; readonly area: number };
}

/** One layer of a priced design. */
export interface LayerCost {
  readonly name: string;
  readonly tiles: number;
  readonly utilisation: number;
  readonly cycles: number;
  /** s of one sample. */
  readonly time: number | null;
  /** Multiply-accumulates of one sample. */
  readonly macs: number;
  /** J per decision, without standby and control. */
  readonly energy: number;
  /** The same by component name. */
  readonly components: Readonly<Record<string, number>>;
}

export interface BaselineCost extends Known<Totals> {
  readonly name: string;
  readonly architecture: string;
  readonly node: number;
  readonly components: readonly ComponentCost[];
  readonly ratio: Ratio;
}

/** What one decision costs, in SI units; figures that are not known are null. */
export interface CostDocument extends Known<Totals> {
  readonly schema: 'posterohm/cost/1';
  readonly workload: {
    readonly name: string;
    readonly samples: number;
    readonly operations: number;
    readonly weights: number;
  };
  readonly architecture: string;
  /** m. */
  readonly node: number;
  /** V. */
  readonly voltage: number;
  /** K. */
  readonly temperature: number;
  readonly bands: Readonly<Record<keyof Totals, Band>>;
  readonly components: readonly ComponentCost[];
  readonly layers: readonly LayerCost[];
  /** Random numbers that circuits draw in one decision; the cells' own noise is free of them. */
  readonly randomNumbers: number;
  readonly roofline: Roofline | null;
  readonly lifetime: Lifetime | null;
  readonly programming: Programming | null;
  readonly baselines: readonly BaselineCost[];
  readonly citations: readonly Citation[];
}

export interface CostOptions {
  /** Randomness of the uncertainty bands. */
  readonly key?: Key;
  /** Draws of the components' uncertainty; 1,000 by default. */
  readonly draws?: number;
  /** What to compare with; the equivalent SRAM design and two processors by default. */
  readonly baselines?: (design: Estimate) => readonly Baseline[];
  /** Programming statistics, for the one-time cost. */
  readonly plan?: PlanStatistics;
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

const knownTotals = (totals: Totals): Known<Totals> =>
  Object.fromEntries(totalNames.map(name => [name, known(totals[name])])) as unknown as Known<Totals>;

/**
 * Prices a workload on an architecture and on its baselines. The figures are those of the components as published; the
 * bands and ratio intervals come from drawing every component's spread, the same draw wherever a component occurs.
 */
export function costOf(workload: Workload, architecture: ArchitectureInput, options: CostOptions = {}): CostDocument {
  const { key = keyOf(0), draws = 1000, baselines = usualBaselines } = options;
  insist(
    Number.isInteger(draws) && draws >= 20,
    `cost: draws must be an integer of at least 20, got ${draws}; 1000 is the default.`,
  );
  const design = estimate(workload, architectureOptions(architecture));
  const totals = totalsOf(design);
  const table = factorTable(key, draws);
  const drawn = drawTotals(design, table);
  const compared = baselines(design).map((baseline): { cost: BaselineCost; design: Estimate } => {
    const other = estimate(baseline.workload, architectureOptions(baseline.architecture));
    return {
      design: other,
      cost: {
        name: baseline.name,
        architecture: baseline.architecture.kind,
        node: other.technology.node,
        ...knownTotals(totalsOf(other)),
        components: componentsOf(other),
        ratio: ratioOf(drawn, drawTotals(other, table)),
      },
    };
  });
  return {
    schema: 'posterohm/cost/1',
    workload: {
      name: design.workload.name,
      samples: design.workload.samples,
      operations: design.operations,
      weights: design.workload.layers.reduce((sum, { rows, columns }) => sum + rows * columns, 0),
    },
    architecture: design.options.kind,
    node: design.technology.node,
    voltage: design.technology.voltage,
    temperature: design.technology.temperature,
    ...knownTotals(totals),
    bands: bandsOf(drawn),
    components: componentsOf(design),
    layers: layerCosts(design),
    randomNumbers: design.schedule.draws,
    roofline: rooflineOf(design),
    lifetime: lifetimeOf(design),
    programming: options.plan ? programmingOf(options.plan, design, totals.energyPerDecision) : null,
    baselines: compared.map(({ cost }) => cost),
    citations: citationsOf([design, ...compared.map(other => other.design)]),
  };
}

function componentsOf({ items }: Estimate): ComponentCost[] {
  return items.map(({ component, energy, area, leakage, instances, uses }) => ({
    name: component.name,
    title: component.title,
    energy,
    area,
    leakage,
    count: instances,
    uses,
    source: sourceOf(component),
    formula: component.formula,
    validity: component.validity,
    spread: component.spread,
  }));
}

function layerCosts({ workload, schedule, items }: Estimate): LayerCost[] {
  return workload.layers.map(({ name, rows, columns, positions }, i) => {
    const { tiles, utilisation, cycles, time } = schedule.layers[i]!;
    const used = items.filter(item => item.byLayer[i]! > 0);
    return {
      name,
      tiles,
      utilisation,
      cycles,
      time: known(time),
      macs: rows * columns * positions,
      energy: used.reduce((total, item) => total + item.byLayer[i]!, 0),
      components: Object.fromEntries(used.map(item => [item.component.name, item.byLayer[i]!])),
    };
  });
}

/** The sources of exactly what was used, each once. */
function citationsOf(designs: readonly Estimate[]): Citation[] {
  const cited = new Map<string, Citation>();
  for (const { options, items } of designs) {
    for (const one of architectureOf(options.kind).cite) cited.set(one.tag, one);
    for (const { component } of items) for (const one of component.cite) cited.set(one.tag, one);
  }
  return [...cited.values()];
}
