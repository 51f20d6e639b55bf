import { procedureOf } from '../../device/index.ts';
import { encodeTable, recipeTable } from '../../transfer/index.ts';
import { openAgain } from '../experiment.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';

export const exportPlan: Verb = {
  examples: ['export plan runs/moons --out plan.csv', 'export plan runs/moons --out plan.parquet --json'],
  async run([path], options, shell) {
    const { out, ...rest } = shell;
    const { run } = await openAgain(path!, rest, options);
    const { own, device, design, time, experiment } = run.subject;
    const plan = await own.get('plan', {}, shell.job('transfer'));
    const file = out ?? `${experiment.name}-plan.csv`;
    const table = recipeTable(plan, device, procedureOf(design.transfer.programming), time);
    await writeOut(file, encodeTable(table, file), shell);
    const { target, copies, method } = plan;
    return {
      document: { file, device: device.name, method, copies, cells: target.length, columns: Object.keys(table), time },
      text: [
        `Wrote ${file}: ${target.length.toLocaleString('en-US')} cells of ${device.name}, what to do to each and what to expect of it.`,
        `Next: program the cells, read them, and posterohm import chip MEASURED --plan ${file} --out ${path}/chips/chip-00.safetensors`,
      ].join('\n'),
    };
  },
};
