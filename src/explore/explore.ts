import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { addressOf, InputError, type Job } from '../base/index.ts';
import { fold, keyOf } from '../random/index.ts';
import { openingsOf, writeWhole } from '../run/index.ts';
import { searchSamplers } from '../search/index.ts';
import { chosenOf } from './confirm/chosen.ts';
import { confirm } from './confirm/confirm-folder.ts';
import { type ConfirmedDesign, confirmedDesigns } from './confirm/confirmed.ts';
import { kneeOf } from './confirm/knee.ts';
import { answerOf, type StudyAnswer } from './designs/answer.ts';
import { checkValues } from './designs/check-values.ts';
import { designProblem } from './designs/design-problem.ts';
import { exportedExperiment, exportedText } from './designs/exported.ts';
import type { Designs } from './designs/open-designs.ts';
import { openSource, type StudySource, writeSource } from './designs/study-folder.ts';
import { type Survey, surveyOf } from './designs/survey.ts';
import type { Found } from './found.ts';
import { readRecord } from './record.ts';
import { recordName, study } from './study.ts';
import { parseStudy } from './study-file/study-file.ts';

export interface ExploreOptions {
  /** Folder that relative paths on the command line start from. */
  readonly folder: string;
  /** The study's folder; `studies/<name>-<hash of the study>` by default. */
  readonly out?: string;
  /** Replaces the study's seed. */
  readonly seed?: number;
  /** Where trained posteriors are kept; in the study's folder by default. */
  readonly store?: StudySource['store'];
  readonly processes: number;
  /** Go on with a study that another build began. */
  readonly continued?: boolean;
  readonly job: Job;
  /** Hears what the space implies, before anything is trained. */
  readonly surveyed?: (survey: Survey) => void;
}

/** A study that has been searched. */
export interface Explored {
  readonly folder: string;
  readonly designs: Designs;
  readonly found: Found;
  readonly answer: StudyAnswer;
}

/** Reads a study file. */
export async function readStudy(
  file: string,
  { folder, seed, store, out }: ExploreOptions,
): Promise<{ source: StudySource; path: string }> {
  const at = resolve(folder, file);
  const text = await readFile(at, 'utf8').catch(() => {
    throw new InputError(`${file}: cannot be read as a study; give the path of a YAML or JSON file.`);
  });
  let dataFolder = dirname(at);
  const given = await parseStudy(text, file, async path => {
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
  });
  const own = seed === undefined ? given : { ...given, seed };
  const path = resolve(
    folder,
    out ?? join('studies', `${own.name}-${addressOf({ ...own, file: '', place: '' }).slice(0, 6)}`),
  );
  return { source: { study: own, dataFolder, store: store ?? { folder: join(path, 'trained') } }, path };
}

/** Searches a study until its budget is spent, or takes it up where it stopped. */
export async function explore(file: string, options: ExploreOptions): Promise<Explored> {
  const { processes, continued, job, surveyed = () => {} } = options;
  const { source, path } = await readStudy(file, options);
  const key = keyOf(source.study.seed);
  const designs = await openSource(source, path);
  checkValues(fold(key, 'values'), designs);
  surveyed(await surveyOf(fold(key, 'survey'), designs));
  const problem = designProblem(designs);
  await writeSource(path, problem.identity!, source);
  const { sampler, name, seed, window, order, first, halving, budget } = source.study;
  const found = await study(moduleOf(path, problem.identity!), {
    sampler: searchSamplers[sampler.name as keyof typeof searchSamplers],
    options: sampler.options,
    name,
    seed,
    window,
    order,
    first,
    halving,
    budget,
    folder: path,
    processes,
    job,
    ...(continued && { continued }),
  });
  const confirmed = await confirmFront(path, source, designs, found, options);
  const answer = await writeAnswer(path, source, designs, found, kneeOf(confirmed, problem.objectives));
  const [events, openings] = [await readRecord(join(path, recordName)), await openingsOf(path)];
  const { objectives } = problem;
  const whole = { name, objectives, found, events, confirmed, openings: openings.length, answer };
  return { folder: path, designs, found, answer: answerOf(whole) };
}

/** Writes the design that is the answer as an experiment into the study's folder. */
async function writeAnswer(
  path: string,
  source: StudySource,
  designs: Designs,
  { trials }: Found,
  trial: number | undefined,
): Promise<StudyAnswer['answer']> {
  if (trial === undefined) return null;
  const experiment = join(path, 'answer.yaml');
  const { point } = trials[trial]!;
  await writeWhole(experiment, exportedText(await exportedExperiment(designs, source, path, { trial, point }, path)));
  return { trial, experiment };
}

/** Judges the front again on what no search has seen. */
async function confirmFront(
  path: string,
  source: StudySource,
  designs: Designs,
  found: Found,
  { processes, job, continued }: ExploreOptions,
): Promise<ConfirmedDesign[]> {
  const { confirm: wanted, seed } = source.study;
  const { objectives } = designProblem(designs);
  const chosen = chosenOf(found, objectives, wanted.designs);
  if (chosen.length === 0) return [];
  const confirmation = {
    designs: chosen.map(({ number, point }) => ({ trial: number, point })),
    chips: wanted.chips,
    trainings: wanted.trainings,
  };
  const how = { processes, job: job.named?.('confirm') ?? job, ...(continued && { continued }) };
  const trials = await confirm(path, source, designs, confirmation, how);
  return confirmedDesigns(fold(keyOf(seed), 'confirmed'), designs.goals, trials, (trial, objective) => {
    const { values, errors } = found.trials[trial]!;
    return { value: values[objective]!, error: errors[objective]! };
  });
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
