import type { Pieces } from '../base/index.ts';
import type { TrainingHardware } from '../bayes/index.ts';
import {
  type CellsByArray,
  cellsByArrayInPieces,
  devicesPerWeight,
  effectiveCellsInPieces,
  heldCells,
  heldParts,
  place,
} from '../crossbar/index.ts';
import { deviceOf, momentsAt, nearestTarget } from '../device/index.ts';
import type { LayerMatrix } from '../network/index.ts';
import { heldMatrices, reachableCells, unitEncoding } from '../transfer/index.ts';
import { holdingOf } from './holding.ts';
import type { TrainedFor } from './stages/training.ts';

/** Weights whose wires are looked at: all copies of small networks, the first ones of large. */
const mostWeights = 1 << 19;

/** Cells whose conductance is found between two turns for others. */
const together = 1 << 12;

/**
 * What training knows of the wires: how much of each weight reaches the read-out when every copy on the
 * arrays holds the same weights at `time`, in the cells that the transfer chooses for them, by the closed form of
 * `approximateEffectiveMatrix`. Undefined without wires.
 */
export function wireSharesOf(
  { wires, device: reference, time, ...given }: TrainedFor,
  matrices: readonly LayerMatrix[],
): TrainingHardware['wires'] {
  if (!wires) return undefined;
  const { resistances, array, layout } = wires;
  const device = deviceOf(reference);
  const sizes = matrices.map(({ rows, columns }) => rows * columns);
  const weights = sizes.reduce((total, size) => total + size, 0);
  const copies = Math.min(wires.copies, Math.max(1, Math.floor(mostWeights / weights)));
  const holding = holdingOf(given, matrices);
  const { mappings } = holding;
  const held = heldMatrices({ ...holding, copies });
  const parts = heldParts(held);
  const placement = place(held, array, layout);
  let order: CellsByArray | undefined;
  const conductance = new Float32Array(placement.cells);
  const even = mappings.map(devicesPerWeight);

  /** Targets of the cells of one copy that hold weights of such moments, as the transfer chooses them. */
  function* targetsOf(mean: Float32Array, variance: Float32Array, limits: Float32Array): Pieces<Float32Array> {
    if (even.every(devices => devices !== undefined)) {
      const by = { parts: sizes.map((size, m) => ({ weights: size, devices: even[m]! })), time, limits };
      return (yield* reachableCells(device, by, mean, variance.map(Math.sqrt))).target;
    }
    const target = new Float32Array(heldCells(heldMatrices({ ...holding, copies: 1 })));
    for (const { matrix, copy, cell, weight, weightEnd } of parts) {
      if (copy > 0) break;
      const { cellsPerWeight, encode } = unitEncoding(device, mappings[matrix]!);
      const cells = new Float64Array(cellsPerWeight);
      for (let i = weight, at = cell; i < weightEnd; i++) {
        encode(cells, 0, limits[i]! > 0 ? mean[i]! / limits[i]! : 0);
        for (let k = 0; k < cellsPerWeight; k++) target[at++] = nearestTarget(device, cells[k]!);
      }
      yield;
    }
    return target;
  }

  return function* (mean, variance, limits) {
    const first = (values: ArrayLike<number>) => Float32Array.from({ length: weights }, (_, i) => values[i]!);
    const target = yield* targetsOf(first(mean), first(variance), limits);
    for (let i = 0; i < target.length; i++) {
      conductance[i] = momentsAt(device, target[i]!, time).mean;
      if (i % together === together - 1) yield;
    }
    for (const { matrix, copy, cell, cellEnd } of parts) {
      const from = parts[matrix]!.cell;
      if (copy > 0) conductance.copyWithin(cell, from, from + cellEnd - cell);
    }
    order ??= yield* cellsByArrayInPieces(placement);
    yield;
    const wired = { ...resistances, solution: 'approximate' } as const;
    const seen = yield* effectiveCellsInPieces(placement, conductance, wired, device.rest.mean, { order });
    const sums = new Float64Array(weights);
    const squares = new Float64Array(weights);
    for (const { matrix, cell, weight, weightEnd } of parts) {
      const { cellsPerWeight } = held[matrix]!;
      for (let i = weight, at = cell; i < weightEnd; i++) {
        let [own, reached] = [0, 0];
        for (let k = 0; k < cellsPerWeight; k++, at++) {
          own += conductance[at]!;
          reached += seen[at]!;
        }
        const share = own === 0 ? 1 : reached / own;
        sums[i % weights]! += share;
        squares[i % weights]! += share ** 2;
      }
      yield;
    }
    const share = new Float32Array(mean.length).fill(1);
    const between = new Float32Array(mean.length);
    for (const { matrix, copy, weight, weightEnd } of parts) {
      const count = held[matrix]!.copies;
      for (let i = weight; copy === 0 && i < weightEnd; i++) {
        share[i] = sums[i]! / count;
        between[i] = Math.max(0, squares[i]! / count - (sums[i]! / count) ** 2);
      }
    }
    return { share, variance: between };
  };
}
