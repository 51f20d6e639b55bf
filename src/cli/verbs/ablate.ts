import { formatNumber } from '../../base/index.ts';
import { evidenceWords, shortLabel, withInterval } from '../../report/index.ts';
import { evaluateRun, openAblation, type RunSummary, summarise, writeReport } from '../../run/index.ts';
import { metrics } from '../../uncertainty/index.ts';
import { aligned } from '../aligned.ts';
import { openOptions, staleOptions, storeOptions, useOption } from '../experiment.ts';
import { shown } from '../shown.ts';
import { briefOf, interval } from '../summary-text.ts';
import type { Verb } from '../verb.ts';

export const ablate: Verb = {
  options: [...staleOptions, ...storeOptions, useOption],
  examples: ['ablate examples/moons.yaml', 'ablate examples/wdbc.yaml --out runs/parts --json'],
  async run([file], options, shell) {
    const { parts, ...open } = await openAblation(file!, openOptions(shell, options));
    const done = await evaluateRun(open, shell.job);
    const summary = await summarise(done);
    return { document: { ...summary, parts }, text: tableText(summary, await writeReport(done, shell.command)) };
  },
};

function tableText(summary: RunSummary, report: string): string {
  const { task, chips, evidence, variants = [] } = summary;
  const brief = briefOf(metrics, task);
  const [leading] = brief;
  const over = evidenceWords(evidence);
  const figures = ({ software, hardware }: Pick<RunSummary, 'software' | 'hardware'>) => [
    ...brief.map(({ name }) => interval(software[name])),
    ...brief.map(({ name }) => interval(hardware[name])),
  ];
  const rows = variants.map(variant => {
    const { wins, difference, signP } = variant.againstBase[leading!.name]!;
    return [variant.name, ...figures(variant), `${wins} of ${chips}`, interval(difference), formatNumber(signP)];
  });
  return [
    `${summary.name}: ${chips} ${chips === 1 ? 'chip' : 'chips'}, the same for every row`,
    '',
    aligned([
      [
        '',
        ...brief.map(metric => withInterval(`${shortLabel(metric)}, software`, over.software)),
        ...brief.map(metric => withInterval(`${shortLabel(metric)}, chips`, over.chips)),
        'better on',
        withInterval('gain', over.chips),
        'sign test p',
      ],
      ['plain mean field', ...figures(summary), '', '', ''],
      ...rows,
    ]),
    '',
    `Gain and wins are in ${shortLabel(leading!)} against plain mean field: a positive gain is in favour of the row. ${over.note}`,
    `Report: ${shown(report)}`,
  ].join('\n');
}
