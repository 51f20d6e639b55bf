import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { diagnose } from '../../pipeline/index.ts';
import { calibrationSection, resultsTable, trainingSection } from '../../report/index.ts';
import { evaluatedIfThere, openDirectory } from '../../run/index.ts';
import { away, here } from '../request.ts';
import { listRuns } from '../runs.ts';
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
      if (!(await stat(await workspace.place(about)).catch(() => undefined))) {
        throw new InputError({ path: [], rule: 'is not there', value: about });
      }
      const payload = { folder: workspace.folder, ...work };
      return activities.start({ kind: runKind, title: about, about, payload });
    },
  ),
  'run.stop': here(z.strictObject({ id: z.string() }), async ({ id }, { activities }) => activities.stop(id)),
  'run.list': here(z.strictObject({}), async (_question, { workspace }) => listRuns(workspace)),
  /** What there is of a run: its results as the report has them, and how training went. */
  'run.look': away(z.strictObject({ directory: z.string() }), async ({ directory }, { workspace, job }) => {
    await workspace.place(directory);
    const open = await openDirectory(directory, { folder: workspace.folder, job, reading: true });
    const { subject, directory: place } = open.run;
    const records = await place.records();
    const trained = records.some(({ stage }) => stage === 'training');
    const done = await evaluatedIfThere(open);
    const training = trained ? await subject.own.get('training') : undefined;
    const sections = [
      ...(done
        ? [
            { title: 'Results', tables: [resultsTable(done.evaluated.evaluation)] },
            calibrationSection(done.evaluated.evaluation),
          ]
        : []),
      ...(training
        ? [trainingSection(subject, training.posterior, diagnose(subject, training.posterior), training.curve)]
        : []),
    ];
    return {
      title: subject.experiment.title ?? subject.experiment.name,
      older: open.older ?? [],
      device: subject.device.title,
      chips: subject.chips.length,
      stages: records.map(({ stage, at, seconds }) => ({ stage, chip: at.chip ?? null, seconds })),
      evaluated: done !== undefined,
      sections: sections.map(shownSection),
    };
  }),
};
