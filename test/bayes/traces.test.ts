import { describe, expect, test } from 'vitest';
import { type Job, jobOf, type TracePoint } from '../../src/base/index.ts';
import { buildModel, methods, posteriorSchema, rhat, trainingHardware, trainPosterior } from '../../src/bayes/index.ts';
import { Agreement } from '../../src/bayes/samplers/agreement.ts';
import { runChain } from '../../src/bayes/samplers/chain.ts';
import { ChainTrace } from '../../src/bayes/samplers/chain-trace.ts';
import { devices } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { Kept, poolHere, stoppedAt } from './kept.ts';
import { moonsData } from './moons.ts';

const data = moonsData(3, 60, 40);
const hardware = trainingHardware(devices['pcm-ibm']!, {
  time: 3600,
  compensation: 'global',
  inputBits: 6,
  outputBits: 8,
});

/** A job that has a turn at every step, and what it was told. */
function watched(given: Partial<Job> = {}) {
  const points: TracePoint[] = [];
  const job = jobOf({ ...given, progress: (_fraction, _note, news = []) => void points.push(...news) });
  return { points, job: { ...job, turn: () => Promise.resolve() } };
}

function trainWith(given: object, job: Job) {
  const options = posteriorSchema.parse(given);
  return trainPosterior(keyOf(11), buildModel(['dense 5 tanh', 'dense 2'], options, data), options, { hardware, job });
}

const pointsOf = (points: readonly TracePoint[], trace: string, line?: string) =>
  points.filter(one => one.trace === trace && one.line === line).map(({ step, value }) => [step, value]);

describe('learning curves', () => {
  const small = { map: { epochs: 12, batch: 16 }, 'hardware-aware': { epochs: 12, batch: 16 } };

  test.each(Object.keys(small) as (keyof typeof small)[])('%s is watched by the losses that are kept', async method => {
    const { points, job } = watched();
    const { curve } = await trainWith({ method, ...small[method] }, job);
    const kept = curve.step.map((step, i) => ({
      trace: curve.phase[i] === null ? 'loss' : `loss of the ${curve.phase[i]}`,
      step,
      value: curve.loss[i],
    }));
    expect(points).toEqual(kept);
    expect(points.length).toBeGreaterThan(10);
  });

  test('a training that is over before anybody has a turn tells all of it at its end', async () => {
    const { points, job } = watched();
    const { curve } = await trainWith({ method: 'map', ...small.map }, { ...job, turn: () => {} });
    expect(points.map(({ value }) => value)).toEqual(curve.loss);
  });

  test('what was seen before it was stopped is told again', async () => {
    const [checkpoint, given] = [new Kept(), { method: 'map', epochs: 12, batch: 16 }];
    const whole = watched();
    await trainWith(given, whole.job);
    await expect(trainWith(given, stoppedAt(20, { checkpoint }))).rejects.toThrow('stopped');
    const rest = watched({ checkpoint });
    await trainWith(given, rest.job);
    expect(rest.points).toEqual(whole.points);
  });

  test('the estimate that a prior is centred on is none of them', async () => {
    const { points, job } = watched();
    await trainWith({ method: 'map', epochs: 2, batch: 16, prior: { kind: 'empirical' } }, job);
    expect(points.map(({ step }) => step)).toEqual(Array.from(points, (_, step) => step));
  });
});

describe('chains', () => {
  const given = { method: 'nuts', chains: 3, warmup: 30, draws: 40 };
  const trained = (job: Job) => trainWith(given, job);
  const plan = (methods.nuts as { plan(options: unknown): Parameters<typeof runChain>[2] }).plan(
    posteriorSchema.parse(given),
  );

  test('show every step where they are few, and how well they agree so far', async () => {
    const { points, job } = watched();
    await trained(job);
    const options = posteriorSchema.parse(given);
    const model = buildModel(['dense 5 tanh', 'dense 2'], options, data);
    const chains = await Promise.all([0, 1, 2].map(index => runChain(keyOf(11), model, plan, index)));
    for (const [c, chain] of chains.entries()) {
      const line = `chain ${c + 1}`;
      const drawn = (trace: string) => pointsOf(points, trace, line).slice(plan.warmup);
      const expected = (values: ArrayLike<number>) => Array.from(values, (value, d) => [plan.warmup + d, value]);
      expect(drawn('log density')).toEqual(expected(chain.logDensity));
      expect(drawn('acceptance')).toEqual(expected(chain.acceptance));
      expect(drawn('step size')).toEqual(expected(new Float64Array(plan.draws).fill(chain.stepSize)));
      expect(pointsOf(points, 'step size', line).length).toBe(plan.warmup + plan.draws);
    }
    const together = pointsOf(points, 'R-hat of the log density so far');
    expect(together.map(([step]) => step)).toEqual(Array.from({ length: 33 }, (_, i) => plan.warmup + 7 + i));
    const all = Float64Array.from(chains.flatMap(({ logDensity }) => [...logDensity]));
    expect(together.at(-1)![1]).toBe(rhat(all, 3));
    const first = Float64Array.from(chains.flatMap(({ logDensity }) => [...logDensity.subarray(0, 8)]));
    expect(together[0]![1]).toBe(rhat(first, 3));
  });

  test('are watched alike in a pool, and when they were stopped meanwhile', async () => {
    const byLine = (points: readonly TracePoint[]) =>
      points.toSorted((a, b) => `${a.trace}${a.line}`.localeCompare(`${b.trace}${b.line}`) || a.step - b.step);
    const whole = watched();
    await trained(whole.job);
    const pooled = watched({ pool: poolHere });
    await trained(pooled.job);
    expect(byLine(pooled.points)).toEqual(byLine(whole.points));
    const checkpoint = new Kept();
    await expect(trained(stoppedAt(100, { checkpoint }))).rejects.toThrow('stopped');
    const rest = watched({ checkpoint });
    await trained(rest.job);
    expect(byLine(rest.points)).toEqual(byLine(whole.points));
  });

  test('of many steps show two hundred groups, of acceptance their means', () => {
    const trace = new ChainTrace(1000);
    for (let step = 0; step < 1000; step++) trace.note(step, step, 0.1, step % 5 === 4 ? 1 : 0);
    const points = trace.news();
    expect(pointsOf(points, 'log density')).toEqual(Array.from({ length: 200 }, (_, i) => [5 * i + 4, 5 * i + 4]));
    expect(new Set(pointsOf(points, 'acceptance').map(([, value]) => value))).toEqual(new Set([0.2]));
    expect(trace.news()).toEqual([]);
    // Stopped in the middle of a group and taken up again, it says the same.
    const [early, late] = [new ChainTrace(1000), new ChainTrace(1000)];
    for (let step = 0; step < 503; step++) early.note(step, step, 0.1, step % 5 === 1 ? 1 : 0);
    late.load(early.save());
    for (let step = 503; step < 1000; step++) late.note(step, step, 0.1, step % 5 === 1 ? 1 : 0);
    expect(late.news()).toEqual(points);
  });

  test('one alone has nobody to agree with, and those that sit at different places do not agree', () => {
    const draws = (at: number) =>
      Array.from({ length: 20 }, (_, step) => ({ trace: 'log density', step, value: at + Math.sin(step) }));
    expect(new Agreement(1, 0).with(0, draws(0))).toEqual([]);
    const two = new Agreement(2, 0);
    expect(two.with(0, draws(0))).toEqual([]);
    const [found, far] = [two.with(1, draws(0)), new Agreement(2, 0)];
    far.with(0, draws(0));
    expect(found.at(-1)!.value).toBeLessThan(1.1);
    expect(far.with(1, draws(100)).at(-1)!.value).toBeGreaterThan(1.5);
  });
});
