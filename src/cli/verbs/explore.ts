import { formatDuration, formatNumber } from '../../base/index.ts';
import { type Explored, type Survey, explore as search } from '../../explore/index.ts';
import { formatInterval } from '../../report/index.ts';
import { aligned } from '../aligned.ts';
import { shown } from '../shown.ts';
import type { Shell, Verb } from '../verb.ts';

export const explore: Verb = {
  options: [
    {
      flags: '--continue',
      summary: 'go on with a study that another version of the code began; its trials are marked',
    },
  ],
  examples: ['explore examples/explore-moons.yaml', 'explore examples/explore-moons.yaml --out studies/moons --json'],
  async run([file], options, shell) {
    const { folder, seed, threads, out } = shell;
    const explored = await search(file!, {
      folder,
      processes: threads,
      job: shell.job('explore'),
      surveyed: survey => sayWhatItImplies(survey, shell),
      ...(seed !== undefined && { seed }),
      ...(out !== undefined && { out }),
      ...(options.continue === true && { continued: true }),
    });
    return { document: { ...explored.answer }, text: textOf(explored) };
  },
};

/** What a space implies, before anything is trained. */
function sayWhatItImplies({ tried, impossible, trainings }: Survey, { say }: Shell): void {
  const { by, count, exact } = trainings;
  const depend = by.length > 0 ? `, as ${by.join(', ')} ${by.length === 1 ? 'says' : 'say'}` : '';
  if (count === null) say(`Nearly every design is trained anew${depend}.`);
  else
    say(
      `All designs come from ${exact ? '' : 'at least '}${count} ${count === 1 ? 'training' : 'trainings'}${depend}.`,
    );
  const none = impossible.reduce((sum, one) => sum + one.count, 0);
  if (none === 0) return;
  say(`Of ${tried} random designs ${none} cannot exist; they will count as failed trials:`);
  for (const { count, sentence } of impossible.slice(0, 5)) say(`  ${count} × ${sentence}`);
}

function textOf({ folder, found, answer }: Explored): string {
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
  return [
    `${answer.study}: ${trials.complete + trials.pruned + trials.failed} designs from ${trainings} ${trainings === 1 ? 'training' : 'trainings'} in ${formatDuration(seconds)}, ${trials.failed} of them failed; ${front.length} on the front, hypervolume ${formatNumber(hypervolume)}; ended by ${found.ending}`,
    ...failures.slice(0, 5).map(({ count, sentence }) => `  ${count} × ${sentence}`),
    '',
    aligned([['trial', ...names.flatMap(name => [name, 'confirmed']), 'P(front)', ...varied], ...rows]),
    '',
    ...(answer.answer
      ? [`Answer: trial ${answer.answer.trial}, posterohm run ${shown(answer.answer.experiment)}`]
      : ['No design keeps the constraints on rows and chips that the search has not seen.']),
    `Study: ${shown(folder)}; its test rows were looked at ${answer.openings} ${answer.openings === 1 ? 'time' : 'times'}`,
  ].join('\n');
}

const textOfValue = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'number' ? formatNumber(value) : String(value);
