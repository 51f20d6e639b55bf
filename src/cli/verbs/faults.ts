import { InputError } from '../../base/index.ts';
import { faultsReport, faultsTable, faultsText, reportHtml, tableText } from '../../report/index.ts';
import { faultRun, versions, writeWhole } from '../../run/index.ts';
import { aligned } from '../aligned.ts';
import { openOne, staleOptions, storeOptions, useOption } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const faults: Verb = {
  options: [
    { flags: '--accuracy <share>', summary: 'accuracy that a chip must reach; 0.9 by default' },
    ...staleOptions,
    ...storeOptions,
    useOption,
  ],
  examples: [
    'faults examples/wdbc.yaml --accuracy 0.93',
    'faults runs/moons',
    'faults examples/wdbc.yaml --out runs/faults --json',
  ],
  async run([file], options, shell) {
    const required = Number(options.accuracy ?? 0.9);
    if (!(required > 0 && required <= 1)) {
      throw new InputError({ path: ['--accuracy'], rule: 'must be a share above 0, up to 1', value: options.accuracy });
    }
    const run = await openOne(file!, shell, options);
    const { subject, directory } = run;
    const campaign = await faultRun(run, required, shell.job('faults'));
    const report = directory.file('faults.html');
    await writeWhole(report, reportHtml(faultsReport(campaign, subject, shell.command, versions())));
    const table = faultsTable(campaign);
    return {
      document: { name: subject.experiment.name, ...campaign },
      text: [
        `${subject.experiment.name}: what faults do to ${subject.chips.length} chips`,
        aligned(tableText(table)),
        [...faultsText(campaign), table.note, `Report: ${shown(report)}`].join('\n'),
      ].join('\n\n'),
    };
  },
};
