import { z } from 'zod';
import { insist, quantity } from '../../base/index.ts';
import { type Architecture, controlDoubt, parallelSamplesField, tileOf } from '../architecture.ts';
import { cite } from '../citations.ts';
import { programmingCircuit } from '../components/index.ts';
import { addGenerator, generatorNames } from '../generators.ts';
import { checkTiles } from '../mapping.ts';
import { addPeriphery } from '../periphery.ts';
import { weightsOf } from '../workload.ts';
import { addAnalogTiles, analogFields, readTimeDoubt } from './analog-tiles.ts';

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
  doubts: options => [
    readTimeDoubt(options),
    { name: 'mean conductance 3 … 30 µS', low: { conductance: 3e-6 }, high: { conductance: 30e-6 } },
    { name: 'columns per converter 1 … 32', low: { columnsPerAdc: 1 }, high: { columnsPerAdc: 32 } },
    controlDoubt,
  ],
  build(ledger, workload, options) {
    const { entropy, samples, layers } = workload;
    insist(entropy !== 'frozen', {
      path: ['architecture', 'kind'],
      rule: "entropy 'frozen' needs one copy of the cells per sample, which 'analog-core' does not have",
      hint: "choose 'frozen-copies'",
    });
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
        addGenerator(ledger, options.generator, { instances, uses, layer });
      });
    }
    let scheduled = built.layers;
    if (entropy === 'write') {
      const instances = built.tiles * tile.columns;
      const held = layers.reduce(
        (sum, layer) => sum + weightsOf([layer]) * Math.min(options.replication, layer.positions),
        0,
      );
      const uses = samples * held * options.slices * options.cellsPerWeight;
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
      ...(entropy === 'write' ? { wear: { writes: samples / parallel, endurance: options.endurance } } : {}),
      draws,
    };
  },
};
