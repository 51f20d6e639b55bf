import { arraysDriven, type ColumnConverters, tileBoundaries } from '../crossbar/index.ts';
import type { Network } from '../network/index.ts';
import { fillNormal, fold, type Key } from '../random/index.ts';
import type { ChipState } from './entropy.ts';
import type { Events } from './events.ts';
import type { Readout } from './readout.ts';
import { inputsOf } from './run-layers.ts';

/** How a group of columns of a matrix is driven and read on a chip, with the noise that belongs to `key`. */
export function layerDrive(key: Key, chip: ChipState, layer: number, group: number) {
  const { network, readout, variances } = chip;
  const matrix = network.matrices[layer]!;
  const own = fold(fold(key, layer), group);
  const outputs = matrix.columns / matrix.groups;
  return {
    ...readout.layers[layer]!,
    inputs: inputsOf(matrix),
    outputs,
    boundaries: tileBoundaries(matrix.rows, readout.arrayRows, readout.rowsPerConversion),
    precision: readout.precision,
    columns: columnsOf(readout, layer, group, outputs, chip.converterKey, own),
    ...(variances && { readNoise: { key: fold(own, 'read'), variance: variances } }),
  };
}

/** The column converters of one layer on one chip; gains and offsets are the chip's own, noise is that of this key. */
function columnsOf(
  { layers, errors }: Readout,
  layer: number,
  group: number,
  outputs: number,
  chip: Key | undefined,
  noise: Key,
): ColumnConverters | undefined {
  const { output, columns: all } = layers[layer]!;
  const columns = all?.range && { range: all.range.subarray(group * outputs, (group + 1) * outputs) };
  if (!errors || !chip || output.bits === null) return columns;
  const own = fold(fold(chip, layer), group);
  const draw = (name: string, spread: number) =>
    fillNormal(fold(own, name), new Float32Array(outputs)).map(z => spread * z);
  const span = (j: number) => output.high * Number(columns?.range?.[j] ?? 1);
  return {
    ...columns,
    ...(errors.gainError > 0 ? { gainError: draw('gain', errors.gainError) } : {}),
    ...(errors.offset > 0 ? { offset: draw('offset', errors.offset).map((z, j) => z * span(j)) } : {}),
    ...(errors.noise > 0 ? { noise: { key: fold(noise, 'conversion'), std: errors.noise * output.high } } : {}),
  };
}

/** What one sample of one row makes happen in the matrices `from` … `to` − 1. */
export function eventsOfSample(
  { matrices }: Network,
  { arrayRows, rowsPerConversion, arrayOutputs, layers }: Readout,
  from: number,
  to = matrices.length,
): Events {
  const found = { reads: 0, conversions: 0, inputConversions: 0, inputsOf: 0, outputsOf: 0 };
  matrices.forEach((matrix, layer) => {
    if (layer < from || layer >= to) return;
    const { rows, columns, positions, groups } = matrix;
    const tiles = tileBoundaries(rows, arrayRows, rowsPerConversion).length - 1;
    const beside = arraysDriven(columns, groups, arrayOutputs?.[layer] ?? columns);
    found.reads += positions * beside * tiles;
    found.conversions += positions * columns * tiles;
    found.inputConversions += positions * beside * inputsOf(matrix);
    if (layers[layer]!.input.bits !== null) found.inputsOf += positions * groups * inputsOf(matrix);
    if (layers[layer]!.output.bits !== null) found.outputsOf += positions * columns * tiles;
  });
  const { reads, conversions, inputConversions, inputsOf: of, outputsOf } = found;
  return {
    reads,
    conversions,
    inputConversions,
    writes: 0,
    bits: 0,
    saturation: { inputs: 0, inputsOf: of, outputs: 0, outputsOf },
  };
}
