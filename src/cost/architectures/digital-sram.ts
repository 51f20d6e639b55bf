import type { z } from 'zod';
import { formatQuantity, insist } from '../../base/index.ts';
import { type Architecture, type LayerSchedule, tileOf } from '../architecture.ts';
import { cite } from '../citations.ts';
import {
  accumulator,
  activation,
  adder,
  comparator,
  embeddedMemory,
  multiplier,
  rowDriver,
  senseAmplifier,
  sram6t,
  sram8t,
  sramBuffer,
} from '../components/index.ts';
import { addGenerator } from '../generators.ts';
import { timeFor } from '../idle.ts';
import type { Ledger } from '../ledger.ts';
import { checkTiles, tilingOf } from '../mapping.ts';
import { addPartialSums, addPeriphery } from '../periphery.ts';
import { type FullWorkload, macsOf, passesOf, weightsOf } from '../workload.ts';
import { type DigitalSramOptions, digitalSramSchema } from './digital-sram-options.ts';

export type { DigitalSramOptions };

/** How weights are drawn where nobody says. */
const usual = { generator: 'lfsr', parameterBits: 8, resample: 'per-sample' } as const;

/**
 * The conventional design: parameters in SRAM, a generator, comparators or multipliers, accumulators. With Bernoulli
 * weights a uniform number is compared with the stored probability; with Gaussian ones a normal number is scaled by the
 * stored spread and added to the stored mean. Weights drawn once a sample and used at many positions are written to
 * memory and read back at every use.
 */
export const digitalSram: Architecture<DigitalSramOptions> = {
  name: 'digital-sram',
  summary: 'SRAM parameter memory, random-number generators, multipliers and accumulators',
  schema: digitalSramSchema as z.ZodType<DigitalSramOptions>,
  cite: [cite.Horowitz14, cite.Shao14],
  doubts: () => [
    { name: 'parameter bits 4 … 16', low: { parameterBits: 4 }, high: { parameterBits: 16 } },
    { name: 'parameters read as rows … macro words', low: { access: 'row' }, high: { access: 'macro' } },
    { name: 'weights drawn per sample … per read', low: { resample: 'per-sample' }, high: { resample: 'per-read' } },
    { name: 'lanes per random number 16 … 1', low: { lanesPerDraw: 16 }, high: { lanesPerDraw: 1 } },
  ],
  build(ledger, workload, asked) {
    const options = { ...usual, ...asked };
    const { samples, inputBits, weightBits, posterior, layers } = workload;
    const { parameterBits, clock } = options;
    const tile = tileOf(options);
    check(ledger, workload, options);
    const plan = planOf(workload, options);
    const { mode, passes, point, products, draws } = plan;
    const random = mode === 'weights';
    const tiled = options.organisation === 'tiled';
    const spreads = mode === 'moments' || mode === 'propagated' || (random && posterior === 'gaussian');
    const bitsOf = (index: number): number =>
      (random ? parameterBits : weightBits) * (spreads && !point(index) ? 2 : 1);
    const stored = Math.max(...layers.map((_, index) => bitsOf(index)));
    const bitsAcross = tile.columns * (tiled ? stored : 1);
    const tilings = layers.map(layer => tilingOf(layer, tile));
    const tiles = tilings.reduce((total, tiling) => total + tiling.tiles, 0);
    const lanes = tiled ? tiles * tile.columns : lanesFor(workload, passes, options);
    const keeps = (index: number): boolean =>
      random && !point(index) && options.resample === 'per-sample' && layers[index]!.positions > 1;
    const keptSizes = layers.map(({ rows, columns }, index) => (keeps(index) ? rows * columns * weightBits : 0));
    const keptCells = tiled ? keptSizes.reduce((total, size) => total + size, 0) : Math.max(...keptSizes);
    const lastAlone = options.differing === 'last';
    const alike = (index: number): boolean => point(index) || (lastAlone && index < layers.length - 1);
    const parameters = layers.reduce((total, layer, index) => {
      const tileBits = tilings[index]!.tiles * tile.rows * tile.columns * bitsOf(index);
      return total + (alike(index) ? 1 : options.copies) * (tiled ? tileBits : weightsOf([layer]) * bitsOf(index));
    }, 0);
    const embedded = options.memory === 'embedded';
    const cells = (embedded ? 0 : parameters) + keptCells;
    const held = tilings.reduce((sum, own, index) => sum + own.tiles * (alike(index) ? 1 : options.copies), 0);
    const macros = tiled ? held : Math.ceil(cells / (tile.rows * bitsAcross));
    const memory = options.memory === 'sram-6t' ? sram6t : sram8t;
    if (embedded) {
      ledger.add(embeddedMemory, {}, { instances: parameters });
      ledger.add(sramBuffer, { bytes: 8192 }, { instances: cells });
    } else if (options.access === 'row') {
      ledger.add(memory, { rows: tile.rows }, { instances: cells });
      ledger.add(senseAmplifier, {}, { instances: macros * (tiled ? bitsAcross : Math.ceil(bitsAcross / 4)) });
      ledger.add(rowDriver, { columns: 0, pitch: 0 }, { instances: macros * tile.rows });
    } else {
      ledger.add(sramBuffer, { bytes: 8192 }, { instances: cells });
    }
    const binary = posterior === 'bernoulli' || weightBits === 1;
    const sumBits = Math.min(32, inputBits + (binary ? 0 : weightBits) + 8);
    const drawnLayers = layers.slice(workload.heldOnce);
    const width = Math.max(...layers.map((_, index) => products(index)));
    // A mask bit serves all outputs of a row.
    const masks = Math.ceil(lanes / Math.min(...layers.map(({ columns }) => columns)));
    const first =
      mode === 'dropout' ? (lastAlone ? layers.length - 1 : Math.min(1, layers.length - 1)) : workload.heldOnce;
    const generators = (index: number): number => (index !== first ? 0 : mode === 'dropout' ? masks : lanes);
    layers.forEach((layer, index) => {
      const weightUses = passes(index) * layer.rows * layer.columns;
      const uses = weightUses * layer.positions;
      const kept = keeps(index);
      const drawn = random && options.resample === 'per-sample' ? weightUses : uses;
      const keptBits = kept ? (weightUses + uses) * weightBits : 0;
      const bits = drawn * bitsOf(index) + keptBits;
      if (embedded) {
        ledger.add(embeddedMemory, {}, { uses: drawn * bitsOf(index), layer: index });
        ledger.add(sramBuffer, { bytes: 8192 }, { uses: keptBits, layer: index });
      } else if (options.access === 'row') {
        ledger.add(memory, { rows: tile.rows }, { uses: bits, layer: index });
        ledger.add(senseAmplifier, {}, { uses: bits, layer: index });
      } else {
        ledger.add(sramBuffer, { bytes: 8192 }, { uses: bits, layer: index });
      }
      const instances = index === 0 ? lanes : 0;
      const drawing = index === first ? lanes : 0;
      const numbers = draws(index, drawn);
      if (numbers > 0) {
        const share = random ? options.lanesPerDraw : 1;
        const count = { instances: generators(index) / share, uses: numbers / share, layer: index };
        addGenerator(ledger, options.generator, count, parameterBits);
      }
      if (random && posterior === 'gaussian' && !point(index)) {
        ledger.add(multiplier, { a: parameterBits, b: 8 }, { instances: drawing, uses: drawn, layer: index });
        ledger.add(adder, { bits: parameterBits + 2 }, { instances: drawing, uses: drawn, layer: index });
      } else if ((random && !point(index)) || mode === 'dropout') {
        ledger.add(comparator, { bits: parameterBits }, { instances: generators(index), uses: numbers, layer: index });
      }
      const arithmetic = { instances: width * instances, uses: products(index) * uses, layer: index };
      if (!binary) ledger.add(multiplier, { a: inputBits, b: weightBits }, arithmetic);
      ledger.add(accumulator, { bits: sumBits }, arithmetic);
      if (mode === 'propagated' && index < layers.length - 1) {
        const outputs = layer.columns * layer.positions;
        ledger.add(
          activation,
          { bits: inputBits, table: true },
          { instances: Math.min(layer.columns, 256), uses: outputs, layer: index },
        );
      }
      const { down } = tilings[index]!;
      if (tiled) addPartialSums(ledger, layer, index, { bits: sumBits, sums: down, passes: passes(index) });
    });
    checkTiles(options.tiles, tiles, tile, ledger.area());
    const bandwidth = addPeriphery(ledger, workload, passes, 1 / clock);
    return {
      layers: layers.map((layer, index): LayerSchedule => {
        const tiling = tilings[index]!;
        const cycles = tiled
          ? layer.positions * Math.min(layer.rows, tile.rows)
          : Math.ceil((layer.rows * layer.columns * layer.positions) / lanes);
        const time = (cycles * passes(index)) / samples / clock;
        return { tiles: tiling.tiles, utilisation: tiled ? tiling.utilisation : 1, cycles, time };
      }),
      rounds: samples,
      pipelined: tiled && options.pipelined,
      peakOperations: 2 * lanes * clock,
      bandwidth,
      draws: random
        ? samples * (options.resample === 'per-read' ? macsOf(drawnLayers) : weightsOf(drawnLayers))
        : layers.reduce((sum, _, index) => sum + draws(index, 0), 0),
      ...(embedded ? { storedBits: parameters } : { volatileBits: parameters }),
    };
  },
};

/** Reads a second of an embedded non-volatile memory: 10 ns each (assumption, as in `embeddedMemory`). */
const embeddedClock = 100e6;

/** What is random, how often each layer runs in a decision, how many products a weight takes, and what is drawn. */
function planOf(workload: FullWorkload, { noise, differing }: DigitalSramOptions) {
  const { entropy, samples, layers, heldOnce } = workload;
  const last = layers.length - 1;
  const point = (layer: number): boolean => layer < heldOnce;
  const mode = entropy === 'none' && noise !== 'propagated' ? 'nothing' : noise;
  const passes = (layer: number): number => {
    if (mode === 'propagated' || (differing === 'last' && layer < last)) return 1;
    // What the first layer multiplies is the same for all samples.
    return (mode === 'moments' || mode === 'dropout') && layer === 0 && last > 0 ? 1 : passesOf(workload, layer);
  };
  // Variances of the inputs take a third product, which the first random layer does not need.
  const products = (layer: number): number => {
    if (point(layer)) return 1;
    if (mode === 'propagated') return layer === heldOnce ? 2 : 3;
    return mode === 'moments' ? 2 : 1;
  };
  const draws = (layer: number, drawn: number): number => {
    if (point(layer)) return 0;
    const { rows, columns, positions } = layers[layer]!;
    if (mode === 'weights') return drawn;
    if (mode === 'moments') return samples * columns * positions;
    const masked = differing === 'last' ? layer === last : layer > 0 || last === 0;
    return mode === 'dropout' && masked ? samples * rows * positions : 0;
  };
  return { mode, passes, point, products, draws };
}

/** The fewest lanes that decide in time and keep up with the rate; 256 where neither is given. */
function lanesFor({ layers }: FullWorkload, passes: (layer: number) => number, options: DigitalSramOptions): number {
  const { clock } = options;
  const time = timeFor(options);
  if (time === undefined) return 256;
  const sizes = layers.map(({ rows, columns, positions }) => rows * columns * positions);
  const cycles = (lanes: number) =>
    sizes.reduce((sum, size, index) => sum + passes(index) * Math.ceil(size / lanes), 0);
  let [few, many] = [1, Math.max(...sizes)];
  while (few < many) {
    const lanes = Math.floor((few + many) / 2);
    if (cycles(lanes) <= time * clock * (1 + 1e-12)) many = lanes;
    else few = lanes + 1;
  }
  return few;
}

function check({ technology }: Ledger, { entropy, posterior }: FullWorkload, options: DigitalSramOptions): void {
  const { noise, generator, clock, differing, memory } = options;
  insist(entropy === 'generator' || entropy === 'none', {
    path: ['architecture', 'kind'],
    rule: `'digital-sram' draws its samples from a generator circuit, but the entropy is '${entropy}'`,
    hint: "choose entropy 'generator' or an analog architecture",
  });
  const uniform = noise === 'dropout' || (noise === 'weights' && posterior !== 'gaussian');
  insist(entropy === 'none' || noise === 'propagated' || uniform || generator !== 'lfsr', {
    path: ['architecture', 'generator'],
    rule: "Gaussian noise needs a Gaussian generator, got 'lfsr', which is uniform",
    hint: "choose 'clt', 'wallace', 'box-muller', 'thermal', 'thermal-low' or 'fefet-sum'",
  });
  insist(differing === 'all' || noise === 'dropout' || entropy === 'none', {
    path: ['architecture', 'differing'],
    rule: "'last' needs masks or stored copies",
    value: differing,
    hint: "choose noise 'dropout', or entropy 'none' with copies",
  });
  insist(memory !== 'embedded' || clock <= embeddedClock, {
    path: ['architecture', 'clock'],
    rule: `must be at most the ${formatQuantity(embeddedClock, 'Hz')} of an embedded memory, got ${formatQuantity(clock, 'Hz')}`,
    hint: 'lower it or keep parameters in SRAM',
  });
  insist(1 / clock >= 20 * technology.gateDelay, {
    path: ['architecture', 'clock'],
    rule: `must be at most ${formatQuantity(1 / (20 * technology.gateDelay), 'Hz')} (20 gate delays) at this node, got ${formatQuantity(clock, 'Hz')}`,
    hint: 'lower it',
  });
}
