import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatNumber, InputError } from '../../base/index.ts';
import { metricLabel } from '../../report/index.ts';
import { type MetricsDocument, metricsDocument, parsePredictions } from '../../uncertainty/index.ts';
import { aligned, interval } from '../experiment.ts';
import type { Verb } from '../verb.ts';

/** Classes beyond this many are left to the document. */
const mostClasses = 12;

export const metrics: Verb = {
  examples: ['metrics predictions.json', 'metrics predictions.npz --json'],
  async run([file], _options, shell) {
    const bytes = await readFile(resolve(shell.folder, file!)).catch(() => {
      throw new InputError(`${file}: cannot be read; give a JSON or NPZ file with 'probabilities' and 'labels'.`);
    });
    const document = metricsDocument(parsePredictions(bytes, file!));
    return { document: { ...document }, text: textOf(document) };
  },
};

/** All numbers with their intervals over inputs, then what happens to each class. */
function textOf(document: MetricsDocument & Readonly<Record<string, unknown>>): string {
  const { classes, intervals, byClass, confusion } = document;
  const numbers = Object.entries(document)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number' && !entry[0].includes(':'))
    .map(([name, value]) => [metricLabel(name), intervals[name] ? interval(intervals[name]) : formatNumber(value)]);
  const all = aligned([['', 'value [95 % over inputs]'], ...numbers]);
  if (classes > mostClasses) return all;
  const ofClasses = byClass.map(({ name, labelled, decided, recall, precision, f1 }, c) => [
    name,
    ...[labelled, decided, recall, precision, f1, ...confusion[c]!].map(value => formatNumber(value)),
  ]);
  const titles = ['labelled', 'decided', 'recall', 'precision', 'F1', ...byClass.map(({ name }) => `as ${name}`)];
  return [all, '', aligned([['class', ...titles], ...ofClasses])].join('\n');
}
