import type { SourceComparison, Subject } from '../../pipeline/index.ts';
import { reportHtml, sourcesReport, sourcesTable, tableText, takenText } from '../../report/index.ts';
import { compareRun, versions, writeWhole } from '../../run/index.ts';
import { overall } from '../../uncertainty/index.ts';
import { aligned } from '../aligned.ts';
import { openOne, staleOptions, storeOptions, useOption } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const compare: Verb = {
  options: [...staleOptions, ...storeOptions, useOption],
  examples: ['compare examples/sources.yaml', 'compare examples/sources-binary.yaml --out runs/signs --json'],
  async run([file], options, shell) {
    const run = await openOne(file!, shell, options);
    const { subject, directory } = run;
    const comparison = await compareRun(run, shell.job('sources of randomness'));
    const report = directory.file('compare.html');
    await writeWhole(report, reportHtml(sourcesReport(comparison, subject, shell.command, versions())));
    return { document: documentOf(comparison, subject), text: textOf(comparison, subject, report) };
  },
};

/** Numbers unrounded, a row for each metric of each source. */
function documentOf({ time, chips, sources, refused, taken }: SourceComparison, { experiment, data }: Subject) {
  return {
    name: experiment.name,
    task: data.task,
    time,
    chips,
    rows: data.test.count,
    sources: sources.map(({ metrics, samples, ...rest }) => ({
      ...rest,
      samples,
      meanSamples: samples,
      metrics: Object.entries(metrics).map(([metric, found]) => ({ time, metric, ...overall(found) })),
    })),
    refused,
    taken,
  };
}

function textOf(comparison: SourceComparison, subject: Subject, report: string): string {
  const table = sourcesTable(comparison, subject);
  const { refused } = comparison;
  return [
    `${subject.experiment.name}: one posterior, ${comparison.sources.length} sources of randomness, the same ${comparison.chips} chips`,
    aligned(tableText(table)),
    ...(refused.length > 0
      ? [['Not possible here:', ...refused.map(({ entropy, refused }) => `  ${entropy}: ${refused}`)].join('\n')]
      : []),
    [takenText(comparison), table.note, `Report: ${shown(report)}`].join('\n'),
  ].join('\n\n');
}
