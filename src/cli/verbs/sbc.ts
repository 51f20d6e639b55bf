import { resolve } from 'node:path';
import { formatNumber, InputError } from '../../base/index.ts';
import { checkTraining, stages } from '../../pipeline/index.ts';
import { checkReport, reportHtml } from '../../report/index.ts';
import { FileCheckpoint, openSubject, versions } from '../../run/index.ts';
import { aligned } from '../aligned.ts';
import { openOptions } from '../experiment.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';

export const sbc: Verb = {
  options: [{ flags: '--runs <number>', summary: 'data sets to simulate and train on; 200 by default' }],
  examples: ['sbc examples/moons.yaml', 'sbc examples/moons.yaml --runs 1000 --out runs/moons-sbc.html --json'],
  async run([file], options, shell) {
    const runs = Number(options.runs ?? 200);
    if (!Number.isInteger(runs) || runs < 15 || runs > 1_000_000) {
      throw new InputError({
        path: ['--runs'],
        rule: 'must be a whole number from 15 to 1,000,000',
        value: options.runs,
      });
    }
    const subject = await openSubject(file!, openOptions(shell));
    const { name, posterior } = subject.experiment;
    const report = shell.out ?? `runs/${name}-sbc.html`;
    const checkpoint = new FileCheckpoint(
      `${resolve(shell.folder, report)}.checkpoint.safetensors`,
      (await subject.own.names(stages.training, {})).address,
    );
    const found = await checkTraining(subject, runs, { ...shell.job('simulated data sets'), checkpoint });
    await checkpoint.done();
    await writeOut(report, reportHtml(checkReport(subject, found, shell.command, versions())), shell);
    return {
      document: { name, method: posterior.method, ...found, report },
      text: [
        `${posterior.method} on ${runs} simulated data sets: ranks of the truth among ${found.draws} draws, uniform where the method is right`,
        '',
        aligned([
          ['', 'quantities', 'largest χ²', 'p'],
          ...found.groups.map(group => [
            group.name,
            String(group.quantities),
            formatNumber(group.chi2),
            formatNumber(group.p),
          ]),
        ]),
        '',
        `Written: ${report}`,
      ].join('\n'),
    };
  },
};
