import { formatDuration } from '../../base/index.ts';
import { type CorruptedEvaluation, type Evaluation, strengthOf } from '../../pipeline/index.ts';
import type { Interval } from '../../uncertainty/index.ts';
import { curves } from '../figures/curves.ts';
import type { Section } from '../report.ts';

/** Figures of each corruption: does the prediction get worse, and does it know? */
const figures = {
  classification: [
    ['accuracy', 'accuracy'],
    ['totalMean', 'mean total uncertainty (nat)'],
  ],
  regression: [
    ['rmse', 'RMSE'],
    ['coverage90', 'targets inside 90 % intervals'],
  ],
} as const;

const tabled = {
  classification: ['accuracy', 'nll', 'ece', 'epistemicMean', 'totalMean'],
  regression: ['rmse', 'nll', 'coverage90', 'width90'],
} as const;

const titles: Readonly<Record<string, string>> = {
  accuracy: 'accuracy',
  nll: 'NLL (nat)',
  ece: 'ECE',
  epistemicMean: 'epistemic (nat)',
  totalMean: 'total (nat)',
  rmse: 'RMSE',
  coverage90: 'inside 90 %',
  width90: 'width of 90 %',
};

/** What happens to accuracy and uncertainty when test inputs are corrupted. */
export function corruptedSection(evaluation: Evaluation, found: readonly CorruptedEvaluation[]): Section {
  const { task, software, hardware, deterministic, headlineTime } = evaluation;
  const clean = {
    strength: 0,
    software: software.metrics,
    hardware: hardware.metrics,
    deterministic: deterministic.metrics,
  };
  const names = [...new Set(found.map(one => one.corruption))];
  const points = (name: string) => [clean, ...found.filter(one => one.corruption === name)];
  return {
    title: 'Corrupted inputs',
    text: [
      'The test inputs, changed so that their answers stay what they were. A predictor that knows what it does not know grows less sure as it errs more. ' +
        `Chips are looked at ${formatDuration(headlineTime)} after programming.`,
    ],
    figures: names.flatMap(name =>
      figures[task].map(([metric, title]) => ({
        svg: curves({
          xTitle: `${name}: ${strengthOf(name)}`,
          yTitle: title,
          series: [
            {
              name: 'software',
              x: points(name).map(p => p.strength),
              y: points(name).map(p => p.software[metric]!),
            },
            ...(['hardware', 'deterministic'] as const).map(side => band(side, points(name), metric)),
          ],
        }),
        caption: `${title[0]!.toUpperCase()}${title.slice(1)} against the strength of ${name}, chips with the 95 % interval of their mean.`,
      })),
    ),
    tables: names.map(name => ({
      title: `${name}: ${strengthOf(name)}`,
      columns: [
        'strength',
        ...tabled[task].flatMap(metric => [`software ${titles[metric]}`, `chips ${titles[metric]}`]),
      ],
      rows: points(name).map(p => [
        `${p.strength}`,
        ...tabled[task].flatMap(metric => [p.software[metric], p.hardware[metric]]),
      ]),
    })),
  };
}

function band(
  name: 'hardware' | 'deterministic',
  points: readonly {
    readonly strength: number;
    readonly hardware: Readonly<Record<string, Interval>>;
    readonly deterministic: Readonly<Record<string, Interval>>;
  }[],
  metric: string,
) {
  const found = points.map(p => p[name][metric]!);
  const many = found.every(({ low, high }) => high >= low);
  return {
    name,
    x: points.map(p => p.strength),
    y: found.map(f => f.mean),
    ...(many && { low: found.map(f => f.low), high: found.map(f => f.high) }),
  };
}
