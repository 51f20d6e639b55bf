import { buildModel, methods, posteriorSchema } from '../src/bayes/index.ts';
import { kernels } from '../src/kernels/index.ts';
import { fillUniform, keyOf } from '../src/random/index.ts';

/** Random images, four fifths of them dark: 1,024 rows of 784, ten classes. */
function images() {
  const count = 1024;
  const inputs = fillUniform(keyOf(1), new Float32Array(count * 784)).map(u => Math.max(0, u - 0.8));
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  const train = { count, inputs, labels, targets: new Float32Array(0) };
  const outputNames = Array.from({ length: 10 }, (_, i) => String(i));
  return { task: 'classification' as const, inputShape: [784], outputNames, train, validation: { ...train, count: 0 } };
}

/** Milliseconds of one training step of 784–256–10 with 256 rows, the median of five rounds. */
function step(method: 'mean-field' | 'map'): number {
  const options = posteriorSchema.parse({ method, epochs: 200, batch: 256 });
  const model = buildModel(['dense 256 relu', 'dense 10'], options, images());
  const training = methods[method].start(model, options as never, keyOf(1), {});
  let at = 0;
  for (; at < 30; at++) training.step(at);
  const rounds = Array.from({ length: 5 }, () => {
    const start = performance.now();
    for (let i = 0; i < 40; i++) training.step(at++);
    return (performance.now() - start) / 40;
  });
  return rounds.sort((a, b) => a - b)[2]!;
}

export const training = {
  run() {
    kernels().setThreads(2);
    const native = kernels().name === 'native';
    const meanField = step('mean-field');
    return [
      {
        name: 'mean-field step, 784–256–10, batch 256, two threads',
        value: meanField,
        unit: 'ms',
        goal: '≤ 3 ms (native)',
        met: native ? meanField <= 3 : undefined,
      },
      { name: 'MAP step, 784–256–10, batch 256, two threads', value: step('map'), unit: 'ms' },
    ];
  },
};
