import { formatDuration, formatNumber } from '../base/index.ts';
import type { Interval } from '../uncertainty/index.ts';
import type { ObjectiveAxis } from './figures/front.ts';
import type { SearchCurve } from './figures/hypervolume.ts';
import { inUnits } from './in-units.ts';
import type { Section } from './report.ts';
import type { DesignReported } from './study-report.ts';

/** Whether to build the answer of a study, as a report shows it. */
export interface VerdictReported {
  readonly word: string;
  readonly sentence: string;
  readonly probability: number | null;
  readonly baseline: { readonly name: string; readonly trial: number } | null;
  /** Each objective of the answer beside the best baseline's: a difference, or a ratio of prices; what speaks against it first. */
  readonly against: readonly {
    readonly objective: string;
    readonly as: 'difference' | 'ratio';
    readonly median: number;
    readonly low: number;
    readonly high: number;
    readonly favours: string;
  }[];
  /** Non-inferiority of the baseline as a predictor. */
  readonly quality: { readonly verdict: string; readonly rows: number } | null;
  readonly flip: { readonly title: string; readonly factor: number; readonly deviations: number } | null;
  /** Whether prices are among the goals, so that constants of theirs could turn the comparison round. */
  readonly priced: boolean;
}

/** The search of a baseline as a report shows it, with its confirmed design of least regret. */
export interface BaselineReported {
  readonly name: string;
  readonly trials: number;
  readonly trainings: number;
  readonly seconds: number;
  readonly progress: SearchCurve['points'];
  readonly best: DesignReported | null;
}

/** What the study's answer is worth beside what a digital designer would build. */
export function verdictSection(
  verdict: VerdictReported,
  baselines: readonly BaselineReported[],
  share: number,
  objectives: readonly Pick<ObjectiveAxis, 'name' | 'unit'>[],
): Section {
  const { against, baseline } = verdict;
  const columns = objectives.map(axis =>
    inUnits(
      axis,
      baselines.map(({ best }) => best?.confirmed?.[axis.name]),
    ),
  );
  return {
    title: 'Against digital baselines',
    text: [
      'Each way to predict digitally was searched by the same sampler, on the same rows, and judged again by as many fresh trainings. All designs and baselines share one set of draws of trainings, chips, rows and uncertain constants; constants of devices are taken to be known to a factor of 1.25 (assumption), in which the chips of the front were programmed anew.',
      ...(share < 1
        ? [
            `Each of them had ${formatNumber(100 * share, 2)} % of the study's budget, so that the comparison favours the study.`,
          ]
        : []),
      ...doubtsOf(verdict),
    ],
    tables: [
      ...(against.length === 0
        ? []
        : [
            {
              title: `The answer beside '${baseline!.name}', trial ${baseline!.trial}`,
              columns: ['objective', 'answer less baseline', 'answer over baseline', 'better'],
              rows: against.map(({ objective, as, median, low, high, favours }) => {
                const found: Interval = { mean: median, low, high };
                return [
                  objective,
                  as === 'difference' ? found : undefined,
                  as === 'ratio' ? found : undefined,
                  favours,
                ];
              }),
              note: 'Medians with 90 % intervals over the draws, what speaks against the answer first.',
            },
          ]),
      {
        title: 'Digital baselines',
        columns: [
          'baseline',
          'trials',
          'trainings',
          'time',
          'its best',
          ...columns.flatMap(({ title }) => [title, `${title}, confirmed`]),
          'regret, 90 %',
        ],
        rows: baselines.map(({ name, trials, trainings, seconds, best }) => [
          name,
          trials,
          trainings,
          formatDuration(seconds),
          best ? `trial ${best.trial}` : undefined,
          ...objectives.flatMap(({ name: objective }, j) =>
            [best?.objectives[objective], best?.confirmed?.[objective]].map(found => columns[j]!.of(found)),
          ),
          best?.regret ? (best.regret.high ?? '∞') : undefined,
        ]),
        note: 'The confirmed design of each that keeps the constraints with the least 90 % quantile of regret.',
      },
    ],
  };
}

/** How certain a verdict is, whether the baseline predicts as well, and what turns it round. */
export function doubtsOf({ probability, quality, flip, priced }: VerdictReported): string[] {
  if (probability === null) return [];
  return [
    `The answer beats the best baseline in ${formatNumber(100 * probability, 2)} % of the draws.${quality ? ` As a predictor the baseline is ${quality.verdict} on ${quality.rows} test rows.` : ''}`,
    ...(priced
      ? [
          flip
            ? `The comparison turns round with the ${flip.title} at ${formatNumber(flip.factor, 2)} times what is assumed, ${formatNumber(flip.deviations, 2)} standard deviations away; no other constant of prices is nearer.`
            : 'No single constant of prices turns the comparison round within a factor of 100.',
        ]
      : []),
  ];
}
