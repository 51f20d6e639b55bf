import { fileURLToPath } from 'node:url';
import type { Job } from '../base/index.ts';
import { useModule } from '../run/index.ts';
import type { Served } from '../workers/index.ts';
import { exploreStudy } from './explore-study.ts';
import { FolderWorkspace } from './folder-workspace.ts';
import { requestNamed } from './rooms/index.ts';
import { runExperiment } from './run-experiment.ts';
import { type Asked, askKind, type ExploreWork, exploreKind, type RunWork, runKind } from './tasks.ts';

// People's own records, which the address of this module names.
for (const url of new URL(import.meta.url).searchParams.getAll('use')) await useModule(fileURLToPath(url));

/** Answers a question of the page. */
async function answer({ folder, name, question }: Asked, job: Job): Promise<unknown> {
  const request = requestNamed(name);
  if (request.where !== 'away') throw new Error(`internal: ${name} is answered by the server itself`);
  return request.answer(request.schema.parse(question), { workspace: new FolderWorkspace(folder), job });
}

/** What the child processes of a studio do. */
const served: Served = {
  handlers: {
    [askKind]: (payload, job) => answer(payload as Asked, job),
    [exploreKind]: (payload, job) => exploreStudy(payload as ExploreWork, job),
    [runKind]: (payload, job) => runExperiment(payload as RunWork, job),
  },
};

export default served;
