import { z } from 'zod';
import { insist } from '../../base/index.ts';
import { type Architecture, controlDoubt, tileOf } from '../architecture.ts';
import { cite } from '../citations.ts';
import { checkTiles } from '../mapping.ts';
import { addPeriphery } from '../periphery.ts';
import { passesOf } from '../workload.ts';
import { addAnalogTiles, analogFields, readTimeDoubt } from './analog-tiles.ts';

const schema = z.strictObject({
  kind: z.literal('frozen-copies').describe('One programmed copy of the cells per sample, rows switched in turn.'),
  ...analogFields,
  parallelCopies: z
    .int()
    .min(1)
    .max(4096)
    .default(1)
    .describe('Copies that have their own converters and run at the same time; 1 (rows switched in turn) by default.'),
});

export type FrozenCopiesOptions = z.output<typeof schema>;

/** One programmed copy of the network per sample; the copies' rows are switched in turn onto shared converters. */
export const frozenCopies: Architecture<FrozenCopiesOptions> = {
  name: 'frozen-copies',
  summary: 'one programmed copy of the cells per sample, rows switched in turn onto shared converters',
  schema: schema as z.ZodType<FrozenCopiesOptions>,
  cite: [cite.Dalgaty21, cite.Bonnet23],
  doubts: (options, workload) => [
    readTimeDoubt(options, workload),
    { name: 'mean conductance 20 … 150 µS', low: { conductance: 20e-6 }, high: { conductance: 150e-6 } },
    controlDoubt,
  ],
  build(ledger, workload, options) {
    const { entropy, samples, copies } = workload;
    insist(entropy === 'frozen' || entropy === 'none', {
      path: ['architecture', 'kind'],
      rule: `'frozen-copies' draws its samples from its copies, but the entropy is '${entropy}'`,
      hint: "choose 'analog-core' for it or entropy 'frozen'",
    });
    const tile = tileOf(options);
    const parallel = Math.min(options.parallelCopies, copies);
    const passes = (layer: number): number => passesOf(workload, layer);
    const built = addAnalogTiles(
      ledger,
      workload,
      options,
      { cells: copies, converters: parallel, packed: true },
      passes,
    );
    checkTiles(options.tiles, built.tiles, tile, ledger.area());
    const bandwidth = addPeriphery(ledger, workload, passes, 1e-9);
    return {
      layers: built.layers,
      rounds: Math.ceil(samples / parallel),
      pipelined: options.pipelined,
      peakOperations: built.peakOperations,
      bandwidth,
      cells: built.cells,
      draws: 0,
    };
  },
};
