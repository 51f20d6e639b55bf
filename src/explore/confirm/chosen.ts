import { contributionsOf } from '../../search/index.ts';
import type { BaselineFound } from '../baselines/search-baselines.ts';
import { designProblem } from '../designs/design-problem.ts';
import type { PlacedStudy } from '../designs/study-folder.ts';
import type { Found, TrialFound } from '../found.ts';
import type { Objective } from '../problem.ts';
import type { Confirmation } from './confirm-problem.ts';

/** Designs of a baseline that are judged again at most. */
const mostOfBaseline = 6;

/** What of the fronts of a study and of its baselines is to be judged again, and how. */
export function confirmationOf(
  { source, designs }: PlacedStudy,
  found: Found,
  baselines: readonly BaselineFound[],
): Confirmation {
  const { designs: most, chips, trainings, devices } = source.study.confirm;
  const { objectives } = designProblem(designs);
  const chosen = chosenOf(found, objectives, most).map(({ number, point }) => ({ trial: number, point }));
  const others = baselines.flatMap(({ name, found: own }) =>
    chosenOf(own, objectives, Math.min(most, mostOfBaseline)).map(({ number, point }) => ({
      of: name,
      trial: number,
      point,
    })),
  );
  return { designs: [...chosen, ...others], chips, trainings, devices };
}
/** The designs of a front, at most so many: those that add most to its hypervolume, in the order of the front. */
export function chosenOf({ front, reference }: Found, objectives: readonly Objective[], most: number): TrialFound[] {
  if (front.length <= most) return [...front];
  const scale = ({ better, logarithmic }: Objective, value: number) =>
    (better === 'lower' ? 1 : -1) * (logarithmic ? Math.log(value) : value);
  const points = front.map(({ values }) => objectives.map(each => scale(each, values[each.name]!)));
  const added = contributionsOf(
    points,
    objectives.map(each => scale(each, reference[each.name]!)),
  );
  // The ends of a front may lie on the reference, where they add nothing.
  const ends = objectives.map((_, j) =>
    points.reduce((best, point, i) => (point[j]! < points[best]![j]! ? i : best), 0),
  );
  const order = front.map((_, i) => i).sort((a, b) => added[b]! - added[a]!);
  const kept = new Set([...new Set([...ends, ...order])].slice(0, most));
  return front.filter((_, i) => kept.has(i));
}
