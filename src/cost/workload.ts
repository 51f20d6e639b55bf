import { insist } from '../base/index.ts';
import type { CellKind } from '../device/index.ts';
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
  /** Cells that hold one weight, and outputs that one array holds side by side; as the architecture's cells and tile say by default. */
  readonly held?: { readonly cellsPerWeight: number; readonly outputs: number };
  /** Whether the activation needs a table (tanh); a comparison otherwise. */
  readonly table?: boolean;
}

/**
 * Where the randomness of a Monte-Carlo sample comes from: the cells' read noise, frozen copies, cells programmed anew, sums of cells
 * beside the words of a memory, numbers added to outputs, cells that switch by chance, a digital generator, or nowhere.
 */
export type Entropy = 'read' | 'frozen' | 'reprogram' | 'sum' | 'output' | 'switching' | 'generator' | 'none';

/** Resistive memory cells as they are read. */
export interface Cells {
  readonly cell?: CellKind;
  /** Mean over the cells, S. */
  readonly conductance?: number;
  /** V. */
  readonly readVoltage?: number;
  /** Duration of one read, s. */
  readonly readTime?: number;
  /** Cells that hold one weight. */
  readonly cellsPerWeight?: number;
}

/** What bringing a cell to its target takes. */
export interface CellWrite {
  /** Mean pulses of one cell, verify reads not counted. */
  readonly pulses: number;
  /** J in the cell per pulse. */
  readonly energy: number;
  /** s per pulse. */
  readonly duration: number;
  /** Pulses that a cell survives. */
  readonly endurance?: number;
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
  /** Time between two reads of a cell, s: samples that are reads follow each other no faster; 0 by default. */
  readonly readInterval?: number;
  /** Inputs that are read in turn, which samples of each wait for; 1 by default. */
  readonly batch?: number;
  /** Numbers of one input, which a memory holds while others of its batch are read; as many as first word lines by default. */
  readonly inputs?: number;
  /** Time from one batch of inputs to the next, s: they follow no faster; 0 by default. */
  readonly inputPeriod?: number;
  /** Operations that a multiply-accumulate is counted as; 2 by default, 4 where each of two cells counts for two. */
  readonly operationsPerMac?: number;
  /** Copies of the network on the chip for the entropy `frozen`; `samples` by default. */
  readonly copies?: number;
  /** How many layers, the first ones, have weights that no sample draws: they are held once and run once for all samples; 0 by default. */
  readonly heldOnce?: number;
  /** Time between programming cells anew and reading them, s, for the entropy `reprogram`; 0 by default. */
  readonly settle?: number;
  /** Whether noise at outputs takes a second product with variances of weights, for the entropy `output`; true by default. */
  readonly secondProduct?: boolean;
  /** Cells beside each word, half of which is set against the other half, and random bits that choose them, for the entropy `sum`. */
  readonly summed?: { readonly cells: number; readonly bits: number; readonly conductance: number };
  /** Bits of masks of each layer that cells switch anew for a sample, for the entropy `switching` of weights that stay. */
  readonly masks?: readonly number[];
  /** What programming a cell takes, where it is known. */
  readonly write?: CellWrite;
  /** Word lines of an array that are open in one read, whose sums are converted and added as numbers; all by default. */
  readonly rowsPerConversion?: number;
  /** Whether the weights of every column have a range of their own, so that its sums are multiplied by a factor; false by default. */
  readonly columnFactors?: boolean;
  /** The memory cells that hold the weights, where they are known; an architecture's own fields go before. */
  readonly cells?: Cells;
}

type Optional = 'cells' | 'write' | 'summed' | 'masks' | 'rowsPerConversion';

/** A workload with every field present. */
export type FullWorkload = Required<Omit<Workload, Optional>> & Pick<Workload, Optional>;

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
  const heldOnce = workload.heldOnce ?? 0;
  insist(
    Number.isInteger(heldOnce) && heldOnce >= 0 && heldOnce < layers.length,
    `workload ${name}: heldOnce must be a whole number from 0 to one less than its ${layers.length} layers, got ${heldOnce}; leave it out where all layers are random.`,
  );
  const { rowsPerConversion = 1 } = workload;
  insist(
    Number.isInteger(rowsPerConversion) && rowsPerConversion > 0,
    `workload ${name}: rowsPerConversion must be a positive integer, got ${rowsPerConversion}; leave it out to read all word lines of an array at once.`,
  );
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
    readInterval: workload.readInterval ?? 0,
    batch: workload.batch ?? 1,
    inputs: workload.inputs ?? layers[0]!.rows,
    inputPeriod: workload.inputPeriod ?? 0,
    copies: workload.copies ?? samples,
    heldOnce,
    settle: workload.settle ?? 0,
    secondProduct: workload.secondProduct ?? true,
    operationsPerMac: workload.operationsPerMac ?? 2,
    columnFactors: workload.columnFactors ?? false,
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

/** How often a layer runs in one decision. */
export const passesOf = ({ samples, heldOnce }: Pick<FullWorkload, 'samples' | 'heldOnce'>, layer: number): number =>
  layer < heldOnce ? 1 : samples;

/** Multiply-accumulates of one decision. */
export const macsOfDecision = (workload: FullWorkload): number =>
  workload.layers.reduce((total, layer, index) => total + passesOf(workload, index) * macsOf([layer]), 0);

/** Multiply-accumulates of one sample. */
export const macsOf = (layers: readonly WorkloadLayer[]): number =>
  layers.reduce((total, { rows, columns, positions }) => total + rows * columns * positions, 0);

/** Weights of one copy of the network. */
export const weightsOf = (layers: readonly WorkloadLayer[]): number =>
  layers.reduce((total, { rows, columns }) => total + rows * columns, 0);
