import { atOnce } from '../base/index.ts';
import { heldCells } from '../crossbar/index.ts';
import {
  conductanceAt,
  type Device,
  momentsAt,
  nearestTarget,
  procedureOf,
  programCells,
  readStd,
} from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import type { ChipCells } from '../inference/index.ts';
import { fold } from '../random/index.ts';
import {
  type Chip,
  cellRuns,
  deviceKeyOf,
  heldMatrices,
  type Plan,
  planLimits,
  planOfCopy,
  programInPieces,
  type ReadOptions,
  readChip,
} from '../transfer/index.ts';

/**
 * What else may be done with cells of a simulated chip when it is read: its plan's first copy programmed anew, and further cells of
 * its device. Undefined for a chip whose cells are not known.
 */
export function chipCells(
  chip: Chip,
  device: Device,
  programming: Design['transfer']['programming'],
  read: ReadOptions,
): ChipCells | undefined {
  const { plan, key: own } = chip;
  if (!own) return undefined;
  const procedure = procedureOf(programming);
  const one = planOfCopy(plan, 0);
  const cellsOnce = heldCells(heldMatrices({ ...plan, copies: 1 }).slice(0, plan.heldOnce));
  return {
    device,
    key: fold(own, 'cells'),
    cellsPerCopy: one.target.length - cellsOnce,
    weightPerSiemens: weightPerSiemens(plan),
    reprogram(key, times, settle) {
      const weights = new Float32Array(times * plan.weights);
      const variances = read.readNoise && device.read ? new Float32Array(weights.length) : undefined;
      for (let m = 0; m < times; m++) {
        const again = atOnce(programInPieces(fold(key, m), one, device, procedure, deviceKeyOf(own)));
        const found = readChip(again, device, { ...read, time: settle });
        weights.set(found.weights, m * plan.weights);
        if (found.variances) variances?.set(found.variances, m * plan.weights);
      }
      return { weights, ...(variances && { variances }) };
    },
    bank(name, targets) {
      const { low, high } = device.range;
      const middle = nearestTarget(device, (low + high) / 2);
      const wanted = targets.map(target => nearestTarget(device, target));
      const cells = programCells(fold(fold(own, 'bank'), name), device, wanted, procedure);
      const conductance = conductanceAt(device, cells, read.time, new Float32Array(targets.length));
      const spread = new Float32Array(targets.length);
      return {
        conductance,
        readStd: read.readNoise ? readStd(device, cells, read.time, conductance, spread) : spread,
        share: momentsAt(device, middle, read.time).mean / momentsAt(device, middle, 0).mean,
      };
    },
  };
}

/** Weight that a siemens in its first cell adds to each weight, [weights]. */
function weightPerSiemens(plan: Plan): Float32Array {
  const out = planLimits(plan).slice();
  for (const { weight, weightEnd, encoding } of cellRuns(planOfCopy(plan, 0))) {
    for (let i = weight; i < weightEnd; i++) out[i]! *= encoding.coefficients[0]!;
  }
  return out;
}
