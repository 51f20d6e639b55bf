import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildModel, methods, posteriorSchema, type StepMethod, trainingHardware } from '../src/bayes/index.ts';
import { findDevice } from '../src/device/index.ts';
import { kernels } from '../src/kernels/index.ts';
import { fillUniform, keyOf } from '../src/random/index.ts';

const count = 1024;
const batch = 256;

/** Random images, four fifths of them dark: 1,024 rows of 784, ten classes. */
function images() {
  const inputs = fillUniform(keyOf(1), new Float32Array(count * 784)).map(u => Math.max(0, u - 0.8));
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  const train = { count, inputs, labels, targets: new Float32Array(0) };
  const outputNames = Array.from({ length: 10 }, (_, i) => String(i));
  return { task: 'classification' as const, inputShape: [784], outputNames, train, validation: { ...train, count: 0 } };
}

const plain = { drift: false, readNoise: false, stuck: false, converters: false, technological: false };

const cases = {
  map: { method: 'map' },
  'mean-field': { method: 'mean-field' },
  technological: { method: 'hardware-aware', limit: 1, ...plain, technological: true },
  'hardware-aware': { method: 'hardware-aware', limit: 1, drift: [20, 86_400] },
} as const;

/** Milliseconds of one training step of 784–256–10 with 256 rows, by method: the least of rounds in which all take turns. */
function steps(native: boolean): Record<keyof typeof cases, number> {
  const { warm, rounds, spell } = native ? { warm: 30, rounds: 30, spell: 20 } : { warm: 1, rounds: 2, spell: 1 };
  const epochs = Math.ceil((warm + rounds * spell) / (count / batch));
  const device = { ...findDevice('pcm-ibm'), stuck: { high: 0.001, low: 0.002 } };
  const hardware = trainingHardware(device, {
    time: 20,
    compensation: 'global',
    inputBits: 8,
    outputBits: 8,
    covered: 0.999,
  });
  const running = Object.values(cases).map(fields => {
    const options = posteriorSchema.parse({ ...fields, epochs, batch });
    const model = buildModel(['dense 256 relu', 'dense 10'], options, images());
    const training = (methods[options.method] as StepMethod).start(keyOf(1), model, options as never, { hardware });
    let at = 0;
    const run = (until: number) => {
      while (at < until) training.step(at++);
    };
    // Hardware-aware training begins with a point estimate.
    run(training.steps - epochs * (count / batch) + warm);
    return { run, at: () => at, least: Number.POSITIVE_INFINITY };
  });
  for (let round = 0; round < rounds; round++) {
    for (const item of running) {
      const start = performance.now();
      item.run(item.at() + spell);
      item.least = Math.min(item.least, (performance.now() - start) / spell);
    }
  }
  return Object.fromEntries(Object.keys(cases).map((name, i) => [name, running[i]!.least])) as never;
}

/** The mean-field step in PyTorch, by the Python that POSTEROHM_PYTHON names, or else python3. */
function pytorch(): { value: number; note: string } {
  const python = process.env.POSTEROHM_PYTHON ?? 'python3';
  const script = fileURLToPath(new URL('compare/training_torch.py', import.meta.url));
  const { status, stdout } = spawnSync(python, [script], { encoding: 'utf8' });
  if (status !== 0)
    return { value: Number.NaN, note: `skipped: ${python} has no PyTorch; POSTEROHM_PYTHON names another` };
  const { version, milliseconds } = JSON.parse(stdout) as { version: string; milliseconds: number };
  return { value: milliseconds, note: `PyTorch ${version}` };
}

export const training = {
  run() {
    kernels().setThreads(2);
    const native = kernels().name === 'native';
    const { map, 'mean-field': meanField, technological, 'hardware-aware': aware } = steps(native);
    const torch = pytorch();
    return [
      {
        name: 'mean-field step, 784–256–10, batch 256, two threads',
        value: meanField,
        unit: 'ms',
        goal: '≤ 3 ms (native)',
        met: native ? meanField <= 3 : undefined,
      },
      {
        name: 'the same with the technological loss, over mean field',
        value: technological / meanField,
        unit: '×',
        goal: '≤ 1.3 ×',
        met: technological / meanField <= 1.3,
      },
      {
        name: 'with drift, read noise, stuck cells and converters too',
        value: aware / meanField,
        unit: '×',
      },
      { name: 'MAP step, the same network', value: map, unit: 'ms' },
      { name: 'mean-field step in PyTorch, two threads', ...torch, unit: 'ms' },
      { name: 'PyTorch over posterohm', value: torch.value / meanField, unit: '×', note: torch.note },
    ];
  },
};
