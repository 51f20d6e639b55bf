import { atOnce } from '../base/index.ts';
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
  deviceKeyOf,
  type Plan,
  planEncoding,
  planLimits,
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
  const one = firstCopy(plan);
  return {
    device,
    key: fold(own, 'cells'),
    cellsPerCopy: one.target.length,
    weightPerSiemens: planLimits(plan).map(limit => limit * planEncoding(plan).coefficients[0]!),
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

/** The plan of its first copy alone. */
function firstCopy(plan: Plan): Plan {
  const { copies, weights, intended, target, setCurrent } = plan;
  if (copies === 1) return plan;
  const cells = weights * planEncoding(plan).cellsPerWeight;
  return {
    ...plan,
    copies: 1,
    intended: intended.subarray(0, weights),
    target: target.subarray(0, cells),
    ...(setCurrent && { setCurrent: setCurrent.subarray(0, cells) }),
  };
}
