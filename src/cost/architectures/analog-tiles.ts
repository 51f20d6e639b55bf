import { insist } from '../../base/index.ts';
import { cellsOf, type LayerSchedule, tileOf } from '../architecture.ts';
import {
  accumulator,
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
import { packedTiles, type Tile, tilingOf } from '../mapping.ts';
import type { FullWorkload } from '../workload.ts';

/** What a tile with converters is made of. */
export interface AnalogTiles {
  readonly tile?: Tile;
  readonly cell?: keyof typeof cellArrays;
  readonly cellsPerWeight: number;
  readonly slices: number;
  readonly conductance?: number;
  readonly readVoltage?: number;
  readonly readTime: number;
  readonly input: 'pulse-width' | 'bit-serial' | 'voltage';
  readonly adc: 'sar' | 'flash' | 'cco';
  readonly adcBits?: number;
  readonly adcRate: number;
  readonly columnsPerAdc: number;
  readonly phases: number;
  readonly replication: number;
}

/** Copies of the whole network: all of them have cells, `converters` of them have their own periphery. */
export interface Copies {
  readonly cells: number;
  readonly converters: number;
  /** Copies share tiles, because only one is read at a time. */
  readonly packed: boolean;
}

/**
 * Enters tiles, drivers and converters. `passes(l)` is how often layer l runs in one decision. Returns each layer's
 * schedule for one sample.
 */
export function addAnalogTiles(
  ledger: Ledger,
  workload: FullWorkload,
  options: AnalogTiles,
  copies: Copies,
  passes: (layer: number) => number,
): { layers: LayerSchedule[]; tiles: number; peakOperations: number } {
  const { input, columnsPerAdc, slices, phases } = options;
  const tile = tileOf(options);
  const { inputBits, outputBits } = workload;
  const bits = options.adcBits ?? outputBits;
  insist(
    bits >= outputBits,
    `architecture.adcBits: must be at least the ${outputBits} output bits that the mapping needs, got ${bits}; raise it or lower the workload's output bits.`,
  );
  insist(
    columnsPerAdc <= tile.columns,
    `architecture.columnsPerAdc: must be at most the ${tile.columns} columns of a tile, got ${columnsPerAdc}; lower it.`,
  );
  insist(
    options.adc !== 'cco' || columnsPerAdc === 1,
    `architecture.columnsPerAdc: must be 1 for the 'cco' converter, which integrates while its column is read, got ${columnsPerAdc}; set it to 1 or take the 'sar' converter.`,
  );
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
    const { down, tiles } = tilingOf(layer, tile, slices);
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
    const driverUses = runs * layer.rows * Math.ceil((layer.columns * slices) / tile.columns);
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
    if (down > 1) {
      ledger.add(
        accumulator,
        { bits: bits + 4 },
        {
          instances: Math.min(layer.columns, 256) * replicas * copies.converters,
          uses: passes(index) * layer.positions * layer.columns * down,
          layer: index,
        },
      );
    }
    const cycles = Math.ceil(layer.positions / replicas);
    layers.push({ tiles: held, utilisation, cycles, time: (cycles * cycle * passes(index)) / workload.samples });
  });
  return { layers, tiles: tilesInAll, peakOperations: (2 * working * tile.rows * tile.columns) / slices / cycle };
}

/** Stops when fewer tiles are on the chip than the weights need. */
export function checkTiles(given: number | undefined, needed: number, tile: Tile, area: number): void {
  if (given === undefined) return;
  insist(
    given >= needed,
    `architecture.tiles: must be at least ${needed}, because the weights fill that many ${tile.rows}×${tile.columns} tiles (${(area * 1e6).toPrecision(3)} mm²), got ${given}; leave it out to have as many as needed.`,
  );
}
