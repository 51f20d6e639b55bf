import { planPlacement, rangeColumns, rangeConcerns, rangeRow } from '../../transfer/index.ts';
import { aligned } from '../aligned.ts';
import { openAgain, staleOptions, storeOptions, useOption } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const transfer: Verb = {
  options: [...staleOptions, ...storeOptions, useOption],
  examples: ['transfer runs/moons', 'transfer runs/moons --json'],
  async run([path], options, shell) {
    const { run } = await openAgain(path!, shell, options);
    const { subject } = run;
    const job = shell.job('transfer');
    for (const [i, chip] of subject.chips.entries()) {
      await subject.own.get('chip', { chip }, job);
      await subject.twin.get('chip', { chip }, job);
      job.progress((i + 1) / subject.chips.length, `chip ${i + 1} of ${subject.chips.length}`);
    }
    const plan = await subject.own.get('plan');
    const range = await subject.own.get('range');
    const { method, copies, ranges, mappings, heldOnce } = plan;
    const { arrays, cells, devices, utilisation } = planPlacement(plan);
    return {
      document: {
        runDirectory: run.directory.path,
        method,
        copies,
        ranges,
        mappings,
        heldOnce,
        arrays,
        cells,
        devices,
        utilisation,
        chips: subject.chips.length,
        range,
      },
      text: [
        `Copies by ‘${method}’: ${copies}, on ${count(cells)} of ${count(devices)} devices. Chips programmed: ${subject.chips.length}.`,
        '',
        aligned([[...rangeColumns], ...ranges.map(rangeRow)]),
        ...rangeConcerns(ranges),
        '',
        `Plan: ${shown(run.directory.file('plan.parquet'))}`,
      ].join('\n'),
    };
  },
};

const count = (value: number): string => value.toLocaleString('en-US');
