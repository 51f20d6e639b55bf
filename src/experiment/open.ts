import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { InputError, within } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import { kernels } from '../kernels/index.ts';
import { ablationOf } from './ablation.ts';
import { type ExperimentInput, parseExperiment, resolveExperiment, variantOf } from './parse.ts';
import { adopted, Run } from './run.ts';
import { fingerprint, folderOfSource, RunDirectory, type RunRecord } from './run-directory.ts';
import type { Experiment } from './schema.ts';
import { prepare, type Setting } from './setting.ts';
import { version } from './version.ts';
import type { Watch } from './watch.ts';

/** A run and its variants, ready to compute. */
export interface OpenRun {
  readonly run: Run;
  readonly variants: ReadonlyArray<readonly [name: string, run: Run]>;
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
  readonly watch: Watch;
  /** A posterior made elsewhere, in the place of training; asked for before anything is written. */
  readonly bring?: (setting: Setting) => Posterior;
}

/** Opens an experiment file for a run. The same experiment and seed open the same run directory. */
export async function openExperiment(file: string, options: OpenOptions): Promise<OpenRun> {
  return openInput(await readInput(file, options), file, folderOf(file, options), options);
}

/** Opens the comparison of the parts of hardware-aware training for an experiment file. */
export async function openAblation(
  file: string,
  options: OpenOptions,
): Promise<OpenRun & { readonly parts: readonly string[] }> {
  const input = await readInput(file, options);
  const folder = folderOf(file, options);
  const { variants: _variants, ...base } = input;
  const ablation = ablationOf(base, await prepareFrom(file, resolveExperiment(base, file), folder));
  return { ...(await openInput(ablation.input, file, folder, options)), parts: ablation.parts };
}

/** Loads what an experiment file names, without a run directory. */
export async function openSetting(file: string, options: OpenOptions): Promise<Setting> {
  const given = await readInput(file, options);
  const input = options.seed === undefined ? given : { ...given, seed: options.seed };
  return prepareFrom(file, resolveExperiment(input, file), folderOf(file, options));
}

async function readInput(file: string, { folder }: OpenOptions): Promise<ExperimentInput> {
  const text = await readFile(resolve(folder, file), 'utf8').catch(() => {
    throw new InputError(`${file}: cannot be read as an experiment; give the path of a YAML or JSON file.`);
  });
  return parseExperiment(text, file);
}

/** Prepares an experiment; what is wrong with one of its fields is said with the file that holds it. */
const prepareFrom = (file: string, experiment: Experiment, folder: string): Promise<Setting> =>
  within(file, () => prepare(experiment, folder));

const folderOf = (file: string, { folder }: OpenOptions): string => dirname(resolve(folder, file));

/** Opens an experiment given as fields; paths in it start from `dataFolder`. */
export async function openInput(
  given: ExperimentInput,
  file: string,
  dataFolder: string,
  { folder, seed, precision, out, watch, bring }: OpenOptions,
): Promise<OpenRun> {
  const input = withPrecision(seed === undefined ? given : { ...given, seed }, precision);
  const experiment = resolveExperiment(input, file);
  const path = out ?? join('runs', `${experiment.name}-${fingerprint(input).slice(0, 6)}`);
  const directory = new RunDirectory(resolve(folder, path));
  const record = await directory.record();
  if (record && record.name !== experiment.name) {
    throw new InputError(
      `${path}: holds a run of '${record.name}', which '${experiment.name}' would replace; name another folder with --out.`,
    );
  }
  const trained = bring && record?.stages.train;
  if (trained && trained.inputs !== adopted) {
    throw new InputError(`${path}: holds a posterior that was trained there; name another folder with --out.`);
  }
  return assemble(file, resolve(folder, dataFolder), input, directory, watch, bring);
}

/** Opens a run directory made earlier. */
export async function openDirectory(path: string, { folder, precision, watch }: OpenOptions): Promise<OpenRun> {
  const directory = new RunDirectory(resolve(folder, path));
  const record = await directory.record();
  if (!record) throw new InputError(`${path}: is not a run directory; make one with posterohm train EXPERIMENT.`);
  const { source } = record;
  const dataFolder = await folderOfSource(source, directory);
  return assemble(source.file, dataFolder, withPrecision(source.input, precision), directory, watch);
}

async function assemble(
  file: string,
  folder: string,
  input: ExperimentInput,
  directory: RunDirectory,
  watch: Watch,
  bring?: OpenOptions['bring'],
): Promise<OpenRun> {
  const source = { file, folder, fromRun: relative(directory.path, folder) || '.', input };
  const experiment = resolveExperiment(input, file);
  const prepared = await prepareFrom(file, experiment, folder);
  const brought = bring?.(prepared);
  const run = await begin(prepared, source, directory, watch);
  if (brought) await run.adopt(brought);
  const variants: Array<readonly [string, Run]> = [];
  for (const name of Object.keys(experiment.variants)) {
    const variant = variantOf(experiment, input, name, file);
    const setting = await within(file, () => within(['variants', name], () => prepare(variant, folder)));
    variants.push([name, await begin(setting, source, directory.variant(name), watch, name, run)]);
  }
  return { run, variants };
}

async function begin(
  setting: Setting,
  source: RunRecord['source'],
  directory: RunDirectory,
  watch: Watch,
  label?: string,
  base?: Run,
): Promise<Run> {
  const { name, seed } = setting.experiment;
  const versions = {
    posterohm: version,
    node: process.versions.node,
    kernels: `${kernels().name}, ${kernels().detail}`,
  };
  await directory.begin({ name, seed, versions, source });
  await directory.write('experiment.yaml', stringify(setting.experiment));
  return new Run(setting, directory, watch, label, base);
}

/** The experiment with another precision, where one is named; a hardware section without fields is the schema's to refuse. */
function withPrecision(input: ExperimentInput, precision: OpenOptions['precision']): ExperimentInput {
  const { hardware = {} } = input;
  if (precision === undefined || typeof hardware !== 'object') return input;
  return { ...input, hardware: { ...hardware, precision } };
}
