import { insist, together, within } from '../base/index.ts';
import { buildModel, type Model } from '../bayes/index.ts';
import { encoding, place } from '../crossbar/index.ts';
import { type Dataset, loadDataset, nodeFiles } from '../data/index.ts';
import { type Device, deviceFromFile, findDevice, isDeviceFile, withSpread } from '../device/index.ts';
import type { FoldedNetwork, Network } from '../network/index.ts';
import { fold, type Key, keyOf } from '../random/index.ts';
import { type TransferMethod, transferMethods } from '../transfer/index.ts';
import { checkCalibration } from './calibrate.ts';
import { checkCorruptions } from './corrupt.ts';
import { foldedNetwork } from './fold.ts';
import { copiesOf } from './plan.ts';
import type { Experiment } from './schema.ts';

/** An experiment with what its fields name: data, network, model, device. */
export interface Setting {
  readonly experiment: Experiment;
  /** Folder that paths in the experiment start from. */
  readonly folder: string;
  readonly dataset: Dataset;
  /** What goes on arrays: `model.network`, with batch normalisations folded where that is possible. */
  readonly network: Network;
  /** Makes a posterior of `model.network` one of `network`, where the two differ. */
  readonly folded?: FoldedNetwork;
  readonly model: Model;
  readonly device: Device;
  /** Text of the device's file; absent for presets. */
  readonly deviceText?: string;
  /** Time after programming that training and transfer count on, s. */
  readonly time: number;
  /** Times at which chips are evaluated, s; the first one gives the headline figures. */
  readonly times: readonly number[];
  readonly key: Key;
}

/** Loads the data and builds the model of a checked experiment. */
export async function prepare(experiment: Experiment, folder: string): Promise<Setting> {
  const key = keyOf(experiment.seed);
  const dataset = await loadDataset(fold(key, 'data'), experiment.data, nodeFiles(folder));
  const { preset, deviceText } = await openDevice(experiment.hardware.device, folder);
  let built: { model: Model; folded?: FoldedNetwork; network: Network } | undefined;
  together([
    () => {
      const model = buildModel(experiment.network.layers, experiment.posterior, dataset);
      const folded = foldedNetwork(experiment, dataset.inputShape);
      built = { model, folded, network: folded?.network ?? model.network };
    },
    () => checkHardware(experiment, built?.network),
    () => checkCalibration(experiment, dataset),
    () => checkCorruptions(experiment, dataset),
  ]);
  const { model, folded, network } = built!;
  const { spread } = experiment.hardware;
  const device = spread === 1 ? preset : withSpread(preset, spread);
  const time = experiment.hardware.time ?? device.referenceTime;
  return {
    experiment,
    folder,
    dataset,
    network,
    ...(folded && { folded }),
    model,
    device,
    deviceText,
    time,
    times: experiment.evaluate.times ?? [time],
    key,
  };
}

/** A preset by its name or a device file by its path, with its text. */
async function openDevice(name: string, folder: string): Promise<{ preset: Device; deviceText?: string }> {
  if (!isDeviceFile(name)) return { preset: findDevice(name) };
  const bytes = await within(['hardware', 'device'], () => nodeFiles(folder).read(name));
  const deviceText = new TextDecoder().decode(bytes);
  return { preset: deviceFromFile(deviceText, name), deviceText };
}

/** What the fields of the hardware section say of each other, and whether the network's copies fit on the arrays. */
function checkHardware(experiment: Experiment, network: Network | undefined): void {
  const { wires, layout, mapping, cellsPerWeight, array } = experiment.hardware;
  const used = encoding(mapping, { low: 0, high: 1 }, 1).cellsPerWeight;
  together([
    () =>
      insist(!wires || layout === 'tiles', {
        path: ['hardware', 'wires'],
        rule: "needs the layout 'tiles', whose word lines are all driven at once",
        hint: 'leave wires out or change hardware.layout',
      }),
    () =>
      insist(cellsPerWeight === undefined || cellsPerWeight === used, {
        path: ['hardware', 'cellsPerWeight'],
        rule: `the mapping '${mapping.mapping}' uses ${used}`,
        value: cellsPerWeight,
        hint: 'leave it out or choose another hardware.mapping',
      }),
    () => {
      const method: TransferMethod = transferMethods[experiment.transfer.method as keyof typeof transferMethods];
      if (network) place(network.matrices, method.copies ?? copiesOf(experiment), used, array, layout);
    },
  ]);
}
