import { type Address, contentAddress } from '../base/index.ts';
import type { Dataset, Split } from '../data/index.ts';
import type { DeviceFiles } from '../experiment/index.ts';
import type { Store } from './stage.ts';

/** What designs are judged on: data, device files that have been read, and where results are kept. */
export interface Prepared {
  readonly data: Dataset;
  /** Names the data by their content, for they come from people's files. */
  readonly dataAddress: Address;
  readonly deviceFiles: DeviceFiles;
  readonly store: Store;
  /** Names the code that makes the results of a stage, native library included. */
  build(stage: string): string;
}

/** The address of a data set: all that stages see of it. */
export function addressOfData(data: Dataset): Address {
  const { train, search, validation, test, unseen, inputScale, targetScale } = data;
  const text = JSON.stringify([
    data.name,
    data.task,
    data.inputShape,
    data.inputNames,
    data.outputNames,
    data.groupNames,
  ]);
  const arrays = (split: Split | undefined) =>
    split ? [split.inputs, split.labels, split.targets, split.groups, split.numbers] : [undefined];
  const scales = [inputScale, targetScale].flatMap(scale => [scale?.mean, scale?.std]);
  return contentAddress(
    new TextEncoder().encode(text),
    ...[train, search, validation, test, unseen].flatMap(arrays),
    ...scales,
  );
}
