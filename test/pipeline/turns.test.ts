import { describe, expect, test } from 'vitest';
import { type Job, jobOf } from '../../src/base/index.ts';
import { designOf, type ExperimentInput } from '../../src/experiment/index.ts';
import { memoryStore, Pipeline, type Prepared, type Results, type Store } from '../../src/pipeline/index.ts';
import { measurementOf, softwareOf } from '../../src/pipeline/measurement.ts';
import { keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const input: ExperimentInput = {
  data: { source: 'two-moons', train: 64, validation: 32, test: 32 },
  network: { layers: ['dense 3 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 20 },
  sampling: { samples: 8 },
};
const design = designOf(experimentOf(input), {});
const prepared = await preparedOf(input);

const question = { key: keyOf(1), metrics: ['nll'], map: 5, prefixes: [1, 2, 4, 8] };

/** Long pieces of work, and the turns that others get within them at least. */
const works: readonly [string, (pipeline: Pipeline, job: Job) => Promise<unknown>, number][] = [
  ...(
    [
      ['training', 20],
      ['range', 8],
      ['plan', 1],
      ['converters', 2],
      ['chip', 1],
    ] as const satisfies readonly (readonly [Exclude<keyof Results, 'data'>, number])[]
  ).map(([name, turns]) => {
    const work = (pipeline: Pipeline, job: Job) => pipeline.get(name, { chip: 0 }, job);
    return [name, work, turns] as [string, typeof work, number];
  }),
  ['measurement', (pipeline, job) => pipeline.run(measurementOf(question), { chip: 0, time: 6 }, job), 8],
  ['software', (pipeline, job) => pipeline.run(softwareOf(question), {}, job), 8],
];

describe('long work', () => {
  const store = memoryStore(1 << 28);
  const shared = { ...prepared, store };

  test.each(works)('of %s gives others their turns and stops when it is told to', async (name, work, least) => {
    /** What the work needs is there already. */
    const before = new Pipeline(shared, design, { key: keyOf(2), job: jobOf() });
    const needs = { training: [], range: ['posterior'], plan: ['range'], converters: ['range'] } as const;
    const needed = name in needs ? needs[name as keyof typeof needs] : (['converters', 'chip'] as const);
    for (const one of name === 'chip' ? (['plan'] as const) : needed) await before.get(one, { chip: 0 });
    const counted = async (stopAt: number) => {
      let turns = 0;
      const control = new AbortController();
      const job: Job = {
        ...jobOf({ signal: control.signal }),
        turn() {
          if (++turns === stopAt) control.abort(new Error('stop'));
          control.signal.throwIfAborted();
          // The loop of events goes on in between.
          return new Promise(resolve => setImmediate(resolve));
        },
      };
      const pipeline = new Pipeline(shared, design, { key: keyOf(2), job });
      await work(pipeline, job);
      return turns;
    };
    for (const stopAt of [1, Math.ceil(least / 2), least]) {
      await expect(counted(stopAt), `${stopAt}`).rejects.toThrow('stop');
    }
    expect(await counted(Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(least);
  });
});

describe('work on a large layer', () => {
  const large: ExperimentInput = {
    data: { source: 'two-moons', train: 64, validation: 32, test: 128 },
    network: { layers: ['dense 144 relu', 'dense 144 relu', 'dense 2'] },
    posterior: { method: 'ensemble', members: 4, epochs: 1 },
    hardware: { device: 'oxram-hfo2', weightRange: 'column' },
    transfer: { method: 'joint', limit: 'search', calibrationCopies: 2 },
    sampling: { samples: 24, entropy: 'frozen' },
  };
  const store = memoryStore(2 ** 31);
  /** Turns at least: one for each copy or piece that is worked on, so that none takes a layer of all copies at once. */
  const stages = [
    ['range', 2200],
    ['plan', 17],
    ['converters', 20],
    ['chip', 23],
    ['measurement', 15],
    ['software', 50],
  ] as const;

  /** Turns that others get. */
  async function turnsOf(work: (pipeline: Pipeline, job: Job) => Promise<unknown>, from: Prepared) {
    let turns = 0;
    const job: Job = {
      ...jobOf(),
      turn() {
        turns++;
        return new Promise<void>(resolve => setImmediate(resolve));
      },
    };
    await work(new Pipeline(from, designOf(experimentOf(large), {}), { key: keyOf(2), job }), job);
    return turns;
  }

  test.each(stages)('of %s gives others their turns piece by piece', async (name, turns) => {
    const from = { ...(await preparedOf(large)), store };
    const work = works.find(([known]) => known === name)![1];
    // Other stages are in the store; this one's result is not put there.
    await turnsOf(pipeline => pipeline.get(name === 'range' ? 'posterior' : 'chip', { chip: 0 }), from);
    await turnsOf(pipeline => pipeline.get(name === 'range' ? 'posterior' : 'converters', { chip: 0 }), from);
    const without: Store = {
      once: (entry, make, job) => (entry.stage === name ? make(job) : store.once(entry, make, job)),
    };
    expect(await turnsOf(work, { ...from, store: without })).toBeGreaterThanOrEqual(turns);
  });
});
