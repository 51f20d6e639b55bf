import { drawnPrices, draws } from '../../cost/index.ts';
import { fillUniform, fold, type Key } from '../../random/index.ts';
import { type DesignEvidence, meanOf } from '../designs/evidence.ts';
import { excessIn, valueIn } from '../designs/judge.ts';
import type { Goals } from '../study-file/goals.ts';
import type { ConfirmedTrial } from './confirmed.ts';

/**
 * Objectives of designs in every draw, [draws][designs][objectives], minimised; undefined where a design breaks a constraint.
 * A draw takes trainings, their chips and blocks of rows with replacement, every uncertain constant of prices, and one of the draws of the devices' own constants. Designs
 * of one training share its draw; all share chips, rows and constants. Trainings are few, so that they differ too little in
 * draws: what they differ by is raised by √(k/(k − 1)).
 */
export function drawnValues(key: Key, goals: Goals, trials: readonly ConfirmedTrial[]): (number[] | undefined)[][] {
  const first = trials[0]?.fresh[0];
  if (!first) return [];
  const trainings = trials[0]!.fresh.length;
  const most = Math.max(...trials.map(({ fresh }) => fresh[0]!.chips.length));
  const blocks = Math.max(0, ...Object.values(first.rowBlocks ?? {}).map(each => each.length));
  const better = goals.objectives.map(goal => (goal.better === 'lower' ? 1 : -1));
  const prices = trials.map(({ fresh }) => fresh.map(pricesInDraws));
  return Array.from({ length: draws }, (_, draw) => {
    const own = fold(key, draw);
    const chips = Array.from({ length: trainings }, (_, k) => uniforms(fold(fold(own, 'chips'), k), most));
    const weights = new Float64Array(blocks).fill(-1);
    for (const block of places(uniforms(fold(own, 'rows'), blocks), blocks)) weights[block]!++;
    const [device] = uniforms(fold(own, 'device'), 1) as unknown as [number];
    return trials.map(({ fresh, devices }, i) => {
      const chosen = places(uniforms(fold(fold(own, 'training'), fresh[0]!.trained), trainings), trainings);
      const evidence = {
        values: redrawn({ fresh, devices }, chosen, chips, weights, device),
        prices: pricesOf(prices[i]!, chosen, draw),
      };
      if (excessIn(goals, evidence) > 0) return undefined;
      return goals.objectives.map((goal, j) => better[j]! * valueIn(goal, evidence));
    });
  });
}

const uniforms = (key: Key, count: number): Float64Array => fillUniform(key, new Float64Array(count));

/** Places 0 … size − 1, as many as there are, drawn with replacement. */
const places = (u: Float64Array, size: number): number[] =>
  Array.from(u.subarray(0, size), value => Math.min(size - 1, Math.floor(size * value)));

type DrawnPrices = Readonly<Record<string, Float64Array>>;

const pricesInDraws = ({ bill, prices }: DesignEvidence): DrawnPrices =>
  bill ? drawnPrices(bill, Object.keys(prices ?? {}) as Parameters<typeof drawnPrices>[1]) : {};

const pricesOf = (of: readonly DrawnPrices[], chosen: readonly number[], draw: number): Record<string, number> =>
  Object.fromEntries(Object.keys(of[0]!).map(name => [name, meanOf(chosen.map(k => of[k]![name]![draw]!))]));

/** The values that other trainings, chips and rows would have given. */
function redrawn(
  { fresh, devices }: Pick<ConfirmedTrial, 'fresh' | 'devices'>,
  chosen: readonly number[],
  chips: readonly Float64Array[],
  weights: Float64Array,
  device: number,
): DesignEvidence['values'] {
  const raise = Math.sqrt(fresh.length / Math.max(1, fresh.length - 1));
  const values: Record<string, number[]> = {};
  for (const label of Object.keys(fresh[0]!.values)) {
    const all = fresh.map(evidence => evidence.values[label]!.map(value => value ?? Number.NaN));
    const means = all.map(meanOf);
    const center = meanOf(means);
    const shift = deviceShift(fresh[0]!, devices, label, device);
    const ofRows = meanOf(
      chosen.map(k => (fresh[k]!.rowBlocks?.[label] ?? []).reduce((sum, block, b) => sum + weights[b]! * block, 0)),
    );
    values[label] = chosen.flatMap(k =>
      places(chips[k]!, all[k]!.length).map(
        chip => all[k]![chip]! + (raise - 1) * (means[k]! - center) + ofRows + shift,
      ),
    );
  }
  return values;
}

/** What other constants of the device change in a metric: mean over the same chips with them and without. */
function deviceShift(
  { values: nominal }: DesignEvidence,
  devices: readonly DesignEvidence[],
  label: string,
  place: number,
): number {
  if (devices.length === 0) return 0;
  const { values } = devices[Math.min(devices.length - 1, Math.floor(place * devices.length))]!;
  const mean = (of: readonly (number | null)[]) => meanOf(of.map(value => value ?? Number.NaN));
  const drawn = values[label]!;
  return mean(drawn) - mean(nominal[label]!.slice(0, drawn.length));
}
