import { atOnce } from '../base/index.ts';
import type { TrainingHardware } from '../bayes/index.ts';
import { devicesPerWeight, effectiveCells, place } from '../crossbar/index.ts';
import { deviceOf, momentsAt, nearestTarget } from '../device/index.ts';
import type { LayerMatrix } from '../network/index.ts';
import { reachableCells, unitEncoding } from '../transfer/index.ts';
import type { TrainedFor } from './stages/training.ts';

/** Weights whose wires are looked at: all copies of small networks, the first ones of large. */
const mostWeights = 1 << 19;

/**
 * What training knows of the wires: how much of each weight reaches the read-out when every copy on the
 * arrays holds the same weights at `time`, in the cells that the transfer chooses for them, by the closed form of
 * `approximateEffectiveMatrix`. Undefined without wires.
 */
export function wireSharesOf(
  { wires, mapping, device: reference, time }: TrainedFor,
  matrices: readonly LayerMatrix[],
): TrainingHardware['wires'] {
  if (!wires) return undefined;
  const { resistances, array, layout } = wires;
  const device = deviceOf(reference);
  const shapes = matrices.map(({ name, rows, columns }) => ({ name, rows, columns }));
  const weights = shapes.reduce((total, { rows, columns }) => total + rows * columns, 0);
  const copies = Math.min(wires.copies, Math.max(1, Math.floor(mostWeights / weights)));
  const { cellsPerWeight, encode } = unitEncoding(device, mapping);
  const placement = place(shapes, copies, cellsPerWeight, array, layout);
  const perCopy = weights * cellsPerWeight;
  const conductance = new Float32Array(copies * perCopy);
  const even = devicesPerWeight(mapping);

  /** Targets of the cells that hold weights of such moments, as the transfer chooses them. */
  const targetsOf = (mean: Float32Array, variance: Float32Array, limits: Float32Array): Float32Array => {
    if (even) {
      const by = { devicesPerWeight: even, time, limits };
      return atOnce(reachableCells(device, by, mean, variance.map(Math.sqrt))).target;
    }
    const cells = new Float64Array(cellsPerWeight);
    const target = new Float32Array(perCopy);
    for (let i = 0; i < weights; i++) {
      encode(cells, 0, limits[i]! > 0 ? mean[i]! / limits[i]! : 0);
      for (let k = 0; k < cellsPerWeight; k++) target[i * cellsPerWeight + k] = nearestTarget(device, cells[k]!);
    }
    return target;
  };

  return (mean, variance, limits) => {
    const first = (values: ArrayLike<number>) => Float32Array.from({ length: weights }, (_, i) => values[i]!);
    const target = targetsOf(first(mean), first(variance), limits);
    for (let i = 0; i < perCopy; i++) conductance[i] = momentsAt(device, target[i]!, time).mean;
    for (let c = 1; c < copies; c++) conductance.copyWithin(c * perCopy, 0, perCopy);
    const seen = effectiveCells(placement, conductance, { ...resistances, solution: 'approximate' }, device.rest.mean);
    const share = new Float32Array(mean.length).fill(1);
    const between = new Float32Array(mean.length);
    for (let i = 0; i < weights; i++) {
      let own = 0;
      for (let k = 0; k < cellsPerWeight; k++) own += conductance[i * cellsPerWeight + k]!;
      if (own === 0) continue;
      let sum = 0;
      let squares = 0;
      for (let c = 0; c < copies; c++) {
        let reached = 0;
        for (let k = 0; k < cellsPerWeight; k++) reached += seen[c * perCopy + i * cellsPerWeight + k]!;
        sum += reached / own;
        squares += (reached / own) ** 2;
      }
      share[i] = sum / copies;
      between[i] = Math.max(0, squares / copies - (sum / copies) ** 2);
    }
    return { share, variance: between };
  };
}
