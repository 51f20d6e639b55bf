import { insist } from '../../base/index.ts';
import { heldOn, type LayerSchedule } from '../architecture.ts';
import { activation, adder, multiplier, programmingCircuit, senseAmplifier } from '../components/index.ts';
import { addGenerator, type GeneratorName } from '../generators.ts';
import type { Ledger } from '../ledger.ts';
import { tilingOf } from '../mapping.ts';
import type { FullWorkload } from '../workload.ts';
import { type AnalogOptions, addAnalogTiles } from './analog-tiles.ts';

/** Bits of a random number and of the spread that it is multiplied by; an assumption. */
const numberBits = 16;
const spreadBits = 8;

/**
 * Enters the programming of all cells of random layers before every sample: a write circuit for each column of cells, pulses in the cells. Word
 * lines of an array are programmed one after the other, all columns of a word line and all arrays at once; then the cells
 * settle. Returns the layers with this in their time.
 */
export function addReprogramming(
  ledger: Ledger,
  workload: FullWorkload,
  options: AnalogOptions,
  layers: readonly LayerSchedule[],
): LayerSchedule[] {
  const { write, samples, settle } = workload;
  insist(write !== undefined, {
    path: ['hardware', 'device'],
    rule: "states no energy and duration of a programming pulse, which entropy 'reprogram' pays for each sample",
    hint: 'give them in a device file (write: { energy, duration }), or choose another device',
  });
  return layers.map((own, index) => {
    if (index < workload.heldOnce) return own;
    const layer = workload.layers[index]!;
    const { tile, cellsPerWeight } = heldOn(workload, options, layer);
    const replicas = Math.min(options.replication, layer.positions);
    const cells = layer.rows * layer.columns * options.slices * cellsPerWeight * replicas;
    ledger.add(
      programmingCircuit,
      { energy: write.energy },
      { instances: own.tiles * tile.columns * cellsPerWeight, uses: samples * cells * write.pulses, layer: index },
    );
    const lines = Math.min(layer.rows, tile.rows);
    return { ...own, time: own.time + lines * write.pulses * write.duration + settle };
  });
}

/**
 * Enters cells that are reset and pulsed before every sample and whose bits are masks: a write circuit and a latch for each, all
 * bits of a layer at once. Returns the layers with this in their time.
 */
export function addMasks(ledger: Ledger, workload: FullWorkload, layers: readonly LayerSchedule[]): LayerSchedule[] {
  const { write, samples, masks = [] } = workload;
  insist(write !== undefined, {
    path: ['sampling', 'cells'],
    rule: "are of a device that states no energy and duration of a pulse, which entropy 'switching' pays for each bit",
    hint: 'give them in its write section, or choose another device',
  });
  return layers.map((own, index) => {
    const bits = masks[index] ?? 0;
    if (bits === 0) return own;
    const uses = samples * bits;
    ledger.add(
      programmingCircuit,
      { energy: write.energy },
      { instances: bits, uses: uses * write.pulses, layer: index },
    );
    ledger.add(senseAmplifier, {}, { instances: bits, uses, layer: index });
    return { ...own, time: own.time + write.pulses * write.duration };
  });
}

/**
 * Enters what adds a number to every output of a random layer: where the variance is that of the weights, tiles like the first ones that hold
 * variances, driven with squared inputs, and a table for the root; the circuit of the numbers, a product and a sum. Returns the
 * numbers of a decision.
 */
export function addOutputNoise(
  ledger: Ledger,
  workload: FullWorkload,
  options: AnalogOptions & { readonly generator: GeneratorName },
): number {
  const { samples, layers, outputBits, inputBits, secondProduct, heldOnce } = workload;
  const draws = (layer: number): number => (layer < heldOnce ? 0 : samples);
  if (secondProduct) {
    addAnalogTiles(ledger, workload, options, { cells: 1, converters: 1, packed: false }, draws);
    layers.forEach((layer, index) => {
      if (index < heldOnce) return;
      const uses = samples * layer.positions * layer.rows;
      ledger.add(
        multiplier,
        { a: inputBits, b: inputBits },
        { instances: Math.min(layer.rows, 256), uses, layer: index },
      );
    });
  }
  let numbers = 0;
  layers.forEach((layer, index) => {
    if (index < heldOnce) return;
    const uses = samples * layer.positions * layer.columns;
    const count = {
      instances: tilingOf(layer, heldOn(workload, options, layer).tile, options.slices).across,
      uses,
      layer: index,
    };
    numbers += uses;
    addGenerator(ledger, options.generator, count);
    ledger.add(multiplier, { a: numberBits, b: spreadBits }, count);
    ledger.add(adder, { bits: outputBits + 4 }, count);
    if (secondProduct) ledger.add(activation, { bits: outputBits, table: true }, count);
  });
  return numbers;
}
