import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError, parseBytes } from '../base/index.ts';
import {
  evaluateRun,
  type OpenOptions,
  type OpenRun,
  openComparison,
  openDirectory,
  openExperiment,
  openShared,
  type Run,
  type SharedStore,
  summarise,
  writeReport,
} from '../run/index.ts';
import { summaryText } from './summary-text.ts';
import type { Answer, Option, Shell, Verb } from './verb.ts';

type Precision = OpenOptions['precision'];

/** The option of verbs that compute with chips. */
export const precisionOption: Option = {
  flags: '--precision <name>',
  summary: 'how sums on chips are computed, instead of as the experiment says: single, or bf16 for bfloat16 operands',
};

/** The precision that the command line names. */
export function precisionOf({ precision }: Parameters<Verb['run']>[1]): Precision {
  if (precision === undefined || precision === 'single' || precision === 'bf16') return precision;
  throw new InputError({
    path: ['--precision'],
    rule: "must be 'single' or 'bf16'",
    value: precision,
    hint: "leave it out for the experiment's own",
  });
}

/** Options of verbs that compute with results made earlier. */
export const staleOptions: readonly Option[] = [
  { flags: '--recompute', summary: 'make anew what another version of the code made of the same experiment' },
  { flags: '--keep', summary: 'take what another version made as it is; the output says so' },
];

/** The option of verbs that read experiments. */
export const useOption: Option = {
  flags: '--use <module>',
  summary: 'a JavaScript module of your own devices, entropySources, transferMethods, compensations or metrics',
};

/** Options of verbs that compute what other runs may have computed. */
export const storeOptions: readonly Option[] = [
  {
    flags: '--store <folder>',
    summary: 'a folder whose results many runs share; that of POSTEROHM_STORE by default, else none',
  },
  { flags: '--store-limit <bytes>', summary: 'what it may hold, such as 20GB (default); the least recently used goes' },
];

/** The folder of shared results that the command line or else the environment names, or the usual one if there is any, and what it may hold. */
export function storeOf(
  { folder }: Shell,
  { store: named, storeLimit }: Parameters<Verb['run']>[1],
  usual?: string,
): { readonly folder: string; readonly limit?: number } | undefined {
  const store = named || process.env.POSTEROHM_STORE || usual;
  if (!store) {
    if (storeLimit === undefined) return undefined;
    throw new InputError({
      path: ['--store-limit'],
      rule: 'limits a store, and none is named',
      hint: 'add --store FOLDER or leave it out',
    });
  }
  const limit = storeLimit === undefined ? undefined : parseBytes(String(storeLimit), '--store-limit');
  return { folder: resolve(folder, String(store)), ...(limit !== undefined && { limit }) };
}

function sharedStore(shell: Shell, options: Parameters<Verb['run']>[1]): SharedStore | undefined {
  const store = storeOf(shell, options);
  return store && openShared(store.folder, { ...store, remark: shell.say });
}

/** What opens experiments and run directories under this shell. */
export function openOptions(shell: Shell, options: Parameters<Verb['run']>[1] = {}): OpenOptions {
  const { folder, seed, out } = shell;
  if (options.recompute && options.keep) {
    throw new InputError('--recompute and --keep: exclude each other; give one of them.');
  }
  const stale = options.recompute ? 'recompute' : options.keep ? 'keep' : 'refuse';
  const shared = sharedStore(shell, options);
  return { folder, seed, precision: precisionOf(options), out, stale, shared, job: shell.job('prepare') };
}

/** Opens an experiment file for a run. */
export const openFor = (file: string, shell: Shell, options: Parameters<Verb['run']>[1]): Promise<OpenRun> =>
  openExperiment(file, openOptions(shell, options));

/** Opens a run directory; it has its seed and place already. */
export async function openAgain(path: string, shell: Shell, options: Parameters<Verb['run']>[1]): Promise<OpenRun> {
  const found = await stat(resolve(shell.folder, path)).catch(() => undefined);
  if (found?.isFile()) {
    throw new InputError(
      `${path}: is a file, where a run directory is expected; if it is an experiment, make one with posterohm train ${path} --out ${shell.out ?? 'DIR'} and name that.`,
    );
  }
  for (const [flag, value] of [
    ['--seed', shell.seed],
    ['--out', shell.out],
  ] as const) {
    if (value !== undefined) {
      throw new InputError(
        `${flag}: a run directory keeps its own, got ${value}; leave it out or run the experiment anew.`,
      );
    }
  }
  return openDirectory(path, openOptions(shell, options));
}

/** Opens an experiment file, without its variants, or a run directory for what is asked of one design. */
export async function openOne(path: string, shell: Shell, options: Parameters<Verb['run']>[1]): Promise<Run> {
  const found = await stat(resolve(shell.folder, path)).catch(() => undefined);
  if (found?.isDirectory()) return (await openAgain(path, shell, options)).run;
  return openComparison(path, openOptions(shell, options));
}

/** Runs what is missing, writes the report, and answers with the summary. */
export async function finish(open: OpenRun, shell: Shell): Promise<Answer> {
  const done = await evaluateRun(open, shell.job);
  const summary = await summarise(done);
  const report = await writeReport(done, shell.command);
  return { document: { ...summary }, text: summaryText(summary, report) };
}
