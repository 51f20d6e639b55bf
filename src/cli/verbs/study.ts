import { join, resolve } from 'node:path';
import { InputError } from '../../base/index.ts';
import { exportDesign, openExplored, writeStudyReport } from '../../explore/index.ts';
import { shown } from '../shown.ts';
import { exploredText } from '../study-text.ts';
import type { Verb } from '../verb.ts';

export const studyShow: Verb = {
  examples: ['study show studies/moons', 'study show studies/moons --json'],
  async run([directory], _options, { folder, command }) {
    const explored = await openExplored(resolve(folder, directory!), directory!);
    const report = await writeStudyReport(explored, command);
    return { document: { ...explored.answer }, text: exploredText(explored, report) };
  },
};

export const studyExport: Verb = {
  examples: ['study export studies/moons', 'study export studies/moons 74 --out moons-74.yaml'],
  async run([directory, given], _options, { folder, out }) {
    const explored = await openExplored(resolve(folder, directory!), directory!);
    const { answer } = explored.answer;
    const trial = given === undefined ? answer?.trial : Number(given);
    if (trial === undefined || trial === null) {
      throw new InputError(`${directory}: has no answer yet; name the number of a trial, which study show lists.`);
    }
    const file = resolve(folder, out ?? join(explored.folder, `trial-${trial}.yaml`));
    await exportDesign(explored, trial, file);
    return { document: { trial, experiment: file }, text: `Trial ${trial}: posterohm run ${shown(file)}` };
  },
};
