import type { Job } from '../base/index.ts';
import { openPlaced, readStudy, searchStudy, writeStudyReport } from '../explore/index.ts';
import { FolderWorkspace } from './folder-workspace.ts';
import { jobOfParts } from './parts.ts';
import type { ExploreWork } from './tasks.ts';

/** Searches a study, or takes it up where it was stopped, to its report, as `posterohm explore` does. */
export async function exploreStudy({ folder, file, study, continued }: ExploreWork, job: Job): Promise<void> {
  const workspace = new FolderWorkspace(folder);
  let place = study;
  const named = jobOfParts(job, () => place);
  named('prepare').progress(0);
  const { source, path } = study === undefined ? await readStudy(file!, { folder }) : await placed(workspace, study);
  place = workspace.within(path);
  await workspace.place(place);
  named('prepare').progress(1);
  named('explore').progress(0, 'looks at what the space implies');
  const explored = await searchStudy(
    { source, path },
    { folder, processes: job.threads, job: named('explore'), ...(continued && { continued }) },
  );
  named('report').progress(0);
  await writeStudyReport(explored, `posterohm ${file === undefined ? `study show ${study}` : `explore ${file}`}`);
  named('report').progress(1);
}

async function placed(workspace: FolderWorkspace, study: string) {
  const { source, folder } = await openPlaced(await workspace.place(study), study);
  return { source, path: folder };
}
