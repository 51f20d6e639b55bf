import { formatDuration, formatNumber } from '../base/index.ts';
import type { Explored, StudyAnswer } from '../explore/index.ts';
import { formatInterval } from '../report/index.ts';
import { aligned } from './aligned.ts';
import { shown } from './shown.ts';

/** What a study has found, for people. */
export function exploredText({ folder, found, answer }: Explored, report: string): string {
  const { trials, trainings, seconds, hypervolume, front, failures } = answer;
  const names = Object.keys(front[0]?.objectives ?? {});
  const varied = Object.keys(front[0]?.parameters ?? {}).filter(
    name => new Set(front.map(({ parameters }) => parameters[name])).size > 1,
  );
  const rows = front.map(({ trial, parameters, objectives, confirmed, onFront }) => [
    String(trial),
    ...names.flatMap(name => [formatInterval(objectives[name]!), confirmed ? formatInterval(confirmed[name]!) : '–']),
    onFront === null ? '–' : formatNumber(onFront, 2),
    ...varied.map(name => textOfValue(parameters[name])),
  ]);
  const designs = found.trials.length;
  return [
    `${answer.study}: ${designs} designs from ${counted(trainings, 'training')} in ${formatDuration(seconds)}, ${trials.failed} of them failed; ${front.length} on the front, hypervolume ${formatNumber(hypervolume)}${found.ending ? `; ended by ${endings[found.ending]}` : ''}`,
    ...failures.slice(0, 5).map(({ count, sentence }) => `  ${count} × ${sentence}`),
    '',
    aligned([['trial', ...names.flatMap(name => [name, 'confirmed']), 'P(front)', ...varied], ...rows]),
    '',
    answerText(answer),
    `Report: ${shown(report)}`,
    `Study: ${shown(folder)}; its test rows were looked at ${counted(answer.openings, 'time')}`,
  ].join('\n');
}

function answerText({ answer, front }: StudyAnswer): string {
  if (answer?.experiment) return `Answer: trial ${answer.trial}, posterohm run ${shown(answer.experiment)}`;
  return front.some(({ confirmed }) => confirmed)
    ? 'No design keeps the constraints on rows and chips that the search has not seen.'
    : 'Nothing is confirmed yet: that follows once the budget is spent.';
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
