import type { ArchitectureInput, ArchitectureOptions } from './architectures/index.ts';
import type { Baseline } from './baselines.ts';
import { totalsOf } from './bill.ts';
import { architectureOptions, type Estimate, estimate } from './estimate.ts';
import type { Workload } from './workload.ts';

/** Energy of a decision on the design and on its baseline along one axis. */
export interface BreakEven {
  /** What is varied. */
  readonly axis: 'samples' | 'size' | 'rate';
  readonly points: readonly { readonly at: number; readonly design: number; readonly baseline: number }[];
  /** Where the energies cross, ascending, between points by interpolation in the logarithm. */
  readonly crossings: readonly number[];
}

/** The network with every layer but the inputs and outputs `factor` times as wide. */
export function widened(workload: Workload, factor: number): Workload {
  const last = workload.layers.length - 1;
  const wide = (n: number): number => Math.max(1, Math.round(n * factor));
  return {
    ...workload,
    layers: workload.layers.map((layer, i) => ({
      ...layer,
      rows: i === 0 ? layer.rows : wide(layer.rows),
      columns: i === last ? layer.columns : wide(layer.columns),
    })),
  };
}

/**
 * Energies over the number of samples (1 to 1,024), over the network's width (1/16 to 16), or over the decisions asked for
 * in a second (from one an hour to as many as the design can, a decade a point), against a baseline that keeps up with the design at
 * every point; the design has as many tiles as each point needs.
 */
export function breakEven(
  workload: Workload,
  architecture: ArchitectureInput,
  baselineOf: (design: Estimate) => Baseline,
  axis: BreakEven['axis'],
): BreakEven {
  const options = { ...architectureOptions(architecture), tiles: undefined } as ArchitectureOptions;
  const points = positionsOf(axis, workload, options).map(at => {
    const changed = {
      samples: () => ({ ...workload, samples: at, effectiveSamples: undefined }),
      size: () => widened(workload, at),
      rate: () => workload,
    }[axis]();
    const free = { ...options, rate: axis === 'rate' ? at : undefined, deadline: undefined };
    const design = estimate(changed, free);
    const against = baselineOf(design);
    const other = estimate(against.workload, architectureOptions(against.architecture));
    return { at, design: totalsOf(design).energyPerDecision, baseline: totalsOf(other).energyPerDecision };
  });
  return { axis, points, crossings: crossingsOf(points) };
}

function positionsOf(axis: BreakEven['axis'], workload: Workload, options: ArchitectureOptions): number[] {
  if (axis === 'samples') return Array.from({ length: 11 }, (_, i) => 2 ** i);
  if (axis === 'size') return Array.from({ length: 9 }, (_, i) => 2 ** (i - 4));
  const { interval } = estimate(workload, { ...options, rate: undefined });
  const most = 1 / interval;
  const least = 1 / 3600;
  const decades = Math.ceil(Math.log10(most / least));
  return Array.from({ length: decades + 1 }, (_, i) => most / 10 ** (decades - i));
}

function crossingsOf(points: BreakEven['points']): number[] {
  const gap = ({ design, baseline }: BreakEven['points'][number]): number => Math.log(design / baseline);
  return points.flatMap((point, i) => {
    const after = gap(point);
    if (after === 0) return [point.at];
    const last = points[i - 1];
    if (!last || gap(last) * after >= 0) return [];
    const share = gap(last) / (gap(last) - after);
    return [last.at * (point.at / last.at) ** share];
  });
}
