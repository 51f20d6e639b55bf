import { formatNumber } from '../../base/index.ts';
import { trainingRecord } from '../../pipeline/index.ts';
import { metricLabel } from '../../report/index.ts';
import { headlines } from '../../uncertainty/index.ts';
import { aligned } from '../aligned.ts';
import { openFor, staleOptions, storeOptions, useOption } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const train: Verb = {
  options: [...staleOptions, ...storeOptions, useOption],
  examples: ['train examples/moons.yaml', 'train examples/moons.yaml --out runs/moons --json'],
  async run([file], options, shell) {
    const { run } = await openFor(file!, shell, options);
    const { posterior } = await run.subject.own.get('training', {}, shell.job('train'));
    const seconds = (await run.directory.record('training'))?.seconds ?? 0;
    const path = run.directory.file('posterior.safetensors');
    const { method, title, train, validation, diagnostics, ...counts } = trainingRecord(run.subject, posterior);
    const { concerns, ...numbers } = diagnostics;
    const { info } = posterior;
    const measured = headlines.filter(name => train[name] !== undefined);
    return {
      document: {
        method,
        ...counts,
        seconds,
        train,
        validation,
        diagnostics,
        info,
        posterior: path,
        runDirectory: run.directory.path,
      },
      text: [
        `${title}: ${shown(path)}`,
        '',
        aligned([
          ['', 'training', 'validation'],
          ...['rows', ...measured].map(name => [
            metricLabel(name),
            formatNumber(train[name]!),
            validation ? formatNumber(validation[name]!) : '',
          ]),
        ]),
        '',
        aligned(rowsOf({ ...info, ...counts, ...numbers })),
        ...concerns.map(concern => `\n${concern}`),
      ].join('\n'),
    };
  },
};

/** Numbers by name; those of several chains side by side. */
function rowsOf(record: Readonly<Record<string, unknown>>, prefix = ''): string[][] {
  return Object.entries(record).flatMap(([name, value]) => {
    if (typeof value === 'number') return [[prefix + name, formatNumber(value)]];
    if (Array.isArray(value)) return [[prefix + name, value.map(entryText).join('  ')]];
    if (typeof value === 'object' && value !== null)
      return rowsOf(value as Record<string, unknown>, `${prefix}${name}.`);
    return value === undefined || value === null ? [] : [[prefix + name, String(value)]];
  });
}

/** A number, or the named numbers of a record. */
function entryText(entry: unknown): string {
  if (typeof entry === 'number') return formatNumber(entry);
  return Object.entries(entry as Readonly<Record<string, number>>)
    .map(([name, value]) => `${name} ${formatNumber(value)}`)
    .join(' ');
}
