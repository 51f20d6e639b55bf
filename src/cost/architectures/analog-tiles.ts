import { z } from 'zod';
import { insist, quantity } from '../../base/index.ts';
import {
  adcBitsField,
  cellFields,
  cellsOf,
  commonFields,
  converterBits,
  type LayerSchedule,
  tiledFields,
  tileOf,
} from '../architecture.ts';
import {
  adcCco,
  adcFlash,
  adcSar,
  cellArrays,
  dac,
  multiplexer,
  pulseWidthDriver,
  rowDriver,
  sampleAndHold,
  shiftAdd,
} from '../components/index.ts';
import type { Ledger } from '../ledger.ts';
import { packedTiles, tilingOf } from '../mapping.ts';
import { addPartialSums } from '../periphery.ts';
import type { FullWorkload } from '../workload.ts';

/** Fields of tiles with converters. */
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

/** The duration of a read is a guess. */
export const readTimeDoubt = ({ readTime }: { readonly readTime: number }) => ({
  name: 'read time ÷2 … ×2',
  low: { readTime: readTime / 2 },
  high: { readTime: 2 * readTime },
});

/** Copies of the whole network: all of them have cells, `converters` of them have their own periphery. */
export interface Copies {
  readonly cells: number;
  readonly converters: number;
  /** Copies share tiles, because only one is read at a time. */
  readonly packed: boolean;
}

/**
 * Enters tiles, drivers and converters. `passes(l)` is how often layer l runs in one decision. Returns each layer's
 * schedule for one sample. Uses are those that a chip counts while it predicts (`Events`), times the reads that make up one
 * product; bias lines are driven and priced like those of inputs, although nothing is converted for them.
 */
export function addAnalogTiles(
  ledger: Ledger,
  workload: FullWorkload,
  options: z.output<z.ZodObject<typeof analogFields>>,
  copies: Copies,
  passes: (layer: number) => number,
): { layers: LayerSchedule[]; tiles: number; peakOperations: number } {
  const { input, columnsPerAdc, slices, phases } = options;
  const tile = tileOf(options);
  const { inputBits, outputBits } = workload;
  const bits = converterBits(options, outputBits);
  insist(columnsPerAdc <= tile.columns, {
    path: ['architecture', 'columnsPerAdc'],
    rule: `must be at most the ${tile.columns} columns of a tile`,
    value: columnsPerAdc,
    hint: 'lower it',
  });
  insist(options.adc !== 'cco' || columnsPerAdc === 1, {
    path: ['architecture', 'columnsPerAdc'],
    rule: "must be 1 for the 'cco' converter, which integrates while its column is read",
    value: columnsPerAdc,
    hint: "set it to 1 or take the 'sar' converter",
  });
  const { cell, conductance, readVoltage } = cellsOf(workload, options);
  const array = cellArrays[cell];
  const steps = (input === 'bit-serial' ? inputBits : 1) * phases;
  const conversion = options.adc === 'cco' ? options.readTime : columnsPerAdc / options.adcRate;
  const cycle = Math.max(options.readTime, conversion) * steps;
  const driven = (input === 'pulse-width' ? workload.inputMean : input === 'bit-serial' ? 0.5 : 1) / phases;
  const voltage = input === 'voltage' ? readVoltage * workload.inputMean : readVoltage;
  const reading = {
    conductance,
    readVoltage: voltage,
    time: options.readTime * driven,
  };
  const pitch = Math.sqrt(0.4 * ledger.technology.sramCell * options.cellsPerWeight);
  const layers: LayerSchedule[] = [];
  let tilesInAll = 0;
  let working = 0;
  workload.layers.forEach((layer, index) => {
    const { down, driven: beside, tiles } = tilingOf(layer, tile, slices);
    const replicas = Math.min(options.replication, layer.positions);
    const physical = tiles * replicas * copies.converters;
    const runs = passes(index) * layer.positions * steps;
    const weights = layer.rows * layer.columns * slices;
    const held = (copies.packed ? packedTiles(layer, tile, slices, copies.cells) : tiles * copies.cells) * replicas;
    const utilisation =
      (copies.cells * replicas * layer.rows * layer.columns * slices) / (held * tile.rows * tile.columns);
    tilesInAll += held;
    working += physical;
    ledger.add(array, reading, {
      instances: held * tile.rows * tile.columns * options.cellsPerWeight,
      uses: runs * weights * options.cellsPerWeight,
      layer: index,
    });
    const driverUses = runs * layer.rows * beside;
    const drivers = physical * tile.rows;
    ledger.add(rowDriver, { columns: tile.columns, pitch }, { instances: drivers, uses: driverUses, layer: index });
    if (input === 'pulse-width') {
      ledger.add(pulseWidthDriver, { bits: inputBits }, { instances: drivers, uses: driverUses, layer: index });
    } else if (input === 'voltage') {
      ledger.add(dac, { bits: inputBits }, { instances: drivers, uses: driverUses, layer: index });
    }
    const conversions = {
      instances: (physical * tile.columns) / columnsPerAdc,
      uses: runs * layer.columns * slices * down,
      layer: index,
    };
    if (options.adc === 'cco') {
      const rows = Math.min(layer.rows, tile.rows);
      const current = rows * options.cellsPerWeight * conductance * voltage * driven * phases;
      ledger.add(adcCco, { bits, current, time: options.readTime }, conversions);
    } else {
      ledger.add(options.adc === 'flash' ? adcFlash : adcSar, { bits, rate: options.adcRate }, conversions);
    }
    if (columnsPerAdc > 1) {
      ledger.add(sampleAndHold, {}, { ...conversions, instances: physical * tile.columns });
      ledger.add(multiplexer, { ways: columnsPerAdc }, { ...conversions });
    }
    if (steps > 1 || slices > 1) ledger.add(shiftAdd, { bits: bits + inputBits }, conversions);
    addPartialSums(ledger, layer, index, { bits, down, passes: passes(index), copies: replicas * copies.converters });
    const cycles = Math.ceil(layer.positions / replicas) * (layer.groups ?? 1);
    layers.push({ tiles: held, utilisation, cycles, time: (cycles * cycle * passes(index)) / workload.samples });
  });
  return { layers, tiles: tilesInAll, peakOperations: (2 * working * tile.rows * tile.columns) / slices / cycle };
}
