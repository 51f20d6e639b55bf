import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Job, jobOf, type Pool, WorkError } from '../../src/base/index.ts';
import { evaluate } from '../../src/pipeline/index.ts';
import { compareRun } from '../../src/run/compare-run.ts';
import { openComparison, openExperiment } from '../../src/run/index.ts';
import { measuredElsewhere } from '../../src/run/measured-elsewhere.ts';
import { openPool } from '../../src/workers/index.ts';
import { folderWith, smallExperiment } from '../cli/shell.ts';

const handlers = new URL('../../dist/run/handlers.js', import.meta.url);

/** Trained at once. */
const quick = { posterior: '{ method: map, epochs: 2 }' };

describe('chips measured in other processes', () => {
  let pool: Pool | undefined;
  afterAll(() => pool?.close());

  it('are to the bit what they are in this one, and stand in the run directory', async () => {
    pool = openPool({ handlers, slots: 2 });
    const folder = folderWith({
      'one.yaml': smallExperiment({ evaluate: '{ chips: 4, times: [20 s, 1 h], grid: 8 }' }),
    });
    // Processes run the compiled files, whose builds are others than those of the sources that run here.
    const open = (out: string) => openExperiment(join(folder, 'one.yaml'), { folder, out, stale: 'keep' });
    const asked: string[] = [];
    const counted: Pool = {
      run: (task, job) => {
        asked.push(`${task.kind} ${task.id}`);
        return pool!.run(task, job);
      },
      close: async () => {},
    };
    const { run: helped } = await open('helped');
    const outputs = new Map<string, number[]>();
    const there = await evaluate({ subject: helped.subject }, jobOf(), {
      elsewhere: measuredElsewhere(helped, jobOf({ pool: counted }), 0)!,
      archive: async (side, { chip, time }, { test }) => void outputs.set(`${side} ${chip} ${time}`, [...test!]),
    });
    const { run: alone } = await open('alone');
    const here = await evaluate({ subject: alone.subject }, jobOf(), {
      archive: async (side, { chip, time }, { test }) =>
        expect(outputs.get(`${side} ${chip} ${time}`)).toEqual([...test!]),
    });
    expect(there).toEqual(here);
    expect(outputs.size).toBe(17);
    expect(asked.toSorted()).toEqual(
      ['deterministic', 'hardware'].flatMap(side => [1, 2, 3].map(chip => `chip ${side} ${chip}`)),
    );
    expect(await helped.directory.record('chip', { chip: 3 })).toBeDefined();
  }, 30_000);

  it('are to the bit what they are in this one with every source of randomness', async () => {
    pool ??= openPool({ handlers, slots: 2 });
    const folder = folderWith({
      'one.yaml': smallExperiment({
        posterior: '{ method: mean-field, epochs: 3 }',
        hardware: '{ device: pcm-ibm, array: { rows: 64, columns: 64 } }',
        transfer: '{ method: mean-field, limit: 2 }',
        sampling: '{ samples: 4 }',
        evaluate: '{ chips: 3 }',
      }),
    });
    const compared = async (out: string, job: Job, from: number) =>
      compareRun(await openComparison(join(folder, 'one.yaml'), { folder, out, stale: 'keep' }), job, from);
    const asked: string[] = [];
    const counted: Pool = {
      run: (task, job) => {
        asked.push(`${task.kind} ${task.id}`);
        return pool!.run(task, job);
      },
      close: async () => {},
    };
    const there = await compared('helped', jobOf({ pool: counted }), 0);
    expect(there).toEqual(await compared('alone', jobOf({ pool: counted }), Number.POSITIVE_INFINITY));
    const sources = there.sources.map(({ entropy }) => entropy);
    expect(sources).toContain('reprogram');
    expect(asked.toSorted()).toEqual(sources.flatMap(name => [1, 2].map(chip => `source ${name} ${chip}`)).toSorted());
  }, 30_000);

  it('are told to stop once one of them fails', async () => {
    const folder = folderWith({ 'one.yaml': smallExperiment({ ...quick, evaluate: '{ chips: 3, grid: 3 }' }) });
    const { run } = await openExperiment(join(folder, 'one.yaml'), { folder, out: 'run' });
    const stopped: string[] = [];
    let fail = () => {};
    const failing: Pool = {
      run: ({ id }, { signal }) =>
        new Promise((_, reject) => {
          if (id === 'hardware 1') fail = () => reject(new WorkError('the first chip is broken.'));
          else fail();
          signal.addEventListener('abort', () => {
            stopped.push(id);
            reject(signal.reason);
          });
        }),
      close: async () => {},
    };
    const elsewhere = measuredElsewhere(run, jobOf({ pool: failing }), 0)!;
    await expect(evaluate({ subject: run.subject }, jobOf(), { elsewhere })).rejects.toThrow(
      'the first chip is broken',
    );
    expect(stopped).toContain('hardware 2');
  });

  it('stay here where they take no longer than a process needs to begin', async () => {
    const folder = folderWith({ 'one.yaml': smallExperiment({ ...quick, evaluate: '{ chips: 2, grid: 3 }' }) });
    const { run } = await openExperiment(join(folder, 'one.yaml'), { folder, out: 'run' });
    const never: Pool = { run: () => Promise.reject(new Error('asked')), close: async () => {} };
    const elsewhere = measuredElsewhere(run, jobOf({ pool: never }), Number.POSITIVE_INFINITY)!;
    expect((await evaluate({ subject: run.subject }, jobOf(), { elsewhere })).evaluation.hardware.chips).toHaveLength(
      2,
    );
  });
});
