import { z } from 'zod';
import { insist } from '../../base/index.ts';
import {
  type Architecture,
  cellFields,
  cellsOf,
  commonFields,
  controlDoubt,
  type LayerSchedule,
  resampleField,
  tiledFields,
  tileOf,
} from '../architecture.ts';
import { cite } from '../citations.ts';
import {
  accumulator,
  cellArrays,
  programmingCircuit,
  rowDriver,
  senseAmplifier,
  sramBuffer,
} from '../components/index.ts';
import { checkTiles, tilingOf } from '../mapping.ts';
import { addPartialSums, addPeriphery } from '../periphery.ts';

const schema = z.strictObject({
  kind: z.literal('binary-noise-plane').describe('Binary weights from a weight plane and a noise plane.'),
  ...commonFields,
  ...cellFields,
  ...tiledFields,
  noiseCells: z
    .int()
    .min(0)
    .max(8)
    .default(2)
    .describe('Cells of the noise plane read with each weight; 2 (a difference without mean) by default (assumption).'),
  resample: resampleField('a weight, which is then kept in SRAM or in the cell that switched,', 'per-read'),
});

/** Time of one addition of weights that are kept, s (assumption). */
const clock = 1e-9;

export type BinaryNoisePlaneOptions = z.output<typeof schema>;

/**
 * Binary stochastic weights without converters: row by row, a latch per column compares the weight cell's current plus
 * the difference of the noise cells with a reference, w = sign(G_w − G_ref + n); the bit adds or subtracts the row's
 * input in the column's accumulator. Cells that switch by chance need no noise plane: they are pulsed before each sample.
 */
export const binaryNoisePlane: Architecture<BinaryNoisePlaneOptions> = {
  name: 'binary-noise-plane',
  summary: 'binary stochastic weights from a weight plane and a noise plane, latches instead of converters',
  schema: schema as z.ZodType<BinaryNoisePlaneOptions>,
  cite: [cite.Bayes2IMC],
  doubts: () => [
    { name: 'read time 5 … 50 ns', low: { readTime: 5e-9 }, high: { readTime: 50e-9 } },
    { name: 'mean conductance 3 … 20 µS', low: { conductance: 3e-6 }, high: { conductance: 20e-6 } },
    { name: 'noise cells 1 … 4', low: { noiseCells: 1 }, high: { noiseCells: 4 } },
    controlDoubt,
  ],
  build(ledger, workload, options) {
    const { entropy, samples, inputBits, weightBits } = workload;
    insist(weightBits === 1, {
      path: ['architecture', 'kind'],
      rule: `'binary-noise-plane' holds binary weights, but the workload has ${weightBits}-bit weights`,
      hint: "choose 'analog-core' or a binary network",
    });
    insist(entropy !== 'read' || options.noiseCells > 0, {
      path: ['architecture', 'noiseCells'],
      rule: "entropy 'read' needs a noise plane, got 0 cells",
      hint: 'set it to 1 or more',
    });
    insist(entropy === 'read' || entropy === 'switching' || entropy === 'none', {
      path: ['architecture', 'kind'],
      rule: `'binary-noise-plane' draws its samples by reading or switching, but the entropy is '${entropy}'`,
      hint: "choose entropy 'read' or 'switching', or another architecture",
    });
    const { write } = workload;
    insist(entropy !== 'switching' || write !== undefined, {
      path: ['sampling', 'cells'],
      rule: "are of a device that states no energy and duration of a pulse, which entropy 'switching' pays for each bit",
      hint: 'give them in its write section, or choose another device',
    });
    const tile = tileOf(options);
    const { cell, conductance, readVoltage, readTime } = cellsOf(workload, options, 10e-9);
    const array = cellArrays[cell];
    const noise = entropy === 'read' ? options.noiseCells : 0;
    const reading = { conductance, readVoltage, time: readTime };
    const pitch = Math.sqrt(array.unit(ledger.technology, reading).area);
    const width = inputBits + Math.ceil(Math.log2(tile.rows));
    const layers: LayerSchedule[] = [];
    let tilesInAll = 0;
    let held = 0;
    workload.layers.forEach((layer, index) => {
      const { down, driven, tiles, utilisation } = tilingOf(layer, tile);
      const weights = samples * layer.rows * layer.columns;
      const uses = weights * layer.positions;
      const drawn = (options.resample ?? 'per-read') === 'per-read' ? layer.positions : 1;
      const kept = entropy === 'read' && drawn < layer.positions;
      // Positions for which the array is read.
      const read = kept ? 1 : layer.positions;
      tilesInAll += tiles;
      held += layer.rows * layer.columns * (1 + noise);
      const cells = tiles * tile.rows * tile.columns;
      ledger.add(array, reading, { instances: cells * (1 + noise), uses: weights * read * (2 + noise), layer: index });
      const planes = noise > 0 ? 2 : 1;
      ledger.add(
        rowDriver,
        { columns: tile.columns, pitch },
        {
          instances: tiles * tile.rows * planes,
          uses: samples * read * layer.rows * driven * planes,
          layer: index,
        },
      );
      ledger.add(senseAmplifier, {}, { instances: tiles * tile.columns, uses: weights * read, layer: index });
      if (kept) {
        const bits = { instances: layer.rows * layer.columns, uses: weights + uses, layer: index };
        ledger.add(sramBuffer, { bytes: 8192 }, bits);
      }
      ledger.add(accumulator, { bits: width }, { instances: tiles * tile.columns, uses, layer: index });
      addPartialSums(ledger, layer, index, { bits: width, sums: down, passes: samples });
      const lines = (layer.groups ?? 1) * Math.min(layer.rows, tile.rows);
      const cycles = layer.positions * lines;
      let time = read * lines * readTime + (kept ? cycles * clock : 0);
      if (entropy === 'switching' && write) {
        // All cells are reset and pulsed for each draw, word line after word line.
        const pulses = weights * drawn * write.pulses;
        const circuits = { instances: tiles * tile.columns, uses: pulses, layer: index };
        ledger.add(programmingCircuit, { energy: write.energy }, circuits);
        time += drawn * Math.min(layer.rows, tile.rows) * write.pulses * write.duration;
      }
      layers.push({ tiles, utilisation, cycles, time });
    });
    checkTiles(options.tiles, tilesInAll, tile, ledger.area());
    const bandwidth = addPeriphery(ledger, workload, () => samples, clock);
    return {
      layers,
      rounds: samples,
      pipelined: options.pipelined,
      peakOperations: (2 * tilesInAll * tile.columns) / readTime,
      bandwidth,
      cells: held,
      draws: 0,
    };
  },
};
