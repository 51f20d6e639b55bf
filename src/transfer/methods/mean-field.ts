import { z } from 'zod';
import type { Pieces } from '../../base/index.ts';
import { type Posterior, posteriorMean, posteriorStd } from '../../bayes/index.ts';
import type { Device } from '../../device/index.ts';
import { bonnet23 } from '../citations.ts';
import { equalDevices } from '../equal-devices.ts';
import type { TransferMethod } from '../method.ts';
import { type HeldWeights, type HoldingCells, reachableCells } from '../reachable-cells.ts';

const schema = z.strictObject({
  method: z
    .literal('mean-field')
    .describe(
      'Each weight goes to the device states whose mean and spread are nearest to its own, in every copy alike.',
    ),
});

/** What one copy of a posterior was found to be held as, last: plans of other numbers of copies are the same. */
const known = new WeakMap<
  Posterior,
  { readonly device: Device; readonly by: HoldingCells; readonly held: HeldWeights }
>();

function* heldBy(posterior: Posterior, device: Device, by: HoldingCells): Pieces<HeldWeights> {
  const found = known.get(posterior);
  if (found?.device === device && sameCells(found.by, by)) return found.held;
  const held = yield* reachableCells(device, by, posteriorMean(posterior), posteriorStd(posterior));
  known.set(posterior, { device, by, held });
  return held;
}

const sameCells = (a: HoldingCells, b: HoldingCells): boolean =>
  a.parts.length === b.parts.length &&
  a.parts.every((part, i) => part.weights === b.parts[i]!.weights && part.devices === b.parts[i]!.devices) &&
  a.time === b.time &&
  a.limits.length === b.limits.length &&
  a.limits.every((limit, i) => limit === b.limits[i]);

const isTied = (posterior: Posterior): boolean => posterior.kind === 'moments' && posterior.tied !== undefined;

/** The means, or what devices are asked for in their place. */
const askedFor = (posterior: Posterior): Float32Array =>
  (posterior.kind === 'moments' && posterior.tied && posterior.asked) || posteriorMean(posterior);

/**
 * Each weight goes to the reachable device states nearest in KL divergence to its mean and spread; every copy has the
 * same targets, and the programming randomness makes the copies differ (Bonnet23). A device-tied posterior needs no
 * search: its spread is the device's already.
 */
export const meanField: TransferMethod<typeof schema> = {
  name: 'mean-field',
  summary: 'every copy has the same targets, the reachable states nearest in KL; programming makes the copies differ',
  schema,
  cite: [bonnet23],
  vector: askedFor,
  *assign(_key, { posterior, device, copies, weights, limits, time, matrices, mappings, encode, repeat }) {
    const devices = equalDevices('mean-field', mappings);
    const parts = matrices.map(({ rows, columns }, m) => ({ weights: rows * columns, devices: devices[m]! }));
    const tied = isTied(posterior);
    const held = tied ? undefined : yield* heldBy(posterior, device, { parts, time, limits });
    const mean = held?.mean ?? posteriorMean(posterior).subarray(0, weights);
    const intended = new Float32Array(copies * weights);
    for (let copy = 0; copy < copies; copy++) {
      intended.set(mean, copy * weights);
      yield;
    }
    const target = held ? repeat(held.target) : yield* encode(askedFor(posterior).subarray(0, weights));
    return { intended, target, intendedAt: tied ? 0 : time };
  },
};
