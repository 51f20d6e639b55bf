import { type Job, jobOf, sideBySide } from '../base/index.ts';
import type { Key } from '../random/index.ts';
import { CheckpointParts } from './checkpoint-parts.ts';
import type { ChainMethod } from './method.ts';
import { methods } from './methods/index.ts';
import type { Model } from './model.ts';
import type { SamplePosterior } from './posterior.ts';
import { Agreement } from './samplers/agreement.ts';
import { type Chain, runChain } from './samplers/chain.ts';
import { type ChainMethodOptions, chainKind, chainTask } from './samplers/chain-task.ts';
import { gatherChains } from './samplers/gather-chains.ts';

/**
 * The posterior of a method's chains: tasks of the job's pool where there is one, otherwise one after the other, with the
 * same draws. `model` has its prior around `point` where that is empirical. One that fails stops the others.
 */
export async function trainChains(
  key: Key,
  model: Model,
  options: ChainMethodOptions,
  point: Float32Array | undefined,
  job: Job,
): Promise<SamplePosterior> {
  const plan = (methods[options.method] as ChainMethod).plan(options);
  const parts = job.checkpoint && (await CheckpointParts.load(job.checkpoint, plan.chains));
  const fractions = new Float64Array(plan.chains);
  const agreement = new Agreement(plan.chains, plan.warmup);
  const jobOfChain = (index: number): Job => ({
    ...job,
    checkpoint: parts?.part(index),
    progress(fraction, note, points = []) {
      fractions[index] = fraction;
      const done = fractions.reduce((total, f) => total + f, 0) / plan.chains;
      const own = points.map(point => ({ ...point, line: `chain ${index + 1}` }));
      const together = agreement.with(index, points);
      job.progress(done, `chain ${index + 1} of ${plan.chains}: ${note ?? ''}`, [...own, ...together]);
    },
  });
  const chains: Chain[] = [];
  try {
    if (job.pool) {
      const { pool } = job;
      await sideBySide(plan.chains, job, async (index, { signal }) => {
        const task = { id: `${index + 1}`, kind: chainKind, payload: chainTask(key, model, options, index, point) };
        chains[index] = (await pool.run(task, jobOf({ ...jobOfChain(index), signal }))) as Chain;
        fractions[index] = 1;
      });
    } else {
      for (let index = 0; index < plan.chains; index++) {
        chains.push(await runChain(key, model, plan, index, jobOfChain(index)));
        fractions[index] = 1;
      }
    }
  } catch (error) {
    await parts?.flush();
    throw error;
  }
  job.progress(1);
  return gatherChains(options.method, model, chains);
}
