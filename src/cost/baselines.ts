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
 * the analog design adds generated noise at the outputs, so does the SRAM design, with the same generator; where it holds
 * a frozen copy per sample, so does the SRAM design, unless `changes` say how it draws.
 */
export function equivalentSram(design: Estimate, changes: Record<string, unknown> = {}): Baseline {
  const { workload, options, interval } = design;
  const { entropy, samples, weightBits } = workload;
  const drawn = entropy !== 'none' && (entropy !== 'frozen' || changes.noise !== undefined);
  const bernoulli = weightBits === 1 || workload.posterior === 'bernoulli';
  const atOutputs = options.kind === 'analog-core' && entropy === 'generator';
  const generator = atOutputs ? options.generator : bernoulli ? 'lfsr' : 'clt';
  return {
    name: 'digital-sram',
    architecture: {
      kind: 'digital-sram',
      ...silicon(options),
      generator: drawn ? generator : 'none',
      ...(atOutputs ? { noise: 'outputs' } : {}),
      ...(entropy === 'frozen' && !drawn ? { copies: samples } : {}),
      ...(Number.isFinite(interval) ? { interval } : {}),
      ...changes,
    },
    workload: {
      ...workload,
      posterior: drawn ? (bernoulli ? 'bernoulli' : 'gaussian') : 'point',
      entropy: drawn ? 'generator' : 'none',
      effectiveSamples: samples,
    },
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
 * draws pre-activations instead of weights, which is as good for independent weights and far cheaper; a microcontroller;
 * an embedded GPU.
 */
export const usualBaselines = (design: Estimate): Baseline[] => [
  equivalentSram(design),
  ...(gaussianWeights(design)
    ? [{ ...equivalentSram(design, { noise: 'moments' }), name: 'digital-sram, moments' }]
    : []),
  onPlatform(design, 'microcontroller'),
  onPlatform(design, 'embedded-gpu-batch-100'),
];
