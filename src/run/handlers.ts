import { type ChainTask, chainKind, runChainTask } from '../bayes/index.ts';
import type { Served } from '../work/index.ts';
import { wholeBuild } from './builds.ts';
import { designKind, runDesignTask } from './designs.ts';

/** What child processes do. */
const served: Served = {
  handlers: {
    [chainKind]: (payload, job) => runChainTask(payload as ChainTask, job),
    [designKind]: runDesignTask,
  },
  build: wholeBuild,
};

export default served;
