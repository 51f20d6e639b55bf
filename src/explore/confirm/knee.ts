import type { Objective } from '../problem.ts';
import type { ConfirmedDesign } from './confirmed.ts';

/**
 * The design to name where nobody says what matters more: of those that keep all constraints and are on the front at least as
 * likely as not, or the likeliest where none is, that which is nearest to the best of all objectives at once. Each objective
 * is measured by its range among them, prices in logarithms. Undefined where none keeps the constraints.
 */
export function kneeOf(designs: readonly ConfirmedDesign[], objectives: readonly Objective[]): number | undefined {
  const kept = designs.filter(design => design.kept);
  const likely = kept.filter(({ onFront }) => onFront >= 0.5);
  const most = Math.max(...kept.map(({ onFront }) => onFront));
  const candidates = likely.length > 0 ? likely : kept.filter(({ onFront }) => onFront === most);
  const levels = candidates.map(({ objectives: found }) =>
    objectives.map(({ name, better, logarithmic }) => {
      const { mean } = found[name]!;
      return (better === 'lower' ? 1 : -1) * (logarithmic ? Math.log(mean) : mean);
    }),
  );
  const distances = levels.map(level =>
    level.reduce((sum, value, j) => {
      const all = levels.map(other => other[j]!);
      const [best, worst] = [Math.min(...all), Math.max(...all)];
      return sum + (worst > best ? ((value - best) / (worst - best)) ** 2 : 0);
    }, 0),
  );
  return candidates[distances.indexOf(Math.min(...distances))]?.trial;
}
