import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { check, formatNumber, InputError, within } from '../../base/index.ts';
import { type DatasetDescription, dataSchema, describeDataset, loadDataset } from '../../data/index.ts';
import { parseExperiment } from '../../experiment/index.ts';
import { fold, keyOf } from '../../random/index.ts';
import { nodeFiles } from '../../run/index.ts';

import { aligned } from '../aligned.ts';
import type { Verb } from '../verb.ts';

export const dataInfo: Verb = {
  examples: ['data info examples/moons.yaml', 'data info examples/wdbc.yaml --json'],
  async run([file], _options, shell) {
    const path = resolve(shell.folder, file!);
    const text = await readFile(path, 'utf8').catch(() => {
      throw new InputError(`${file}: cannot be read as an experiment; give the path of a YAML or JSON file.`);
    });
    const { data, seed } = parseExperiment(text, file!) as { data?: unknown; seed?: number };
    const options = within(file!, () => within(['data'], () => check(dataSchema, data)));
    const key = fold(keyOf(shell.seed ?? seed ?? 0), 'data');
    const document = describeDataset(await loadDataset(key, options, nodeFiles(dirname(path))));
    return { document, text: dataText(document) };
  },
};

/** Names of inputs are listed up to this many. */
const mostNames = 40;

function dataText({
  name,
  task,
  origin,
  inputShape,
  inputNames,
  outputNames,
  standardised,
  encoding = [],
  constant,
  absent,
  splits,
}: DatasetDescription) {
  const names = few(inputNames);
  const classes = task === 'classification';
  const rows = Object.entries(splits).map(([split, { count, inputs, classes: counts, targets }]) => [
    split,
    count.toLocaleString('en-US'),
    `${formatNumber(inputs.min)} to ${formatNumber(inputs.max)}`,
    spread(inputs),
    ...(classes ? outputNames.map(output => (counts ? counts[output]!.toLocaleString('en-US') : '–')) : []),
    ...(targets ? [spread(targets)] : []),
  ]);
  return [
    `${name}: ${task}. ${origin}`,
    ...encoding.map(line => `${line}.`),
    ...(constant.length > 0 ? [`Constant in the training rows, so without information: ${few(constant)}.`] : []),
    ...(absent.length > 0 ? [`Without a training row, so never learnt: ${few(absent)}.`] : []),
    `Inputs [${inputShape.join(', ')}]: ${names}${standardised.inputs ? '; standardised on the training split' : ''}`,
    '',
    aligned([['split', 'rows', 'inputs', 'mean ± std', ...(classes ? outputNames : ['targets'])], ...rows]),
  ].join('\n');
}

const few = (names: readonly string[]): string =>
  names.length > mostNames ? `${names.slice(0, mostNames).join(', ')}, … (${names.length})` : names.join(', ');

/** Mean and spread; a mean that is only rounding left by standardisation is zero. */
function spread({ mean, std }: { readonly mean: number; readonly std: number }): string {
  return `${formatNumber(Math.abs(mean) < 1e-6 * std ? 0 : mean)} ± ${formatNumber(std)}`;
}
