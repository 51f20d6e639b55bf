import { addressOf, jobOf, together, within } from '../base/index.ts';
import { type Files, loadDataset } from '../data/index.ts';
import { type DeviceFile, deviceFromSpec, deviceSpecOf, isDeviceFile } from '../device/index.ts';
import { type DeviceFiles, designOf, type Experiment } from '../experiment/index.ts';
import {
  addressOfData,
  checkCorrection,
  checkCorruptions,
  checkDesign,
  type Prepared,
  type Store,
  type Subject,
  subjectOf,
} from '../pipeline/index.ts';
import { fold, keyOf } from '../random/index.ts';
import { buildOf } from './builds.ts';

/** Data and device files that have been read, so that the variants of an experiment read them once. */
export type Loaded = Map<string, Promise<unknown>>;

/** Loads what an experiment names: data and device files. */
export async function prepareFrom(
  files: Files,
  experiment: Experiment,
  store: Store,
  loaded: Loaded = new Map(),
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
  const prepared = { data, dataAddress, deviceFiles, store, build: buildOf };
  check(experiment, prepared);
  return prepared;
}

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
    () => checkCorrection(experiment, prepared.data),
    () => checkCorruptions(experiment, prepared.data),
  ]);
}
