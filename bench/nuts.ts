import { buildModel, logDensity, posteriorSchema, runChain } from '../src/bayes/index.ts';
import { kernels } from '../src/kernels/index.ts';
import { fillNormal, keyOf } from '../src/random/index.ts';

/** 256 points in two classes, and the network 2–16–2 on them. */
function moons() {
  const count = 256;
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const inputs = fillNormal(keyOf(1), new Float32Array(2 * count));
  for (let i = 0; i < count; i++) inputs[2 * i]! += labels[i]! ? 1 : -1;
  const train = { count, inputs, labels, targets: new Float32Array(0) };
  const options = posteriorSchema.parse({ method: 'nuts', chains: 1, warmup: 100, draws: 100 });
  const data = { task: 'classification' as const, inputShape: [2], outputNames: ['a', 'b'], train };
  const model = buildModel(['dense 16 tanh', 'dense 2'], options, { ...data, validation: { ...train, count: 0 } });
  return { model, options };
}

export const nuts = {
  run() {
    kernels().setThreads(1);
    const { model, options } = moons();
    const density = logDensity(model);
    const gradient = new Float64Array(model.size);
    const position = fillNormal(keyOf(2), new Float64Array(model.size));
    for (let i = 0; i < 5000; i++) density.evaluate(gradient, position);
    const rounds = Array.from({ length: 5 }, () => {
      const start = performance.now();
      for (let i = 0; i < 5000; i++) density.evaluate(gradient, position);
      return 5e6 / (performance.now() - start);
    });
    const evaluations = rounds.sort((a, b) => a - b)[2]!;
    if (options.method !== 'nuts') throw new Error('internal: expected nuts options');
    const start = performance.now();
    const { gradients } = runChain(model, options, keyOf(3), 0);
    const chain = (1e3 * gradients) / (performance.now() - start);
    const native = kernels().name === 'native';
    return [
      { name: 'gradients of 2–16–2, 256 points, one thread', value: evaluations, unit: '1/s' },
      {
        name: 'the same inside one NUTS chain',
        value: chain,
        unit: '1/s',
        goal: '≥ 20,000 per second (native)',
        met: native ? chain >= 20_000 : undefined,
      },
    ];
  },
};
