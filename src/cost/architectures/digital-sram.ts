import { z } from 'zod';
import { formatQuantity, insist, quantity } from '../../base/index.ts';
import { type Architecture, commonFields, type LayerSchedule, tileField, tileOf } from '../architecture.ts';
import { cite } from '../citations.ts';
import {
  accumulator,
  adder,
  comparator,
  multiplier,
  rowDriver,
  senseAmplifier,
  sram6t,
  sram8t,
  sramBuffer,
} from '../components/index.ts';
import { addGenerator, generatorNames } from '../generators.ts';
import { checkTiles, tilingOf } from '../mapping.ts';
import { addPartialSums, addPeriphery } from '../periphery.ts';
import { macsOf, weightsOf } from '../workload.ts';

const schema = z.strictObject({
  kind: z.literal('digital-sram').describe('SRAM parameters, generators, multipliers and accumulators.'),
  ...commonFields,
  memory: z
    .enum(['sram-6t', 'sram-8t'])
    .default('sram-6t')
    .describe("Kind of memory cell: 'sram-6t' or 'sram-8t'; 'sram-6t' by default."),
  access: z
    .enum(['row', 'macro'])
    .default('row')
    .describe(
      "How parameters are read: whole rows beside the arithmetic ('row') or words of a cache-like macro ('macro'); 'row' by default.",
    ),
  parameterBits: z
    .int()
    .min(1)
    .max(16)
    .default(8)
    .describe('Bits of one stored parameter (a probability, a mean or a spread); 8 by default.'),
  generator: z
    .enum(['none', ...generatorNames])
    .default('lfsr')
    .describe(
      "Circuit that makes the random numbers; 'lfsr' by default, which serves binary weights; take 'clt', 'wallace' or 'box-muller' for Gaussian ones.",
    ),
  noise: z
    .enum(['weights', 'moments', 'outputs'])
    .default('weights')
    .describe(
      "Where the random numbers go: every weight is drawn ('weights'), every pre-activation is drawn from its mean and variance at the price of a second product ('moments'), or noise is added to each output of fixed weights ('outputs'); 'weights' by default.",
    ),
  copies: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1)
    .describe(
      'Copies of the weights in memory, one per sample when samples are stored instead of drawn; 1 by default.',
    ),
  lanesPerDraw: z
    .int()
    .min(1)
    .max(256)
    .default(1)
    .describe('Lanes that share one random number; 1 (independent weights) by default.'),
  resample: z
    .enum(['per-read', 'per-sample'])
    .default('per-sample')
    .describe(
      "When a weight is drawn anew: each time it is used ('per-read') or once per Monte-Carlo sample ('per-sample'); 'per-sample' by default.",
    ),
  organisation: z
    .enum(['lanes', 'tiled'])
    .default('lanes')
    .describe(
      "'lanes' has as many multiply-accumulate lanes as the throughput needs, 'tiled' one per column of every array tile; 'lanes' by default.",
    ),
  tile: tileField,
  tiles: z
    .int()
    .min(1)
    .optional()
    .describe(
      "Tiles on the chip of a 'tiled' design, at least as many as the weights need; exactly that many by default.",
    ),
  clock: quantity('frequency')
    .default(500e6)
    .describe('Clock in hertz, slower than 20 gate delays; 500 MHz by default (assumption).'),
  interval: quantity('time')
    .optional()
    .describe('Time between decisions that the lanes must keep, in seconds; 256 lanes where absent.'),
  pipelined: z
    .boolean()
    .default(true)
    .describe("Whether the layers of a 'tiled' design work on successive samples at the same time; true by default."),
});

export type DigitalSramOptions = z.output<typeof schema>;

/**
 * The conventional design: parameters in SRAM, a generator, comparators or multipliers, accumulators. With Bernoulli
 * weights a uniform number is compared with the stored probability; with Gaussian ones a normal number is scaled by the
 * stored spread and added to the stored mean. Weights drawn once a sample and used at many positions are written to
 * memory and read back at every use.
 */
export const digitalSram: Architecture<DigitalSramOptions> = {
  name: 'digital-sram',
  summary: 'SRAM parameter memory, random-number generators, multipliers and accumulators',
  schema: schema as z.ZodType<DigitalSramOptions>,
  cite: [cite.Horowitz14, cite.Shao14],
  doubts: () => [
    { name: 'parameter bits 4 … 16', low: { parameterBits: 4 }, high: { parameterBits: 16 } },
    { name: 'parameters read as rows … macro words', low: { access: 'row' }, high: { access: 'macro' } },
    { name: 'weights drawn per sample … per read', low: { resample: 'per-sample' }, high: { resample: 'per-read' } },
    { name: 'lanes per random number 16 … 1', low: { lanesPerDraw: 16 }, high: { lanesPerDraw: 1 } },
  ],
  build(ledger, workload, options) {
    const { entropy, samples, inputBits, weightBits, posterior } = workload;
    const { parameterBits, clock } = options;
    const tile = tileOf(options);
    const random = entropy !== 'none' && options.noise === 'weights';
    const atOutputs = entropy !== 'none' && options.noise !== 'weights';
    const products = atOutputs && options.noise === 'moments' ? 2 : 1;
    const reuse = atOutputs && workload.layers.length > 1;
    const passes = (layer: number): number => (layer === 0 && reuse ? 1 : samples);
    insist(entropy === 'generator' || entropy === 'none', {
      path: ['architecture', 'kind'],
      rule: `'digital-sram' draws its samples from a generator circuit, but the entropy is '${entropy}'`,
      hint: "choose entropy 'generator' or an analog architecture",
    });
    insist(entropy === 'none' || (!atOutputs && posterior !== 'gaussian') || options.generator !== 'lfsr', {
      path: ['architecture', 'generator'],
      rule: "Gaussian noise needs a Gaussian generator, got 'lfsr', which is uniform",
      hint: "choose 'clt', 'wallace', 'box-muller', 'thermal', 'thermal-low' or 'fefet-sum'",
    });
    insist(1 / clock >= 20 * ledger.technology.gateDelay, {
      path: ['architecture', 'clock'],
      rule: `must be at most ${formatQuantity(1 / (20 * ledger.technology.gateDelay), 'Hz')} (20 gate delays) at this node, got ${formatQuantity(clock, 'Hz')}`,
      hint: 'lower it',
    });
    const macs = macsOf(workload.layers);
    const work = workload.layers.reduce((sum, layer, index) => sum + passes(index) * macsOf([layer]), 0);
    const weights = weightsOf(workload.layers);
    const tiled = options.organisation === 'tiled';
    const stored = random ? parameterBits * (posterior === 'gaussian' ? 2 : 1) : weightBits * products;
    const bitsAcross = tile.columns * (tiled ? stored : 1);
    const tilings = workload.layers.map(layer => tilingOf(layer, tile));
    const tiles = tilings.reduce((total, tiling) => total + tiling.tiles, 0);
    const lanes = tiled
      ? tiles * tile.columns
      : options.interval === undefined
        ? 256
        : Math.max(1, Math.ceil(work / (options.interval * clock)));
    const keeps = (positions: number): boolean => random && options.resample === 'per-sample' && positions > 1;
    const keptSizes = workload.layers.map(layer =>
      keeps(layer.positions) ? layer.rows * layer.columns * weightBits : 0,
    );
    const keptCells = tiled ? keptSizes.reduce((total, size) => total + size, 0) : Math.max(...keptSizes);
    const cells = options.copies * (tiled ? tiles * tile.rows * bitsAcross : weights * stored) + keptCells;
    const macros = tiled ? tiles * options.copies : Math.ceil(cells / (tile.rows * bitsAcross));
    const memory = options.memory === 'sram-6t' ? sram6t : sram8t;
    const senses = macros * (tiled ? bitsAcross : Math.ceil(bitsAcross / 4));
    if (options.access === 'row') {
      ledger.add(memory, { rows: tile.rows }, { instances: cells });
      ledger.add(senseAmplifier, {}, { instances: senses });
      ledger.add(rowDriver, { columns: 0, pitch: 0 }, { instances: macros * tile.rows });
    } else {
      ledger.add(sramBuffer, { bytes: 8192 }, { instances: cells });
    }
    const binary = posterior === 'bernoulli' || weightBits === 1;
    const sumBits = Math.min(32, inputBits + (binary ? 0 : weightBits) + 8);
    workload.layers.forEach((layer, index) => {
      const weightUses = passes(index) * layer.rows * layer.columns;
      const uses = weightUses * layer.positions;
      const kept = keeps(layer.positions);
      const drawn = random && options.resample === 'per-sample' ? weightUses : uses;
      const bits = drawn * stored + (kept ? (weightUses + uses) * weightBits : 0);
      if (options.access === 'row') {
        ledger.add(memory, { rows: tile.rows }, { uses: bits, layer: index });
        ledger.add(senseAmplifier, {}, { uses: bits, layer: index });
      } else {
        ledger.add(sramBuffer, { bytes: 8192 }, { uses: bits, layer: index });
      }
      const instances = index === 0 ? lanes : 0;
      if (random) {
        const count = { instances: instances / options.lanesPerDraw, uses: drawn / options.lanesPerDraw, layer: index };
        addGenerator(ledger, options.generator, count, parameterBits);
        if (posterior === 'gaussian') {
          ledger.add(multiplier, { a: parameterBits, b: 8 }, { instances, uses: drawn, layer: index });
          ledger.add(adder, { bits: parameterBits + 2 }, { instances, uses: drawn, layer: index });
        } else {
          ledger.add(comparator, { bits: parameterBits }, { instances, uses: drawn, layer: index });
        }
      }
      if (atOutputs) {
        const count = { instances, uses: samples * layer.columns * layer.positions, layer: index };
        addGenerator(ledger, options.generator, count);
      }
      if (!binary) {
        ledger.add(
          multiplier,
          { a: inputBits, b: weightBits },
          { instances: products * instances, uses: products * uses, layer: index },
        );
      }
      ledger.add(
        accumulator,
        { bits: sumBits },
        { instances: products * instances, uses: products * uses, layer: index },
      );
      const { down } = tilings[index]!;
      if (tiled) addPartialSums(ledger, layer, index, { bits: sumBits, down, passes: passes(index) });
    });
    checkTiles(options.tiles, tiles, tile, ledger.area());
    const bandwidth = addPeriphery(ledger, workload, passes, 1 / clock);
    const layers: LayerSchedule[] = workload.layers.map((layer, index) => {
      const tiling = tilings[index]!;
      const cycles = tiled
        ? layer.positions * Math.min(layer.rows, tile.rows)
        : Math.ceil((layer.rows * layer.columns * layer.positions) / lanes);
      return {
        tiles: tiling.tiles,
        utilisation: tiled ? tiling.utilisation : 1,
        cycles,
        time: (cycles * passes(index)) / samples / clock,
      };
    });
    return {
      layers,
      rounds: samples,
      pipelined: tiled && options.pipelined,
      peakOperations: 2 * lanes * clock,
      bandwidth,
      draws: random
        ? samples * (options.resample === 'per-read' ? macs : weights)
        : atOutputs
          ? samples * workload.layers.reduce((sum, { columns, positions }) => sum + columns * positions, 0)
          : 0,
    };
  },
};
