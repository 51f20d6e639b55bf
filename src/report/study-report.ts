import { type Citation, formatDuration, formatNumber } from '../base/index.ts';
import type { Interval } from '../uncertainty/index.ts';
import { frontFigure, type ObjectiveAxis } from './figures/front.ts';
import { hypervolumeFigure } from './figures/hypervolume.ts';
import { type ImportancesPictured, importancesFigure } from './figures/importances.ts';
import { type ParallelPictured, parallelFigure } from './figures/parallel-coordinates.ts';
import { slicesFigure } from './figures/slices.ts';
import { reportHtml } from './html.ts';
import { inUnits, type UnitColumn } from './in-units.ts';
import type { Report, Section } from './report.ts';
import { type BaselineReported, type VerdictReported, verdictSection } from './study-verdict.ts';
import type { Table } from './table.ts';

/** A design of a front as a report shows it; objectives by name. */
export interface DesignReported {
  readonly trial: number;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly objectives: Readonly<Record<string, Interval>>;
  readonly confirmed: Readonly<Record<string, Interval & { readonly optimism: Interval }>> | null;
  readonly kept: boolean | null;
  readonly onFront: number | null;
  /** Probability that it beats the best baseline. */
  readonly beatsBaseline: number | null;
  /** Infinite where null. */
  readonly regret: { readonly median: number | null; readonly high: number | null } | null;
}

/** All that the report of a study shows. */
export interface StudyReported {
  readonly title: string;
  readonly objectives: readonly ObjectiveAxis[];
  /** Names of the constraints. */
  readonly constraints: readonly string[];
  readonly front: readonly DesignReported[];
  /** Values by objective of designs that were measured and are not on the front. */
  readonly others: readonly (readonly number[])[];
  readonly trials: number;
  readonly failures: readonly { readonly count: number; readonly sentence: string }[];
  readonly trainings: number;
  readonly seconds: number;
  readonly hypervolume: number;
  readonly progress: readonly { readonly results: number; readonly hypervolume: number }[];
  /** With how far a forest foretells what it has not seen, R². */
  readonly importances: readonly (ImportancesPictured & { readonly reliability: number })[];
  readonly designs: ParallelPictured;
  /** Chips and trainings of the confirmation, and how often the test rows were looked at. */
  readonly confirmation: { readonly chips: number; readonly trainings: number; readonly openings: number };
  readonly answer: number | null;
  /** Null where nothing is confirmed yet. */
  readonly verdict: VerdictReported | null;
  readonly baselines: readonly BaselineReported[];
  /** Share of the study's budget that each of them had. */
  readonly baselineShare: number;
  readonly citations: readonly Citation[];
  readonly command: string;
  readonly record: Report['record'];
}

/** The report of a study as one self-contained HTML file. */
export function studyReportHtml(study: StudyReported): string {
  const { title, citations, command, record } = study;
  return reportHtml({
    title,
    summary: studySummary(study),
    results: frontTable(study),
    sections: studySections(study),
    citations,
    command,
    ...(record && { record }),
  });
}

/** What a study has found, section by section. */
export function studySections(study: StudyReported): readonly Section[] {
  return [
    ...(study.verdict && study.baselines.length > 0
      ? [verdictSection(study.verdict, study.baselines, study.baselineShare, study.objectives)]
      : []),
    frontSection(study),
    ...(study.front.some(({ confirmed }) => confirmed) ? [confirmedSection(study)] : []),
    searchSection(study),
    variablesSection(study),
  ];
}

/** What a study has found, in sentences. */
export function studySummary({
  trials,
  trainings,
  seconds,
  front,
  failures,
  answer,
  constraints,
  verdict,
}: StudyReported): string[] {
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  return [
    ...(verdict ? [`Verdict: ${verdict.word}. ${verdict.sentence}`] : []),
    `${trials} designs, from ${trainings} trained ${trainings === 1 ? 'posterior' : 'posteriors'}, were judged in ${formatDuration(seconds)}; ${failed} of them failed or cannot exist. ${front.length} ${front.length === 1 ? 'is' : 'are'} beaten by no other${constraints.length > 0 ? ` that keeps ${constraints.join(' and ')}` : ''}.`,
    answer === null
      ? 'No design of the front keeps the constraints on what the search has not seen, or none was judged again yet.'
      : `The answer, where nobody says what matters more, is trial ${answer}: the design of the study that in nine draws of ten is least farther from the best of all objectives at once than the nearest of all.`,
  ];
}

/** A column for each objective, in the unit that suits the front. */
const columnsOf = ({ front, objectives }: StudyReported): UnitColumn[] =>
  objectives.map(axis =>
    inUnits(
      axis,
      front.map(({ objectives: found }) => found[axis.name]),
    ),
  );

/** The designs of the front in numbers. */
export function frontTable(study: StudyReported): Table {
  const { front, objectives } = study;
  const columns = columnsOf(study);
  return {
    title: 'Designs that no other beats',
    columns: [
      'trial',
      ...columns.flatMap(({ title }) => [title, `${title}, confirmed`]),
      'P(on the front)',
      'P(beats the best baseline)',
      'regret, 90 %',
    ],
    rows: front.map(({ trial, objectives: found, confirmed, onFront, beatsBaseline, regret }) => [
      String(trial),
      ...objectives.flatMap(({ name }, j) => [columns[j]!.of(found[name]), columns[j]!.of(confirmed?.[name])]),
      onFront ?? undefined,
      beatsBaseline ?? undefined,
      regret ? (regret.high ?? '∞') : undefined,
    ]),
    note: 'With 95 % intervals: of the search over chips and rows, of the confirmation over trainings, chips and rows. Regret is how much farther from the best of all objectives at once a design is than the nearest of all, in ranges of the objectives, at its 90 % quantile over draws.',
  };
}

function frontSection({ objectives, others, front }: StudyReported): Section {
  const pictured = front.map(({ objectives: found, confirmed }) => ({
    searched: objectives.map(({ name }) => found[name]!),
    ...(confirmed && { confirmed: objectives.map(({ name }) => confirmed[name]!) }),
  }));
  return {
    title: 'The front',
    figures:
      front.length === 0
        ? []
        : [
            {
              figure: frontFigure({ axes: objectives, others, front: pictured }),
              caption:
                'Designs by what they are worth: those that no other beats, as searched and as confirmed, with 95 % intervals; one in ten of the others, the worst, may lie outside.',
            },
          ],
  };
}

function confirmedSection(study: StudyReported): Section {
  const { front, objectives, confirmation } = study;
  const columns = columnsOf(study);
  const { chips, trainings, openings } = confirmation;
  const confirmed = front.filter(design => design.confirmed);
  return {
    title: 'What held on what the search has not seen',
    text: [
      `The designs that add most to the front were judged again on the test rows and on ${chips} fresh chips of each of ${trainings} fresh trainings. Optimism is what the confirmation says more than the search. The test rows of this study were looked at ${openings} ${openings === 1 ? 'time' : 'times'}, runs of its designs included.`,
      'P(on the front) is the share of draws of trainings, chips, rows and uncertain constants in which a design keeps all constraints and no other confirmed one of the study is better.',
    ],
    tables: [
      {
        title: 'Optimism of the search',
        columns: ['trial', ...columns.map(({ title }) => title), 'constraints'],
        rows: confirmed.map(({ trial, confirmed: found, kept }) => [
          String(trial),
          ...objectives.map(({ name }, j) => columns[j]!.of(found![name]!.optimism)),
          kept ? 'kept' : 'not kept',
        ]),
        note: 'Confirmed minus searched, with 95 % intervals.',
      },
    ],
  };
}

function searchSection({ progress, hypervolume, failures, baselines }: StudyReported): Section {
  const curves = baselines.map(({ name, progress: points }) => ({ name, points }));
  return {
    title: 'The search',
    text: [
      `The hypervolume below the reference is ${formatNumber(hypervolume)} at the end, prices in logarithms. It may fall where more evidence shows that a design looked better than it is.`,
    ],
    figures: [
      {
        figure: hypervolumeFigure([{ name: 'the study', points: progress }, ...curves]),
        caption:
          curves.length === 0
            ? 'The hypervolume of the front over the pieces of work.'
            : 'The hypervolumes of the fronts of the study and of its baselines over the pieces of work, below one reference.',
      },
    ],
    tables:
      failures.length === 0
        ? []
        : [
            {
              title: 'Designs that failed or cannot exist',
              columns: ['because', 'designs'],
              rows: failures.map(({ count, sentence }) => [sentence, count]),
            },
          ],
  };
}

function variablesSection({ importances, designs, objectives }: StudyReported): Section {
  const doubt = importances.filter(({ reliability }) => reliability < 0.5).map(({ objective }) => objective);
  return {
    title: 'The variables',
    text: [
      'A variable’s importance is the share of an objective’s variance over the whole space that it explains alone, by a random forest; what the shares leave of 1 is explained by variables together.',
      ...(doubt.length > 0
        ? [`The forest foretells ${doubt.join(' and ')} badly (R² below 0.5): its shares say little.`]
        : []),
    ],
    figures: [
      ...(importances.length > 0
        ? [
            {
              figure: importancesFigure(importances),
              caption: 'Importance of the variables, with its spread over trees.',
            },
          ]
        : []),
      {
        figure: parallelFigure(designs),
        caption: designsCaption,
      },
      ...(designs.lines.length > 0
        ? [
            {
              figure: slicesFigure(designs, objectives, mostImportant(importances, designs, objectives.length)),
              caption:
                'Every design that was measured over one variable at a time, those that matter most; one in ten, the worst, may lie outside.',
            },
          ]
        : []),
    ],
  };
}

/** Caption of the figure whose axes may be brushed. */
export const designsCaption = 'Every design that was measured, as a line over variables and objectives.';

/** Variables that designs are shown over one at a time. */
const mostSliced = 8;

/** The variables that explain most of any objective; the first ones where nobody knows. */
function mostImportant(
  importances: StudyReported['importances'],
  { axes }: ParallelPictured,
  objectives: number,
): readonly string[] {
  const largest = (name: string) =>
    Math.max(0, ...importances.map(({ variables }) => variables.find(({ variable }) => variable === name)?.share ?? 0));
  const names = axes.slice(0, axes.length - objectives).map(({ name }) => name);
  return names.toSorted((a, b) => largest(b) - largest(a)).slice(0, mostSliced);
}
