import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { addressOf, InputError, type Job, jobOf, within } from '../base/index.ts';
import { checkParameters, encodePosterior, type Posterior } from '../bayes/index.ts';
import {
  type Experiment,
  type ExperimentInput,
  type Fields,
  parseExperiment,
  resolveExperiment,
  variantOf,
} from '../experiment/index.ts';
import {
  ablationOf,
  dataFilesOf,
  type Loaded,
  layered,
  memoryStore,
  nameOfEvaluation,
  prepareExperiment,
  type Store,
  type Subject,
  stageNamed,
  stages,
  subjectOf,
} from '../pipeline/index.ts';
import { buildOf } from './builds.ts';
import { DirectoryStore, type StageRecord, type Stale } from './directory-store.ts';
import { nodeFiles } from './files.ts';
import { removeLeftovers } from './leftovers.ts';
import { checkStudyFiles, checkStudyFolder } from './openings.ts';
import { checkRoom, machineRoom, type Room } from './room.ts';
import { folderOfSource, type RunRecord, readRunRecord, writeRunRecord } from './run-record.ts';
import { type Neighbour, runStore } from './run-store.ts';
import type { SharedStore } from './shared-store.ts';
import { variantFolders } from './variant-folder.ts';
import { versions } from './version.ts';
import { writeWhole } from './whole-file.ts';

/** One experiment in its directory; a variant also has the experiment that it varies. */
export interface Run {
  readonly subject: Subject;
  readonly directory: DirectoryStore;
  /** Where the deterministic twin's results are. */
  readonly twinDirectory: DirectoryStore;
  readonly variant?: { readonly name: string; readonly of: Subject };
  /** The folder of the study that its design was found in. */
  readonly study?: string;
  /** The folder of results that it shares with other runs. */
  readonly shared?: SharedStore;
}

/** A run and its variants, ready to compute. */
export interface OpenRun {
  readonly run: Run;
  readonly variants: ReadonlyArray<readonly [name: string, run: Run]>;
  /** Of a run that is looked at, results that another version of the code made, by name. */
  readonly older?: readonly string[];
}

export interface OpenOptions {
  /** Folder that relative paths on the command line start from. */
  readonly folder: string;
  /** Replaces the experiment's seed. */
  readonly seed?: number;
  /** Replaces the experiment's hardware.precision; a run directory is the experiment with this precision from then on. */
  readonly precision?: 'single' | 'bf16';
  /** Run directory; `runs/<name>-<hash of the experiment>` by default. */
  readonly out?: string;
  /** What to do with results of other versions; refuses them by default. */
  readonly stale?: Stale;
  /** A folder whose results many runs share. Not used where results of other versions are kept: what follows from them is not what its address says. */
  readonly shared?: SharedStore;
  /** What a run may take; all that the machine has free by default. */
  readonly room?: Room;
  readonly job?: Job;
  /** The run is open in another process, which this one helps: its room and its versions are checked, its records written. */
  readonly helping?: true;
  /** Completes what an experiment file leaves to the file of another tool. */
  readonly complete?: (input: Fields) => Fields;
  /** The run is looked at: nothing in its folder is written, and what is missing there is computed in memory. */
  readonly reading?: true;
  /** A posterior made elsewhere, in the place of training; asked for before anything is written. */
  readonly bring?: (subject: Subject) => Posterior;
}

/** Bytes of results that are kept in memory: some chips of a network of digits, each of which is read at all its times in turn. */
export const memoryForResults = 1 << 28;

/** Opens an experiment file for a run. The same experiment and seed open the same run directory. */
export async function openExperiment(file: string, options: OpenOptions): Promise<OpenRun> {
  const input = await readInput(file, options);
  return openFields(options.complete?.(input) ?? input, file, folderOf(file, options), options);
}

/** Opens the comparison of the parts of hardware-aware training for an experiment file. */
export async function openAblation(
  file: string,
  options: OpenOptions,
): Promise<OpenRun & { readonly parts: readonly string[] }> {
  const { variants: _variants, ...base } = await readInput(file, options);
  const ablation = ablationOf(base, await openSubject(file, options));
  return { ...(await openFields(ablation.input, file, folderOf(file, options), options)), parts: ablation.parts };
}

/** Opens an experiment file, without its variants, for a comparison of sources of randomness. */
export async function openComparison(file: string, options: OpenOptions): Promise<Run> {
  const { variants: _variants, ...base } = await readInput(file, options);
  return (await openFields(base, file, folderOf(file, options), options)).run;
}

/** Loads what an experiment file names, without a run directory. */
export async function openSubject(file: string, options: OpenOptions): Promise<Subject> {
  const { variants: _variants, ...given } = await readInput(file, options);
  const input = options.seed === undefined ? given : { ...given, seed: options.seed };
  const experiment = resolveExperiment(input, file);
  const { job = jobOf() } = options;
  return subjectOf(
    experiment,
    await prepared(file, undefined, experiment, folderOf(file, options), memoryStore(memoryForResults)),
    job,
  );
}

async function readInput(file: string, { folder }: OpenOptions): Promise<Fields> {
  const text = await readFile(resolve(folder, file), 'utf8').catch(() => {
    throw new InputError(`${file}: cannot be read as an experiment; give the path of a YAML or JSON file.`);
  });
  return parseExperiment(text, file);
}

const folderOf = (file: string, { folder }: OpenOptions): string => dirname(resolve(folder, file));

/** Prepares an experiment; what is wrong with one of its fields is said with the file that holds it. */
const prepared = (
  file: string,
  variant: string | undefined,
  experiment: Experiment,
  folder: string,
  store: Store,
  loaded?: Loaded,
) =>
  within(file, () =>
    within(variant === undefined ? [] : ['variants', variant], () =>
      prepareExperiment(experiment, { files: nodeFiles(folder), store, build: buildOf, loaded }),
    ),
  );

/** Opens an experiment given as fields; paths in it start from `dataFolder`. */
export const openInput = (
  given: ExperimentInput,
  file: string,
  dataFolder: string,
  options: OpenOptions,
): Promise<OpenRun> => openFields(given, file, dataFolder, options);

async function openFields(given: Fields, file: string, dataFolder: string, options: OpenOptions): Promise<OpenRun> {
  const { folder, seed, precision, out, bring } = options;
  const input = withPrecision(seed === undefined ? given : { ...given, seed }, precision);
  const experiment = resolveExperiment(input, file);
  const path = out ?? join('runs', `${experiment.name}-${addressOf(input).slice(0, 6)}`);
  const directory = new DirectoryStore(resolve(folder, path), staleOf(options));
  const record = await readRunRecord(directory.path);
  if (record && record.name !== experiment.name) {
    throw new InputError(
      `${path}: holds a run of '${record.name}', which '${experiment.name}' would replace; name another folder with --out.`,
    );
  }
  if (record?.variant !== undefined) {
    throw new InputError(
      `${path}: is the folder of the variant '${record.variant}' of a run; name another folder with --out.`,
    );
  }
  const trained = bring && (await directory.record('training'));
  if (trained && !trained.adopted) {
    throw new InputError(`${path}: holds a posterior that was trained there; name another folder with --out.`);
  }
  const from = resolve(folder, dataFolder);
  const source = { file, folder: from, fromRun: relative(directory.path, from) || '.', input };
  return assemble({ source, dataFolder: from, experiment, directory, options });
}

/** Opens a run directory made earlier, or the folder of one of its variants as that variant. */
export async function openDirectory(path: string, options: OpenOptions): Promise<OpenRun> {
  const directory = new DirectoryStore(resolve(options.folder, path), staleOf(options));
  const record = await readRunRecord(directory.path);
  if (!record) throw new InputError(`${path}: is not a run directory; make one with posterohm train EXPERIMENT.`);
  const dataFolder = await folderOfSource(record.source, directory.path);
  const source = { ...record.source, input: withPrecision(record.source.input, options.precision) };
  const experiment = resolveExperiment(source.input, source.file);
  if (record.variant === undefined) return assemble({ source, dataFolder, experiment, directory, options });
  const base = new DirectoryStore(resolve(directory.path, '../..'), staleOf(options));
  const folder = variantFolders(Object.keys(experiment.variants)).get(record.variant);
  if (folder === undefined || base.file(`variants/${folder}`) !== directory.path) {
    throw new InputError(
      `${path}: is the variant '${record.variant}' of a run whose directory is not around it; move the whole run directory, or run the experiment anew.`,
    );
  }
  const opened = await assemble({ source, dataFolder, experiment, directory: base, options, only: record.variant });
  return { run: opened.variants[0]![1], variants: [] };
}

interface Assembly {
  readonly source: RunRecord['source'];
  readonly dataFolder: string;
  readonly experiment: Experiment;
  readonly directory: DirectoryStore;
  readonly options: OpenOptions;
  /** The one variant that is wanted; nothing is written for the experiment itself then. */
  readonly only?: string;
}

/** Whoever only looks at a run takes what is there. */
const staleOf = ({ stale, reading }: OpenOptions): Stale | undefined => (reading ? 'look' : stale);

async function assemble({ source, dataFolder, experiment, directory, options, only }: Assembly): Promise<OpenRun> {
  const { file, input } = source;
  const { job = jobOf(), bring, helping, reading } = options;
  const stale = staleOf(options);
  const shared = stale === 'keep' ? undefined : options.shared;
  const study = experiment.study === undefined ? undefined : resolve(dataFolder, experiment.study);
  if (study !== undefined) {
    await within(file, () => within(['study'], () => checkStudyFolder(study)));
    const files = await dataFilesOf(experiment, nodeFiles(dataFolder));
    await within(file, () => checkStudyFiles(study, files));
  }
  const loaded: Loaded = new Map();
  const inMemory = memoryStore(memoryForResults);
  const { seed, name } = experiment;
  const records: (() => Promise<void>)[] = [];

  const begin = async (
    varied: Experiment,
    place: DirectoryStore,
    variant?: { readonly name: string; readonly of: Subject },
    neighbours: readonly Neighbour[] = [],
  ): Promise<Run> => {
    const twinDirectory = new DirectoryStore(place.file('deterministic'), stale);
    const own = !reading && (!only || variant?.name === only);
    const access = own ? 'write' : 'read';
    if (own && !helping)
      for (const folder of [place, twinDirectory].flatMap(({ folders }) => folders)) await removeLeftovers(folder);
    const behind = shared?.usedBy(place.path);
    const store = layered(inMemory, runStore(place, neighbours, behind, access));
    const ready = await prepared(file, variant?.name, varied, dataFolder, store, loaded);
    const near: Neighbour[] = [];
    const twinStore = layered(inMemory, runStore(twinDirectory, near, behind, access));
    const subject = subjectOf(varied, ready, job, { twinStore, variant: variant?.name });
    near.push({ directory: place, recipe: recipeOf(subject.own) }, ...neighbours);
    if (own) {
      records.push(async () => {
        await writeRunRecord(place, {
          name,
          ...(variant && { variant: variant.name }),
          seed,
          versions: versions(),
          source: { ...source, folder: dataFolder, fromRun: relative(place.path, dataFolder) || '.' },
        });
        await writeWhole(place.file('experiment.yaml'), stringify(varied));
      });
    }
    return {
      subject,
      directory: place,
      twinDirectory,
      ...(study !== undefined && { study }),
      ...(variant && { variant }),
      ...(shared && { shared }),
    };
  };

  if (bring) {
    const subject = subjectOf(
      experiment,
      await prepared(file, undefined, experiment, dataFolder, inMemory, loaded),
      job,
    );
    await adopt(subject, directory, bring(subject));
  }
  const run = await begin(experiment, directory);
  const neighbours: Neighbour[] = [
    { directory, recipe: recipeOf(run.subject.own) },
    { directory: run.twinDirectory, recipe: recipeOf(run.subject.twin) },
  ];
  const folders = variantFolders(Object.keys(experiment.variants));
  const variants: Array<readonly [string, Run]> = [];
  for (const name of only ? [only] : Object.keys(experiment.variants)) {
    const own = variantOf(experiment, input, name, file);
    const place = new DirectoryStore(directory.file(`variants/${folders.get(name)}`), stale);
    const variant = { name, of: run.subject };
    variants.push([name, await begin(own, place, variant, neighbours)]);
  }
  const opened = { run, variants };
  if (helping) return opened;
  if (reading) return { ...opened, older: (await staleResults(opened)).map(({ label }) => label) };
  await within(file, () =>
    checkRoom(only ? [variants[0]![1]] : [run, ...variants.map(([, one]) => one)], options.room ?? machineRoom),
  );
  const found = stale === 'recompute' ? [] : await staleResults(opened);
  if (stale === 'keep') for (const { place, record } of found) await place.takeAsIs(record);
  else if (found.length > 0) refuseStale(found, directory);
  for (const write of records) await write();
  return opened;
}

/** Recipes of the stages of a pipeline, by name. */
const recipeOf =
  (pipeline: Subject['own']): Neighbour['recipe'] =>
  async (stage, at) =>
    (await pipeline.recipe(stageNamed(stage as keyof typeof stages), at)).recipe;

/** Puts a posterior made elsewhere in the place of training. */
async function adopt(subject: Subject, directory: DirectoryStore, posterior: Posterior): Promise<void> {
  checkParameters(posterior, subject.model.network.parameters, 'posterior');
  const named = { stage: 'training', at: {}, address: 'by hand', recipe: 'by hand' };
  await directory.keep(named, { 'posterior.safetensors': encodePosterior(posterior) }, 0, { adopted: true });
}

interface OldResult {
  readonly place: DirectoryStore;
  readonly record: StageRecord;
  readonly label: string;
}

/** Results that another version made of the same design, and that nobody chose to keep. */
async function staleResults({ run, variants }: OpenRun): Promise<OldResult[]> {
  const stale: OldResult[] = [];
  for (const { subject, directory, twinDirectory, variant } of [run, ...variants.map(([, one]) => one)]) {
    const places = [
      [directory, subject.own, variant?.name ?? ''],
      [twinDirectory, subject.twin, [variant?.name, 'deterministic'].filter(Boolean).join(', ')],
    ] as const;
    for (const [place, pipeline, where] of places) {
      for (const record of await place.records()) {
        const { stage, at, kept } = record;
        if (kept || record.adopted || !(stage === 'evaluation' || stage in stages)) continue;
        const names =
          stage === 'evaluation'
            ? await nameOfEvaluation({ subject, base: variant?.of })
            : await pipeline.names(stageNamed(stage as keyof typeof stages), at);
        if (names.recipe !== record.recipe || names.address === record.address) continue;
        const label = [stage, ...(at.chip === undefined ? [] : [at.chip])].join(' ');
        stale.push({ place, record, label: where ? `${label} (${where})` : label });
      }
    }
  }
  return stale;
}

function refuseStale(stale: readonly OldResult[], { path }: DirectoryStore): never {
  const labels = stale.map(({ label }) => label);
  const shown = labels.length > 8 ? [...labels.slice(0, 8), `${labels.length - 8} more`] : labels;
  throw new InputError(
    `${relative('', path) || '.'}: holds results of another version of the code or of other kernels: ${shown.join(', ')}; make them anew with --recompute, or take them as they are with --keep.`,
  );
}

/** The experiment with another precision, where one is named; a hardware section without fields is the schema's to refuse. */
function withPrecision(input: Fields, precision: OpenOptions['precision']): Fields {
  const { hardware = {} } = input;
  if (precision === undefined || typeof hardware !== 'object') return input;
  return { ...input, hardware: { ...hardware, precision } };
}
