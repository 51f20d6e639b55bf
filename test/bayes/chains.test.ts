import { afterAll, describe, expect, test } from 'vitest';
import { type Job, jobOf, type Pool, WorkError } from '../../src/base/index.ts';
import { buildModel, posteriorSchema, trainPosterior } from '../../src/bayes/index.ts';
import { kernels } from '../../src/kernels/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { openPool } from '../../src/workers/index.ts';
import { Kept, poolHere, stoppedAt } from './kept.ts';
import { moonsData } from './moons.ts';

const moons = moonsData(3, 60, 40);
const { train } = moons;
const regression = {
  task: 'regression' as const,
  inputShape: [2],
  outputNames: ['x', 'y'],
  train: { ...train, labels: new Int32Array(0), targets: Float32Array.from(train.inputs, x => Math.sin(3 * x)) },
  validation: { count: 0, inputs: new Float32Array(0), labels: new Int32Array(0), targets: new Float32Array(0) },
};
const short = { chains: 3, warmup: 40, draws: 20 };
const cases = {
  'of two classes': { data: moons, options: { method: 'nuts' }, outputs: 2 },
  'of fixed length': { data: moons, options: { method: 'hmc', length: 1 }, outputs: 2 },
  'with learned noise': { data: regression, options: { method: 'nuts', maxDepth: 5 }, outputs: 2 },
  'with known noise': { data: regression, options: { method: 'nuts', maxDepth: 5, noise: 0.2 }, outputs: 2 },
  'with noise by input': {
    data: regression,
    options: { method: 'nuts', maxDepth: 3, noise: 'heteroscedastic' },
    outputs: 4,
  },
  'around an estimate': { data: moons, options: { method: 'nuts', prior: { kind: 'empirical' } }, outputs: 2 },
};

function trainCase(name: keyof typeof cases, job?: Job) {
  const { data, options: given, outputs } = cases[name];
  const options = posteriorSchema.parse({ ...short, ...given });
  const model = buildModel(
    ['dense 5 tanh', { kind: 'dense', width: outputs, activation: 'linear' } as never],
    options,
    data,
  );
  return trainPosterior(keyOf(11), model, options, { job });
}

describe('chains as tasks of a pool', () => {
  const handlers = new URL('../../dist/run/handlers.js', import.meta.url);
  const children = openPool({ handlers, slots: 2 });
  afterAll(() => children.close());

  test.each(Object.keys(cases) as (keyof typeof cases)[])(
    '%s give the same draws as one after the other',
    async name => {
      expect(await trainCase(name, jobOf({ pool: poolHere }))).toEqual(await trainCase(name));
    },
  );

  test('give the same draws in other processes, and leave the threads of this one alone', async () => {
    kernels().setThreads(2);
    const { detail } = kernels();
    const said: string[] = [];
    const job = jobOf({ pool: children, progress: (_, note) => said.push(note ?? '') });
    for (const name of ['with learned noise', 'around an estimate'] as const) {
      expect(await trainCase(name, job)).toEqual(await trainCase(name));
    }
    expect(said.some(note => /^chain [123] of 3: (warm-up|sampling)$/.test(note))).toBe(true);
    expect(kernels().detail).toBe(detail);
  });

  test('stopped in a pool and taken up without one, and the other way round, end in the same draws', async () => {
    const whole = await trainCase('of two classes');
    const checkpoint = new Kept();
    let runs = 0;
    const stop = new AbortController();
    // The second chain is stopped on its way, when the first one is done; the third has not begun.
    const stopping: Pool = {
      ...poolHere,
      async run(task, job) {
        const index = runs++;
        if (index === 0) return poolHere.run(task, job);
        await new Promise(resolve => setTimeout(resolve, 300));
        if (index === 1) return poolHere.run(task, stoppedAt(15, job)).catch(() => stop.abort(new Error('enough')));
        job.signal.throwIfAborted();
        return new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)));
      },
    };
    const job = jobOf({ pool: stopping, checkpoint, signal: stop.signal });
    await expect(trainCase('of two classes', job)).rejects.toThrow('enough');
    const rest = stoppedAt(Number.NaN, { checkpoint: new Kept(checkpoint.bytes) });
    expect(await trainCase('of two classes', rest)).toEqual(whole);
    expect(rest.taken()).toBe(3 * 60 - 60 - 15);
    const again = new Kept();
    await expect(trainCase('of two classes', stoppedAt(100, { checkpoint: again }))).rejects.toThrow('stopped');
    expect(await trainCase('of two classes', jobOf({ pool: poolHere, checkpoint: again }))).toEqual(whole);
  });

  test('around an estimate, stopped and taken up again, end in the same draws', async () => {
    const counting = stoppedAt(Number.NaN);
    const whole = await trainCase('around an estimate', counting);
    const checkpoint = new Kept();
    const early = trainCase('around an estimate', stoppedAt(20, { checkpoint }));
    await expect(early).rejects.toThrow('stopped');
    expect(checkpoint.saves).toBe(0);
    const late = trainCase('around an estimate', stoppedAt(counting.taken() - 30, { checkpoint }));
    await expect(late).rejects.toThrow('stopped');
    expect(checkpoint.saves).toBe(1);
    expect(await trainCase('around an estimate', jobOf({ checkpoint }))).toEqual(whole);
  });

  test('one that fails stops the others, which keep their place', async () => {
    const checkpoint = new Kept();
    let stopped = 0;
    const pause = () => new Promise<void>(resolve => setTimeout(resolve, 1));
    const failing: Pool = {
      ...poolHere,
      async run(task, job) {
        if (task.id === '2') {
          await pause();
          throw new WorkError('no process.');
        }
        try {
          // Every turn is a pause, so that the others are on their way when the second fails.
          return await poolHere.run(task, { ...job, turn: () => pause().then(() => job.turn()) });
        } catch (error) {
          stopped++;
          throw error;
        }
      },
    };
    const run = trainCase('of two classes', jobOf({ pool: failing, checkpoint }));
    await expect(run).rejects.toEqual(new WorkError('no process.'));
    expect(stopped).toBe(2);
    expect(checkpoint.saves).toBe(1);
  });
});

test('a training that would take hours stops when it is told to', async () => {
  for (const fields of [
    { method: 'nuts', warmup: 1_000_000 },
    { method: 'mean-field', epochs: 1_000_000 },
  ]) {
    const options = posteriorSchema.parse(fields);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 100);
    const model = buildModel(['dense 5 tanh', 'dense 2'], options, moons);
    await expect(trainPosterior(keyOf(1), model, options, { job: jobOf({ signal: stop.signal }) })).rejects.toThrow(
      'enough',
    );
  }
});
