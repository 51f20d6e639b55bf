import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatNumber, InputError } from '../../base/index.ts';
import { keyOf } from '../../random/index.ts';
import { metricLabel, withInterval } from '../../report/index.ts';
import { type MetricsDocument, metricsDocument, parsePredictions } from '../../uncertainty/index.ts';
import { aligned } from '../aligned.ts';
import { interval } from '../summary-text.ts';
import type { Verb } from '../verb.ts';

/** Classes beyond this many are left to the document. */
const mostClasses = 12;

export const metrics: Verb = {
  examples: ['metrics predictions.json', 'metrics predictions.npz --json'],
  async run([file], _options, shell) {
    const bytes = await readFile(resolve(shell.folder, file!)).catch(() => {
      throw new InputError(`${file}: cannot be read; give a JSON or NPZ file with 'probabilities' and 'labels'.`);
    });
    const document = metricsDocument(keyOf(shell.seed ?? 0), parsePredictions(bytes, file!));
    return { document: { ...document }, text: textOf(document) };
  },
};

/** All numbers with their intervals over inputs, then what happens to each class. */
function textOf(document: MetricsDocument & Readonly<Record<string, unknown>>): string {
  const { classes, inputs, groups, intervals, byClass, confusion } = document;
  const shown = (name: string, value: number) =>
    intervals[name] ? interval({ mean: value, ...intervals[name] }) : formatNumber(value);
  const numbers = Object.entries(document)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number' && !entry[0].includes(':'))
    .map(([name, value]) => [metricLabel(name), shown(name, value)]);
  const over = groups < inputs ? 'groups of inputs' : 'inputs';
  const all = aligned([['', withInterval('value', over)], ...numbers]);
  if (classes > mostClasses) return all;
  const ofClasses = byClass.map(({ name, labelled, decided, ...scores }, c) => [
    name,
    ...[labelled, decided].map(value => formatNumber(value)),
    ...(['recall', 'precision', 'f1'] as const).map(kind => shown(`${kind}:${name}`, scores[kind])),
    ...confusion[c]!.map(value => formatNumber(value)),
  ]);
  const titles = ['recall', 'precision', 'F1'].map(name => withInterval(name, over));
  const head = ['class', 'labelled', 'decided', ...titles, ...byClass.map(({ name }) => `as ${name}`)];
  return [all, '', aligned([head, ...ofClasses])].join('\n');
}
