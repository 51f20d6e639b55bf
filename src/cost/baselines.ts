import type { ArchitectureInput, ArchitectureOptions } from './architectures/index.ts';
import type { Estimate } from './estimate.ts';
import type { Workload } from './workload.ts';

/** A design to compare with: an architecture, and what changes in the workload. */
export interface Baseline {
  readonly name: string;
  readonly architecture: ArchitectureInput;
  readonly workload: Workload;
}

const silicon = (
  options: ArchitectureOptions,
): ArchitectureInput['kind'] extends string ? Record<string, unknown> : never => ({
  node: options.node,
  temperature: options.temperature,
  control: options.control,
  ...(options.voltage === undefined ? {} : { voltage: options.voltage }),
});

/**
 * The equivalent SRAM design: same network, precision, samples, node, supply and throughput; a generator circuit where
 * the analog design has its cells' noise, shift registers for binary weights and sums of uniforms for Gaussian ones.
 */
export function equivalentSram(design: Estimate, changes: Record<string, unknown> = {}): Baseline {
  const { workload, options, interval } = design;
  const random = workload.entropy !== 'none';
  const bernoulli = workload.weightBits === 1 || workload.posterior === 'bernoulli';
  const posterior = random ? (bernoulli ? 'bernoulli' : 'gaussian') : 'point';
  return {
    name: 'digital-sram',
    architecture: {
      kind: 'digital-sram',
      ...silicon(options),
      generator: !random ? 'none' : bernoulli ? 'lfsr' : 'clt',
      ...(Number.isFinite(interval) ? { interval } : {}),
      ...changes,
    },
    workload: { ...workload, posterior, entropy: random ? 'generator' : 'none', effectiveSamples: workload.samples },
  };
}

/** A processor by its published energy, at the same samples. */
export const onPlatform = (design: Estimate, platform: string): Baseline => ({
  name: platform,
  architecture: { kind: 'processor', ...silicon(design.options), platform },
  workload: { ...design.workload, effectiveSamples: design.workload.samples },
});

/** What a design is compared with when nothing is said: the equivalent SRAM design, a microcontroller, an embedded GPU. */
export const usualBaselines = (design: Estimate): Baseline[] => [
  equivalentSram(design),
  onPlatform(design, 'microcontroller'),
  onPlatform(design, 'embedded-gpu-batch-100'),
];
