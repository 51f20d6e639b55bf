import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Job, jobOf, type Pool, WorkError } from '../../src/base/index.ts';
import { evaluateRun, openExperiment } from '../../src/run/index.ts';
import { openPool } from '../../src/workers/index.ts';
import { folderWith, smallExperiment } from '../cli/shell.ts';

const handlers = new URL('../../dist/run/handlers.js', import.meta.url);

const tied = 'posterior: { method: mean-field, epochs: 3 }';
const input = smallExperiment({
  posterior: '{ method: map, epochs: 2 }',
  transfer: '{ method: deterministic, limit: 2 }',
  evaluate: '{ chips: 2, grid: 3 }',
  variants: `
  wide: { transfer: { limit: 3 } }
  gaussian: { ${tied}, transfer: { method: mean-field, limit: 2 } }
  narrow: { transfer: { limit: 1 } }
  gaussian again: { ${tied}, transfer: { method: mean-field, limit: 3 } }`,
});

/** A pool that keeps what it is asked for. */
function counted(pool: Pool): Pool & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    run: (task, job) => {
      asked.push(`${task.kind} ${task.id}`);
      return pool.run(task, job);
    },
    close: async () => {},
  };
}

/** Files of results in a run directory by name, without records, which have times and builds in them. */
function filesOf(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const results = names.filter(
    name => /\.(npz|safetensors|parquet|csv|json)$/.test(name) && !/(^|\/)(stages\/.*|run\.json)$/.test(name),
  );
  return new Map(results.sort().map(name => [name, readFileSync(join(folder, name))]));
}

describe('variants evaluated side by side', () => {
  let pool: Pool | undefined;
  afterAll(() => pool?.close());

  it('leave the files and figures of a run without processes, those that share results together, all trained here', async () => {
    pool = openPool({ handlers, slots: 2 });
    const folder = folderWith({ 'one.yaml': input });
    const ended: string[] = [];
    const evaluated = async (out: string, job: Partial<Job>) => {
      // Processes run the compiled files, whose builds are others than those of the sources that run here.
      const open = await openExperiment(join(folder, 'one.yaml'), { folder, out, stale: 'keep' });
      const named = (label: string): Job =>
        jobOf({
          ...job,
          named,
          progress: fraction => void (fraction >= 1 && ended.push(label)),
        });
      return evaluateRun(open, named);
    };
    const asking = counted(pool);
    const there = await evaluated('helped', { pool: asking, threads: 2 });
    // The first are evaluated here, the last elsewhere; who has the one between is a matter of time.
    expect(asking.asked[0]).toBe('variants gaussian, gaussian again');
    expect(asking.asked).not.toContain('variants wide');
    expect(new Set(ended.filter(label => /gaussian.*training/.test(label)))).toEqual(new Set(['gaussian: training']));
    expect(ended.filter(label => label === 'variants')).toHaveLength(1);
    const here = await evaluated('alone', {});
    const told = ({ variants }: typeof here) => variants.map(({ name, evaluated }) => [name, evaluated]);
    expect(told(there)).toEqual(told(here));
    const [helped, alone] = ['helped', 'alone'].map(out => filesOf(join(folder, out)));
    expect([...helped!.keys()]).toEqual([...alone!.keys()]);
    for (const [name, bytes] of helped!) expect(bytes.equals(alone!.get(name)!), name).toBe(true);
  }, 60_000);

  it('are told to stop once one of them fails, whose error is the one that people see', async () => {
    const folder = folderWith({ 'one.yaml': input });
    const stopped: string[] = [];
    const failing: Pool = {
      run: ({ id }, { signal }) =>
        new Promise((_, reject) => {
          if (id === 'narrow') setTimeout(() => reject(new WorkError('narrow is broken.')), 10);
          signal.addEventListener('abort', () => {
            stopped.push(id);
            reject(signal.reason);
          });
        }),
      close: async () => {},
    };
    const open = await openExperiment(join(folder, 'one.yaml'), { folder, out: 'run' });
    await expect(evaluateRun(open, () => jobOf({ pool: failing, threads: 3 }))).rejects.toThrow('narrow is broken.');
    expect(stopped).toContain('gaussian, gaussian again');
  });
});
