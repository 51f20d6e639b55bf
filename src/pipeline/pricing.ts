import { insist } from '../base/index.ts';
import {
  type ArchitectureInput,
  architectureOptions,
  type Baseline,
  type BreakEven,
  breakEven,
  type CostDocument,
  costOf,
  type Estimate,
  entropies,
  equivalentSram,
  estimate,
  layersOf,
  onThisMachine,
  type PlanStatistics,
  type Sensitivity,
  sensitivity,
  totalsOf,
  usualBaselines,
  type Workload,
} from '../cost/index.ts';
import type { Dataset } from '../data/index.ts';
import { type Device, deviceOf, effectiveReads } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Chip, encodingOf } from '../transfer/index.ts';
import { copiesOf, samplesOf, timeOf } from './design-facts.ts';
import { networkGiven, networkOf } from './network-of.ts';

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
}

/** Prices of one decision by name, SI units; only what is known. */
export function pricesOf(priced: Priced): Record<string, number> {
  const { workload, architecture } = workloadOf(priced);
  const totals = totalsOf(estimate(workload, architectureOptions(architecture)));
  return Object.fromEntries(Object.entries(totals).filter(([, value]) => Number.isFinite(value)));
}

/** The price of a design with bands and baselines; `machinePower`, W, sets this machine beside it. */
export function costOfDesign(key: Key, priced: Priced, machinePower?: number): CostDocument {
  const { workload, architecture } = workloadOf(priced);
  return costOf(workload, architecture, {
    key: fold(key, 'cost'),
    plan: priced.chip && planStatistics(priced.chip, deviceOf(priced.design.hardware.device)),
    baselines: design => [
      ...usualBaselines(design),
      ...(machinePower === undefined ? [] : [onThisMachine(design, machinePower)]),
    ],
  });
}

/** What moves a design's ratio to SRAM, and energies over samples and over width against the most frugal SRAM design. */
export function costInfluences(priced: Priced): {
  readonly sensitivity: Sensitivity;
  readonly breakEven: readonly BreakEven[];
} {
  const { workload, architecture } = workloadOf(priced);
  return {
    sensitivity: sensitivity(workload, architecture, design => equivalentSram(design)),
    breakEven: (['samples', 'size'] as const).map(axis => breakEven(workload, architecture, frugalSram, axis)),
  };
}

/** Stops before anything is trained when the architecture of a design cannot be priced. */
export function checkPrice(priced: Omit<Priced, 'chip'>): void {
  pricesOf(priced);
}

const frugalSram = (design: Estimate): Baseline =>
  usualBaselines(design)
    .filter(({ architecture }) => architecture.kind === 'digital-sram')
    .at(-1)!;

/** The design's network as a workload on its architecture; conductances are those of the chip, inputs those of the test rows. */
function workloadOf(priced: Priced): { workload: Workload; architecture: ArchitectureInput } {
  const { design, data, name, chip } = priced;
  const { hardware, sampling } = design;
  const device = deviceOf(hardware.device);
  const entropy = entropies.find(name => name === sampling.entropy);
  insist(entropy !== undefined, {
    path: ['sampling', 'entropy'],
    rule: `must be one of ${entropies.join(', ')} to be priced`,
    value: sampling.entropy,
    hint: 'choose one of them',
  });
  const nominal: Workload = {
    name,
    layers: layersOf(networkOf(networkGiven(design), data).network.matrices),
    samples: entropy === 'frozen' ? (chip?.plan.copies ?? copiesOf(design)) : samplesOf(design),
    inputBits: hardware.inputBits ?? idealBits,
    outputBits: hardware.outputBits ?? idealBits,
    entropy,
    inputMean: meanMagnitude(data.test.inputs),
    cells: {
      cell: cellKind(device.name),
      readVoltage: device.readVoltage,
      ...(chip ? { conductance: mean(chip.cells.programmed) } : {}),
    },
  };
  const architecture = architectureFor(design, nominal);
  if (entropy !== 'read') return { workload: nominal, architecture };
  // Successive reads share part of their noise: what the samples are worth at the pace of this architecture.
  const { interval } = estimate(nominal, architectureOptions(architecture));
  const effectiveSamples = effectiveReads(device, interval / nominal.samples, nominal.samples, timeOf(design));
  return { workload: { ...nominal, effectiveSamples }, architecture };
}

/**
 * The architecture asked for, on the experiment's own arrays; where none is, frozen copies with their rows switched in
 * turn, or analog tiles with converters. A pair of cells is one unit cell of a tile.
 */
function architectureFor(design: Design, workload: Workload): ArchitectureInput {
  const { array, mapping } = design.hardware;
  const device = deviceOf(design.hardware.device);
  const { cellsPerWeight } = encodingOf(device, mapping, 1);
  const tile = { rows: array.rows, columns: Math.max(1, Math.floor(array.columns / cellsPerWeight)) };
  const given = design.architecture;
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

function planStatistics({ cells }: Chip, device: Device): PlanStatistics | undefined {
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

/** Mean |x| over the largest |x|, by array: test inputs are looked through once. */
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
