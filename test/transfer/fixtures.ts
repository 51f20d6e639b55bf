import type { MomentPosterior, Posterior, SamplePosterior } from '../../src/bayes/index.ts';
import type { Mapping } from '../../src/crossbar/index.ts';
import { findDevice } from '../../src/device/index.ts';
import { buildNetwork, evenRanges, type WeightRanges } from '../../src/network/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { type Plan, planTransfer, type TransferMethod, transferMethods } from '../../src/transfer/index.ts';

/** 2–3–2, 17 weights. */
export const network = buildNetwork(['dense 3 tanh', 'dense 2'], [2]);

/** Draws from correlated Gaussians: neighbouring weights share half their variance. */
export function samplePosterior(count = 400): SamplePosterior {
  const { size } = network;
  const z = fillNormal(keyOf(5), new Float32Array(count * (size + 1)));
  const samples = new Float32Array(count * size);
  for (let s = 0; s < count; s++) {
    for (let i = 0; i < size; i++) {
      samples[s * size + i] = (z[s * (size + 1) + i]! + z[s * (size + 1) + i + 1]!) / Math.SQRT2;
    }
  }
  return {
    kind: 'samples',
    method: 'nuts',
    parameters: network.parameters,
    size,
    count,
    chains: 1,
    samples,
    best: 7,
    info: {},
  };
}

export function momentPosterior(): MomentPosterior {
  const { size } = network;
  return {
    kind: 'moments',
    method: 'mean-field',
    parameters: network.parameters,
    size,
    mean: Float32Array.from({ length: size }, (_, i) => Math.sin(i)),
    std: new Float32Array(size).fill(0.3),
    info: {},
  };
}

export const device = findDevice('oxram-hfo2');
export const key = keyOf(1);
const geometry = { rows: 64, columns: 64 };

/** A plan of the network on 64×64 cells. */
export function plan(
  method: keyof typeof transferMethods,
  options: {
    posterior?: Posterior;
    copies?: number;
    ranges?: WeightRanges;
    limit?: number;
    on?: typeof device;
    mapping?: Mapping;
  } = {},
): Plan {
  const {
    posterior = samplePosterior(),
    copies = 40,
    limit = 3,
    ranges = evenRanges(network.matrices, limit),
    on = device,
    mapping = { mapping: 'differential' },
  } = options;
  const chosen: TransferMethod = transferMethods[method];
  return planTransfer(key, chosen, chosen.schema.parse({ method }) as never, {
    posterior,
    matrices: network.matrices,
    device: on,
    geometry,
    layout: 'rows',
    mappings: network.matrices.map(() => mapping),
    copies,
    ranges,
    time: on.referenceTime,
  });
}

/** Column i of rows [copies, weights]. */
export const column = (rows: Float32Array, weights: number, i: number) => rows.filter((_, at) => at % weights === i);
