import { jobOf } from '../../src/base/index.ts';
import { type Experiment, type Fields, resolveExperiment } from '../../src/experiment/index.ts';
import {
  type Evaluated,
  evaluate,
  memoryStore,
  type Prepared,
  prepareExperiment,
  type Subject,
  subjectOf,
} from '../../src/pipeline/index.ts';
import { nodeFiles } from '../../src/run/files.ts';

/** An experiment with every default. */
export const experimentOf = (input: Fields): Experiment => resolveExperiment(input, 'test');

/** An experiment's data, and a store in memory. */
export const preparedOf = (input: Fields, folder = '.', store = memoryStore(1 << 28)): Promise<Prepared> =>
  prepareExperiment(experimentOf(input), { files: nodeFiles(folder), store });

/** An experiment ready to be evaluated in memory. */
export async function subjectFor(input: Fields, folder = '.'): Promise<Subject> {
  return subjectOf(experimentOf(input), await preparedOf(input, folder), jobOf());
}

/** An experiment evaluated in memory. */
export async function evaluatedFor(input: Fields, folder = '.'): Promise<Evaluated & { subject: Subject }> {
  const subject = await subjectFor(input, folder);
  return { ...(await evaluate({ subject }, jobOf())), subject };
}
