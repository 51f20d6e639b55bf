import { insist } from '../base/index.ts';
import {
  type ArchitectureInput,
  architectureOptions,
  type Baseline,
  type BreakEven,
  breakEven,
  type CostDocument,
  costOf,
  type Entropy,
  type Estimate,
  equivalentSram,
  estimate,
  layersOf,
  onThisMachine,
  type PlanStatistics,
  type Sensitivity,
  sensitivity,
  usualBaselines,
  type Workload,
} from '../cost/index.ts';
import { effectiveReads } from '../device/index.ts';
import { fold } from '../random/index.ts';
import { type Chip, encodingOf } from '../transfer/index.ts';
import { copiesOf } from './plan.ts';
import type { Setting } from './setting.ts';

/** What each source of randomness of an experiment asks of the hardware. */
const entropies: Readonly<Record<string, Entropy>> = {
  frozen: 'frozen',
  read: 'read',
  generator: 'generator',
  write: 'write',
  none: 'none',
};

/** Bits at which ideal converters are priced. */
const idealBits = 8;

/** What a decision costs, and what moves its ratio to SRAM. */
export interface PricedRun {
  readonly cost: CostDocument;
  readonly sensitivity: Sensitivity;
  /** Energies over samples and over width, against the most frugal SRAM design among the baselines. */
  readonly breakEven: readonly BreakEven[];
}

/**
 * Prices the network of an experiment, as programmed on a chip, on the experiment's architecture; `machinePower`, W, sets
 * this machine beside it.
 */
export function priceRun(setting: Setting, chip: Chip, machinePower?: number): PricedRun {
  const nominal = workloadOf(setting, chip);
  const architecture = architectureFor(setting, nominal);
  const workload = withMemory(setting, nominal, architecture);
  const cost = costOf(workload, architecture, {
    key: fold(setting.key, 'cost'),
    plan: planStatistics(chip),
    baselines: design => [
      ...usualBaselines(design),
      ...(machinePower === undefined ? [] : [onThisMachine(design, machinePower)]),
    ],
  });
  return {
    cost,
    sensitivity: sensitivity(workload, architecture, design => equivalentSram(design)),
    breakEven: (['samples', 'size'] as const).map(axis => breakEven(workload, architecture, frugalSram, axis)),
  };
}

/** Successive reads share part of their noise: what the samples are worth at the pace of this architecture. */
function withMemory({ device, time }: Setting, workload: Workload, architecture: ArchitectureInput): Workload {
  if (workload.entropy !== 'read') return workload;
  const { interval } = estimate(workload, architectureOptions(architecture));
  const lag = interval / workload.samples;
  return { ...workload, effectiveSamples: effectiveReads(device, lag, workload.samples, time) };
}

const frugalSram = (design: Estimate): Baseline =>
  usualBaselines(design)
    .filter(({ architecture }) => architecture.kind === 'digital-sram')
    .at(-1)!;

/** Stops before anything is trained when the experiment's architecture cannot be priced. */
export function checkPrice(setting: Setting): void {
  const workload = workloadOf(setting);
  estimate(workload, architectureOptions(architectureFor(setting, workload)));
}

/** The experiment's network as a workload; conductances are those of the programmed cells, inputs those of the test rows. */
function workloadOf({ experiment, dataset, network, device }: Setting, chip?: Chip): Workload {
  const { hardware, sampling } = experiment;
  const entropy = entropies[sampling.entropy as string];
  insist(entropy !== undefined, {
    path: ['sampling', 'entropy'],
    rule: `must be one of ${Object.keys(entropies).join(', ')} to be priced`,
    value: sampling.entropy,
    hint: 'choose one of them',
  });
  const samples = (sampling as { samples?: number }).samples ?? 1;
  return {
    name: experiment.name,
    layers: layersOf(network.matrices),
    samples: entropy === 'frozen' ? (chip?.plan.copies ?? copiesOf(experiment)) : samples,
    inputBits: hardware.inputBits ?? idealBits,
    outputBits: hardware.outputBits ?? idealBits,
    entropy,
    inputMean: meanMagnitude(dataset.test.inputs),
    cells: {
      cell: cellKind(device.name),
      readVoltage: device.readVoltage,
      ...(chip ? { conductance: mean(chip.cells.programmed) } : {}),
    },
  };
}

/**
 * The architecture asked for, on the experiment's own arrays; where none is, frozen copies with their rows switched in
 * turn, or analog tiles with converters. A pair of cells is one unit cell of a tile.
 */
function architectureFor({ experiment, device }: Setting, workload: Workload): ArchitectureInput {
  const { array, mapping } = experiment.hardware;
  const { cellsPerWeight } = encodingOf(device, mapping, 1);
  const tile = { rows: array.rows, columns: Math.max(1, Math.floor(array.columns / cellsPerWeight)) };
  const given = experiment.architecture;
  const analog = ['analog-core', 'frozen-copies', 'binary-noise-plane'];
  if (given) {
    if (!analog.includes(given.kind)) return given;
    const own = (given as { tile?: typeof tile }).tile;
    insist(own === undefined || (own.rows === tile.rows && own.columns === tile.columns), {
      path: ['architecture', 'tile'],
      rule: `must be that of hardware.array, ${tile.rows} rows of ${tile.columns} pairs, got ${own?.rows} rows of ${own?.columns}`,
      hint: 'leave it out',
    });
    return { ...given, tile };
  }
  return {
    kind: workload.entropy === 'frozen' ? 'frozen-copies' : 'analog-core',
    tile,
    columnsPerAdc: Math.min(8, tile.columns),
    ...(workload.outputBits < 4 ? { adc: 'flash' } : {}),
    ...(device.read ? { readTime: device.read.duration } : {}),
  };
}

function planStatistics({ cells, device }: Chip): PlanStatistics | undefined {
  const { energy, duration } = device.write ?? {};
  if (energy === undefined || duration === undefined) return undefined;
  const pulses = cells.pulses.reduce((total, count) => total + count, 0);
  return { cells: cells.pulses.length, pulses: pulses / cells.pulses.length, energy, duration };
}

/** Presets are named after their kind of memory; filamentary cells and what is not told apart are priced as RRAM. */
function cellKind(device: string): NonNullable<NonNullable<Workload['cells']>['cell']> {
  if (device.startsWith('pcm')) return 'pcm';
  if (device.startsWith('mram')) return 'mram';
  return device.startsWith('fefet') ? 'fefet' : 'rram';
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Mean |x| over the largest |x|. */
function meanMagnitude(values: ArrayLike<number>): number {
  let sum = 0;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    sum += size;
    if (size > most) most = size;
  }
  return most > 0 ? sum / values.length / most : 0;
}
