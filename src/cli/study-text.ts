import { formatDuration, formatNumber } from '../base/index.ts';
import { type Explored, leastRegret, type StudyAnswer, type Wished } from '../explore/index.ts';
import { formatInterval, inUnits, type UnitColumn } from '../report/index.ts';
import type { Interval } from '../uncertainty/index.ts';
import { aligned } from './aligned.ts';
import { shown } from './shown.ts';

/** What a study has found, for people. */
export function exploredText({ folder, found, answer, designs: { goals } }: Explored, report: string): string {
  const { trials, trainings, seconds, hypervolume, front, failures } = answer;
  const columns = goals.objectives.map(goal => ({
    name: goal.name,
    ...inUnits(
      goal,
      front.map(({ objectives }) => objectives[goal.name]),
    ),
  }));
  const varied = Object.keys(front[0]?.parameters ?? {}).filter(
    name => new Set(front.map(({ parameters }) => parameters[name])).size > 1,
  );
  const rows = front.map(({ trial, parameters, objectives, confirmed, ...standing }) => [
    String(trial),
    ...columns.flatMap(({ name, of }) => [objectives[name], confirmed?.[name]].map(found => cellOf(of(found)))),
    ...standingOf(standing),
    ...varied.map(name => textOfValue(parameters[name])),
  ]);
  const designs = found.trials.length;
  return [
    ...verdictText(answer),
    `${answer.study}: ${designs} designs from ${counted(trainings, 'training')} in ${formatDuration(seconds)}, ${trials.failed} of them failed; ${front.length} on the front, hypervolume ${formatNumber(hypervolume)}${found.ending ? `; ended by ${endings[found.ending]}` : ''}`,
    ...failures.slice(0, 5).map(({ count, sentence }) => `  ${count} × ${sentence}`),
    '',
    aligned([['trial', ...columns.flatMap(({ title }) => [title, 'confirmed']), ...standingNames, ...varied], ...rows]),
    '',
    ...baselinesText(answer, columns),
    answerText(answer),
    ...(answer.knee === null
      ? []
      : [`Knee: trial ${answer.knee}, of the front the nearest to the best of all objectives at once`]),
    `Report: ${shown(report)}`,
    `Study: ${shown(folder)}; its test rows were looked at ${counted(answer.openings, 'time')}`,
  ].join('\n');
}

const cellOf = (found: Interval | undefined): string => (found ? formatInterval(found) : '–');

/** Which constraint stands in the way of every design, and how near they come. */
const missedText = ({ constraint, by, of, nearest }: NonNullable<StudyAnswer['missed']>): string =>
  `${by} of ${counted(of, 'design')} ${by === 1 ? 'misses' : 'miss'} '${constraint}'; trial ${nearest.trial} comes nearest, which misses '${nearest.constraint}' by ${formatNumber(100 * nearest.excess, 2)} %.`;

function answerText({ answer, front, missed }: StudyAnswer): string {
  if (answer?.experiment) {
    const { parameters = {} } = front.find(({ trial }) => trial === answer.trial) ?? {};
    const design = Object.entries(parameters).map(([name, value]) => `${name} ${textOfValue(value)}`);
    return `Answer: trial ${answer.trial}, posterohm run ${shown(answer.experiment)}\n  ${design.join(', ')}`;
  }
  if (answer) return 'No design of the study keeps the constraints on rows and chips that the search has not seen.';
  return front.length === 0
    ? `No design that was searched keeps the constraints.${missed ? ` ${missedText(missed)}` : ''}`
    : 'Nothing is confirmed yet: that follows once the budget is spent.';
}

/** What comes nearest to a wish, and what it has of it. */
export function wishText(wished: Wished | null, objectives: Explored['designs']['goals']['objectives']): string {
  if (!wished) return 'Nothing comes near to the wish: no design that was searched keeps the constraints.';
  const { trial, wish, values, met } = wished;
  const had = objectives.flatMap(goal => {
    const [value, asked] = [values[goal.name], wish[goal.name]];
    if (value === undefined || asked === undefined) return [];
    const { title, of } = inUnits(goal, [at(value), at(asked)]);
    return [`${title} ${formatInterval(of(at(value))!)} where ${formatInterval(of(at(asked))!)} is wished for`];
  });
  return `Nearest to the wish: trial ${trial}, which ${met ? 'has all of it' : 'lacks least of it'}: ${had.join('; ')}.`;
}

const at = (value: number): Interval => ({ mean: value, low: value, high: value });

/** The verdict, whether the baseline predicts as well, and the constant that turns it round. */
function verdictText({ answer }: StudyAnswer): string[] {
  if (!answer) return [];
  const { word, sentence, probability, quality, flip, priced, baseline } = answer.verdict;
  return [
    `Verdict: ${word}. ${sentence}`,
    ...(probability === null
      ? []
      : [
          `  P(trial ${answer.trial} beats the best baseline) = ${formatNumber(probability, 2)}${quality ? `; as a predictor the baseline is ${quality.verdict} on ${quality.rows} test rows` : ''}`,
        ]),
    ...(probability === null || !baseline || !priced
      ? []
      : [
          flip
            ? `  It turns round with the ${flip.title} at ${formatNumber(flip.factor, 2)} times what is assumed, ${formatNumber(flip.deviations, 2)} standard deviations away.`
            : '  No single constant of prices turns it round within a factor of 100.',
        ]),
    '',
  ];
}

const standingNames = ['P(front)', 'P(beats best baseline)', 'regret, 90 %'];

type Standing = Pick<StudyAnswer['front'][number], 'onFront' | 'beatsBaseline' | 'regret'>;

const standingOf = ({ onFront, beatsBaseline, regret }: Standing): string[] => [
  onFront === null ? '–' : formatNumber(onFront, 2),
  beatsBaseline === null ? '–' : formatNumber(beatsBaseline, 2),
  regret === null ? '–' : regret.high === null ? '∞' : formatNumber(regret.high, 3),
];

/** Hypervolumes of a curve at this many places, the last at its end. */
const places = 5;

/** Each baseline's trials, its curve beside the study's, and its best design. */
function baselinesText(
  { baselines, baselineShare, progress, trials, trainings, seconds, hypervolume }: StudyAnswer,
  columns: readonly (UnitColumn & { readonly name: string })[],
): string[] {
  if (baselines.length === 0) return [];
  const curve = (points: StudyAnswer['progress']) =>
    Array.from({ length: places }, (_, i) => points[Math.ceil(((i + 1) * points.length) / places) - 1])
      .map(point => (point ? formatNumber(point.hypervolume, 3) : '–'))
      .join(' → ');
  const rows = [{ name: 'the study', trials, trainings, seconds, hypervolume, progress, front: [] }, ...baselines].map(
    each => {
      const best = leastRegret(each.front);
      return [
        each.name,
        `${each.trials.complete + each.trials.pruned}${each.trials.failed > 0 ? ` + ${each.trials.failed} failed` : ''}`,
        String(each.trainings),
        formatDuration(each.seconds),
        curve(each.progress),
        best ? String(best.trial) : '–',
        ...columns.flatMap(({ name, of }) =>
          [best?.objectives[name], best?.confirmed?.[name]].map(found => cellOf(of(found))),
        ),
        best?.regret ? formatNumber(best.regret.high ?? Number.POSITIVE_INFINITY, 3) : '–',
      ];
    },
  );
  const head = [
    'baseline',
    'trials',
    'trainings',
    'time',
    'hypervolume over the search',
    'its best',
    ...columns.flatMap(({ title }) => [title, 'confirmed']),
    'regret, 90 %',
  ];
  return [
    `Digital baselines, searched by the same sampler, with their designs of least regret:${baselineShare < 1 ? ` each had ${formatNumber(100 * baselineShare, 2)} % of the study's budget, so that the comparison favours the study.` : ''}`,
    aligned([head, ...rows]),
    ...baselines.flatMap(({ name, failures, missed, front }) => [
      ...failures.slice(0, 1).map(({ count, sentence }) => `  ${name}: ${count} × ${sentence}`),
      ...(missed ? [`  ${name}: no design keeps the constraints; ${missedText(missed)}`] : []),
      ...(front.some(({ confirmed }) => confirmed) && !leastRegret(front)
        ? [`  ${name}: no design of its front keeps the constraints by fresh trainings on the test rows`]
        : []),
    ]),
    '',
  ];
}

const endings: Readonly<Record<NonNullable<Explored['found']['ending']>, string>> = {
  trials: 'the number of trials',
  trainings: 'the number of trainings',
  time: 'its time',
  still: 'a hypervolume that stood still',
  exhausted: 'a space with nothing left to try',
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const textOfValue = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'number' ? formatNumber(value) : String(value);
