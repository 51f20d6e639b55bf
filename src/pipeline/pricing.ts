import { faultText, InputError, insist, type Job } from '../base/index.ts';
import { masksOfPosterior } from '../bayes/index.ts';
import {
  type ArchitectureInput,
  architectureOptions,
  type Baseline,
  type Bill,
  type BreakEven,
  billOf,
  breakEven,
  type CostDocument,
  costOf,
  type DigitalChoice,
  type DigitalPredictor,
  digitalBaseline,
  type Estimate,
  equivalentSram,
  estimate,
  layersOf,
  onThisMachine,
  pricesOf as priced,
  type Rival,
  type Sensitivity,
  sensitivity,
  usualBaselines,
  type Workload,
  type WorkloadLayer,
} from '../cost/index.ts';
import { cellsPerWeightOf } from '../crossbar/index.ts';
import type { Dataset } from '../data/index.ts';
import { type Device, deviceOf, effectiveReads } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import type { Network } from '../network/index.ts';
import type { Chip } from '../transfer/index.ts';
import type { Stopping } from '../uncertainty/index.ts';
import { copiesOf, samplesOf, timeOf } from './design-facts.ts';
import { holdingGiven, holdingOf } from './holding.ts';
import { meanLookedAt } from './mean-looked-at.ts';
import { networkGiven, networkOf } from './network-of.ts';
import { realised, type SourcePrice, sourcePrice } from './source-price.ts';
import type { Subject } from './subject.ts';

/** Bits at which ideal converters are priced. */
const idealBits = 8;

/** A design with what its price depends on. */
export interface Priced {
  readonly design: Design;
  readonly data: Dataset;
  /** Name of the workload in tables. */
  readonly name: string;
  /** One programmed chip: its conductances and pulses count. The device's middle is assumed where absent. */
  readonly chip?: Chip;
  /** When decisions stop: they are priced at their mean samples, rounded up; at all samples where absent or null. */
  readonly stopping?: Stopping | null;
}

/** Medians of the prices of one decision by name, SI units; only what is known. */
export function pricesOf(design: Priced): Record<string, number> {
  const { workload, architecture } = workloadOf(design);
  return priced(workload, architecture);
}

/** All that the prices of a design follow from. */
export function billOfDesign(design: Priced): Bill {
  const { workload, architecture } = workloadOf(design);
  return billOf(estimate(workload, architectureOptions(architecture)));
}

/** Seconds between two samples of one input on a design's architecture: an interval, or a pass through the layers where that takes longer. */
export function paceOf(design: Design, data: Dataset): number {
  const { workload, architecture } = nominalOf({ design, data, name: 'pace' });
  return estimate(workload, architectureOptions(architecture)).pace;
}

/** The price of a design with bands and baselines, `rivals` beside the usual ones; `machinePower`, W, sets this machine beside it. */
export function costOfDesign(design: Priced, machinePower?: number, rivals: readonly Rival[] = []): CostDocument {
  const { workload, architecture } = workloadOf(design);
  return costOf(workload, architecture, {
    rivals,
    baselines: estimated => [
      ...usualBaselines(estimated),
      ...(machinePower === undefined ? [] : [onThisMachine(estimated, machinePower)]),
    ],
  });
}

/** What moves a design's ratio to SRAM. */
export function costSensitivity(design: Priced): Sensitivity {
  const { workload, architecture } = workloadOf(design);
  return sensitivity(workload, architecture, estimated => equivalentSram(estimated));
}

/** Energies over samples, over width and over decisions a second, against the most frugal SRAM design that predicts the same. */
export function costCrossings(design: Priced): readonly BreakEven[] {
  const { workload, architecture } = workloadOf(design);
  if (architecture.kind === 'processor') return [];
  return (['rate', 'samples', 'size'] as const).map(axis => breakEven(workload, architecture, frugalSram, axis));
}

/**
 * Prices of one decision of a digital predictor, on the terms of another design: its process, supply, rate and the time that a
 * decision may take. Activations have 8 bits.
 */
export function pricedDigital(
  terms: Design,
  design: Design,
  data: Dataset,
  { predictor, ...choice }: DigitalChoice & { readonly predictor: DigitalPredictor },
): { readonly prices: Record<string, number>; readonly bill: Bill } {
  const own = workloadOf({ design: terms, data, name: 'terms' });
  const reference = estimate(own.workload, architectureOptions(own.architecture));
  const { matrices } = networkOf(networkGiven(design), data).network;
  const { heldOnce } = holdingOf(holdingGiven(design), matrices);
  const workload = {
    ...reference.workload,
    layers: layersOf(matrices),
    heldOnce,
    inputBits: idealBits,
    outputBits: idealBits,
  } as Estimate['workload'];
  const baseline = digitalBaseline({ ...reference, workload }, predictor, choice);
  return {
    prices: priced(baseline.workload, baseline.architecture),
    bill: billOf(estimate(baseline.workload, architectureOptions(baseline.architecture))),
  };
}

/** A price, or in one sentence why there is none. */
export async function priceable<T>(price: () => T | Promise<T>): Promise<T | string> {
  try {
    return await price();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return `not priced: ${error.faults.map(faultText).join(' ')}`;
  }
}

/** An experiment's design as it is priced, on its first chip. */
export async function pricedOf({ own, design, data, experiment, chips }: Subject, job?: Job): Promise<Priced> {
  const chip = await own.get('chip', { chip: chips[0]! }, job);
  return { design, data, name: experiment.name, chip, stopping: await own.get('stopping', {}, job) };
}

/** Medians of the prices of an experiment's design on its first chip, or why there are none. */
export const pricesOfSubject = (subject: Subject) => priceable(async () => pricesOf(await pricedOf(subject)));

/** Stops before anything is trained when the architecture of a design cannot be priced. */
export function checkPrice(priced: Omit<Priced, 'chip'>): void {
  pricesOf(priced);
}

const frugalSram = (design: Estimate): Baseline =>
  usualBaselines(design)
    .filter(({ architecture }) => architecture.kind === 'digital-sram')
    .at(-1)!;

/** A design's network as a workload, and the architecture that does it. */
interface Placed {
  readonly workload: Workload;
  readonly architecture: ArchitectureInput;
}

/** The workload of a design with what its samples are worth. */
function workloadOf(given: Priced): Placed {
  const { design } = given;
  const nominal = nominalOf(given);
  const { workload, architecture } = nominal;
  const white = 'memory' in design.sampling && !design.sampling.memory;
  if (workload.entropy !== 'read' || white) return nominal;
  // Successive reads share part of their noise: what the samples are worth at the pace of this architecture.
  const { pace } = estimate(workload, architectureOptions(architecture));
  const device = deviceOf(design.hardware.device);
  const effectiveSamples = effectiveReads(device, workload.batch! * pace, workload.samples, timeOf(design));
  return { workload: { ...workload, effectiveSamples }, architecture };
}

/** The design's network on its architecture; conductances are those of the chip, inputs those of the validation rows. */
function nominalOf(given: Priced): Placed {
  const { design, data, name, chip, stopping } = given;
  const { hardware } = design;
  const device = deviceOf(hardware.device);
  const priced = sourcePrice(design);
  const { network } = networkOf(networkGiven(design), data);
  const frozen = design.sampling.entropy === 'frozen';
  const all = frozen ? (chip?.plan.copies ?? copiesOf(design)) : samplesOf(design);
  const nominal: Workload = {
    name,
    layers: heldLayers(design, network.matrices),
    samples: stopping ? Math.ceil(stopping.meanSamples) : all,
    ...(stopping && frozen && { copies: all }),
    inputs: data.validation.inputs.length / data.validation.count,
    heldOnce: holdingOf(holdingGiven(design), network.matrices).heldOnce,
    inputBits: hardware.inputBits ?? idealBits,
    outputBits: hardware.outputBits ?? idealBits,
    inputMean: meanMagnitude(data.validation.inputs),
    columnFactors: hardware.weightRange === 'column',
    rowsPerConversion: hardware.array.rowsPerConversion,
    ...writeOf(device, chip),
    cells: {
      cell: device.cell ?? 'rram',
      readVoltage: device.readVoltage,
      cellsPerWeight: cellsPerWeightOf(hardware.mapping),
      ...(device.read ? { readTime: device.read.duration } : {}),
      ...(chip ? { conductance: meanLookedAt(chip.cells.programmed) } : {}),
    },
    ...priced.workload,
    ...masksOf(design, network),
  };
  return { workload: nominal, architecture: architectureFor(design, nominal, priced) };
}

/** The layers of a design as the cost layer counts them, on its arrays. */
function heldLayers(design: Design, matrices: Network['matrices']): WorkloadLayer[] {
  const { mappings } = holdingOf(holdingGiven(design), matrices);
  return layersOf(matrices).map((layer, m) => {
    const cellsPerWeight = cellsPerWeightOf(mappings[m]!);
    const outputs = Math.max(1, Math.floor(design.hardware.array.columns / cellsPerWeight));
    return { ...layer, held: { cellsPerWeight, outputs } };
  });
}

/** Bits of masks by layer, where cells switch them. */
function masksOf({ sampling, posterior }: Design, network: Network): Pick<Workload, 'masks'> {
  if (sampling.entropy !== 'switching' || posterior.method !== 'dropout') return {};
  const masks = masksOfPosterior({ method: 'dropout', info: posterior }, network) ?? [];
  const bits = (layer: number) => masks.find(({ matrix }) => matrix === layer)?.bits ?? 0;
  return { masks: network.matrices.map((_, layer) => bits(layer)) };
}

/**
 * The architecture asked for, where it realises the source of the randomness, or the one that suits it. Analog ones have the
 * experiment's own arrays, on which a weight's cells are one unit cell of a tile.
 */
function architectureFor(design: Design, { cells }: Workload, priced: SourcePrice): ArchitectureInput {
  const { array } = design.hardware;
  const tile = { rows: array.rows, columns: Math.max(1, Math.floor(array.columns / cells!.cellsPerWeight!)) };
  const given = realised(design, priced);
  if (!analogKinds.includes(given.kind)) return given;
  const own = (given as { tile?: typeof tile }).tile;
  insist(own === undefined || (own.rows === tile.rows && own.columns === tile.columns), {
    path: ['architecture', 'tile'],
    rule: `must be that of hardware.array, ${tile.rows} rows of ${tile.columns} weights, got ${own?.rows} rows of ${own?.columns}`,
    hint: 'leave it out',
  });
  return { ...given, tile };
}

const analogKinds: readonly string[] = ['analog-core', 'frozen-copies', 'binary-noise-plane'];

/** What programming a cell takes: pulses as on the chip, one where there is none. */
function writeOf({ write }: Device, chip: Chip | undefined): Pick<Workload, 'write'> {
  if (write?.energy === undefined || write.duration === undefined) return {};
  const { energy, duration, endurance } = write;
  const pulses = chip ? meanLookedAt(chip.cells.pulses) : 1;
  return { write: { pulses, energy, duration, ...(endurance === undefined ? {} : { endurance }) } };
}

/** Mean |x| over the largest |x|, by array: inputs are looked through once. */
const magnitudes = new WeakMap<Float32Array, number>();

function meanMagnitude(values: Float32Array): number {
  const known = magnitudes.get(values);
  if (known !== undefined) return known;
  let sum = 0;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    sum += size;
    if (size > most) most = size;
  }
  const found = most > 0 ? sum / values.length / most : 0;
  magnitudes.set(values, found);
  return found;
}
