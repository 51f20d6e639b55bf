import { stringify } from 'yaml';
import type { TableGuess } from '../data/index.ts';

/** The name of a table's file without what says how it is written. */
export const nameOfTable = (file: string): string =>
  file.replace(/(\.(csv|tsv|txt|dat|data|parquet|gz))+$/i, '') || 'table';

/** Lower-case letters, digits and hyphens, as names of experiments are. */
const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64) || 'table';

/** A commented experiment for a table of this name, which its `path` leads to, by what its columns seem to be. */
export function experimentForTable(table: string, path: string, guess: TableGuess, seed: number): string {
  const name = slugOf(table);
  const { target, task, classes, drop, group, time, missing, inputs } = guess;
  const value = (entry: unknown): string => stringify(entry, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  const hidden = inputs.length > 100 ? 32 : 16;
  const outputs = task === 'classification' ? classes.length : 1;
  return [
    `# ${name}: written by posterohm init from ${guess.rows} rows of ${inputs.length} inputs (${guess.readAs}).`,
    ...guess.reasons.map(reason => `# ${reason}`),
    `name: ${value(name)}`,
    `seed: ${seed}`,
    'data:',
    '  source: csv',
    `  path: ${value(path)}`,
    `  target: ${value(target)}`,
    `  task: ${task}`,
    ...(drop.length > 0 ? [`  drop: ${value(drop)}`] : []),
    ...(missing ? ['  missing: impute            # or refuse: stop at the first one'] : []),
    ...(group === undefined
      ? ['  # group: patient            # a column whose rows stay in one split, with apart: groups']
      : [`  group: ${value(group)}`, '  apart: groups              # no group is in two splits']),
    ...(time === undefined
      ? []
      : [`  # time: ${value(time)}   # with apart: time the earliest rows train and the latest test`]),
    '  train: 0.6                 # shares of the rows, or numbers of them',
    '  validation: 0.2            # chooses scales and ranges of converters',
    '  test: 0.2                  # is looked at for the figures alone',
    '# Two dense layers; the last has as many outputs as there are ' +
      (task === 'classification' ? 'classes.' : 'targets.'),
    `network: { layers: [dense ${hidden} tanh, dense ${outputs}] }`,
    '# A posterior whose spread is that of the device, so that what is trained is what is programmed.',
    'posterior: { method: device-tied }',
    '# posterohm device list shows presets; a file of posterohm device fit stands here as well.',
    'hardware: { device: oxram-hfo2 }',
    'transfer: { method: mean-field }',
    '# Copies of the network on the chip, one sample of the prediction each.',
    'sampling: { entropy: frozen, samples: 32 }',
    'evaluate: { chips: 4 }',
    '',
  ].join('\n');
}
