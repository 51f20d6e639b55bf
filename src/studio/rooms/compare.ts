import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { againstTables, shortLabel, tableHtml } from '../../report/index.ts';
import { describedAs } from '../../uncertainty/index.ts';
import { away, here } from '../request.ts';
import type { RunFound, Workspace } from '../workspace.ts';

const sides = ['hardware', 'software', 'deterministic'] as const;

const tasks = ['classification', 'regression'] as const;

/** Runs of one task, a row each, with the metrics that say most. */
function tableOf(runs: readonly RunFound[], side: (typeof sides)[number], task: (typeof tasks)[number]): string {
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics![side])))];
  const columns = names.flatMap(name => describedAs(name).filter(one => one.task === task && one.brief));
  return tableHtml({
    title: task === 'classification' ? 'Classifications' : 'Regressions',
    columns: ['run', 'title', 'device', ...columns.map(shortLabel)],
    rows: runs.map(({ path, title, name, device, metrics }) => [
      path,
      title ?? name,
      device,
      ...columns.map(metric => metrics![side][metric.name]),
    ]),
    note: 'Means with 95 % intervals, each at its own time after programming.',
  });
}

async function evaluatedRun(workspace: Workspace, directory: string) {
  const opened = await workspace.open(directory);
  const evaluated = await opened.evaluated();
  if (evaluated) return { name: directory, evaluated, device: opened.subject.device.title };
  throw new InputError({ path: [directory], rule: 'is not evaluated yet', hint: 'take it up in the room Run' });
}

export const compareRequests = {
  /** Runs that are evaluated, in a table for each task. */
  'compare.look': here(z.strictObject({ side: z.enum(sides) }), async ({ side }, { workspace }) => {
    const runs = (await workspace.runs()).filter(({ state, metrics }) => state === 'evaluated' && metrics);
    return {
      runs: runs.map(({ path, task }) => ({ path, task })),
      tables: tasks.flatMap(task => {
        const own = runs.filter(run => run.task === task);
        return own.length > 0 ? [tableOf(own, side, task)] : [];
      }),
    };
  }),
  /** One run against another, chip by chip; no table where their data or numbers of chips differ. */
  'compare.pair': away(z.strictObject({ run: z.string(), base: z.string() }), async ({ run, base }, { workspace }) => {
    const both = [await evaluatedRun(workspace, base), await evaluatedRun(workspace, run)];
    const [one, other] = both.map(({ device }) => device);
    return {
      tables: againstTables(both, `${run} against ${base}, chip by chip`).map(tableHtml),
      /** Titles of the two devices where they differ: their chips share numbers and draws, not cells. */
      devices: one === other ? [] : [other!, one!],
    };
  }),
};
