import { type Demand, demand } from '../base/index.ts';
import type { MomentPosterior } from '../bayes/index.ts';
import { findDevice } from '../device/index.ts';
import { buildNetwork } from '../network/index.ts';
import { keyOf } from '../random/index.ts';
import { type Plan, planEncoding, planTransfer, type TransferMethod } from '../transfer/index.ts';

const network = buildNetwork(['dense 3 tanh', 'dense 2'], [2]);
/** Ranges of layers and columns that weights are within and beyond. */
const ranges = [
  { name: '0', limit: [1.5, 0.5, 2.5], biasDrive: 0.5 },
  { name: '1', limit: 1, biasDrive: 2 },
];

const posteriorOf = (): MomentPosterior => ({
  kind: 'moments',
  method: 'mean-field',
  parameters: network.parameters,
  size: network.size,
  mean: Float32Array.from({ length: network.size }, (_, i) => 2 * Math.sin(i)),
  std: new Float32Array(network.size).fill(0.3),
  info: {},
});

/** Devices on which methods are tried: continuous ranges, with and without spread. */
const devices = ['oxram-hfo2', 'pcm-ibm', 'ideal'].map(findDevice);

function planOf(method: TransferMethod, device = devices[0]!, copies = 6, seed = 1, posterior = posteriorOf()): Plan {
  return planTransfer(keyOf(seed), method, method.schema.parse({ method: method.name }), {
    posterior,
    matrices: network.matrices,
    device,
    geometry: { rows: 64, columns: 64 },
    layout: 'tiles',
    mapping: { mapping: 'differential' },
    copies,
    ranges,
    time: device.referenceTime,
  });
}

const equal = (a: Float32Array, b: Float32Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

/** What every way from a posterior to targets does. */
export const transferMethodContract: readonly Demand<TransferMethod>[] = [
  {
    name: 'has a default for every option',
    check({ schema, name }) {
      demand(schema.safeParse({ method: name }).success, `'method: ${name}' alone is refused.`);
      demand(!schema.safeParse({ method: `not ${name}` }).success, 'another name is taken for its own.');
    },
  },
  {
    name: 'gives every weight of every copy a value, and every cell a target',
    check(method) {
      for (const device of devices) {
        const plan = planOf(method, device);
        const { intended, target, copies, weights } = plan;
        demand(copies === (method.copies ?? 6), `made ${copies} copies.`);
        demand(intended.length === copies * weights, `intends ${intended.length} weights of ${copies * weights}.`);
        const cells = copies * weights * planEncoding(plan).cellsPerWeight;
        demand(target.length === cells, `has ${target.length} targets for ${cells} cells.`);
        demand(intended.every(Number.isFinite) && target.every(Number.isFinite), 'a number is not finite.');
      }
    },
  },
  {
    name: 'asks for targets that the device reaches: at rest or within its range',
    check(method) {
      for (const device of devices) {
        const { low, high } = device.range;
        const beyond = planOf(method, device).target.find(
          g => g !== 0 && (g < low * (1 - 1e-6) || g > high * (1 + 1e-6)),
        );
        demand(beyond === undefined, `${device.name} holds ${low} … ${high} S, but a target is ${beyond} S.`);
      }
    },
  },
  {
    name: 'gives the same targets for the same key, and leaves the posterior as it was',
    check(method) {
      const posterior = posteriorOf();
      const [a, b] = [planOf(method, devices[0], 6, 1, posterior), planOf(method, devices[0], 6, 1, posterior)];
      demand(equal(a.target, b.target) && equal(a.intended, b.intended), 'one key gave two plans.');
      const { mean, std } = posteriorOf();
      demand(equal(posterior.mean, mean) && equal(posterior.std, std), 'the posterior was changed.');
    },
  },
  {
    name: 'gives the first copies the same targets whatever their number',
    check(method) {
      const [few, many] = [planOf(method, devices[0], 3), planOf(method, devices[0], 9)];
      demand(equal(few.target, many.target.subarray(0, few.target.length)), 'more copies changed earlier ones.');
    },
  },
];
