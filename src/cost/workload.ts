import { insist } from '../base/index.ts';
import type { LayerMatrix } from '../network/index.ts';

/** One matrix of the network and how often it is applied. */
export interface WorkloadLayer {
  readonly name: string;
  /** Word lines, the bias line included. */
  readonly rows: number;
  /** Outputs. */
  readonly columns: number;
  /** Applications per input: 1 for dense layers, output pixels for convolutions. */
  readonly positions: number;
  /** Runs of outputs that inputs of their own drive one after the other, on the same word lines; 1 by default. */
  readonly groups?: number;
  /** Whether the activation needs a table (tanh); a comparison otherwise. */
  readonly table?: boolean;
}

/**
 * Where the randomness of a Monte-Carlo sample comes from: the cells' read noise, frozen copies, a generator circuit,
 * rewriting the cells, or nowhere.
 */
export const entropies = ['read', 'frozen', 'generator', 'write', 'none'] as const;

export type Entropy = (typeof entropies)[number];

/** Resistive memory cells as they are read. */
export interface Cells {
  readonly cell?: 'rram' | 'pcm' | 'mram' | 'fefet';
  /** Mean over the cells, S. */
  readonly conductance?: number;
  /** V. */
  readonly readVoltage?: number;
}

/** What one decision asks of the hardware. */
export interface Workload {
  readonly name: string;
  readonly layers: readonly WorkloadLayer[];
  /** Monte-Carlo samples of one decision. */
  readonly samples: number;
  /** Samples these are worth when successive reads share part of their noise; `samples` by default. */
  readonly effectiveSamples?: number;
  /** Bits of an activation that enters a layer. */
  readonly inputBits: number;
  /** Bits that a layer's result needs. */
  readonly outputBits: number;
  /** Bits of a weight; 8 by default, 1 for binary weights. */
  readonly weightBits?: number;
  /** What a digital design stores of a weight: mean and spread, a probability, or the weight; `gaussian` by default. */
  readonly posterior?: 'gaussian' | 'bernoulli' | 'point';
  /** `read` by default. */
  readonly entropy?: Entropy;
  /** Mean magnitude of the inputs as a share of full scale, 0 to 1; 0.5 by default. */
  readonly inputMean?: number;
  /** The memory cells that hold the weights, where they are known; an architecture's own fields go before. */
  readonly cells?: Cells;
}

/** A workload with every field present. */
export type FullWorkload = Required<Omit<Workload, 'cells'>> & Pick<Workload, 'cells'>;

/** Checks a workload and fills its defaults. */
export function fullWorkload(workload: Workload): FullWorkload {
  const { name, layers, samples, inputBits, outputBits } = workload;
  insist(
    layers.length > 0,
    `workload ${name}: must have at least one layer with weights, got none; price a network with a dense or convolution layer.`,
  );
  for (const layer of layers) {
    for (const field of ['rows', 'columns', 'positions'] as const) {
      insist(
        Number.isInteger(layer[field]) && layer[field] > 0,
        `workload ${name}, layer ${layer.name}: ${field} must be a positive integer, got ${layer[field]}; correct the layer.`,
      );
    }
  }
  insist(
    Number.isInteger(samples) && samples > 0,
    `workload ${name}: samples must be a positive integer, got ${samples}; ask for at least one Monte-Carlo sample.`,
  );
  const weightBits = workload.weightBits ?? 8;
  for (const [field, bits] of Object.entries({ inputBits, outputBits, weightBits })) {
    insist(
      bits >= 1 && bits <= 16,
      `workload ${name}: ${field} must be between 1 and 16, got ${bits}; the components are described up to 16 bits.`,
    );
  }
  const inputMean = workload.inputMean ?? 0.5;
  insist(
    inputMean >= 0 && inputMean <= 1,
    `workload ${name}: inputMean must be a share between 0 and 1, got ${inputMean}; divide by full scale.`,
  );
  const effectiveSamples = workload.effectiveSamples ?? samples;
  insist(
    effectiveSamples > 0 && effectiveSamples <= samples,
    `workload ${name}: effectiveSamples must be above 0 and at most samples (${samples}), got ${effectiveSamples}; leave it out for independent samples.`,
  );
  return {
    ...workload,
    layers: layers.map(layer => ({ ...layer, table: layer.table ?? false })),
    effectiveSamples,
    weightBits,
    posterior: workload.posterior ?? 'gaussian',
    entropy: workload.entropy ?? 'read',
    inputMean,
  };
}

/** The layers of a network as the cost layer counts them. */
export const layersOf = (matrices: readonly LayerMatrix[]): WorkloadLayer[] =>
  matrices.map(({ name, rows, columns, positions, groups, activation }) => ({
    name,
    rows,
    columns,
    positions,
    groups,
    table: activation === 'tanh',
  }));

/** Multiply-accumulates of one sample. */
export const macsOf = (layers: readonly WorkloadLayer[]): number =>
  layers.reduce((total, { rows, columns, positions }) => total + rows * columns * positions, 0);

/** Weights of one copy of the network. */
export const weightsOf = (layers: readonly WorkloadLayer[]): number =>
  layers.reduce((total, { rows, columns }) => total + rows * columns, 0);
