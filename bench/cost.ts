import {
  architectureOptions,
  costOf,
  denseLayers,
  estimate,
  totalsOf,
  vggBinaryConnect,
  type Workload,
} from '../src/cost/index.ts';

const mlp: Workload = {
  name: 'multilayer perceptron 784–256–10',
  layers: denseLayers([784, 256, 10]),
  samples: 50,
  inputBits: 8,
  outputBits: 8,
  entropy: 'read',
};
const analog = architectureOptions({ kind: 'analog-core' });
const binary = architectureOptions({ kind: 'binary-noise-plane', cell: 'pcm', node: '14 nm' });

/** Designs a second over half a second of different read times. */
function rate(workload: Workload, options: typeof analog | typeof binary): number {
  const run = (count: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += totalsOf(
        estimate(workload, { ...options, readTime: (10 + (i % 90)) * 1e-9 } as typeof options),
      ).energyPerDecision;
    }
    return sum;
  };
  run(200);
  const start = performance.now();
  let designs = 0;
  while (performance.now() - start < 500) {
    run(100);
    designs += 100;
  }
  return designs / ((performance.now() - start) / 1000);
}

/** Seconds of a cost document, the middle of twenty. */
function document(): number {
  const times = Array.from({ length: 21 }, () => {
    const start = performance.now();
    costOf(vggBinaryConnect, { kind: 'binary-noise-plane', cell: 'pcm', node: '14 nm' });
    return (performance.now() - start) / 1000;
  });
  return times.sort((x, y) => x - y)[10]!;
}

export const costBench = {
  name: 'cost',
  async run() {
    const small = rate(mlp, analog);
    const large = rate(vggBinaryConnect, binary);
    const price = document();
    return [
      {
        name: 'designs a second, multilayer perceptron 784–256–10',
        value: small,
        unit: '1/s',
        goal: '1,000 or more',
        met: small >= 1000,
      },
      { name: 'designs a second, VGGBinaryConnect', value: large, unit: '1/s', goal: '100 or more', met: large >= 100 },
      {
        name: 'cost document with three baselines, VGGBinaryConnect, warm',
        value: price,
        unit: 's',
        goal: '≤ 0.005 s',
        met: price <= 0.005,
      },
    ];
  },
};
