import { join, relative } from 'node:path';
import type { Job } from '../../base/index.ts';
import { searchSamplers } from '../../search/index.ts';
import { designProblem } from '../designs/design-problem.ts';
import type { PlacedStudy } from '../designs/study-folder.ts';
import type { StudyEvent } from '../events.ts';
import type { Found } from '../found.ts';
import type { SharedStudy } from '../machines/database-workplace.ts';
import { readRecord, recordName } from '../record.ts';
import { replay } from '../replay.ts';
import { type Budget, settingsIn } from '../settings.ts';
import type { Study, StudyState } from '../state.ts';
import { study } from '../study.ts';
import type { BaselineName } from './baseline.ts';
import { baselineProblem } from './baseline-problem.ts';

/** What a search of a baseline has found. */
export interface BaselineFound {
  readonly name: BaselineName;
  readonly found: Found;
  readonly events: readonly StudyEvent[];
}

/** A search of a baseline as its record says, and where it stands. */
export interface BaselineSearched extends Pick<BaselineFound, 'name' | 'events'> {
  readonly own: Study;
  readonly state: StudyState;
}

const folderOf = (folder: string, name: BaselineName): string => join(folder, 'baselines', name.replaceAll(' ', '-'));

export interface HowSearched {
  readonly processes: number;
  readonly job: Job;
  /** What hypervolumes are told below, by objective: the study's. */
  readonly reference: Found['reference'];
  readonly continued?: boolean;
  /** The study in a database whose workers do the work. */
  readonly database?: SharedStudy;
}

/** Searches every baseline of a study by the study's own sampler, or takes its search up, each with a record in a folder of its own. */
export async function searchBaselines(placed: PlacedStudy, { job, ...how }: HowSearched): Promise<void> {
  const { folder, source, designs } = placed;
  const { sampler, name, baselines, budget } = source.study;
  for (const baseline of baselines.of) {
    const own = folderOf(folder, baseline);
    await study(moduleOf(folder, designProblem(designs).identity!, baseline), {
      ...settingsIn(source.study),
      sampler: searchSamplers[sampler.name as keyof typeof searchSamplers],
      options: sampler.options,
      name: `${name}, ${baseline}`,
      first: [],
      budget: sharedOf(budget, baselines.share),
      folder: own,
      loaded: baselineProblem(designs, baseline),
      job: job.named?.(baseline) ?? job,
      ...how,
      ...(how.database && { database: { ...how.database, study: `${how.database.study}/${relative(folder, own)}` } }),
    });
  }
}

/** A share of a budget; whole numbers of it are at least 1. */
export function sharedOf({ trials, trainings, time, still }: Budget, share: number): Budget {
  return {
    ...(trials !== undefined && { trials: Math.ceil(share * trials) }),
    ...(trainings !== undefined && { trainings: Math.ceil(share * trainings) }),
    ...(time !== undefined && { time: share * time }),
    ...(still && { still }),
  };
}

/** The searches of a study's baselines, as far as they are. */
export async function readBaselines({ folder, source, designs }: PlacedStudy): Promise<BaselineSearched[]> {
  const searched: BaselineSearched[] = [];
  for (const name of source.study.baselines.of) {
    const file = join(folderOf(folder, name), recordName);
    const events = await readRecord(file);
    const [header] = events;
    if (header?.event !== 'study') continue;
    const { settings } = header;
    const sampler = searchSamplers[settings.sampler.name as keyof typeof searchSamplers];
    const own = { problem: baselineProblem(designs, name), sampler, settings };
    searched.push({ name, events, own, state: replay(own, events, relative('', file)) });
  }
  return searched;
}

/** Child processes need the compiled files. */
const compiled = import.meta.url.endsWith('.js');
const module = new URL(
  compiled ? './baseline-module.js' : '../../../dist/explore/baselines/baseline-module.js',
  import.meta.url,
);

function moduleOf(folder: string, problem: string, baseline: BaselineName): URL {
  const url = new URL(module);
  url.searchParams.set('folder', folder);
  url.searchParams.set('problem', problem);
  url.searchParams.set('baseline', baseline);
  return url;
}
