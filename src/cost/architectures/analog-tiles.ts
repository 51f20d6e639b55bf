import { z } from 'zod';
import { insist, quantity } from '../../base/index.ts';
import {
  adcBitsField,
  cellFields,
  cellsOf,
  commonFields,
  converterBits,
  heldOn,
  type LayerSchedule,
  type Schedule,
  tiledFields,
} from '../architecture.ts';
import {
  adcCco,
  adcFlash,
  adcSar,
  cellArrays,
  dac,
  multiplexer,
  multiplier,
  pulseWidthDriver,
  rowDriver,
  sampleAndHold,
  shiftAdd,
} from '../components/index.ts';
import type { Ledger } from '../ledger.ts';
import { packedTiles, readsOf, tilingOf } from '../mapping.ts';
import { addPartialSums } from '../periphery.ts';
import type { FullWorkload } from '../workload.ts';

/** Bits of a factor by which a column's sum is multiplied; an assumption. */
const factorBits = 8;

/** Fields of tiles with converters. */
export const analogFields = {
  ...commonFields,
  ...cellFields,
  ...tiledFields,
  cellsPerWeight: z
    .int()
    .min(1)
    .max(8)
    .optional()
    .describe(
      'Cells that hold one weight; 2 (a differential pair) by default, in an experiment those of hardware.mapping.',
    ),
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
  adc: z
    .enum(['sar', 'flash', 'cco'])
    .optional()
    .describe(
      "Converter: 'sar' (published regression), 'flash' or 'cco' (current-controlled oscillator); 'sar' by default, 'flash' below 4 bits.",
    ),
  adcBits: adcBitsField,
  adcRate: quantity('frequency').default(100e6).describe('Conversions a second of one converter; 100 MHz by default.'),
  columnsPerAdc: z
    .int()
    .min(1)
    .optional()
    .describe("Columns that share one converter; 8 by default, or all of a narrower tile, 1 for the 'cco' converter."),
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
export function readTimeDoubt(options: AnalogOptions, workload: FullWorkload) {
  const { readTime } = cellsOf(workload, options);
  return { name: 'read time ÷2 … ×2', low: { readTime: readTime / 2 }, high: { readTime: 2 * readTime } };
}

/** So is the sharing of converters, where they can be shared. */
export function sharingDoubts(options: AnalogOptions, workload: FullWorkload) {
  const most = Math.min(32, fewestColumns(options, workload));
  if (readOut(options, workload).adc === 'cco' || most === 1) return [];
  return [{ name: `columns per converter 1 … ${most}`, low: { columnsPerAdc: 1 }, high: { columnsPerAdc: most } }];
}

export type AnalogOptions = z.output<z.ZodObject<typeof analogFields>>;

/** Converters of a column: those asked for, or what their bits and the tile allow. */
function readOut(options: AnalogOptions, workload: FullWorkload) {
  const bits = converterBits(options, workload.outputBits);
  const adc = options.adc ?? (bits < 4 ? 'flash' : 'sar');
  const columnsPerAdc = options.columnsPerAdc ?? (adc === 'cco' ? 1 : Math.min(8, fewestColumns(options, workload)));
  return { bits, adc, columnsPerAdc };
}

/** Columns of weights that a tile of any layer has at least. */
const fewestColumns = (options: AnalogOptions, workload: FullWorkload): number =>
  Math.min(...workload.layers.map(layer => heldOn(workload, options, layer).tile.columns));

/** Copies of the whole network: all of them have cells, `converters` of them have their own periphery. */
export interface Copies {
  readonly cells: number;
  readonly converters: number;
  /** Copies share tiles, because only one is read at a time. */
  readonly packed: boolean;
}

/**
 * Enters tiles, drivers and converters. `passes(l)` is how often layer l runs in one decision; one that never does has none. A layer
 * whose weights no sample draws has one copy. Returns each layer's
 * schedule for one sample. Uses are those that a chip counts while it predicts (`Events`), times the reads that make up one
 * product; bias lines are driven and priced like those of inputs, although nothing is converted for them.
 */
export function addAnalogTiles(
  ledger: Ledger,
  workload: FullWorkload,
  options: AnalogOptions,
  all: Copies,
  passes: (layer: number) => number,
): Pick<Schedule, 'layers' | 'peakOperations'> & { readonly tiles: number; readonly cells: number } {
  const { input, slices, phases } = options;
  const { inputBits } = workload;
  const { bits, adc, columnsPerAdc } = readOut(options, workload);
  const fewest = fewestColumns(options, workload);
  insist(columnsPerAdc <= fewest, {
    path: ['architecture', 'columnsPerAdc'],
    rule: `must be at most the ${fewest} columns of a tile`,
    value: columnsPerAdc,
    hint: 'lower it',
  });
  insist(adc !== 'cco' || columnsPerAdc === 1, {
    path: ['architecture', 'columnsPerAdc'],
    rule: "must be 1 for the 'cco' converter, which integrates while its column is read",
    value: columnsPerAdc,
    hint: "set it to 1 or take the 'sar' converter",
  });
  const { cell, conductance, readVoltage, readTime } = cellsOf(workload, options);
  const array = cellArrays[cell];
  const reads = (input === 'bit-serial' ? inputBits : 1) * phases;
  const conversion = adc === 'cco' ? readTime : columnsPerAdc / options.adcRate;
  const cycle = Math.max(readTime, conversion) * reads;
  const driven = (input === 'pulse-width' ? workload.inputMean : input === 'bit-serial' ? 0.5 : 1) / phases;
  const voltage = input === 'voltage' ? readVoltage * workload.inputMean : readVoltage;
  const reading = {
    conductance,
    readVoltage: voltage,
    time: readTime * driven,
  };
  const { area } = array.unit(ledger.technology, reading);
  const layers: LayerSchedule[] = [];
  let tilesInAll = 0;
  let working = 0;
  let cells = 0;
  workload.layers.forEach((layer, index) => {
    if (passes(index) === 0) {
      layers.push({ tiles: 0, utilisation: 0, cycles: 0, time: 0 });
      return;
    }
    const copies = index < workload.heldOnce ? { ...all, cells: 1, converters: 1 } : all;
    const { tile, cellsPerWeight } = heldOn(workload, options, layer);
    const pitch = Math.sqrt(area * cellsPerWeight);
    const { down, driven: beside, tiles } = tilingOf(layer, tile, slices);
    const { steps, sums } = readsOf(layer, tile, workload.rowsPerConversion);
    const replicas = Math.min(options.replication, layer.positions);
    const physical = tiles * replicas * copies.converters;
    const runs = passes(index) * layer.positions * reads;
    const weights = layer.rows * layer.columns * slices;
    const held = (copies.packed ? packedTiles(layer, tile, slices, copies.cells) : tiles * copies.cells) * replicas;
    const utilisation =
      (copies.cells * replicas * layer.rows * layer.columns * slices) / (held * tile.rows * tile.columns);
    tilesInAll += held;
    working += (2 * physical * Math.min(workload.rowsPerConversion ?? tile.rows, tile.rows) * tile.columns) / slices;
    cells += copies.cells * replicas * weights * cellsPerWeight;
    ledger.add(array, reading, {
      instances: held * tile.rows * tile.columns * cellsPerWeight,
      uses: runs * weights * cellsPerWeight,
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
      uses: runs * layer.columns * slices * sums,
      layer: index,
    };
    if (adc === 'cco') {
      ledger.add(adcCco, { bits }, conversions);
    } else {
      ledger.add(adc === 'flash' ? adcFlash : adcSar, { bits, rate: options.adcRate }, conversions);
    }
    if (columnsPerAdc > 1) {
      ledger.add(sampleAndHold, {}, { ...conversions, instances: physical * tile.columns });
      ledger.add(multiplexer, { ways: columnsPerAdc }, { ...conversions });
    }
    if (reads > 1 || slices > 1) ledger.add(shiftAdd, { bits: bits + inputBits }, conversions);
    if (workload.columnFactors) {
      // Behind the sum over tiles, at the pace of the converters.
      const factors = { a: bits + 4, b: factorBits };
      const instances = Math.ceil(conversions.instances / down);
      ledger.add(multiplier, factors, {
        instances,
        uses: passes(index) * layer.positions * layer.columns,
        layer: index,
      });
    }
    addPartialSums(ledger, layer, index, { bits, sums, passes: passes(index), copies: replicas * copies.converters });
    const cycles = Math.ceil(layer.positions / replicas) * (layer.groups ?? 1) * steps;
    layers.push({ tiles: held, utilisation, cycles, time: (cycles * cycle * passes(index)) / workload.samples });
  });
  return {
    layers,
    tiles: tilesInAll,
    cells,
    peakOperations: working / cycle,
  };
}
