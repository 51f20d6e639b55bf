import { expect, test } from 'vitest';
import { WorkError } from '../../src/base/index.ts';
import {
  buildModel,
  type Checkpoint,
  methods,
  posteriorSchema,
  runChain,
  type Snapshot,
  trainingHardware,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { devices } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { moonsData } from './moons.ts';

const data = moonsData(3, 60, 40);
const small: Record<keyof typeof methods, object> = {
  map: { epochs: 12, batch: 16, restarts: 2 },
  'mean-field': { epochs: 20, batch: 16, samples: 2 },
  'hardware-aware': { epochs: 12, batch: 16, drift: [20, 86400] },
  'device-tied': { epochs: 12, batch: 16, samples: 2, limit: [1, 2] },
  nuts: { chains: 2, warmup: 40, draws: 20 },
  hmc: { chains: 2, warmup: 40, draws: 20 },
  sgld: { epochs: 20, batch: 16, cycles: 2, drawsPerCycle: 5 },
  sghmc: { epochs: 20, batch: 16, cycles: 2, drawsPerCycle: 5 },
  bernoulli: { epochs: 20, batch: 16 },
  laplace: { epochs: 8, batch: 16 },
  dropout: { epochs: 8, batch: 16, draws: 5 },
  ensemble: { epochs: 8, batch: 16, members: 3 },
};
const hardware = trainingHardware(devices['pcm-ibm']!, {
  time: 3600,
  compensation: 'global',
  inputBits: 6,
  outputBits: 8,
});

test.each(Object.keys(methods) as (keyof typeof methods)[])(
  '%s, stopped anywhere and taken up again, gives the same bits',
  async name => {
    const options = posteriorSchema.parse({ method: name, ...small[name] });
    const model = buildModel(['dense 5 tanh', 'dense 2'], options, data);
    const whole = await trainPosterior(model, options, keyOf(11), { hardware });
    const steps = methods[name].start(model, options as never, keyOf(11), { hardware }).steps;
    for (const share of [0.1, 0.45, 0.9]) {
      const stop = Math.floor(share * steps);
      const first = methods[name].start(model, options as never, keyOf(11), { hardware });
      for (let i = 0; i < stop; i++) first.step(i);
      const snapshot: Snapshot = first.save();
      for (let i = stop; i < Math.min(steps, stop + 3); i++) first.step(i);
      const checkpoint: Checkpoint = { load: () => ({ step: stop, snapshot }), save() {} };
      const again = await trainPosterior(model, options, keyOf(11), { hardware, checkpoint });
      expect(again).toEqual(whole);
    }
  },
);

test('an aborted run saves its place first', async () => {
  const options = posteriorSchema.parse({ method: 'nuts', chains: 1, warmup: 2000, draws: 2000 });
  const model = buildModel(['dense 5 tanh', 'dense 2'], options, data);
  const controller = new AbortController();
  let saved = 0;
  const run = trainPosterior(model, options, keyOf(1), {
    signal: controller.signal,
    progress: () => controller.abort(),
    checkpoint: { load: () => null, save: step => (saved = step) },
  });
  await expect(run).rejects.toThrow();
  expect(saved).toBeGreaterThan(0);
});

test('a chain that is stopped keeps its place and ends in the same draws', () => {
  const options = { warmup: 40, draws: 20, targetAcceptance: 0.8, maxDepth: 10, startStd: 0.5 };
  const parsed = posteriorSchema.parse({ method: 'nuts' });
  const model = buildModel(['dense 5 tanh', 'dense 2'], parsed, data);
  let kept: ReturnType<Checkpoint['load']> = null;
  const checkpoint: Checkpoint = { load: () => kept, save: (step, snapshot) => (kept = { step, snapshot }) };
  const stopAfter = (steps: number) => {
    let taken = 0;
    return () => ++taken === steps;
  };
  expect(runChain(model, options, keyOf(4), 1, { checkpoint, stopped: stopAfter(33) })).toBeNull();
  expect(runChain(model, options, keyOf(4), 1, { checkpoint, stopped: stopAfter(14) })).toBeNull();
  expect(kept!.step).toBe(47);
  expect(runChain(model, options, keyOf(4), 1, { checkpoint })).toEqual(runChain(model, options, keyOf(4), 1));
});

test('training that leaves the finite numbers keeps its last good state and says where, when and what to do', async () => {
  const options = posteriorSchema.parse({ method: 'map', epochs: 5, rate: 1e30 });
  const model = buildModel(['dense 5 relu', 'dense 2'], options, data);
  const kept: Snapshot[] = [];
  const checkpoint = { name: 'place', load: () => null, save: (_step: number, s: Snapshot) => kept.push(s) };
  const run = trainPosterior(model, options, keyOf(1), { checkpoint });
  await expect(run).rejects.toThrow(
    'posterior (map): the loss is no longer finite in epoch 2 of 5; the last good checkpoint is of step 0 of 5, in place; lower posterior.rate, now 1e+30, or check the data for extreme values.',
  );
  await expect(run).rejects.toBeInstanceOf(WorkError);
  expect(kept).toHaveLength(1);
  expect(kept[0]!.arrays.weights!.every(Number.isFinite)).toBe(true);
});

test('a chain that starts where there is no density says so', async () => {
  const options = posteriorSchema.parse({ method: 'nuts', chains: 1, warmup: 20, draws: 10 });
  const model = buildModel(['dense 5 relu', 'dense 2'], options, data);
  const broken = { ...model, prior: { ...model.prior, add: () => Number.NaN } };
  await expect(trainPosterior(broken, options, keyOf(1))).rejects.toThrow(
    'posterior: a chain starts where the posterior has no finite density; lower posterior.startStd, now 0.5, or check the data for extreme values.',
  );
});
