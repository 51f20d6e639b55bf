import type { ArchitectureInput, ArchitectureOptions } from './architectures/index.ts';
import type { Baseline } from './baselines.ts';
import { architectureOptions, type Estimate, estimate, totalsOf } from './estimate.ts';
import type { Workload } from './workload.ts';

/** Energy of a decision on the design and on its baseline along one axis. */
export interface BreakEven {
  /** What is varied. */
  readonly axis: 'samples' | 'size';
  readonly points: readonly { readonly at: number; readonly design: number; readonly baseline: number }[];
  /** Where the energies cross, between points by interpolation in the logarithm; null where they do not. */
  readonly crossing: number | null;
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
 * Energies over the number of samples (1 to 1,024) or over the network's width (1/16 to 16), against a baseline that
 * keeps up with the design's throughput at every point; the design has as many tiles as each point needs.
 */
export function breakEven(
  workload: Workload,
  architecture: ArchitectureInput,
  baselineOf: (design: Estimate) => Baseline,
  axis: BreakEven['axis'],
): BreakEven {
  const options = { ...architectureOptions(architecture), tiles: undefined } as ArchitectureOptions;
  const positions =
    axis === 'samples'
      ? Array.from({ length: 11 }, (_, i) => 2 ** i)
      : Array.from({ length: 9 }, (_, i) => 2 ** (i - 4));
  const points = positions.map(at => {
    const changed =
      axis === 'samples' ? { ...workload, samples: at, effectiveSamples: undefined } : widened(workload, at);
    const design = estimate(changed, options);
    const against = baselineOf(design);
    const other = estimate(against.workload, architectureOptions(against.architecture));
    return { at, design: totalsOf(design).energyPerDecision, baseline: totalsOf(other).energyPerDecision };
  });
  return { axis, points, crossing: crossingOf(points) };
}

function crossingOf(points: BreakEven['points']): number | null {
  const gap = ({ design, baseline }: BreakEven['points'][number]): number => Math.log(design / baseline);
  for (let i = 1; i < points.length; i++) {
    const before = gap(points[i - 1]!);
    const after = gap(points[i]!);
    if (before === 0) return points[i - 1]!.at;
    if (before * after < 0) {
      const share = before / (before - after);
      return points[i - 1]!.at * (points[i]!.at / points[i - 1]!.at) ** share;
    }
  }
  return null;
}
