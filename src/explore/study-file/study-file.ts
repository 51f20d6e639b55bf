import { check, type Fault, faultsOf, InputError, parseYaml, within } from '../../base/index.ts';
import { type Experiment, type Fields, isRecord, parseExperiment, resolveExperiment } from '../../experiment/index.ts';
import { type StudyGiven, studySchema } from './schema.ts';
import { spaceOfVariables } from './variables.ts';

/** A study as it was read and checked by itself: plain data, every default filled. */
export interface StudyFile extends Omit<StudyGiven, 'experiment' | 'search'> {
  /** The file that says so, for faults. */
  readonly file: string;
  /** Where the experiment stands: a file, and the path in it. */
  readonly place: { readonly file: string; readonly path: readonly string[] };
  /** What designs are changes of, without variants, with rows to search on. */
  readonly experiment: Experiment;
}

/** What the command line says in the place of the file: the seed, and the pieces of work of the budget. */
export interface Instead {
  readonly seed?: number;
  readonly trials?: number;
}

/** Share of the training rows that designs are compared on, where nobody says. */
const usualSearch = 0.25;

/**
 * Reads a study from YAML or JSON text. `load` gives the text of an experiment file that it names. What the data decide, such
 * as whether a metric is of their task, is not looked at.
 */
export async function parseStudy(
  text: string,
  file: string,
  load: (path: string) => Promise<string>,
  { seed, trials }: Instead = {},
): Promise<StudyFile> {
  const value = parseYaml(text, file);
  if (!isRecord(value)) {
    throw new InputError({
      file,
      path: [],
      rule: "must hold fields such as 'experiment:' and 'variables:'",
      hint: 'see docs/explore.md',
    });
  }
  const { budget } = value;
  const instead = {
    ...(seed !== undefined && { seed }),
    ...(trials !== undefined && { budget: { ...(isRecord(budget) && budget), trials } }),
  };
  const given = check(studySchema, { ...value, ...instead }, file);
  const { search: _search, ...rest } = given;
  let experiment: Experiment | undefined;
  const faults = [
    ...(await faultsOf(async () => {
      experiment = await experimentOf(given, file, load);
    })),
    ...(await faultsOf(() => within(file, () => spaceOfVariables(given.variables)))),
  ];
  if (!experiment || faults.length > 0) throw new InputError(faults);
  const byPath = typeof given.experiment === 'string';
  const place = byPath ? { file: given.experiment as string, path: [] } : { file, path: ['experiment'] };
  return { ...rest, file, place, experiment };
}

async function experimentOf(
  { experiment: given, search }: StudyGiven,
  file: string,
  load: (path: string) => Promise<string>,
): Promise<Experiment> {
  const byPath = typeof given === 'string';
  const own = byPath ? given : file;
  const fields = byPath ? parseExperiment(await load(given), given) : given;
  const { variants: _variants, ...base } = fields;
  const resolve = () => resolveExperiment(corrected(base), own);
  const experiment = byPath ? resolve() : inside(resolve);
  const { data } = experiment;
  if (search !== undefined && data.search !== undefined && search !== data.search) {
    throw new InputError({
      file,
      path: ['search'],
      rule: `is ${search}, and data.search of the experiment ${data.search}`,
      hint: 'leave one of them out',
    });
  }
  return { ...experiment, data: { ...data, search: search ?? data.search ?? usualSearch } };
}

/** Designs of a study and its baselines have a temperature fitted alike, unless the experiment says how they are corrected. */
function corrected({ evaluate = {}, ...fields }: Fields): Fields {
  return { ...fields, evaluate: isRecord(evaluate) ? { calibration: 'temperature', ...evaluate } : evaluate };
}

/** Faults of fields that stand inside the study file. */
function inside<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.faults.map((fault): Fault => ({ ...fault, path: ['experiment', ...fault.path] })));
  }
}
