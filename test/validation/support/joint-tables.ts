import { formatInterval } from '../../../src/report/index.ts';
import { hypervolume } from '../../../src/search/index.ts';
import { interval } from '../../../src/uncertainty/index.ts';
import { inTurn } from './arms.ts';
import type { JudgedDesign, Spent } from './joint-search.ts';

/** What one arm found with one seed. */
export interface Line {
  readonly data: string;
  readonly arm: string;
  readonly seed: number;
  /** Names the study and the budget: lines of another are not taken up. */
  readonly key: string;
  readonly seconds: number;
  readonly spent: Spent;
  /** The first objective is a loss, the others are prices. */
  readonly classes: number;
  readonly base: Omit<JudgedDesign, 'point'>;
  readonly judged: readonly JudgedDesign[];
  /** Of some designs of the front, by time: metrics on chips and of the posterior in software. */
  readonly calibration?: readonly Calibration[];
}

export interface Calibration {
  readonly time: number;
  readonly chips: Readonly<Record<string, number>>;
  readonly software: Readonly<Record<string, number>>;
}

/** Losses of other designs that count as no worse, nats. */
const margin = 0.01;

/**
 * The share of a box that designs dominate which keep the constraints: the loss from that of a guess to 0, every price, in
 * logarithms, from 10 times to a thousandth of what the design has that every arm begins with.
 */
export function shareOf({ judged, base, classes }: Line): number {
  const [, ...prices] = base.values;
  const level = (values: readonly number[]) => [
    values[0]! / Math.log(classes),
    ...values.slice(1).map((value, j) => Math.log10(value / prices[j]!)),
  ];
  const reference = [1, ...prices.map(() => 1)];
  const found = judged.filter(({ kept }) => kept).map(({ values }) => level(values));
  const size = 4 ** prices.length;
  return found.length === 0 ? 0 : hypervolume(found, reference) / size;
}

/** Least energy · delay · area of designs whose loss is at most this; infinite where none is. */
const leastPrice = ({ judged }: Line, loss: number): number =>
  Math.min(
    ...judged.filter(({ kept, values }) => kept && values[0]! <= loss).map(({ prices }) => prices.energyDelayArea!),
  );

/** Least loss of the designs that keep the constraints. */
const leastLoss = ({ judged }: Line): number =>
  Math.min(...judged.filter(({ kept }) => kept).map(({ values }) => values[0]!));

/** All arms of a data set beside the joint search, seeds paired. */
export function tableOf(lines: readonly Line[]): string {
  const seeds = [...new Set(lines.map(({ seed }) => seed))].sort((a, b) => a - b);
  const of = (arm: string, seed: number) => lines.find(line => line.arm === arm && line.seed === seed);
  const arms = [...new Set(lines.map(({ arm }) => arm))];
  const rows = arms.map(arm => {
    const own = seeds.flatMap(seed => of(arm, seed) ?? []);
    const beside = own.flatMap(line => {
      const joint = of('joint', line.seed);
      return joint ? [{ line, joint }] : [];
    });
    const ratios = own.map(line =>
      Math.log(line.base.prices.energyDelayArea! / leastPrice(line, line.base.values[0]! + margin)),
    );
    const against = beside.map(({ line, joint }) =>
      Math.log(leastPrice(line, leastLoss(line) + margin) / leastPrice(joint, leastLoss(line) + margin)),
    );
    return [
      arm,
      String(own.length),
      formatInterval(interval(own.map(shareOf))),
      arm === 'joint' ? '' : formatInterval(interval(beside.map(({ line, joint }) => shareOf(joint) - shareOf(line)))),
      formatInterval(interval(own.map(leastLoss))),
      factor(ratios),
      arm === 'joint' ? '' : factor(against),
      mean(own.map(({ spent }) => spent.trainings)),
      mean(own.map(({ spent }) => spent.designs)),
      mean(own.map(({ seconds }) => seconds)),
    ];
  });
  const head = [
    'arm',
    'seeds',
    'share of the box',
    'joint more by',
    'least loss',
    'cheaper than the start',
    'joint cheaper, at its best loss',
    'trainings',
    'designs',
    's',
  ];
  return [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
}

/** A factor from logarithms: geometric mean with its interval; of those that have one. */
function factor(logs: readonly number[]): string {
  const known = logs.filter(Number.isFinite);
  if (known.length === 0) return 'none';
  const { mean, low, high } = interval(known);
  const text = formatInterval({ mean: Math.exp(mean), low: Math.exp(low), high: Math.exp(high) });
  return known.length < logs.length ? `${text} (${known.length} of ${logs.length})` : text;
}

const mean = (values: readonly number[]): string =>
  (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(0);

/** What chips keep of the calibration of their posteriors, over seeds and designs of the joint front. */
export function calibrationTable(lines: readonly Line[]): string {
  const all = lines.flatMap(({ calibration = [] }) => calibration);
  const times = [...new Set(all.map(({ time }) => time))];
  const names = Object.keys(all[0]?.chips ?? {});
  const rows = times.map(time => {
    const own = all.filter(one => one.time === time);
    return [
      String(time),
      String(own.length),
      ...names.flatMap(name => [
        formatInterval(interval(own.map(({ chips }) => chips[name]!))),
        formatInterval(interval(own.map(({ software }) => software[name]!))),
      ]),
    ];
  });
  const head = ['s after programming', 'designs', ...names.flatMap(name => [name, `${name}, software`])];
  return [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
}

/** The better of the two orders, seed by seed, as an arm of its own. */
export const withBestInTurn = (lines: readonly Line[]): readonly Line[] => [
  ...lines,
  ...[...new Set(lines.map(({ seed }) => seed))].flatMap(seed => {
    const own = lines.filter(line => line.seed === seed && inTurn.includes(line.arm));
    if (own.length < inTurn.length) return [];
    const best = own.reduce((a, b) => (shareOf(b) > shareOf(a) ? b : a));
    return [{ ...best, arm: 'the better order in turn' }];
  }),
];
