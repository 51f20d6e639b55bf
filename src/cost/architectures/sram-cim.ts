import { z } from 'zod';
import { insist, quantity } from '../../base/index.ts';
import {
  type Architecture,
  adcBitsField,
  cellsOf,
  commonFields,
  converterBits,
  type LayerSchedule,
  resampleField,
  tiledFields,
  tileOf,
} from '../architecture.ts';
import { cite } from '../citations.ts';
import { adcFlash, adcSar, cellArrays, lfsr, rowDriver, shiftAdd, sramCimArray } from '../components/index.ts';
import { addGenerator } from '../generators.ts';
import type { Count, Ledger } from '../ledger.ts';
import { checkTiles, tilingOf } from '../mapping.ts';
import { addPartialSums, addPeriphery } from '../periphery.ts';
import { type FullWorkload, passesOf } from '../workload.ts';

const schema = z.strictObject({
  kind: z.literal('sram-cim').describe('Products inside SRAM with a generator in every word.'),
  ...commonFields,
  ...tiledFields,
  generator: z
    .enum(['none', 'thermal', 'thermal-low', 'fefet-sum'])
    .default('thermal')
    .describe("Generator inside every memory word; 'thermal' by default."),
  resample: resampleField('a word', 'per-sample'),
  readTime: quantity('time')
    .default(10e-9)
    .describe('Duration of one bit product in seconds; 10 ns by default (assumption).'),
  adc: z.enum(['sar', 'flash']).default('sar').describe("Converter: 'sar' or 'flash'; 'sar' by default."),
  adcBits: adcBitsField,
});

export type SramCimOptions = z.output<typeof schema>;

/** Enters the cells beside every word, half of which is set against the other half, and the shift registers that choose them. */
function addSums(ledger: Ledger, workload: FullWorkload, count: Required<Count>): void {
  const { cells, bits, conductance } = workload.summed!;
  const { cell, readVoltage, readTime } = cellsOf(workload, {});
  const { instances, uses, layer } = count;
  const read = { conductance, readVoltage, time: readTime };
  ledger.add(cellArrays[cell], read, { instances: instances * cells, uses: uses * cells, layer });
  ledger.add(lfsr, { bits }, count);
}

/**
 * Products inside SRAM: bit cells with capacitors, inputs bit by bit, one converter per column of weights. With Gaussian
 * weights a second plane holds the spreads, and a generator in every word supplies the noise.
 */
export const sramCim: Architecture<SramCimOptions> = {
  name: 'sram-cim',
  summary: 'charge-domain products inside SRAM with a random-number generator in every word',
  schema: schema as z.ZodType<SramCimOptions>,
  cite: [cite.Valavi19, cite.RandomLadder],
  doubts: () => [
    { name: 'words draw per sample … per read', low: { resample: 'per-sample' }, high: { resample: 'per-read' } },
    { name: 'generator 16.3 … 360 fJ', low: { generator: 'thermal-low' }, high: { generator: 'thermal' } },
  ],
  build(ledger, workload, options) {
    const { entropy, samples, inputBits, outputBits, weightBits, posterior } = workload;
    const random = entropy !== 'none';
    const { summed } = workload;
    insist(entropy === 'generator' || entropy === 'none' || (entropy === 'sum' && summed !== undefined), {
      path: ['architecture', 'kind'],
      rule: `'sram-cim' draws its samples in its words, but the entropy is '${entropy}'`,
      hint: "choose entropy 'generator' or 'sum', or an analog architecture",
    });
    insist(entropy !== 'generator' || options.generator !== 'none', {
      path: ['architecture', 'generator'],
      rule: "entropy 'generator' needs a generator circuit",
      value: 'none',
      hint: 'choose thermal, thermal-low or fefet-sum',
    });
    const bits = converterBits(options, outputBits);
    const { readTime } = options;
    const tile = tileOf(options);
    const planesOf = (drawn: boolean) => (drawn && posterior === 'gaussian' ? 2 : 1);
    const adc = options.adc === 'sar' ? adcSar : adcFlash;
    const pitch = Math.sqrt(2 * ledger.technology.sramCell);
    let tiles = 0;
    let working = 0;
    let draws = 0;
    let parameters = 0;
    const layers: LayerSchedule[] = workload.layers.map((layer, index) => {
      const tiling = tilingOf(layer, tile, weightBits);
      const passes = passesOf(workload, index);
      const drawn = random && index >= workload.heldOnce;
      const planes = planesOf(drawn);
      const runs = passes * layer.positions * inputBits;
      working += tiling.tiles;
      const columns = layer.columns * weightBits * planes;
      tiles += tiling.tiles * planes;
      parameters += tiling.tiles * planes * tile.rows * tile.columns;
      ledger.add(
        sramCimArray,
        {},
        {
          instances: tiling.tiles * planes * tile.rows * tile.columns,
          uses: runs * layer.rows * columns,
          layer: index,
        },
      );
      ledger.add(
        rowDriver,
        { columns: tile.columns, pitch },
        {
          instances: tiling.tiles * planes * tile.rows,
          uses: runs * layer.rows * tiling.driven * planes,
          layer: index,
        },
      );
      const conversions = {
        instances: (tiling.tiles * planes * tile.columns) / weightBits,
        uses: runs * layer.columns * planes * tiling.down,
        layer: index,
      };
      ledger.add(adc, { bits, rate: 1 / readTime }, conversions);
      ledger.add(shiftAdd, { bits: bits + inputBits }, conversions);
      addPartialSums(ledger, layer, index, { bits, sums: tiling.down, passes });
      if (drawn) {
        const words = layer.rows * layer.columns;
        const uses = samples * words * (options.resample === 'per-read' ? layer.positions : 1);
        draws += uses;
        if (entropy === 'sum') addSums(ledger, workload, { instances: words, uses, layer: index });
        else addGenerator(ledger, options.generator, { instances: words, uses, layer: index });
      }
      const cycles = layer.positions * (layer.groups ?? 1) * inputBits;
      return {
        tiles: tiling.tiles * planes,
        utilisation: tiling.utilisation,
        cycles,
        time: (cycles * readTime * passes) / samples,
      };
    });
    checkTiles(options.tiles, tiles, tile, ledger.area());
    const bandwidth = addPeriphery(ledger, workload, layer => passesOf(workload, layer), 1e-9);
    return {
      layers,
      rounds: samples,
      pipelined: options.pipelined,
      peakOperations: (2 * working * tile.rows * tile.columns) / weightBits / inputBits / readTime,
      bandwidth,
      draws,
      volatileBits: parameters,
    };
  },
};
