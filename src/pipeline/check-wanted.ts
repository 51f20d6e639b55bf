import { insist, suggest, together } from '../base/index.ts';
import type { Dataset } from '../data/index.ts';
import type { Design } from '../experiment/index.ts';
import { classMetrics, keptMetrics, metrics as metricsOfPredictions } from '../uncertainty/index.ts';
import { checkStopping } from './check-promises.ts';
import { checkCorrection } from './correction.ts';
import { samplesOf } from './design-facts.ts';
import type { Wanted } from './evaluate-design.ts';

/** Largest number that names a chip. */
const mostChip = 2 ** 32 - 1;

/** Stops before anything is computed where a question has no answer: every fault at once, by field of `Wanted`. */
export function checkWanted(wanted: Wanted, data: Dataset, design: Design): void {
  const { metrics, times = [], chips, samples, prefixes = [], rows, correction, map, softwareSamples } = wanted;
  const { task } = data;
  const ofClasses = task === 'classification' ? classMetrics(data.outputNames) : [];
  const known = [...metricsOfPredictions, ...ofClasses, ...keptMetrics];
  const names = known.filter(one => one.task === task).map(one => one.name);
  const most = samplesOf(design);
  together([
    () => checkStopping(design, data, correction && ['correction']),
    ...metrics.map((value, i) => () => {
      const hint = suggest(value, names);
      insist(names.includes(value), { path: ['metrics', i], rule: `is no metric of ${task}`, value, hint });
    }),
    ...times.map((value, i) => () => {
      insist(Number.isFinite(value) && value >= 0, {
        path: ['times', i],
        rule: 'must be seconds after programming, not negative',
        value,
        hint: 'chips can be read once they are programmed',
      });
    }),
    ...chips.map((value, i) => whole(['chips', i], value, 0, mostChip, 'chips are numbered from 0')),
    ...(samples === undefined ? [] : [whole(['samples'], samples, 1, most, `the design draws ${most}`)]),
    ...prefixes.map((value, i) => whole(['prefixes', i], value, 1, most, `the design draws ${most}`)),
    ...(map === undefined ? [] : [whole(['map'], map, 2, 4096, 'points per side of the map')]),
    ...(softwareSamples === undefined
      ? []
      : [whole(['softwareSamples'], softwareSamples, 1, 1_000_000, 'leave it out for as many as on a chip')]),
    ...(rows ? [() => checkRows(rows, data)] : []),
    ...(correction ? [() => checkLogits(correction, data)] : []),
  ]);
}

function checkLogits(value: string, data: Dataset): void {
  insist(data.task === 'classification', {
    path: ['correction'],
    rule: 'is of logits, which regression has none of',
    value,
    hint: 'leave it out',
  });
  checkCorrection(data, ['correction']);
}

function checkRows({ split, from, count }: NonNullable<Wanted['rows']>, data: Dataset): void {
  const splits = ['train', ...(data.search ? ['search'] : []), 'validation', 'test'];
  const hint = suggest(split, splits);
  insist(splits.includes(split), { path: ['rows', 'split'], rule: 'is no split', value: split, hint });
  const { count: there } = data[split]!;
  together([
    whole(['rows', 'from'], from, 0, there - 1, `${split} has ${there} rows`),
    whole(['rows', 'count'], count, 1, Math.max(1, there - from), `${split} has ${there} rows`),
  ]);
}

const whole =
  (path: readonly (string | number)[], value: number, least: number, most: number, hint: string) => (): void =>
    insist(Number.isInteger(value) && value >= least && value <= most, {
      path,
      rule: `must be a whole number from ${least} to ${most}`,
      value,
      hint,
    });
