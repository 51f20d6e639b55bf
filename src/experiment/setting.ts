import { formatQuantity } from '../base/index.ts';
import { type Model, modelOf } from '../bayes/index.ts';
import { type Dataset, type Files, loadDataset } from '../data/index.ts';
import { type Device, findDevice, withSpread } from '../device/index.ts';
import { buildNetwork, type Network } from '../network/index.ts';
import { fold, type Key, keyOf } from '../random/index.ts';
import type { Experiment } from './schema.ts';

/** An experiment with what its fields name: data, network, model, device. */
export interface Setting {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly network: Network;
  readonly model: Model;
  readonly device: Device;
  /** Time after programming that training and transfer count on, s. */
  readonly time: number;
  /** Times at which chips are evaluated, s; the first one gives the headline figures. */
  readonly times: readonly number[];
  readonly key: Key;
}
