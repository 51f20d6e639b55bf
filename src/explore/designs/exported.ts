import { isAbsolute, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { sources } from '../../data/index.ts';
import { isDeviceFile } from '../../device/index.ts';
import type { Experiment } from '../../experiment/index.ts';
import { timeOf } from '../../pipeline/index.ts';
import type { Point } from '../../search/index.ts';
import { asked } from './evidence.ts';
import type { Designs } from './open-designs.ts';
import type { StudySource } from './study-folder.ts';

/** A design of a study as an experiment that `run` takes as it stands, to stand in `folder`. */
export async function exportedExperiment(
  designs: Designs,
  { study, dataFolder }: StudySource,
  studyFolder: string,
  { trial, point }: { readonly trial: number; readonly point: Point },
  folder: string,
): Promise<Experiment> {
  const { experiment, design } = await designs.at(point);
  const own = timeOf(design);
  const times = [...new Set([...asked(designs.goals, own).times, ...(experiment.evaluate.times ?? [])])];
  const moved = movedPaths(experiment, path => relative(folder, resolve(dataFolder, path)));
  return {
    ...moved,
    name: `${study.name.slice(0, 48)}-trial-${trial}`,
    title: `Trial ${trial} of the study ${study.title ?? study.name}`,
    study: relative(folder, studyFolder) || '.',
    evaluate: { ...experiment.evaluate, chips: study.confirm.chips, times: times.length > 0 ? times : [own] },
  };
}

/** The same as text, with what it is above it. */
export const exportedText = (experiment: Experiment): string =>
  `# ${experiment.title}, with every field as it was searched. Runs look at the study's test rows, which it counts.\n${stringify(experiment)}`;

/** An experiment whose relative paths are others. */
function movedPaths(experiment: Experiment, move: (path: string) => string): Experiment {
  const { data, hardware } = experiment;
  const own = { ...data } as Record<string, unknown>;
  for (const field of sources[data.source]!.paths ?? []) {
    if (typeof own[field] === 'string' && !isAbsolute(own[field])) own[field] = move(own[field]);
  }
  const { device } = hardware;
  return {
    ...experiment,
    data: own as Experiment['data'],
    ...(isDeviceFile(device) && !isAbsolute(device) && { hardware: { ...hardware, device: move(device) } }),
  };
}
