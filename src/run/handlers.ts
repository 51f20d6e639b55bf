import { fileURLToPath } from 'node:url';
import { type ChainTask, chainKind, runChainTask } from '../bayes/index.ts';
import type { Served } from '../workers/index.ts';
import { wholeBuild } from './builds.ts';
import { runSourceTask, sourceKind } from './compare-run.ts';
import { designKind, runDesignTask } from './designs.ts';
import { runVariantsTask } from './evaluate-run.ts';
import { chipKind, runChipTask } from './measured-elsewhere.ts';
import { useModule } from './use-module.ts';
import { variantsKind } from './variants-side-by-side.ts';

// People's own records, which the address of this module names.
for (const url of new URL(import.meta.url).searchParams.getAll('use')) await useModule(fileURLToPath(url));

/** What child processes do. */
const served: Served = {
  handlers: {
    [chainKind]: (payload, job) => runChainTask(payload as ChainTask, job),
    [designKind]: runDesignTask,
    [chipKind]: runChipTask,
    [sourceKind]: runSourceTask,
    [variantsKind]: runVariantsTask,
  },
  build: wholeBuild,
};

export default served;
