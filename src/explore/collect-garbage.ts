import { jobOf } from '../base/index.ts';
import type { Design } from '../experiment/index.ts';
import { Pipeline, stages } from '../pipeline/index.ts';
import { keyOf } from '../random/index.ts';
import { type Collected, openShared } from '../run/index.ts';
import { baselineAt } from './baselines/baseline.ts';
import type { PlacedStudy } from './designs/study-folder.ts';
import { foundTogether, openPlaced } from './explored.ts';
import { holdStudy } from './workplace.ts';

/**
 * Removes the trained posteriors and stopping rules of a study in a folder that no design of its front, or of those of its baselines,
 * comes from, nor anybody else names; those used least recently first, and only until no more than `quota` bytes are left, where it is
 * given. They are made again where they are needed again.
 */
export async function collectGarbage(folder: string, shown: string, quota = 0): Promise<Collected> {
  const placed = await openPlaced(folder, shown);
  // Nobody may train for the study meanwhile.
  const lock = await holdStudy(folder);
  try {
    const { store } = placed.source;
    const shared = openShared(store.folder, store);
    await shared.name(folder, await namedBy(placed));
    return await shared.collect(quota);
  } finally {
    await lock.release();
  }
}

/** Addresses of the trained posteriors and stopping rules that fronts come from. */
async function namedBy(placed: PlacedStudy): Promise<string[]> {
  const { designs, source } = placed;
  const { found, baselines } = await foundTogether(placed);
  const kept: Design[] = [];
  for (const { point } of found.front) kept.push((await designs.at(point)).design);
  for (const { name, found: own } of baselines) {
    for (const { point } of own.front) kept.push(baselineAt(designs, name, point).design);
  }
  const how = { key: keyOf(source.study.experiment.seed), job: jobOf() };
  const named = kept.flatMap(design => {
    const pipeline = new Pipeline(designs.prepared, design, how);
    return [pipeline.names(stages.training, {}), pipeline.names(stages.stopping, {})];
  });
  return [...new Set((await Promise.all(named)).map(({ address }) => address))];
}
