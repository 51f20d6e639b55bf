import { type Demand, demand } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import { heldCells, type Mapping } from '../crossbar/index.ts';
import { findDevice } from '../device/index.ts';
import { buildNetwork } from '../network/index.ts';
import { keyOf } from '../random/index.ts';
import { heldMatrices, type Plan, planTransfer, type TransferMethod } from '../transfer/index.ts';

const network = buildNetwork(['dense 3 tanh', 'dense 2'], [2]);
/** Ranges of layers and columns that weights are within and beyond. */
const ranges = [
  { name: '0', limit: [1.5, 0.5, 2.5], biasDrive: 0.5 },
  { name: '1', limit: 1, biasDrive: 2 },
];

function posteriorOf(method: TransferMethod): Posterior {
  const { size, parameters } = network;
  const common = { method: 'contract', parameters, size, info: {} };
  const mean = Float32Array.from({ length: size }, (_, i) => 2 * Math.sin(i));
  if (method.serves?.posterior !== 'bernoulli') {
    return { ...common, kind: 'moments', mean, std: new Float32Array(size).fill(0.3) };
  }
  const probability = mean.map(m => (1 + m / 2.1) / 2);
  return { ...common, kind: 'bernoulli', probability, magnitude: new Float32Array(size).fill(2.1), mean };
}

/** Devices on which methods are tried: continuous ranges, with and without spread. */
const devices = ['oxram-hfo2', 'pcm-ibm', 'ideal'].map(findDevice);

function planOf(
  method: TransferMethod,
  device = devices[0]!,
  copies = 6,
  seed = 1,
  posterior = posteriorOf(method),
): Plan {
  return planTransfer(keyOf(seed), method, method.schema.parse({ method: method.name }), {
    posterior,
    matrices: network.matrices,
    device,
    geometry: { rows: 64, columns: 64 },
    layout: 'tiles',
    mappings: network.matrices.map(() => ({ mapping: method.serves?.mapping ?? 'differential' }) as Mapping),
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
        const cells = heldCells(heldMatrices(plan));
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
      const posterior = posteriorOf(method);
      const [a, b] = [planOf(method, devices[0], 6, 1, posterior), planOf(method, devices[0], 6, 1, posterior)];
      demand(equal(a.target, b.target) && equal(a.intended, b.intended), 'one key gave two plans.');
      const parts = (of: Posterior) => Object.values(of).filter(part => part instanceof Float32Array);
      const before = parts(posteriorOf(method));
      const kept = parts(posterior).every((part, i) => equal(part, before[i]!));
      demand(kept, 'the posterior was changed.');
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
