import type { ArchitectureInput } from './architectures/index.ts';
import type { Estimate } from './estimate.ts';
import type { Workload } from './workload.ts';

/** A design to compare with: an architecture, and what changes in the workload. */
export interface Baseline {
  readonly name: string;
  readonly architecture: ArchitectureInput;
  readonly workload: Workload;
}

/** What a digital design and the one that it is compared with share: process, rate, and the time that a decision may take. */
function equalTerms({ options, period, latency }: Estimate): Record<string, unknown> {
  const { node, temperature, control, voltage, deadline } = options;
  return {
    node,
    temperature,
    control,
    ...(voltage === undefined ? {} : { voltage }),
    ...(Number.isFinite(period) ? { rate: 1 / period, deadline: deadline ?? latency } : {}),
  };
}

/** Inputs as a digital design takes them: at the rate of the design, one after the other, whatever cells make that one wait for. */
const inTurn = { readInterval: 0, batch: 1, inputPeriod: 0 } as const;

/**
 * The equivalent SRAM design: same network, precision, samples, node, supply, rate and latency; a generator circuit where
 * the analog design has its cells' noise, shift registers for binary weights and sums of uniforms for Gaussian ones. Where
 * the analog design holds a frozen copy per sample, so does the SRAM design, unless `changes` say how it draws.
 */
export function equivalentSram(design: Estimate, changes: Record<string, unknown> = {}): Baseline {
  const { workload } = design;
  const { entropy, samples, weightBits } = workload;
  const drawn = entropy !== 'none' && (entropy !== 'frozen' || changes.noise !== undefined);
  const bernoulli = weightBits === 1 || workload.posterior === 'bernoulli';
  return {
    name: entropy === 'frozen' && !drawn ? 'stored copies' : 'drawn weights',
    architecture: {
      kind: 'digital-sram',
      ...equalTerms(design),
      generator: drawn ? (bernoulli ? 'lfsr' : 'clt') : 'none',
      ...(entropy === 'frozen' && !drawn ? { copies: samples } : {}),
      ...changes,
    },
    workload: {
      ...workload,
      ...inTurn,
      posterior: drawn ? (bernoulli ? 'bernoulli' : 'gaussian') : 'point',
      entropy: drawn ? 'generator' : 'none',
      effectiveSamples: samples,
    },
  };
}

/** How a digital designer may predict, beside drawing what the analog design draws. */
export const digitalPredictors = [
  'drawn pre-activations',
  'moment propagation',
  'deterministic',
  'ensemble',
  'dropout',
  'last-layer laplace',
] as const;

export type DigitalPredictor = (typeof digitalPredictors)[number];

/** Where digital designs have their parameters. */
export const digitalMemories = ['sram', 'embedded'] as const;

/** How a digital design is built. */
export interface DigitalChoice {
  /** Samples, stored draws, or members of an ensemble. */
  readonly samples: number;
  /** Those of the design that it is compared with by default. */
  readonly weightBits?: number;
  /** SRAM by default, or an embedded non-volatile memory that is read at every use. */
  readonly memory?: (typeof digitalMemories)[number];
}

/** A digital design that predicts in another way. */
export function digitalBaseline(
  design: Estimate,
  predictor: DigitalPredictor,
  { samples, weightBits = design.workload.weightBits, memory = 'sram' }: DigitalChoice,
): Baseline {
  const how: Record<DigitalPredictor, { entropy: 'generator' | 'none'; options: Record<string, unknown> }> = {
    'drawn pre-activations': { entropy: 'generator', options: { noise: 'moments', generator: 'clt' } },
    'moment propagation': { entropy: 'none', options: { noise: 'propagated', generator: 'none' } },
    deterministic: { entropy: 'none', options: { generator: 'none' } },
    ensemble: { entropy: 'none', options: { generator: 'none', copies: samples } },
    dropout: { entropy: 'generator', options: { noise: 'dropout', generator: 'lfsr', differing: 'last' } },
    'last-layer laplace': { entropy: 'none', options: { generator: 'none', copies: samples, differing: 'last' } },
  };
  const { entropy, options } = how[predictor];
  const drawsWeights = predictor === 'drawn pre-activations' || predictor === 'moment propagation';
  return {
    name: predictor,
    architecture: {
      kind: 'digital-sram',
      ...equalTerms(design),
      ...(memory === 'embedded' && { memory, clock: 100e6 }),
      parameterBits: 8,
      ...options,
    },
    workload: {
      ...design.workload,
      ...inTurn,
      samples,
      effectiveSamples: samples,
      weightBits,
      entropy,
      posterior: drawsWeights ? 'gaussian' : 'point',
      // Other networks than the design's have layers of their own that differ.
      heldOnce: drawsWeights ? design.workload.heldOnce : 0,
    },
  };
}

/** A processor by its published energy, at the same samples. */
export const onPlatform = (design: Estimate, platform: string): Baseline => {
  const { node, temperature, control } = design.options;
  return {
    name: platform,
    architecture: { kind: 'processor', node, temperature, control, platform },
    workload: { ...design.workload, effectiveSamples: design.workload.samples },
  };
};

/**
 * What a design is compared with when nothing is said: the equivalent SRAM design; where the cells' Gaussian noise is the
 * randomness also one that draws pre-activations instead of weights, which is as good for independent weights and far cheaper;
 * a microcontroller; an embedded GPU. What predicts in another way is compared once its quality is known (`Rival`).
 */
export const usualBaselines = (design: Estimate): Baseline[] => {
  const { posterior, weightBits, entropy, samples } = design.workload;
  return [
    equivalentSram(design),
    ...(posterior === 'gaussian' && weightBits > 1 && entropy !== 'frozen' && entropy !== 'none'
      ? [digitalBaseline(design, 'drawn pre-activations', { samples })]
      : []),
    onPlatform(design, 'microcontroller'),
    onPlatform(design, 'embedded-gpu-batch-100'),
  ];
};
