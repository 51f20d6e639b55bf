import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { addressOf, InputError, insist, type Job } from '../base/index.ts';
import { fold, keyOf } from '../random/index.ts';
import { searchSamplers } from '../search/index.ts';
import { searchBaselines } from './baselines/search-baselines.ts';
import { confirmationOf } from './confirm/chosen.ts';
import { confirm } from './confirm/confirm-folder.ts';
import { checkValues } from './designs/check-values.ts';
import { designProblem } from './designs/design-problem.ts';
import { openSource, type PlacedStudy, type StudySource, writeSource } from './designs/study-folder.ts';
import { type Survey, surveyOf } from './designs/survey.ts';
import { type Explored, exploredOf, foundTogether } from './explored.ts';
import { openDatabase } from './machines/database.ts';
import { settingsIn } from './settings.ts';
import { study } from './study.ts';
import { parseStudy, type StudyFile } from './study-file/study-file.ts';
import { holdStudy } from './workplace.ts';

export interface ExploreOptions {
  /** Folder that relative paths on the command line start from. */
  readonly folder: string;
  /** The study's folder; `studies/<name>-<hash of the study>` by default. */
  readonly out?: string;
  /** Replace the study's seed, and the pieces of work of its budget. */
  readonly seed?: number;
  readonly trials?: number;
  /** Database whose workers do the work instead of processes of this machine. */
  readonly database?: string;
  /** Where trained posteriors are kept; in the study's folder by default. */
  readonly store?: StudySource['store'];
  readonly processes: number;
  /** Go on with a study that another build began. */
  readonly continued?: boolean;
  readonly job: Job;
  /** Hears what the space implies, before anything is trained. */
  readonly surveyed?: (survey: Survey) => void;
}

type SearchOptions = Omit<ExploreOptions, 'out' | 'seed' | 'trials' | 'store'>;

/** A study, and the folder that it has or will have. */
export interface StudyToSearch {
  readonly source: StudySource;
  readonly path: string;
}

/** Reads a study file. */
export async function readStudy(
  file: string,
  { folder, seed, trials, store, out }: Pick<ExploreOptions, 'folder' | 'seed' | 'trials' | 'store' | 'out'>,
): Promise<StudyToSearch> {
  const at = resolve(folder, file);
  const text = await readFile(at, 'utf8').catch(() => {
    throw new InputError(`${file}: cannot be read as a study; give the path of a YAML or JSON file.`);
  });
  let dataFolder = dirname(at);
  const load = async (path: string) => {
    const experiment = resolve(dirname(at), path);
    dataFolder = dirname(experiment);
    return readFile(experiment, 'utf8').catch(() => {
      throw new InputError({
        file,
        path: ['experiment'],
        rule: 'cannot be read',
        value: path,
        hint: 'give the path of a file from here, or fields',
      });
    });
  };
  const own = await parseStudy(text, file, load, { seed, trials });
  const path = resolve(folder, out ?? join('studies', `${own.name}-${addressOf(lasting(own)).slice(0, 6)}`));
  return { source: { study: own, dataFolder, store: store ?? { folder: join(path, 'trained') } }, path };
}

/** What makes a study another one: not how long it looks, nor what for, nor what it is compared with. */
function lasting(study: StudyFile): object {
  const { name, experiment, variables, fidelity, sampler, seed, window, order, first, halving } = study;
  return { name, experiment, variables, fidelity, sampler, seed, window, order, first, halving };
}

/** Refuses a folder that belongs to a run. */
async function checkFolder(path: string, folder: string): Promise<void> {
  const run = await stat(join(path, 'run.json')).catch(() => undefined);
  insist(!run, {
    path: ['--out'],
    rule: 'is the folder of a run',
    value: relative(folder, path) || '.',
    hint: 'name another folder for the study',
  });
}

/** Searches the study of a file until its budget is spent, or takes it up where it stopped. */
export const explore = async (file: string, options: ExploreOptions): Promise<Explored> =>
  searchStudy(await readStudy(file, options), options);

/** The same, of a study that has been read. */
export async function searchStudy({ source, path }: StudyToSearch, options: SearchOptions): Promise<Explored> {
  const { folder, database, surveyed = () => {} } = options;
  const key = keyOf(source.study.seed);
  await checkFolder(path, folder);
  if (database !== undefined) await (await openDatabase(database)).close();
  const designs = await openSource(source, path, opened => checkValues(fold(key, 'values'), opened));
  surveyed(await surveyOf(fold(key, 'survey'), designs));
  const lock = await holdStudy(path);
  try {
    return await searchPlaced({ folder: path, source, designs }, options);
  } finally {
    await lock.release();
  }
}

/** Searches a study and its baselines, and judges the best designs again. */
async function searchPlaced(
  placed: PlacedStudy,
  { processes, continued, database, job }: SearchOptions,
): Promise<Explored> {
  const { folder, source, designs } = placed;
  const problem = designProblem(designs);
  await writeSource(folder, problem.identity!, source);
  const { sampler } = source.study;
  const shared = database === undefined ? {} : { database: { address: database, study: basename(folder) } };
  const how = { processes, ...(continued && { continued }), ...shared };
  const { reference } = await study(moduleOf(folder, problem.identity!), {
    ...settingsIn(source.study),
    sampler: searchSamplers[sampler.name as keyof typeof searchSamplers],
    options: sampler.options,
    folder,
    loaded: problem,
    job,
    ...how,
  });
  await searchBaselines(placed, { ...how, job, reference });
  const { found, baselines } = await foundTogether(placed);
  const confirmation = confirmationOf(placed, found, baselines);
  if (confirmation.designs.length > 0) {
    await confirm(placed, confirmation, { ...how, job: job.named?.('confirm') ?? job });
  }
  return exploredOf(placed);
}

/** Child processes need the compiled files. */
const here = new URL(
  import.meta.url.endsWith('.js') ? './designs/study-module.js' : '../../dist/explore/designs/study-module.js',
  import.meta.url,
);

function moduleOf(folder: string, problem: string): URL {
  const url = new URL(here);
  url.searchParams.set('folder', folder);
  url.searchParams.set('problem', problem);
  return url;
}
