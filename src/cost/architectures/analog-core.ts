import { z } from 'zod';
import { insist } from '../../base/index.ts';
import { type Architecture, controlDoubt, tileOf } from '../architecture.ts';
import { cite } from '../citations.ts';
import { generatorNames } from '../generators.ts';
import { checkTiles } from '../mapping.ts';
import { addPeriphery } from '../periphery.ts';
import { passesOf } from '../workload.ts';
import { addMasks, addOutputNoise, addReprogramming } from './analog-noise.ts';
import { addAnalogTiles, analogFields, readTimeDoubt, sharingDoubts } from './analog-tiles.ts';

const schema = z.strictObject({
  kind: z.literal('analog-core').describe('Resistive tiles with drivers and converters.'),
  ...analogFields,
  generator: z
    .enum(generatorNames)
    .default('box-muller')
    .describe("Circuit of the numbers that the entropy 'output' adds to outputs; 'box-muller' by default."),
});

export type AnalogCoreOptions = z.output<typeof schema>;

/**
 * Resistive tiles with drivers and converters; samples come from read noise, from programming the cells anew, or from numbers that
 * are added to the outputs, or from masks whose bits cells switch to by chance.
 */
export const analogCore: Architecture<AnalogCoreOptions> = {
  name: 'analog-core',
  summary: 'analog tiles with drivers and analog-to-digital converters',
  schema: schema as z.ZodType<AnalogCoreOptions>,
  cite: [cite.Shafiee16, cite.Hermes],
  doubts: (options, workload) => [
    readTimeDoubt(options, workload),
    { name: 'mean conductance 3 … 30 µS', low: { conductance: 3e-6 }, high: { conductance: 30e-6 } },
    ...sharingDoubts(options, workload),
    controlDoubt,
  ],
  build(ledger, workload, options) {
    const { entropy, samples } = workload;
    insist(entropy !== 'frozen', {
      path: ['architecture', 'kind'],
      rule: "entropy 'frozen' needs one copy of the cells per sample, which 'analog-core' does not have",
      hint: "choose 'frozen-copies'",
    });
    const masked = entropy === 'switching' && workload.masks !== undefined;
    insist(entropy !== 'generator' && entropy !== 'sum' && (entropy !== 'switching' || masked), {
      path: ['architecture', 'kind'],
      rule: `'analog-core' draws its samples with its cells or at its outputs, but the entropy is '${entropy}'`,
      hint: `choose '${entropy === 'sum' ? 'sram-cim' : entropy === 'switching' ? 'binary-noise-plane' : 'digital-sram'}'`,
    });
    const passes = (layer: number): number => passesOf(workload, layer);
    const built = addAnalogTiles(ledger, workload, options, { cells: 1, converters: 1, packed: false }, passes);
    let { layers, draws } = { layers: built.layers, draws: 0 };
    if (entropy === 'reprogram') layers = addReprogramming(ledger, workload, options, built.layers);
    if (masked) layers = addMasks(ledger, workload, built.layers);
    if (entropy === 'output') draws = addOutputNoise(ledger, workload, options);
    checkTiles(options.tiles, built.tiles, tileOf(options), ledger.area());
    const bandwidth = addPeriphery(ledger, workload, passes, 1e-9);
    return {
      layers,
      rounds: samples,
      pipelined: options.pipelined,
      peakOperations: built.peakOperations,
      bandwidth,
      cells: built.cells,
      draws,
    };
  },
};
