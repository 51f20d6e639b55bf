import { fileURLToPath } from 'node:url';
import { insist } from '../base/index.ts';
import { useModule } from '../run/index.ts';
import type { Served } from '../workers/index.ts';
import { ownCrew } from './crew.ts';
import type { Request } from './problem.ts';
import { buildOfModule, loadProblem } from './problem-module.ts';

// The address of this module names people's own records, the module of the problem, and what the problem is by those who sent the work.
const { searchParams } = new URL(import.meta.url);
for (const url of searchParams.getAll('use')) await useModule(fileURLToPath(url));
const module = new URL(searchParams.get('problem')!);
const identity = searchParams.get('identity');
const problem = await loadProblem(module);
insist(identity === null || problem.identity === identity, {
  path: [],
  rule: 'the data on this machine are not those that the study began with',
  hint: 'bring the same files here, or name their folder with --data',
});
const crew = ownCrew(problem);

/** What the child processes of a study do. */
const served: Served = {
  handlers: {
    request(payload, job) {
      job.progress(0);
      return crew.work(payload as Request, job);
    },
  },
  build: () => buildOfModule(module),
};

export default served;
