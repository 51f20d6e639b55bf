import { fillUniform, keyOf } from '../../random/index.ts';
import type { Judged } from '../problem.ts';
import type { Goal, Goals, Over } from '../study-file/goals.ts';
import { type DesignEvidence, labelOf, meanOf } from './evidence.ts';

/** A goal's value with its standard error. */
export interface Measured {
  readonly value: number;
  /** 0 says exact, NaN unknown. */
  readonly error: number;
  /** Degrees of freedom of the error (Satterthwaite). */
  readonly degrees: number;
}

/** What all evidence of a design says of the goals: objectives minimised, limits as what they are exceeded by as a share. */
export function judgedBy({ objectives, limits }: Goals, evidence: readonly DesignEvidence[]): Judged {
  const together = joined(evidence);
  const values = objectives.map(goal => minimised(goal, measured(goal, together)));
  const constraints = limits.flatMap(({ goal, most, least }) => {
    const found = measured(goal, together);
    return [
      ...(most === undefined ? [] : [excess(found, most, 1)]),
      ...(least === undefined ? [] : [excess(found, least, -1)]),
    ];
  });
  return {
    values: values.map(({ value }) => value),
    constraints: constraints.map(({ value }) => value),
    errors: [...values, ...constraints].map(({ error }) => error),
    blocks: together.chips.length,
  };
}

/** Names of the constraints that `judgedBy` tells of, in its order. */
export const constraintNames = ({ limits }: Goals): string[] =>
  limits.flatMap(({ goal, most, least }) => [
    ...(most === undefined ? [] : [`${goal.name} at most ${most}`]),
    ...(least === undefined ? [] : [`${goal.name} at least ${least}`]),
  ]);

export type Told = Pick<Measured, 'value' | 'error'>;

const minimised = ({ better }: Goal, { value, error }: Told): Told => ({
  value: better === 'lower' ? value : -value,
  error,
});

/** By how much a limit is exceeded, as a share of it where it is not 0. */
function excess({ value, error }: Told, limit: number, sign: 1 | -1): Told {
  const scale = limit === 0 ? 1 : Math.abs(limit);
  return { value: (sign * (value - limit)) / scale, error: error / scale };
}

/** By how much limits are exceeded in all, as shares of them; 0 where all are kept. */
export const excessIn = ({ limits }: Goals, evidence: Pick<DesignEvidence, 'values' | 'prices'>): number =>
  limits.reduce((sum, { goal, most, least }) => {
    const found = { value: valueIn(goal, evidence), error: 0 };
    const above = most === undefined ? 0 : excess(found, most, 1).value;
    const below = least === undefined ? 0 : excess(found, least, -1).value;
    return sum + Math.max(0, above) + Math.max(0, below);
  }, 0);

/** Evidence of several rungs as one: all chips that were asked as many rows as the last ones. */
export function joined(evidence: readonly DesignEvidence[]): DesignEvidence {
  const last = evidence.at(-1)!;
  const parts = evidence.filter(({ rows }) => rows === last.rows);
  const chips = parts.flatMap(part => part.chips);
  const labels = Object.keys(last.values);
  return {
    ...last,
    chips,
    values: Object.fromEntries(labels.map(label => [label, parts.flatMap(part => part.values[label]!)])),
    rowVariance: Object.fromEntries(
      Object.keys(last.rowVariance).map(label => [
        label,
        parts.reduce((sum, part) => sum + part.rowVariance[label]! * part.chips.length, 0) / chips.length,
      ]),
    ),
    prices: evidence[0]!.prices,
  };
}

/** The value of a goal; NaN where evidence has none. */
export function valueIn({ of }: Goal, { values, prices }: Pick<DesignEvidence, 'values' | 'prices'>): number {
  if ('price' in of) return prices?.[of.price] ?? Number.NaN;
  return reduced(of.over, of.chip, valuesOf(values[labelOf(of.metric, of.at)]!));
}

const valuesOf = (values: readonly (number | null)[]): number[] => values.map(value => value ?? Number.NaN);

/** What evidence says of a goal. */
export function measured(goal: Goal, evidence: DesignEvidence): Measured {
  const { of } = goal;
  const value = valueIn(goal, evidence);
  if ('price' in of) return { value, error: 0, degrees: 1 };
  const label = labelOf(of.metric, of.at);
  const ofChips = valuesOf(evidence.values[label]!);
  const ofRows = evidence.rowVariance[label] ?? 0;
  const degrees = ofChips.length - 1;
  if (of.over.kind === 'yield') {
    // Of the share with one chip more on either side: no count of chips makes it certain.
    const share = (value * ofChips.length + 1) / (ofChips.length + 2);
    return { value, error: Math.sqrt((share * (1 - share)) / ofChips.length), degrees: Math.max(1, degrees) };
  }
  if (degrees === 0) return { value, error: Number.NaN, degrees: 1 };
  const ofChance = of.over.kind === 'mean' ? meanVariance(ofChips) : resampledVariance(of.over, of.chip, ofChips);
  return { value, ...summed([ofChance, degrees], [ofRows, evidence.rows - 1]) };
}

type Variance = readonly [value: number, degrees: number];

/** The root of a sum of variances, with the degrees of freedom that it is known by (Satterthwaite). */
export function summed(...parts: readonly Variance[]): { readonly error: number; readonly degrees: number } {
  const sum = parts.reduce((total, [value]) => total + value, 0);
  const square = parts.reduce((total, [value, degrees]) => total + value ** 2 / Math.max(1, degrees), 0);
  return { error: Math.sqrt(sum), degrees: square > 0 ? sum ** 2 / square : Math.max(1, parts[0]![1]) };
}

function meanVariance(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length * (values.length - 1));
}

/** Variance of other reductions over chips drawn anew from those there are, the same draws for every design. */
function resampledVariance(over: Over, chip: 'lower' | 'higher', values: readonly number[]): number {
  const repeats = 100;
  const n = values.length;
  const u = fillUniform(keyOf(0), new Float64Array(repeats * n));
  const drawn = Array.from({ length: repeats }, (_, r) =>
    reduced(
      over,
      chip,
      Array.from({ length: n }, (_, i) => values[Math.min(n - 1, Math.floor(n * u[r * n + i]!))]!),
    ),
  );
  return meanVariance(drawn) * repeats;
}

/** One number of the values of chips; NaN where one of them is. */
function reduced(over: Over, chip: 'lower' | 'higher', values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const worse = (value: number) => (chip === 'lower' ? value : -value);
  switch (over.kind) {
    case 'mean':
      return meanOf(values);
    case 'worst':
      return values.reduce((worst, value) => (worse(value) > worse(worst) ? value : worst));
    case 'quantile':
      return quantile(
        values.toSorted((a, b) => worse(a) - worse(b)),
        over.share,
      );
    case 'yield':
      return values.filter(value => worse(value) <= worse(over.passes)).length / values.length;
  }
}

/** Between the two neighbours of place share·(n − 1) in sorted values. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
