import type { Citation } from '../base/index.ts';
import { type ArchitectureInput, architectureOf } from './architectures/index.ts';
import { type Band, bandsOf, drawDesign, type Ratio, ratioOf } from './bands.ts';
import { type Baseline, type DigitalPredictor, digitalBaseline, usualBaselines } from './baselines.ts';
import { sourceOf } from './component.ts';
import { architectureOptions, type Estimate, estimate, type Totals, totalNames } from './estimate.ts';
import { type Programming, programmingOf } from './programming.ts';
import type { Quality } from './quality.ts';
import { type Roofline, rooflineOf } from './roofline.ts';
import type { Workload } from './workload.ts';

/** A figure that may not be known. */
type Known<T> = { readonly [K in keyof T]: number | null };

/** One component of a priced design. */
export interface ComponentCost {
  readonly name: string;
  readonly title: string;
  /** J per decision, without standby; with its figure at the median, as the area is. */
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
  /** Monte-Carlo samples, or members. */
  readonly samples: number;
  readonly weightBits: number;
  readonly idle: Estimate['idle']['name'];
  readonly components: readonly ComponentCost[];
  readonly ratio: Ratio;
  /** Against the design's own quality, where it was measured; absent where it predicts as the design's software does. */
  readonly quality?: Quality;
}

/** What is inside every figure of a price, and what is not. */
export const boundary =
  'the arrays and memories of the network, their drivers, converters, arithmetic and generators, buffers of activations, wires between them, clock and control, standby, waking up; not the computation of the features, input and output of the chip, or memory off it';

/** What one decision costs, in SI units: medians over the uncertain constants; figures that are not known are null. */
export interface CostDocument extends Known<Totals> {
  readonly schema: 'posterohm/cost/2';
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
  /** Decisions a second that are asked for; null where the speed is not known. */
  readonly rate: number | null;
  /** What the design does between decisions. */
  readonly idle: Estimate['idle']['name'];
  /** What is inside every figure. */
  readonly boundary: string;
  readonly bands: Readonly<Record<keyof Totals, Band>>;
  readonly components: readonly ComponentCost[];
  readonly layers: readonly LayerCost[];
  /** Random numbers that circuits draw in one decision; the cells' own noise is free of them. */
  readonly randomNumbers: number;
  readonly roofline: Roofline | null;
  readonly programming: Programming | null;
  readonly baselines: readonly BaselineCost[];
  readonly citations: readonly Citation[];
}

export interface CostOptions {
  /** What to compare with; `usualBaselines` by default. */
  readonly baselines?: (design: Estimate) => readonly Baseline[];
  /** Digital designs that predict in another way, with what that does to quality. */
  readonly rivals?: readonly Rival[];
}

/** Another way to predict, with as few samples and bits as it does well with, and how well. */
export interface Rival {
  readonly predictor: DigitalPredictor;
  readonly samples: number;
  readonly weightBits: number;
  readonly quality: Quality;
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Medians of figures over the uncertain constants. */
const mediansOf = (bands: Readonly<Record<keyof Totals, Band>>): Known<Totals> =>
  Object.fromEntries(totalNames.map(name => [name, bands[name].median])) as unknown as Known<Totals>;

/** Medians of a design's figures by name, SI units; only what is known. */
export const pricesOf = (workload: Workload, architecture: ArchitectureInput): Record<string, number> =>
  Object.fromEntries(
    Object.entries(mediansOf(bandsOf(drawDesign(estimate(workload, architectureOptions(architecture)))))).flatMap(
      ([name, value]) => (value === null ? [] : [[name, value]]),
    ),
  );

/**
 * Prices a workload on an architecture and on its baselines. Figures are medians, bands and intervals of ratios 90 % of the
 * draws of every uncertain constant, the same draw wherever a constant occurs.
 */
export function costOf(workload: Workload, architecture: ArchitectureInput, options: CostOptions = {}): CostDocument {
  const { baselines = usualBaselines, rivals = [] } = options;
  const design = estimate(workload, architectureOptions(architecture));
  const drawn = drawDesign(design);
  const bands = bandsOf(drawn);
  const all: readonly (Baseline & { readonly quality?: Quality })[] = [
    ...baselines(design),
    ...rivals.map(({ predictor, samples, weightBits, quality }) => ({
      ...digitalBaseline(design, predictor, { samples, weightBits }),
      quality,
    })),
  ];
  const compared = all.map((baseline): { cost: BaselineCost; design: Estimate } => {
    const other = estimate(baseline.workload, architectureOptions(baseline.architecture));
    const theirs = drawDesign(other);
    return {
      design: other,
      cost: {
        name: baseline.name,
        architecture: baseline.architecture.kind,
        node: other.technology.node,
        samples: other.workload.samples,
        weightBits: other.workload.weightBits,
        idle: other.idle.name,
        ...mediansOf(bandsOf(theirs)),
        components: componentsOf(other),
        ratio: ratioOf(drawn, theirs),
        ...(baseline.quality && { quality: baseline.quality }),
      },
    };
  });
  const totals = mediansOf(bands);
  return {
    schema: 'posterohm/cost/2',
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
    rate: known(1 / design.period),
    idle: design.idle.name,
    boundary,
    ...totals,
    bands,
    components: componentsOf(design),
    layers: layerCosts(design),
    randomNumbers: design.schedule.draws,
    roofline: rooflineOf(design),
    programming: programmingOf(design, totals.energyPerDecision!),
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
