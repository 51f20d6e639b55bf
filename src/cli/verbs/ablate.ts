import { formatNumber } from '../../base/index.ts';
import { formatInterval } from '../../report/index.ts';
import { evaluateRun, openAblation, type RunSummary, summarise } from '../../run/index.ts';
import { aligned, interval, openOptions, staleOptions, storeOptions, writeReport } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const ablate: Verb = {
  options: [...staleOptions, ...storeOptions],
  examples: ['ablate examples/moons.yaml', 'ablate examples/wdbc.yaml --out runs/parts --json'],
  async run([file], options, shell) {
    const { parts, ...open } = await openAblation(file!, openOptions(shell, options));
    const done = await evaluateRun(open, shell.job);
    const summary = await summarise(done);
    return { document: { ...summary, parts }, text: tableText(summary, await writeReport(done, shell.command)) };
  },
};

function tableText(summary: RunSummary, report: string): string {
  const { task, chips, variants = [] } = summary;
  const metrics = task === 'classification' ? ['nll', 'accuracy', 'ece'] : ['nll', 'rmse', 'coverage90'];
  const figures = ({ software, hardware }: Pick<RunSummary, 'software' | 'hardware'>) => [
    ...metrics.map(name => formatNumber(software[name]!)),
    ...metrics.map(name => interval(hardware[name])),
  ];
  const rows = variants.map(variant => {
    const { nll } = variant.againstBase;
    return [
      variant.name,
      ...figures(variant),
      `${nll!.wins} of ${chips}`,
      formatInterval(nll!.difference),
      formatNumber(nll!.signP),
    ];
  });
  return [
    `${summary.name}: ${chips} ${chips === 1 ? 'chip' : 'chips'}, the same for every row; gain and wins in NLL against plain`,
    '',
    aligned([
      [
        '',
        ...metrics.map(name => `${name}, software`),
        ...metrics.map(name => `${name}, chips`),
        'better on',
        'gain',
        'sign test p',
      ],
      ['plain mean field', ...figures(summary), '', '', ''],
      ...rows,
    ]),
    '',
    `Report: ${shown(report)}`,
  ].join('\n');
}
