import { type ArchitectureInput, architectureOf } from './architectures/index.ts';
import type { Baseline } from './baselines.ts';
import { totalsOf } from './bill.ts';
import { architectureOptions, type Estimate, estimate, type Factors, leakage, scaling } from './estimate.ts';
import type { Workload } from './workload.ts';

/** The figure whose sensitivity is asked for. */
export type RatioName = 'energy' | 'energyArea' | 'area';

/** What one component or assumption does to the ratio. */
export interface Influence {
  readonly name: string;
  /** `component`: its spread from the 5th to the 95th percentile; `design` or `baseline`: an option of that side. */
  readonly kind: 'component' | 'design' | 'baseline';
  readonly low: number;
  readonly high: number;
}

export interface Sensitivity {
  readonly ratio: RatioName;
  /** With every constant at its median. */
  readonly nominal: number;
  /** Most influential first. */
  readonly influences: readonly Influence[];
}

/** Standard deviations of the 5th and 95th percentile. */
const percentile = 1.645;

function ratio(name: RatioName, design: Estimate, baseline: Estimate, factors?: Factors): number {
  const mine = totalsOf(design, factors);
  const theirs = totalsOf(baseline, factors);
  const energy = theirs.energyPerDecision / mine.energyPerDecision;
  const area = theirs.area / mine.area;
  return { energy, area, energyArea: energy * area }[name];
}

/**
 * Moves one thing at a time: every component's figure over its spread, and every doubtful option of either side, and
 * records the ratio between the design and its baseline. What changes nothing, because the design does not use it, is left out.
 */
export function sensitivity(
  workload: Workload,
  architecture: ArchitectureInput,
  baselineOf: (design: Estimate) => Baseline,
  name: RatioName = 'energyArea',
): Sensitivity {
  const options = architectureOptions(architecture);
  const design = estimate(workload, options);
  const baseline = baselineOf(design);
  const theirs = architectureOptions(baseline.architecture);
  const other = estimate(baseline.workload, theirs);
  const influences: Influence[] = [];
  const moving = new Map<string, { title: string; spread: { energy: number; area: number } }>([
    [scaling.name, { title: 'scaling between nodes', spread: scaling }],
    [leakage.name, { title: 'standby power', spread: { energy: leakage.energy, area: 1 } }],
  ]);
  for (const { component } of [...design.items, ...other.items]) moving.set(component.name, component);
  for (const [moved, { title, spread }] of moving) {
    const at = (direction: number): number =>
      ratio(name, design, other, one =>
        one === moved
          ? { energy: spread.energy ** (direction * percentile), area: spread.area ** (direction * percentile) }
          : { energy: 1, area: 1 },
      );
    influences.push({ name: title, kind: 'component', low: at(-1), high: at(1) });
  }
  for (const doubt of architectureOf(options.kind).doubts(options, design.workload)) {
    const at = (changes: object): number => {
      const changed = estimate(workload, { ...options, ...changes });
      const against = baselineOf(changed);
      return ratio(name, changed, estimate(against.workload, architectureOptions(against.architecture)));
    };
    influences.push({ name: doubt.name, kind: 'design', low: at(doubt.low), high: at(doubt.high) });
  }
  for (const doubt of architectureOf(theirs.kind).doubts(theirs, other.workload)) {
    const at = (changes: object): number => ratio(name, design, estimate(baseline.workload, { ...theirs, ...changes }));
    influences.push({ name: doubt.name, kind: 'baseline', low: at(doubt.low), high: at(doubt.high) });
  }
  const width = ({ low, high }: Influence): number => Math.abs(Math.log(high / low));
  const moves = influences.filter(influence => width(influence) > 1e-9).sort((a, b) => width(b) - width(a));
  return { ratio: name, nominal: ratio(name, design, other), influences: moves };
}
