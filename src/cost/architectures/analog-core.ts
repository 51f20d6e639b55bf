import { z } from 'zod';
import { insist, quantity } from '../../base/index.ts';
import {
  type Architecture,
  adcBitsField,
  cellFields,
  commonFields,
  parallelSamplesField,
  tiledFields,
  tileOf,
} from '../architecture.ts';
import { cite } from '../citations.ts';
import { programmingCircuit } from '../components/index.ts';
import { type GeneratorName, generatorNames, generators } from '../generators.ts';
import { addPeriphery } from '../periphery.ts';
import { weightsOf } from '../workload.ts';
import { addAnalogTiles, checkTiles } from './analog-tiles.ts';

/** Fields of tiles with converters, shared with the frozen-copies core. */
export const analogFields = {
  ...commonFields,
  ...cellFields,
  ...tiledFields,
  cellsPerWeight: z
    .int()
    .min(1)
    .max(8)
    .default(2)
    .describe('Cells that hold one weight; 2 (a differential pair) by default.'),
  slices: z
    .int()
    .min(1)
    .max(8)
    .default(1)
    .describe('Columns over which the bits of a weight are sliced; 1 by default.'),
  input: z
    .enum(['pulse-width', 'bit-serial', 'voltage'])
    .default('pulse-width')
    .describe("How inputs reach the rows: 'pulse-width', 'bit-serial' or 'voltage'; 'pulse-width' by default."),
  readTime: quantity('time')
    .default(100e-9)
    .describe('Duration of one read (of one bit when bit-serial) in seconds; 100 ns by default (assumption).'),
  adc: z
    .enum(['sar', 'flash', 'cco'])
    .default('sar')
    .describe(
      "Converter: 'sar' (published regression), 'flash' or 'cco' (current-controlled oscillator); 'sar' by default.",
    ),
  adcBits: adcBitsField,
  adcRate: quantity('frequency').default(100e6).describe('Conversions a second of one converter; 100 MHz by default.'),
  columnsPerAdc: z.int().min(1).default(8).describe('Columns that share one converter; 8 by default.'),
  phases: z
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe('Reads that make up one product, such as 4 for signs apart; 1 by default.'),
  replication: z
    .int()
    .min(1)
    .max(4096)
    .default(1)
    .describe('Copies of a layer that serve its positions in parallel; 1 by default.'),
};

const schema = z.strictObject({
  kind: z.literal('analog-core').describe('Resistive tiles with drivers and converters.'),
  ...analogFields,
  parallelSamples: parallelSamplesField,
  generator: z
    .enum(['none', ...generatorNames])
    .default('none')
    .describe("Circuit that adds noise to the outputs when the entropy is 'generator'; 'none' by default."),
  writeEnergy: quantity('energy')
    .default(10e-12)
    .describe('Energy of one write of a cell in joules, for entropy by writing; 10 pJ by default (assumption).'),
  writeTime: quantity('time')
    .default(100e-9)
    .describe('Duration of one row write in seconds; 100 ns by default (assumption).'),
  endurance: z.number().positive().default(1e8).describe('Writes a cell survives; 1e8 by default (assumption).'),
});

export type AnalogCoreOptions = z.output<typeof schema>;

/** Resistive tiles with drivers and converters; samples come from read noise, a generator at the outputs, or rewriting. */
export const analogCore: Architecture<AnalogCoreOptions> = {
  name: 'analog-core',
  summary: 'analog tiles with drivers and analog-to-digital converters',
  schema: schema as z.ZodType<AnalogCoreOptions>,
  cite: [cite.Shafiee16, cite.Hermes],
  doubts: [
    { name: 'read time ÷2 … ×2', low: { readTime: 50e-9 }, high: { readTime: 200e-9 } },
    { name: 'mean conductance 3 … 30 µS', low: { conductance: 3e-6 }, high: { conductance: 30e-6 } },
    { name: 'columns per converter 1 … 32', low: { columnsPerAdc: 1 }, high: { columnsPerAdc: 32 } },
    { name: 'control share 10 … 40 %', low: { control: 0.1 }, high: { control: 0.4 } },
  ],
  build(ledger, workload, options) {
    const { entropy, samples, layers } = workload;
    insist(
      entropy !== 'frozen',
      "architecture.kind: entropy 'frozen' needs one copy of the cells per sample, which 'analog-core' does not have; choose 'frozen-copies'.",
    );
    insist(
      entropy !== 'generator' || options.generator !== 'none',
      `architecture.generator: entropy 'generator' needs a generator circuit, got 'none'; choose one of ${generatorNames.join(', ')}.`,
    );
    const tile = tileOf(options);
    const parallel = Math.min(options.parallelSamples, samples);
    const reuse = entropy === 'generator' && layers.length > 1;
    const passes = (layer: number): number => (layer === 0 && reuse ? 1 : samples);
    const built = addAnalogTiles(
      ledger,
      workload,
      options,
      { cells: parallel, converters: parallel, packed: false },
      passes,
    );
    checkTiles(options.tiles, built.tiles, tile, ledger.area());
    let draws = 0;
    if (entropy === 'generator') {
      layers.forEach(({ columns, positions }, layer) => {
        const uses = samples * columns * positions;
        draws += uses;
        const instances = Math.min(columns, tile.columns) * parallel;
        generators[options.generator as GeneratorName](ledger, 8, { instances, uses, layer });
      });
    }
    let scheduled = built.layers;
    if (entropy === 'write') {
      const instances = built.tiles * tile.columns;
      const uses = samples * weightsOf(layers) * options.slices * options.cellsPerWeight;
      draws = uses;
      ledger.add(programmingCircuit, { energy: options.writeEnergy }, { instances, uses });
      const writing = tile.rows * options.cellsPerWeight * options.writeTime;
      scheduled = scheduled.map(layer => ({ ...layer, time: layer.time + writing }));
    }
    const bandwidth = addPeriphery(ledger, workload, passes, 1e-9);
    return {
      layers: scheduled,
      rounds: Math.ceil(samples / parallel),
      pipelined: options.pipelined,
      peakOperations: built.peakOperations,
      bandwidth,
      writes: entropy === 'write' ? samples / parallel : 0,
      endurance: entropy === 'write' ? options.endurance : Number.POSITIVE_INFINITY,
      draws,
    };
  },
};
