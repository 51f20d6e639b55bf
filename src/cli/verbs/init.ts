import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { InputError } from '../../base/index.ts';
import { guessTable, type TableGuess } from '../../data/index.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';

export const init: Verb = {
  options: [{ flags: '--target <column>', summary: 'what is to be predicted; guessed by default' }],
  examples: [
    'init measurements.csv',
    'init cells.csv --target success',
    'init patients.parquet --out experiments/patients.yaml',
  ],
  async run([table], { target: wanted }, shell) {
    const path = resolve(shell.folder, table!);
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`${table}: cannot be read (${error.code}); give a table in a text or Parquet file.`);
    });
    const guess = await guessTable(bytes, table!, wanted === undefined ? undefined : String(wanted));
    const name = basename(path).replace(/(\.(csv|tsv|txt|dat|data|parquet|gz))+$/i, '') || 'table';
    const out = shell.out ?? `${name}.yaml`;
    if (shell.out === undefined && (await stat(resolve(shell.folder, out)).catch(() => undefined))) {
      throw new InputError(`${out}: is there already; name another place with --out.`);
    }
    const from = relative(dirname(resolve(shell.folder, out)), path);
    await writeOut(out, experimentText(slugOf(name), from.replaceAll('\\', '/'), guess, shell.seed ?? 1), shell);
    const { rows, task, target, inputs, reasons } = guess;
    return {
      document: { experiment: out, rows, task, target, inputs, reasons },
      text: [
        `${table}: ${rows} rows, read as: ${guess.readAs}.`,
        ...reasons,
        `Written: ${shown(resolve(shell.folder, out))}. Next: posterohm data info ${out}, posterohm run ${out}`,
      ].join('\n'),
    };
  },
};

/** Lower-case letters, digits and hyphens, as names of experiments are. */
const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64) || 'table';

/** A commented experiment for a table. */
function experimentText(name: string, path: string, guess: TableGuess, seed: number): string {
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
