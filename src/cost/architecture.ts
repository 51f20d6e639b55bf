import { z } from 'zod';
import { type Citation, insist, quantity } from '../base/index.ts';
import { cellKinds } from '../device/index.ts';
import type { Ledger } from './ledger.ts';
import type { Tile } from './mapping.ts';
import type { Cells, FullWorkload, WorkloadLayer } from './workload.ts';

/** When the layers of one sample run. */
export interface LayerSchedule {
  /** Tiles or macros that hold the layer. */
  readonly tiles: number;
  /** Share of their cells in use. */
  readonly utilisation: number;
  /** Array cycles of one pass. */
  readonly cycles: number;
  /** s of one sample; less than a pass where a pass serves all samples. */
  readonly time: number;
}

/** What an architecture says beside its ledger. */
export interface Schedule {
  readonly layers: readonly LayerSchedule[];
  /** Rounds of samples that follow each other: samples divided by how many run at once. */
  readonly rounds: number;
  /** Layers work on successive samples at the same time. */
  readonly pipelined: boolean;
  /** Operations a second if every cell of the chip worked in every cycle; 2 per multiply-accumulate. */
  readonly peakOperations: number;
  /** Bits a second that the activation buffer can deliver. */
  readonly bandwidth: number;
  /** Parameters in memories that forget without a supply, bits; 0 by default. */
  readonly volatileBits?: number;
  /** Parameters in an embedded non-volatile memory, bits; 0 by default. */
  readonly storedBits?: number;
  /** Non-volatile cells that hold parameters; 0 by default. */
  readonly cells?: number;
  /** Bits that the generators deliver or the number of draws in one decision. */
  readonly draws: number;
}

/** A number an option could just as well have, for the sensitivity analysis. */
export interface Doubt<O> {
  readonly name: string;
  readonly low: Partial<O>;
  readonly high: Partial<O>;
}

/** A way to build the hardware. Adding one is one file and one line in the registry. */
export interface Architecture<O extends CommonOptions = never> {
  readonly name: O['kind'];
  /** One sentence for people. */
  readonly summary: string;
  readonly schema: z.ZodType<O>;
  readonly cite: readonly Citation[];
  /** Options whose value is a guess, with what else they could be than they are. */
  doubts(options: O, workload: FullWorkload): readonly Doubt<O>[];
  /** Enters every component into the ledger and says when things happen. */
  build(ledger: Ledger, workload: FullWorkload, options: O): Schedule;
}

export interface CommonOptions {
  readonly kind: string;
  readonly node: number;
  readonly voltage?: number;
  readonly temperature: number;
  readonly control: number;
  readonly rate?: number;
  readonly deadline?: number;
  readonly idle: 'on' | 'retained' | 'off' | 'best';
  readonly refresh?: number;
}

/** Fields that every architecture on silicon has. */
export const commonFields = {
  node: quantity('length').default(22e-9).describe('Feature size in metres, from 7 nm to 130 nm; 22 nm by default.'),
  voltage: quantity('voltage')
    .optional()
    .describe('Core supply in volts, within a quarter of nominal; the nominal supply of the node by default.'),
  temperature: quantity('temperature')
    .default(300)
    .describe('Junction temperature in kelvin, 250 to 400; 300 by default.'),
  control: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe(
      'Energy and area of clock and control as a share of those of clocked logic; 0.25 by default (assumption).',
    ),
  rate: quantity('frequency')
    .optional()
    .describe('Decisions a second that are asked for, in hertz; as many as the architecture can by default.'),
  deadline: quantity('time')
    .optional()
    .describe(
      'Time within which a decision must be ready, waking up included, in seconds; a design has the time it takes by default, what it is compared with the time of the design.',
    ),
  idle: z
    .enum(['on', 'retained', 'off', 'best'])
    .default('best')
    .describe(
      "What happens between decisions: all stays on ('on'); logic is gated and memories keep their content at a low voltage ('retained'); all is gated, and parameters in SRAM are read again from an embedded non-volatile memory ('off'); what takes the least energy at this rate and keeps the deadline ('best', default).",
    ),
  refresh: quantity('time')
    .optional()
    .describe('Time after which non-volatile cells are programmed again, in seconds; never by default.'),
};

/** Size of an array. */
export const tileField = z
  .strictObject({
    rows: z.int().min(1).max(4096).default(256).describe('Word lines of one tile; 256 by default.'),
    columns: z.int().min(1).max(4096).default(256).describe('Weights in one row of a tile; 256 by default.'),
  })
  .optional()
  .describe('Size of one array tile; 256 by 256 by default, in an experiment that of hardware.array.');

/** Fields of architectures that hold all weights on tiles. */
export const tiledFields = {
  tile: tileField,
  tiles: z
    .int()
    .min(1)
    .optional()
    .describe('Tiles on the chip, at least as many as the weights need; exactly that many by default.'),
  pipelined: z
    .boolean()
    .default(true)
    .describe('Whether layers work on successive samples at the same time; true by default.'),
};

/** Field of architectures that draw weights: when `what` is drawn anew. */
export const resampleField = (what: string, usual: 'per-read' | 'per-sample') =>
  z
    .enum(['per-read', 'per-sample'])
    .optional()
    .describe(
      `When ${what} draws anew: at each use ('per-read') or once per Monte-Carlo sample ('per-sample'); '${usual}' by default, in an experiment as sampling.hold says.`,
    );

export const adcBitsField = z
  .int()
  .min(1)
  .max(14)
  .optional()
  .describe('Bits of a converter; the output bits of the workload by default.');

/** Fields of architectures with resistive cells. */
export const cellFields = {
  cell: z
    .enum(cellKinds)
    .optional()
    .describe(
      "Kind of memory cell: 'rram', 'pcm', 'mram' or 'fefet'; 'rram' by default, in an experiment that of the device.",
    ),
  conductance: quantity('conductance')
    .optional()
    .describe(
      'Mean conductance of a cell in siemens; 10 µS by default (assumption), in an experiment the mean over the programmed cells.',
    ),
  readVoltage: quantity('voltage')
    .optional()
    .describe('Voltage over a cell while it is read, in volts; 0.2 by default, in an experiment that of the device.'),
  readTime: quantity('time')
    .optional()
    .describe(
      'Duration of one read (of one bit when bit-serial) in seconds; in an experiment that of the device, where it has one, else 100 ns, or 10 ns for rows of binary weights (assumptions).',
    ),
};

/** The bits of a converter: those asked for, which must hold the workload's results, or just those. */
export function converterBits({ adcBits }: { readonly adcBits?: number }, outputBits: number): number {
  const bits = adcBits ?? outputBits;
  insist(bits >= outputBits, {
    path: ['architecture', 'adcBits'],
    rule: `must be at least the ${outputBits} output bits that the mapping needs`,
    value: bits,
    hint: "raise it or lower the workload's output bits",
  });
  return bits;
}

/** The doubt that every architecture on silicon shares. */
export const controlDoubt = {
  name: 'control share 10 … 40 %',
  low: { control: 0.1 },
  high: { control: 0.4 },
} as const;

/** The tile asked for, or 256 by 256. */
export const tileOf = ({ tile }: { readonly tile?: Tile }): Tile => tile ?? { rows: 256, columns: 256 };

/** The tile that holds a layer, in weights, and the cells of each of them: those asked for, else the layer's own, else those of all. */
export function heldOn(
  workload: FullWorkload,
  options: Cells & { readonly tile?: Tile },
  { held }: WorkloadLayer,
): { readonly tile: Tile; readonly cellsPerWeight: number } {
  const { rows, columns } = tileOf(options);
  const { cellsPerWeight } = cellsOf(workload, { cellsPerWeight: held?.cellsPerWeight, ...options });
  return { tile: { rows, columns: held?.outputs ?? columns }, cellsPerWeight };
}

/** The cells asked for, else those that the workload was programmed into, else pairs of RRAM of 10 µS read at 0.2 V. */
export function cellsOf(workload: FullWorkload, options: Cells, readTime = 100e-9): Required<Cells> {
  const { cells } = workload;
  return {
    cell: options.cell ?? cells?.cell ?? 'rram',
    conductance: options.conductance ?? cells?.conductance ?? 10e-6,
    readVoltage: options.readVoltage ?? cells?.readVoltage ?? 0.2,
    readTime: options.readTime ?? cells?.readTime ?? readTime,
    cellsPerWeight: options.cellsPerWeight ?? cells?.cellsPerWeight ?? 2,
  };
}
