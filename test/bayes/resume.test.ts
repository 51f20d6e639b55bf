import { expect, test } from 'vitest';
import { jobOf, WorkError } from '../../src/base/index.ts';
import {
  buildModel,
  methods,
  posteriorSchema,
  type StepMethod,
  trainingHardware,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { runChain } from '../../src/bayes/samplers/chain.ts';
import { decodePlace, encodePlace } from '../../src/bayes/snapshot-file.ts';
import { devices } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { takeStep } from '../support/steps.ts';
import { Kept, stoppedAt } from './kept.ts';
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
    const train = (job = jobOf()) => trainPosterior(keyOf(11), model, options, { hardware, job });
    const counting = stoppedAt(Number.NaN);
    const whole = await train(counting);
    const method = methods[name];
    // What follows the last step (the Pareto k-hat) is short and is done again, so the stops lie
    // within the steps themselves.
    const turns =
      'start' in method
        ? (method as StepMethod).start(keyOf(11), model, options, { hardware }).steps
        : counting.taken();
    expect(counting.taken()).toBeGreaterThanOrEqual(turns);
    for (const share of [0.1, 0.6, 1]) {
      const checkpoint = new Kept();
      const stop = Math.max(1, Math.floor(share * turns));
      await expect(train(stoppedAt(stop, { checkpoint }))).rejects.toThrow('stopped');
      expect(checkpoint.saves).toBe(1);
      const rest = stoppedAt(Number.NaN, { checkpoint });
      expect(await train(rest)).toEqual(whole);
      expect(rest.taken()).toBeLessThanOrEqual(counting.taken() - (share === 0.1 ? stop : 0));
    }
  },
);

test.each(Object.keys(methods).filter(name => 'start' in methods[name as keyof typeof methods]))(
  'what %s keeps does not change with the steps after it',
  async name => {
    const options = posteriorSchema.parse({ method: name, ...small[name as keyof typeof methods] });
    const model = buildModel(['dense 5 tanh', 'dense 2'], options, data);
    const method = methods[options.method] as StepMethod;
    const training = method.start(keyOf(11), model, options, { hardware });
    const stop = Math.floor(0.45 * training.steps);
    for (let i = 0; i < stop; i++) takeStep(training, i);
    const snapshot = training.save();
    const before = encodePlace({ step: stop, snapshot });
    for (let i = stop; i < Math.min(training.steps, stop + 3); i++) takeStep(training, i);
    expect(encodePlace({ step: stop, snapshot })).toEqual(before);
  },
);

test('stopped at any turn, also of what comes before a step, training gives the same bits', async () => {
  const effects = { readNoise: false, stuck: false };
  const { schema, start } = methods['hardware-aware'];
  const options = schema.parse({ method: 'hardware-aware', epochs: 2, batch: 30, limit: [1, 2], ...effects });
  const model = buildModel(['dense 3 tanh', 'dense 2'], options, data);
  const wired = trainingHardware(devices['pcm-ibm']!, {
    time: 3600,
    *wires(mean) {
      yield;
      const share = Float32Array.from(mean, w => 0.9 - 0.1 * Math.abs(Math.tanh(w)));
      yield;
      return { share, variance: share.map(s => (1 - s) ** 2) };
    },
  });
  const train = (job = jobOf()) => trainPosterior(keyOf(11), model, options, { hardware: wired, job });
  const counting = stoppedAt(Number.NaN);
  const whole = await train(counting);
  const { steps } = start(keyOf(11), model, options, { hardware: wired });
  // Domain and its table before each training within ranges, wires twice before each of its steps, a draw and a block of rows for each trial.
  const within = 2 + 2 + 4;
  const turns = steps + 2 * 3 + 2 * within + 2 * 2;
  expect(counting.taken()).toBeGreaterThanOrEqual(turns);
  expect((await train(stoppedAt(Number.NaN))).posterior).toEqual(whole.posterior);
  for (let stop = 1; stop <= turns; stop++) {
    const checkpoint = new Kept();
    await expect(train(stoppedAt(stop, { checkpoint })), `${stop}`).rejects.toThrow('stopped');
    expect(await train(jobOf({ checkpoint })), `${stop}`).toEqual(whole);
  }
});

test('a place is the same after it was bytes', () => {
  const arrays = { a: Float32Array.of(0.1, Number.NaN, -0), b: new Float64Array(0), c: Float64Array.of(1 / 3) };
  const numbers = { best: Number.POSITIVE_INFINITY, zero: -0, third: 1 / 3, none: Number.NaN };
  const place = { step: 7, snapshot: { arrays, numbers }, curve: { step: [1], loss: [0.1], phase: ['start'] } };
  const bytes = encodePlace(place);
  expect(decodePlace(bytes, 'x')).toEqual(place);
  for (const part of [bytes.subarray(0, 0), bytes.subarray(0, bytes.length - 4), new TextEncoder().encode('text')]) {
    expect(() => decodePlace(part, 'x')).toThrow('x: is no whole checkpoint; delete it to train from the beginning.');
  }
});

test('a chain that is stopped keeps its place and ends in the same draws', async () => {
  const options = { warmup: 40, draws: 20, targetAcceptance: 0.8, maxDepth: 10, startStd: 0.5 };
  const parsed = posteriorSchema.parse({ method: 'nuts' });
  const model = buildModel(['dense 5 tanh', 'dense 2'], parsed, data);
  const checkpoint = new Kept();
  const run = (turn: number) => runChain(keyOf(4), model, options, 1, stoppedAt(turn, { checkpoint }));
  await expect(run(33)).rejects.toThrow('stopped');
  await expect(run(14)).rejects.toThrow('stopped');
  expect(decodePlace(checkpoint.bytes!, 'kept').step).toBe(47);
  expect(await run(Number.NaN)).toEqual(await runChain(keyOf(4), model, options, 1));
  // What is done is not done again.
  const done = stoppedAt(Number.NaN, { checkpoint });
  await runChain(keyOf(4), model, options, 1, done);
  expect(done.taken()).toBe(0);
});

test('training that leaves the finite numbers keeps its last good state and says where, when and what to do', async () => {
  const options = posteriorSchema.parse({ method: 'map', epochs: 5, rate: 1e30 });
  const model = buildModel(['dense 5 relu', 'dense 2'], options, data);
  const checkpoint = Object.assign(new Kept(), { name: 'place' });
  const run = trainPosterior(keyOf(1), model, options, { job: jobOf({ checkpoint }) });
  await expect(run).rejects.toThrow(
    'posterior (map): the loss is no longer finite in epoch 2 of 5; the last good checkpoint is of step 0 of 5, in place; lower posterior.rate, now 1e+30, or check the data for extreme values.',
  );
  await expect(run).rejects.toBeInstanceOf(WorkError);
  expect(checkpoint.saves).toBe(1);
  const { step, snapshot, curve } = decodePlace(checkpoint.bytes!, 'place');
  expect(step).toBe(0);
  expect(snapshot.arrays.weights!.every(Number.isFinite)).toBe(true);
  expect(curve).toEqual({ step: [], loss: [], phase: [] });
});

test('a chain that starts where there is no density says so', async () => {
  const options = posteriorSchema.parse({ method: 'nuts', chains: 1, warmup: 20, draws: 10 });
  const model = buildModel(['dense 5 relu', 'dense 2'], options, data);
  const broken = { ...model, prior: { ...model.prior, add: () => Number.NaN } };
  await expect(trainPosterior(keyOf(1), broken, options)).rejects.toThrow(
    'posterior: a chain starts where the posterior has no finite density; lower posterior.startStd, now 0.5, or check the data for extreme values.',
  );
});
