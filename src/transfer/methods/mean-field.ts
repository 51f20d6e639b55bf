import { z } from 'zod';
import { type Posterior, posteriorMean, posteriorStd } from '../../bayes/index.ts';
import { type Device, reachableDomain } from '../../device/index.ts';
import { bonnet23 } from '../citations.ts';
import { equalDevices } from '../equal-devices.ts';
import type { TransferMethod } from '../method.ts';
import { type HeldWeights, reachableCells } from '../reachable-cells.ts';

const schema = z.strictObject({
  method: z
    .literal('mean-field')
    .describe(
      'Each weight goes to the device states whose mean and spread are nearest to its own, in every copy alike.',
    ),
});

/** What one copy of a posterior was found to be held as, last: plans of other numbers of copies are the same. */
const known = new WeakMap<Posterior, { readonly name: string; readonly device: Device; readonly held: HeldWeights }>();

function heldBy(posterior: Posterior, name: string, device: Device, find: () => HeldWeights): HeldWeights {
  const found = known.get(posterior);
  if (found?.name === name && found.device === device) return found.held;
  const held = find();
  known.set(posterior, { name, device, held });
  return held;
}

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
  assign(_key, { posterior, device, copies, weights, limit, time, mapping, encode }) {
    const devicesPerWeight = equalDevices('mean-field', mapping);
    const mean = posteriorMean(posterior).subarray(0, weights);
    const std = posteriorStd(posterior);
    const intended = new Float32Array(copies * weights);
    const tied = posterior.kind === 'moments' && posterior.tied !== undefined;
    let cells: Float32Array;
    if (tied) {
      intended.set(mean);
      const asked = posterior.asked?.subarray(0, weights) ?? intended.subarray(0, weights);
      cells = encode(asked);
    } else {
      const held = heldBy(posterior, `${devicesPerWeight} ${limit} ${time} ${weights}`, device, () =>
        reachableCells(reachableDomain(device, { devicesPerWeight, limit, time }), limit, mean, std),
      );
      intended.set(held.mean);
      cells = held.target;
    }
    const target = new Float32Array(copies * cells.length);
    for (let copy = 0; copy < copies; copy++) {
      if (copy > 0) intended.copyWithin(copy * weights, 0, weights);
      target.set(cells, copy * cells.length);
    }
    return { intended, target, intendedAt: tied ? 0 : time };
  },
};
