import { type Address, addressOf, contentAddress, InputError, jobOf, together, within } from '../base/index.ts';
import { type Files, loadDataset, sources } from '../data/index.ts';
import { type DeviceFile, deviceFromSpec, deviceSpecOf, isDeviceFile } from '../device/index.ts';
import { type DeviceFiles, designOf, type Experiment } from '../experiment/index.ts';
import { fold, keyOf } from '../random/index.ts';
import { checkDesign } from './check-design.ts';
import { checkAbstention, checkStopping } from './check-promises.ts';
import { checkCorrection } from './correction.ts';
import { checkCorruptions } from './corruptions.ts';
import { memoryStore } from './memory-store.ts';
import { addressOfData, type Prepared } from './prepared.ts';
import { checkRivals } from './rivals.ts';
import type { Store } from './stage.ts';
import { type Subject, subjectOf } from './subject.ts';

/** Data and device files that have been read, so that the variants of an experiment read them once. */
export type Loaded = Map<string, Promise<unknown>>;

export interface PrepareOptions {
  /** Where data and device files are read; refused where absent. */
  readonly files?: Files;
  /** Where results are kept; in 256 MiB of memory where absent. */
  readonly store?: Store;
  /** Names the code that makes the results of a stage, for stores that outlive it; the same for all where absent. */
  readonly build?: Prepared['build'];
  readonly loaded?: Loaded;
}

/** Loads what an experiment names, data and device files, and checks its fields against each other and against them. */
export async function prepareExperiment(
  experiment: Experiment,
  { files = noFiles, store = memoryStore(1 << 28), build = () => '', loaded = new Map() }: PrepareOptions = {},
): Promise<Prepared> {
  const { data: options, seed, hardware } = experiment;
  const once = <T>(name: string, load: () => Promise<T>): Promise<T> => {
    const found = (loaded.get(name) as Promise<T> | undefined) ?? load();
    loaded.set(name, found);
    return found;
  };
  const { data, dataAddress } = await once(addressOf({ options, seed }), async () => {
    const data = await loadDataset(fold(keyOf(seed), 'data'), options, files);
    return { data, dataAddress: addressOfData(data) };
  });
  const { device } = hardware;
  const deviceFiles: DeviceFiles = isDeviceFile(device)
    ? { [device]: await once(`device ${device}`, () => readDevice(device, files)) }
    : {};
  const prepared = { data, dataAddress, deviceFiles, store, build };
  check(experiment, prepared);
  return prepared;
}

/** Names by content the files that an experiment's data are read from, by the field of `data` that says where; folders are left out. */
export async function dataFilesOf(
  { data }: Pick<Experiment, 'data'>,
  files: Files = noFiles,
): Promise<Readonly<Record<string, Address>>> {
  const found: Record<string, Address> = {};
  for (const field of sources[data.source]!.paths ?? []) {
    const path = (data as Readonly<Record<string, unknown>>)[field];
    const bytes = typeof path === 'string' ? await files.read(path).catch(() => undefined) : undefined;
    if (bytes) found[field] = contentAddress(bytes);
  }
  return found;
}

const noFiles: Files = {
  read: path => Promise.reject(new InputError(`${path}: no files can be read here; give prepareExperiment files.`)),
  list: path => Promise.reject(new InputError(`${path}: no files can be read here; give prepareExperiment files.`)),
};

async function readDevice(path: string, files: Files): Promise<DeviceFile> {
  const bytes = await within(['hardware', 'device'], () => files.read(path));
  const spec = deviceSpecOf(new TextDecoder().decode(bytes), path);
  deviceFromSpec(spec, path);
  return spec;
}

/** What the fields of an experiment say of each other and of its data, before anything is computed. */
function check(experiment: Experiment, prepared: Prepared): void {
  let subject: Subject | undefined;
  together([
    () => {
      subject = subjectOf(experiment, prepared, jobOf());
    },
    () => checkDesign(designOf(experiment, prepared.deviceFiles), subject?.network.matrices),
    () =>
      checkStopping(
        experiment,
        prepared.data,
        experiment.evaluate.calibration === 'none' ? undefined : ['evaluate', 'calibration'],
      ),
    () => checkAbstention(experiment, prepared.data),
    () => {
      if (experiment.evaluate.calibration !== 'none') checkCorrection(prepared.data, ['evaluate', 'calibration']);
    },
    () => checkRivals(experiment, prepared.data),
    () => checkCorruptions(experiment, prepared.data),
  ]);
}
