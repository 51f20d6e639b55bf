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
 * the analog design has its cells' noise, shift registers for binary weights and sums of uniforms for Gaussian ones. Where
 * the analog design adds generated noise at the outputs, so does the SRAM design, with the same generator.
 */
export function equivalentSram(design: Estimate, changes: Record<string, unknown> = {}): Baseline {
  const { workload, options, interval } = design;
  const atOutputs = options.kind === 'analog-core' && workload.entropy === 'generator';
  const random = workload.entropy !== 'none';
  const bernoulli = workload.weightBits === 1 || workload.posterior === 'bernoulli';
  const posterior = random ? (bernoulli ? 'bernoulli' : 'gaussian') : 'point';
  return {
    name: 'digital-sram',
    architecture: {
      kind: 'digital-sram',
      ...silicon(options),
      generator: !random ? 'none' : atOutputs ? options.generator : bernoulli ? 'lfsr' : 'clt',
      ...(atOutputs ? { noise: 'outputs' } : {}),
      ...(Number.isFinite(interval) ? { interval } : {}),
      ...changes,
    },
    workload: { ...workload, posterior, entropy: random ? 'generator' : 'none', effectiveSamples: workload.samples },
  };
}

const gaussianWeights = ({ workload, options }: Estimate): boolean =>
  workload.posterior === 'gaussian' &&
  workload.weightBits > 1 &&
  workload.entropy !== 'none' &&
  !(options.kind === 'analog-core' && workload.entropy === 'generator');

/** A processor by its published energy, at the same samples. */
export const onPlatform = (design: Estimate, platform: string): Baseline => ({
  name: platform,
  architecture: { kind: 'processor', ...silicon(design.options), platform },
  workload: { ...design.workload, effectiveSamples: design.workload.samples },
});

/**
 * What a design is compared with when nothing is said: the equivalent SRAM design; for Gaussian weights also one that
 * draws pre-activations instead of weights, which is as good a sample of each and far cheaper; a microcontroller; an
 * embedded GPU.
 */
export const usualBaselines = (design: Estimate): Baseline[] => [
  equivalentSram(design),
  ...(gaussianWeights(design)
    ? [{ ...equivalentSram(design, { noise: 'moments' }), name: 'digital-sram, moments' }]
    : []),
  onPlatform(design, 'microcontroller'),
  onPlatform(design, 'embedded-gpu-batch-100'),
];
