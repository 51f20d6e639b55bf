import { join } from 'node:path';
import { jobOf } from '../../../src/base/index.ts';
import { confirm, readConfirmed } from '../../../src/explore/confirm/confirm-folder.ts';
import { designProblem } from '../../../src/explore/designs/design-problem.ts';
import { excessIn, joined, valueIn } from '../../../src/explore/designs/judge.ts';
import type { Designs } from '../../../src/explore/designs/open-designs.ts';
import { openSource, type StudySource, writeSource } from '../../../src/explore/designs/study-folder.ts';
import type { TrialFound } from '../../../src/explore/found.ts';
import type { Objective } from '../../../src/explore/problem.ts';
import { study } from '../../../src/explore/study.ts';
import type { StudyFile } from '../../../src/explore/study-file/study-file.ts';
import { contributionsOf, frontOf, type Point, searchSamplers } from '../../../src/search/index.ts';
import { aroundPoint, laidOver, type Part } from './arms.ts';

/** A design of an arm, by the values that fresh chips and test rows gave. */
export interface JudgedDesign {
  readonly point: Point;
  /** Objectives of the study, minimised and prices as they are. */
  readonly values: readonly number[];
  readonly prices: Readonly<Record<string, number>>;
  /** Whether the constraints are kept. */
  readonly kept: boolean;
}

export interface Spent {
  readonly pieces: number;
  readonly designs: number;
  readonly trainings: number;
  readonly failed: number;
}

/** How an arm is searched and judged. */
export interface Means {
  readonly folder: string;
  readonly dataFolder: string;
  readonly processes: number;
  readonly pieces: number;
  readonly trainings: number;
  /** Chips and designs that are judged at the end. */
  readonly chips: number;
  readonly judged: number;
}

interface Stage {
  readonly source: StudySource;
  readonly folder: string;
  readonly designs: Designs;
  readonly around: Point;
  readonly trials: readonly TrialFound[];
}

/** Searches the stages of an arm, each around the best design of the one before, and judges what they found together. */
export async function searchArm(
  whole: StudyFile,
  stages: readonly (readonly Part[])[],
  means: Means,
): Promise<{ readonly judged: readonly JudgedDesign[]; readonly base: JudgedDesign; readonly spent: Spent }> {
  const done: Stage[] = [];
  const full = await openSource(sourceOf(whole, means), means.folder);
  const objectives = designProblem(full).objectives;
  let around = whole.first[0] as Point;
  const share = (of: number) => Math.max(1, Math.floor(of / stages.length));
  for (const [i, parts] of stages.entries()) {
    const budget = { trials: share(means.pieces), trainings: share(means.trainings) };
    const own = aroundPoint(full, around, parts, budget);
    if (!own) continue;
    const found = await searched(
      { source: sourceOf(own, means), folder: join(means.folder, `stage-${i}`), around },
      means,
    );
    done.push(found.stage);
    const best = nearestToBest(found.front, objectives);
    if (best) around = laidOver(full, around, best.point);
  }
  const judged = await judge(done, objectives, means);
  const [base] = await judgedOf(done[0]!, [0], means);
  return { judged, base: base!, spent: spentOn(done) };
}

/** Trained posteriors are shared by all arms and seeds. */
const sourceOf = (own: StudyFile, { dataFolder, folder }: Means): StudySource => ({
  study: own,
  dataFolder,
  store: { folder: join(folder, '..', 'trained') },
});

async function searched(
  { source, folder, around }: Pick<Stage, 'source' | 'folder' | 'around'>,
  { processes }: Means,
): Promise<{ readonly stage: Stage; readonly front: readonly TrialFound[] }> {
  const designs = await openSource(source, folder);
  const { identity } = designProblem(designs);
  await writeSource(folder, identity!, source);
  const module = new URL('../../../dist/explore/designs/study-module.js', import.meta.url);
  module.searchParams.set('folder', folder);
  module.searchParams.set('problem', identity!);
  const { name, seed, sampler, window, order, first, halving, budget } = source.study;
  const found = await study(module, {
    sampler: searchSamplers[sampler.name as keyof typeof searchSamplers],
    options: sampler.options,
    ...{ name, seed, window, order, first, halving, budget, folder, processes },
  });
  return { stage: { source, folder, designs, around, trials: found.trials }, front: found.front };
}

/** Objectives as they are compared: minimised, prices in logarithms. */
export const levelsOf = (objectives: readonly Objective[], values: readonly number[]): number[] =>
  objectives.map(
    ({ better, logarithmic }, j) => (better === 'lower' ? 1 : -1) * (logarithmic ? Math.log(values[j]!) : values[j]!),
  );

/** The design nearest to the best of all objectives at once, each measured by its range on the front. */
function nearestToBest(front: readonly TrialFound[], objectives: readonly Objective[]): TrialFound | undefined {
  const levels = front.map(({ values }) =>
    levelsOf(
      objectives,
      objectives.map(({ name }) => values[name]!),
    ),
  );
  const distances = levels.map(level =>
    level.reduce((sum, value, j) => {
      const all = levels.map(other => other[j]!);
      const [best, worst] = [Math.min(...all), Math.max(...all)];
      return sum + (worst > best ? ((value - best) / (worst - best)) ** 2 : 0);
    }, 0),
  );
  return front[distances.indexOf(Math.min(...distances))];
}

/** Judges the designs that the search says are on the front of all stages, those that add most to its hypervolume. */
async function judge(
  stages: readonly Stage[],
  objectives: readonly Objective[],
  means: Means,
): Promise<JudgedDesign[]> {
  const all = stages.flatMap((stage, at) =>
    stage.trials.flatMap(({ number, values, constraints, state }) => {
      const kept = (state === 'complete' || state === 'pruned') && Object.values(constraints).every(by => by <= 0);
      return kept
        ? [
            {
              at,
              number,
              level: levelsOf(
                objectives,
                objectives.map(({ name }) => values[name]!),
              ),
            },
          ]
        : [];
    }),
  );
  const front = frontOf(all.map(({ level }) => level)).map(i => all[i]!);
  const worst = objectives.map((_, j) => Math.max(...all.map(({ level }) => level[j]!)));
  const added = contributionsOf(
    front.map(({ level }) => level),
    worst,
  );
  const chosen = front
    .map((one, i) => ({ ...one, adds: added[i]! }))
    .sort((a, b) => b.adds - a.adds)
    .slice(0, means.judged);
  const found: JudgedDesign[] = [];
  for (const [at, stage] of stages.entries()) {
    const trials = chosen.filter(one => one.at === at).map(({ number }) => number);
    if (trials.length > 0) found.push(...(await judgedOf(stage, trials, means)));
  }
  return found;
}

/** Test rows, chips that no search has seen, the study's own training. */
async function judgedOf(
  { source, folder, designs, around, trials }: Stage,
  numbers: readonly number[],
  { chips, processes }: Means,
): Promise<JudgedDesign[]> {
  const placed = { folder, source, designs };
  const confirmation = {
    designs: numbers.map(trial => ({ trial, point: trials[trial]!.point })),
    chips,
    trainings: 0,
    devices: 0,
  };
  await confirm(placed, confirmation, { processes, job: jobOf() });
  const { objectives } = designs.goals;
  return (await readConfirmed(placed, confirmation)).trials.map(({ trial, own }) => {
    const evidence = joined([own]);
    return {
      point: { ...around, ...trials[trial]!.point },
      values: objectives.map(goal => valueIn(goal, evidence)),
      prices: own.prices!,
      kept: excessIn(designs.goals, evidence) === 0,
    };
  });
}

function spentOn(stages: readonly Stage[]): Spent {
  const trials = stages.flatMap(stage => stage.trials);
  const problems = stages.map(({ designs, trials: own }) =>
    own.flatMap(({ point }) => designs.trainingAt(point) ?? []),
  );
  return {
    pieces: trials.reduce((sum, { pieces }) => sum + pieces, 0),
    designs: trials.length,
    trainings: new Set(problems.flat()).size,
    failed: trials.filter(({ state }) => state === 'failed').length,
  };
}
