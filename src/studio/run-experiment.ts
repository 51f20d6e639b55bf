import type { Job } from '../base/index.ts';
import { evaluateRun, openDirectory, openExperiment, openProcesses, writeReport } from '../run/index.ts';
import { FolderWorkspace } from './folder-workspace.ts';
import { jobOfParts } from './parts.ts';
import type { RunWork } from './tasks.ts';

/** Runs an experiment, or what is missing of a run, to its report, as `posterohm run` and `posterohm evaluate` do. */
export async function runExperiment({ folder, file, directory, recompute }: RunWork, job: Job): Promise<void> {
  const workspace = new FolderWorkspace(folder);
  const pool = openProcesses(job.threads);
  let place: string | undefined;
  const named = jobOfParts({ ...job, ...(pool && { pool }) }, () => place);
  const options = { folder, job: named('prepare'), ...(recompute && { stale: 'recompute' as const }) };
  try {
    named('prepare').progress(0);
    const open =
      directory === undefined ? await openExperiment(file!, options) : await openDirectory(directory, options);
    place = workspace.within(open.run.directory.path);
    named('prepare').progress(1);
    const done = await evaluateRun(open, named);
    named('report').progress(0);
    await writeReport(done, `posterohm ${directory === undefined ? `run ${file}` : `evaluate ${directory}`}`);
    named('report').progress(1);
  } finally {
    await pool?.close();
  }
}
