import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { kernels } from '../../kernels/index.ts';
import { diagnose } from '../../pipeline/index.ts';
import { calibrationSection, reportHtml, reportOf, resultsTable, trainingSection } from '../../report/index.ts';
import { away, here } from '../request.ts';
import { shownSection } from '../section-view.ts';
import { runKind } from '../tasks.ts';

export const runRequests = {
  'run.start': here(
    z.strictObject({
      file: z.string().optional(),
      directory: z.string().optional(),
      recompute: z.boolean().optional(),
    }),
    async (work, { workspace, activities }) => {
      const about = work.directory ?? work.file;
      if (about === undefined) throw new InputError({ path: ['file'], rule: 'is missing' });
      if ((await workspace.changedAt(about)) === undefined) {
        throw new InputError({ path: [], rule: 'is not there', value: about });
      }
      return activities.start({ kind: runKind, title: about, about, payload: { folder: workspace.folder, ...work } });
    },
  ),
  'run.stop': here(z.strictObject({ id: z.string() }), async ({ id }, { activities }) => activities.stop(id)),
  'run.list': here(z.strictObject({}), async (_question, { workspace }) => workspace.runs()),
  /** What there is of a run: its results as the report has them, and how training went. */
  'run.look': away(z.strictObject({ directory: z.string() }), async ({ directory }, { workspace, job }) => {
    const run = await workspace.open(directory);
    const { subject, older } = run;
    const made = await run.made();
    const evaluated = await run.evaluated();
    const training = made.includes('training') ? await subject.own.get('training', {}, job) : undefined;
    const sections = [
      ...(evaluated
        ? [{ title: 'Results', tables: [resultsTable(evaluated.evaluation)] }, calibrationSection(evaluated.evaluation)]
        : []),
      ...(training
        ? [trainingSection(subject, training.posterior, diagnose(subject, training.posterior), training.curve)]
        : []),
    ];
    return {
      title: subject.experiment.title ?? subject.experiment.name,
      older,
      device: subject.device.title,
      chips: subject.chips.length,
      stages: made,
      changed: await run.changed(),
      evaluated: evaluated !== undefined,
      sections: sections.map(shownSection),
    };
  }),
  /** The whole report, for workspaces that keep none as a file. */
  'run.report': away(z.strictObject({ directory: z.string() }), async ({ directory }, { workspace }) => {
    const { subject, variants, ...run } = await workspace.open(directory);
    const evaluated = await run.evaluated();
    if (!evaluated) throw new InputError({ path: [], rule: 'is not evaluated yet', value: directory });
    const compared = [];
    for (const name of variants) {
      const variant = await workspace.open(directory, name);
      const own = await variant.evaluated();
      if (own) compared.push({ name, subject: variant.subject, evaluated: own });
    }
    const { name, detail } = kernels();
    const reported = { subject, evaluated, variants: compared };
    const versions = { posterohm: 'a page without a server', kernels: `${name}, ${detail}` };
    return { html: reportHtml(await reportOf(reported, `posterohm run ${subject.experiment.name}.yaml`, versions)) };
  }),
};
