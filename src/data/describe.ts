import type { Dataset, Split } from './dataset.ts';

/** What a data set holds, as plain JSON. Inputs are described in the units the network sees. */
export function describeDataset(dataset: Dataset) {
  const { train, search, validation, test, unseen } = dataset;
  const splits = { train, search, validation, test, unseen };
  return {
    name: dataset.name,
    task: dataset.task,
    origin: dataset.origin,
    inputShape: [...dataset.inputShape],
    inputNames: [...dataset.inputNames],
    outputNames: [...dataset.outputNames],
    ...(dataset.encoding && { encoding: [...dataset.encoding] }),
    constant: constantsOf(dataset),
    absent: absentClasses(dataset),
    standardised: { inputs: dataset.inputScale !== undefined, targets: dataset.targetScale !== undefined },
    splits: Object.fromEntries(
      Object.entries(splits).flatMap(([name, split]) => (split ? [[name, describeSplit(dataset, split)]] : [])),
    ),
  };
}

/** Names of inputs that are the same in every training row, which say nothing. */
function constantsOf({ train: { inputs, count }, inputNames }: Dataset): string[] {
  const width = inputs.length / count;
  return inputNames.filter((_, j) => {
    for (let i = 1; i < count; i++) if (inputs[i * width + j] !== inputs[j]) return false;
    return true;
  });
}

/** What a data set has for training. */
export type Trained = Pick<Dataset, 'task' | 'train' | 'outputNames'>;

/** Classes without a training row, which no network can learn. */
export function absentClasses({ task, train: { labels }, outputNames }: Trained): string[] {
  const seen = new Set(labels);
  return task === 'regression' ? [] : outputNames.filter((_, label) => !seen.has(label));
}

export type DatasetDescription = ReturnType<typeof describeDataset>;

function describeSplit(dataset: Dataset, split: Split) {
  const counts = dataset.outputNames.map(() => 0);
  for (const label of split.labels) if (label >= 0) counts[label]!++;
  const known = split.labels.some(label => label >= 0);
  return {
    count: split.count,
    ...(split.groups && { groups: new Set(split.groups).size }),
    inputs: range(split.inputs),
    ...(known && { classes: Object.fromEntries(dataset.outputNames.map((name, i) => [name, counts[i]!])) }),
    ...(split.targets.length > 0 && { targets: range(split.targets) }),
  };
}

/** Smallest and largest value, mean and spread. */
function range(values: Float32Array) {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    min = Math.min(min, values[i]!);
    max = Math.max(max, values[i]!);
    sum += values[i]!;
  }
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return { min, max, mean, std: Math.sqrt(squares / values.length) };
}
