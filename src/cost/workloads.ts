import type { Workload, WorkloadLayer } from './workload.ts';

/** Dense layers of the given widths, with or without a bias line. */
export const denseLayers = (widths: readonly number[], bias = true): WorkloadLayer[] =>
  widths.slice(1).map((columns, i) => ({
    name: `${i}`,
    rows: widths[i]! + (bias ? 1 : 0),
    columns,
    positions: 1,
  }));

/** VGGBinaryConnect on CIFAR-10: 14,022,016 binary weights, 617.0 M multiply-accumulates a sample. */
export const vggBinaryConnect: Workload = {
  name: 'VGGBinaryConnect',
  layers: (
    [
      [27, 128, 1024],
      [1152, 128, 1024],
      [1152, 256, 256],
      [2304, 256, 256],
      [2304, 512, 64],
      [4608, 512, 64],
      [8192, 1024, 1],
      [1024, 1024, 1],
      [1024, 10, 1],
    ] as const
  ).map(([rows, columns, positions], i) => ({
    name: i < 6 ? `conv${i + 1}` : `dense${i - 5}`,
    rows,
    columns,
    positions,
  })),
  samples: 10,
  inputBits: 8,
  outputBits: 8,
  weightBits: 1,
  posterior: 'bernoulli',
  entropy: 'read',
};
