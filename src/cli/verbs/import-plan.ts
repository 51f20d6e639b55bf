import { insist } from '../../base/index.ts';
import { encodePlan, readPlanTable, withTargets } from '../../transfer/index.ts';
import { openAgain } from '../experiment.ts';
import { readTyped } from '../read-file.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const importPlan: Verb = {
  examples: ['import plan plan.csv --out runs/moons'],
  async run([path], options, shell) {
    const { out, ...rest } = shell;
    insistOn(out);
    const { run } = await openAgain(out, rest, options);
    const { own, device } = run.subject;
    const plan = await own.get('plan', {}, shell.job('transfer'));
    const { target } = await readPlanTable(await readTyped(path!, shell), path!, plan);
    const changed = target.reduce((sum, goal, i) => sum + Number(goal !== plan.target[i]), 0);
    const bytes = encodePlan(withTargets(plan, device, target, path!));
    const named = { stage: 'plan', at: {}, address: 'by hand', recipe: 'by hand' };
    await run.directory.keep(named, { 'plan.parquet': bytes }, 0, { adopted: true });
    const file = run.directory.file('plan.parquet');
    return {
      document: { runDirectory: run.directory.path, plan: file, cells: target.length, changed },
      text: `Plan: ${shown(file)}; ${changed} of ${target.length} targets are others than before.`,
    };
  },
};

function insistOn(out: string | undefined): asserts out is string {
  insist(out !== undefined, { path: ['--out'], rule: 'must name the run directory whose plan it is to be' });
}
