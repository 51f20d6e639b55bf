import type { Served } from '../workers/index.ts';
import { ownCrew } from './crew.ts';
import type { Request } from './problem.ts';
import { buildOfModule, loadProblem } from './problem-module.ts';

/** The module of the problem, which the address of this one names. */
const module = new URL(new URL(import.meta.url).searchParams.get('problem')!);
const crew = ownCrew(await loadProblem(module));

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
