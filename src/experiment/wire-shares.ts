import type { WireShares } from '../bayes/index.ts';
import { effectiveCells, place } from '../crossbar/index.ts';
import { momentsAt, nearestTarget } from '../device/index.ts';
import { encodingOf } from '../transfer/index.ts';
import { copiesOf } from './plan.ts';
import type { Setting } from './setting.ts';

/** Weights whose wires are looked at: all copies of small networks, the first ones of large. */
const mostWeights = 1 << 19;

/**
 * What training knows of the wires: how much of each weight reaches the read-out when every copy on the experiment's
 * arrays holds the same weights at `time`, by the closed form of `approximateEffectiveMatrix`. Undefined without wires.
 */
export function wireSharesOf(
  setting: Setting,
): ((weights: ArrayLike<number>, limit: number) => WireShares) | undefined {
  const { experiment, network, device, time } = setting;
  const { wires, array, layout, mapping } = experiment.hardware;
  if (!wires) return undefined;
  const shapes = network.matrices.map(({ name, rows, columns }) => ({ name, rows, columns }));
  const weights = shapes.reduce((total, { rows, columns }) => total + rows * columns, 0);
  const copies = Math.min(copiesOf(experiment), Math.max(1, Math.floor(mostWeights / weights)));
  const { rows, columns } = array;
  const { cellsPerWeight } = encodingOf(device, mapping, 1);
  const placement = place(shapes, copies, cellsPerWeight, { rows, columns }, layout);
  const perCopy = weights * cellsPerWeight;
  const conductance = new Float32Array(copies * perCopy);
  const cells = new Float64Array(cellsPerWeight);

  return (values, limit) => {
    const { encode } = encodingOf(device, mapping, limit);
    for (let i = 0; i < weights; i++) {
      encode(cells, 0, values[i]!);
      for (let k = 0; k < cellsPerWeight; k++) {
        conductance[i * cellsPerWeight + k] = momentsAt(device, nearestTarget(device, cells[k]!), time).mean;
      }
    }
    for (let c = 1; c < copies; c++) conductance.copyWithin(c * perCopy, 0, perCopy);
    const seen = effectiveCells(placement, conductance, { ...wires, solution: 'approximate' }, device.rest.mean);
    const share = new Float32Array(values.length).fill(1);
    const variance = new Float32Array(values.length);
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
      variance[i] = Math.max(0, squares / copies - (sum / copies) ** 2);
    }
    return { share, variance };
  };
}
