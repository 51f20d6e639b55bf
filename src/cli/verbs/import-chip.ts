import { formatDuration, formatNumber, insist } from '../../base/index.ts';
import { procedureOf } from '../../device/index.ts';
import { fold } from '../../random/index.ts';
import {
  benchColumns,
  encodeChip,
  likenessOf,
  planCells,
  readPlanTable,
  readsOf,
  realChip,
} from '../../transfer/index.ts';
import { chipPlace } from '../chip-place.ts';
import { openAgain } from '../experiment.ts';
import { pairsOf } from '../pairs.ts';
import { readTyped } from '../read-file.ts';
import { shown } from '../shown.ts';
import { timesOf } from '../times.ts';
import type { Verb } from '../verb.ts';

export const importChip: Verb = {
  options: [
    {
      flags: '--plan <file>',
      summary: 'table of export plan, in whose order cells without an address are; the run’s own plan by default',
    },
    {
      flags: '--columns <list>',
      summary: `headers of columns by what they hold (conductance=Leitwert,row=Zeile), or their numbers from 0: ${benchColumns.join(', ')}`,
    },
    {
      flags: '--unit <unit>',
      summary: 'unit of the conductances or resistances where the file states none, such as uS or kohm',
    },
    {
      flags: '--time <list>',
      summary: 'time since programming of each read where the file has none, such as 1h or 1s,1h,1d',
    },
    {
      flags: '--shorts',
      summary: 'take cells that conduct more than the device can as shorted, instead of refusing them',
    },
  ],
  examples: [
    'import chip measured.csv --plan plan.csv --out runs/moons/chips/chip-00.safetensors',
    'import chip reads.npy --unit uS --time 1s,1h,1d --out runs/moons/chips/chip-01.safetensors --json',
  ],
  async run([path], options, shell) {
    const { out, ...rest } = shell;
    const { directory, chip: number, name } = chipPlace(out, '--out');
    const { run } = await openAgain(directory, rest, {});
    const { own, device, design, chips, root } = run.subject;
    insist(chips.includes(number), {
      path: ['--out'],
      rule: `must be one of the ${chips.length} chips that the run evaluates`,
      value: name,
      hint: 'raise evaluate.chips or replace one of them',
    });
    const job = shell.job('import');
    const plan = await own.get('plan', {}, job);
    const cells =
      options.plan === undefined
        ? planCells(plan)
        : await plannedCells(String(options.plan), plan, await readTyped(String(options.plan), shell));
    const reads = await readsOf(await readTyped(path!, shell), path!, plan, cells, {
      columns: pairsOf(options.columns, '--columns', benchColumns),
      ...(options.unit !== undefined && { unit: String(options.unit) }),
      ...(options.time !== undefined && { times: timesOf(options.time, '--time') }),
    });
    const { chip, failed } = realChip(plan, device, reads, { name: path!, cells, shorts: options.shorts === true });
    const procedure = procedureOf(design.transfer.programming);
    const likeness = await likenessOf(fold(root, 'likeness'), chip, device, procedure, { job });
    const file = `chips/${name}.safetensors`;
    const named = { stage: 'chip', at: { chip: number }, address: 'by hand', recipe: 'by hand' };
    await run.directory.keep(named, { [file]: encodeChip(chip) }, 0, { adopted: true });
    const { asModelled, fitted } = likeness;
    const place = run.directory.file(file);
    return {
      document: {
        runDirectory: run.directory.path,
        chip: place,
        cells: plan.target.length,
        times: reads.times,
        failed,
        likeness,
      },
      text: [
        `Chip: ${shown(place)}; ${plan.target.length.toLocaleString('en-US')} cells, read ${reads.times.map(formatDuration).join(', ')} after programming.`,
        `Open: ${failed.open}. Stuck high: ${failed.stuckHigh}${failed.shorted > 0 ? `, of them shorted: ${failed.shorted}` : ''}. Stuck low: ${failed.stuckLow}.`,
        ...(failed.open > mostOpen * plan.target.length
          ? [
              `${formatNumber((100 * failed.open) / plan.target.length, 3)} % of the cells of the plan have no read and count as open: check that the table is whole.`,
            ]
          : []),
        `Beside ${likeness.chips} simulated chips of ${device.name}: ${verdict(asModelled.pValue)} (p = ${formatNumber(asModelled.pValue)}, ${likeness.cells} cells).`,
        `Beside those of the device fitted to it, its mean times ${formatNumber(fitted.gain)} and spread times ${formatNumber(fitted.spread)}: ${verdict(fitted.pValue)} (p = ${formatNumber(fitted.pValue)}).`,
        '',
        `Next: posterohm evaluate ${directory}`,
      ].join('\n'),
    };
  },
};

/** Share of open cells that is remarked on. */
const mostOpen = 0.05;

const verdict = (p: number): string => (p < 0.05 ? 'its cells differ' : 'no difference is seen');

async function plannedCells(name: string, plan: Parameters<typeof planCells>[0], bytes: Uint8Array) {
  const { target, cells } = await readPlanTable(bytes, name, plan);
  const other = target.findIndex((goal, i) => goal !== plan.target[i]);
  insist(other < 0, {
    file: name,
    path: ['target'],
    rule: `must be that of the run's plan, got ${target[other]} S where the run has ${plan.target[other]} S at ${cells.address(other)}`,
    hint: 'posterohm import plan puts it in the place of the run’s own',
  });
  return cells;
}
