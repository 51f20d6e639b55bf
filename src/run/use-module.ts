import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError, suggest, within } from '../base/index.ts';
import { type Device, registerDevice } from '../device/index.ts';
import { type EntropySource, registerEntropySource } from '../inference/index.ts';
import {
  type Compensation,
  registerCompensation,
  registerTransferMethod,
  type TransferMethod,
} from '../transfer/index.ts';
import { type Metric, registerMetric } from '../uncertainty/index.ts';
import { type Kind, noteModule } from './builds.ts';
import { whyUnreadable } from './files.ts';

/** What joins the registries, which say what a record lacks, by what a module exports: lists of records, or records of them. */
const kinds: Readonly<Record<Kind, (record: unknown) => void>> = {
  devices: record => registerDevice(record as Device),
  entropySources: record => registerEntropySource(record as EntropySource),
  transferMethods: record => registerTransferMethod(record as TransferMethod),
  compensations: record => registerCompensation(record as Compensation),
  metrics: record => registerMetric(record as Metric),
};

const used = new Set<string>();

/** The modules that were added, for other processes to add. */
export const usedModules = (): URL[] => [...used].map(file => pathToFileURL(file));

/**
 * Adds a user's own devices, entropy sources, transfer methods, compensations and metrics: what a module exports under these
 * names. Another version of the module's code is another build of the stages that can see it. Names a module by path on the
 * command line only: an experiment file never runs code.
 */
export async function useModule(path: string, folder = process.cwd()): Promise<void> {
  const file = resolve(folder, path);
  if (used.has(file)) return;
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (error) {
    const { code } = error as { readonly code?: string };
    const why = code === 'ERR_MODULE_NOT_FOUND' ? whyUnreadable({ code: 'ENOENT' }) : (error as Error).message;
    throw new InputError({ file: path, path: [], rule: `cannot be used: ${why}`, hint: 'check the path and the code' });
  }
  const names = Object.keys(exported);
  const unknown = names.find(name => !Object.hasOwn(kinds, name));
  if (unknown !== undefined || names.length === 0) {
    throw new InputError({
      file: path,
      path: [unknown ?? 'exports'],
      rule: unknown === undefined ? 'must export at least one list of records' : 'is nothing that can be added',
      hint: unknown === undefined ? `known: ${Object.keys(kinds).join(', ')}` : suggest(unknown, Object.keys(kinds)),
    });
  }
  within(path, () => {
    for (const name of names as Kind[]) {
      within([name], () => {
        for (const record of Object.values(exported[name] as object)) kinds[name](record);
      });
    }
  });
  noteModule(file, names as Kind[]);
  used.add(file);
}
