import { kernels } from '../kernels/index.ts';
import type { Baseline } from './baselines.ts';
import type { Estimate } from './estimate.ts';
import { macsOf, type WorkloadLayer } from './workload.ts';

/** Rows of one product: positions and inputs of a batch together, so that weights are reused as a real program would. */
const batch = 256;

/** Operations a second that this machine's kernels reach on the layers' products in single precision, over `seconds` of work. */
export function measuredOperations(layers: readonly WorkloadLayer[], seconds = 0.3): number {
  const work = layers.map(({ rows, columns }) => ({
    shape: { m: batch, n: columns, k: rows },
    a: new Float32Array(batch * rows).fill(0.5),
    b: new Float32Array(rows * columns).fill(0.5),
    c: new Float32Array(batch * columns),
  }));
  const pass = (): void => {
    for (const { a, b, c, shape } of work) kernels().product(c, a, b, shape);
  };
  pass();
  const operations = 2 * batch * macsOf(layers.map(layer => ({ ...layer, positions: 1 })));
  const start = performance.now();
  let passes = 0;
  do {
    pass();
    passes++;
  } while (performance.now() - start < 1000 * seconds);
  return (passes * operations) / ((performance.now() - start) / 1000);
}

/** This machine as a baseline: its measured speed at the power it is said to draw, W. */
export const onThisMachine = (design: Estimate, power: number): Baseline => ({
  name: 'this machine',
  architecture: {
    kind: 'processor',
    platform: 'measured',
    power,
    operationsPerSecond: measuredOperations(design.workload.layers),
  },
  workload: { ...design.workload, effectiveSamples: design.workload.samples },
});
