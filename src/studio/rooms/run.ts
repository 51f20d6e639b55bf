import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { diagnose } from '../../pipeline/index.ts';
import { calibrationSection, resultsTable, trainingSection } from '../../report/index.ts';
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
      evaluated: evaluated !== undefined,
      sections: sections.map(shownSection),
    };
  }),
};
