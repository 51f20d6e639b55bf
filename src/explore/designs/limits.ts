import { InputError } from '../../base/index.ts';
import { costOfDesign, pricesOf } from '../../pipeline/index.ts';
import { neighbours, type Point, type Space, type Value } from '../../search/index.ts';
import type { Interval } from '../../uncertainty/index.ts';
import type { Found, TrialFound } from '../found.ts';
import type { Designs } from './open-designs.ts';

/** One variable of a design moved, and what that does to the objectives. */
export interface Move {
  readonly variable: string;
  /** Missing where the variable does not count before. */
  readonly from?: Value;
  readonly to: Value;
  /** Of prices, by name: what they are multiplied by. Nothing is programmed for it: cells have the device's middle conductance. */
  readonly prices: Readonly<Record<string, number>>;
  /** A trial that differs from the design in this variable alone, and the variables that count with it. */
  readonly trial?: number;
  /** Of metrics, by name: what is added, with its 95 % interval as if the two had chips and rows of their own; of that trial. */
  readonly metrics: Readonly<Record<string, Interval>>;
}

/** What stands between a design and better ones. */
export interface Limits {
  readonly trial: number;
  readonly moves: readonly Move[];
  /** Of prices that are sums: shares of the components, the largest first. */
  readonly components: readonly { readonly price: string; readonly name: string; readonly share: number }[];
}

/** What small moves of each variable do to a design: by pricing it anew, and by trials that are there. Trains nothing. */
export async function limitsOf(designs: Designs, found: Found, trial: number): Promise<Limits> {
  const { space } = designs;
  const own = found.trials[trial]!;
  const recorded = found.trials.flatMap(other => {
    const variable = moved(space, own.point, other.point);
    return variable === undefined || Object.keys(other.values).length === 0 ? [] : [{ variable, other }];
  });
  const steps = neighbours(space, own.point).flatMap(point => {
    const variable = moved(space, own.point, point)!;
    const known = recorded.some(each => each.variable === variable && each.other.point[variable] === point[variable]);
    return known ? [] : [{ variable, point }];
  });
  const before = await pricesAt(designs, own.point);
  const moves: Move[] = [];
  for (const { variable, point, other } of [
    ...recorded.map(each => ({ ...each, point: each.other.point })),
    ...steps.map(each => ({ ...each, other: undefined })),
  ]) {
    const after = await pricesAt(designs, point);
    if (!before || !after) continue;
    const names = Object.keys(before).filter(name => after[name] !== undefined);
    moves.push({
      variable,
      ...(own.point[variable] !== undefined && { from: own.point[variable] }),
      to: point[variable]!,
      prices: Object.fromEntries(names.map(name => [name, after[name]! / before[name]!])),
      ...(other && { trial: other.number }),
      metrics: other ? changes(designs, own, other) : {},
    });
  }
  return { trial, moves, components: before ? await componentsAt(designs, own.point) : [] };
}

/** The one variable that two points differ in, besides those that count with it; undefined where there are more, or none. */
export function moved({ variables }: Space, one: Point, other: Point): string | undefined {
  const differing = variables.filter(({ name }) => one[name] !== other[name]);
  const [first] = differing;
  if (!first || other[first.name] === undefined) return undefined;
  const follows = new Set([first.name]);
  for (const { name, when } of differing) {
    const withParent = when && follows.has(when.variable) && (one[name] === undefined || other[name] === undefined);
    if (withParent) follows.add(name);
  }
  return differing.every(({ name }) => follows.has(name)) ? first.name : undefined;
}

const pricesWanted = ({ goals }: Designs): string[] =>
  goals.objectives.flatMap(({ of }) => ('price' in of ? [of.price] : []));

/** Prices of a point's design on cells of the device's middle; undefined where it cannot exist. */
async function pricesAt(designs: Designs, point: Point): Promise<Record<string, number> | undefined> {
  try {
    const { design, prepared } = await designs.at(point);
    const wanted = pricesWanted(designs);
    if (wanted.length === 0) return {};
    const all = pricesOf({ design, data: prepared.data, name: 'design' });
    return Object.fromEntries(wanted.map(name => [name, all[name]!]));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** What another trial's metrics are more than one's; of those whose errors are known. */
function changes({ goals }: Designs, own: TrialFound, other: TrialFound): Record<string, Interval> {
  return Object.fromEntries(
    goals.objectives.flatMap(({ name, of }) => {
      if ('price' in of) return [];
      const mean = other.values[name]! - own.values[name]!;
      const half = 1.96 * Math.hypot(other.errors[name]!, own.errors[name]!);
      return Number.isFinite(half) ? [[name, { mean, low: mean - half, high: mean + half }]] : [];
    }),
  );
}

/** Fields of components that prices are sums of. */
const summed = [
  { price: 'energyPerDecision', field: 'energy' },
  { price: 'area', field: 'area' },
] as const;

async function componentsAt(designs: Designs, point: Point): Promise<Limits['components']> {
  const wanted = pricesWanted(designs);
  const sums = summed.filter(({ price }) => wanted.includes(price));
  if (sums.length === 0) return [];
  const { design, prepared } = await designs.at(point);
  const { components } = costOfDesign({ design, data: prepared.data, name: 'design' });
  return sums.flatMap(({ price, field }) => {
    const total = components.reduce((sum, each) => sum + each[field], 0);
    return components
      .map(({ name, [field]: part }) => ({ price, name, share: part / total }))
      .sort((a, b) => b.share - a.share);
  });
}
