import { accumulator, activation, softmax, sramBuffer, wire } from './components/index.ts';
import type { Ledger } from './ledger.ts';
import type { FullWorkload, WorkloadLayer } from './workload.ts';

/** Width of the activation buffer's port, bits a cycle. */
const port = 256;

/** Bits of an output's sum over samples (assumption). */
const sumBits = 16;

/**
 * What surrounds the arrays whatever they are made of: activation buffer, wires between buffer and arrays, activation
 * units, softmax. `passes(l)` is how many times layer l runs in one decision. Returns the bits a second the buffer can
 * deliver at `cycle` seconds a word.
 */
export function addPeriphery(
  ledger: Ledger,
  workload: FullWorkload,
  passes: (layer: number) => number,
  cycle: number,
): number {
  const { layers, inputBits, samples } = workload;
  let largest = 0;
  for (const { columns, positions } of layers) largest = Math.max(largest, columns * positions);
  const capacity = Math.max(8192, 2 * largest * inputBits);
  const length = Math.sqrt(ledger.area());
  const last = layers.length - 1;
  layers.forEach(({ rows, columns, positions, groups = 1, table }, layer) => {
    const runs = passes(layer);
    const bits = runs * positions * inputBits * (rows * groups + (layer < last ? columns : 0));
    ledger.add(sramBuffer, { bytes: capacity / 8 }, { uses: bits, layer });
    ledger.add(wire, { length }, { instances: layer === 0 ? port : 0, uses: bits, layer });
    if (layer < last) {
      ledger.add(
        activation,
        { bits: inputBits, table },
        { instances: Math.min(columns, 256), uses: runs * positions * columns, layer },
      );
    }
  });
  ledger.add(sramBuffer, { bytes: capacity / 8 }, { instances: capacity });
  ledger.add(softmax, {}, { instances: 1, uses: samples * layers[last]!.columns, layer: last });
  if (workload.batch > 1) addBatch(ledger, workload);
  return port / cycle;
}

/**
 * A memory of inputs that are read in turn: it holds every input of the batch and the sums of its outputs over samples. An input
 * is written once and comes back for each of its samples, whose outputs are added to its sums.
 */
function addBatch(ledger: Ledger, { layers, batch, inputs, inputBits, samples }: FullWorkload): void {
  const { columns, positions } = layers.at(-1)!;
  const input = inputs * inputBits;
  const sums = columns * positions * sumBits;
  const bits = batch * (input + sums);
  ledger.add(sramBuffer, { bytes: bits / 8 }, { instances: bits, uses: (1 + samples) * input + 2 * samples * sums });
}

/**
 * Accumulators that add the `sums` results of `bits` bits of one output, those of tiles below each other and of reads after each
 * other, where there is more than one: at most 256 for each of the `copies` of the layer.
 */
export function addPartialSums(
  ledger: Ledger,
  { columns, positions }: WorkloadLayer,
  layer: number,
  { bits, sums, passes, copies = 1 }: { bits: number; sums: number; passes: number; copies?: number },
): void {
  if (sums === 1) return;
  ledger.add(
    accumulator,
    { bits: bits + 4 },
    { instances: Math.min(columns, 256) * copies, uses: passes * positions * columns * sums, layer },
  );
}
