import { type Survey, explore as search, writeStudyReport } from '../../explore/index.ts';
import { databaseOf, databaseOption } from '../database.ts';
import { storeOf, storeOptions, useOption } from '../experiment.ts';
import { exploredText } from '../study-text.ts';
import type { Shell, Verb } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

export const explore: Verb = {
  options: [
    {
      flags: '--trials <number>',
      summary: 'pieces of work, instead of those of the study; a larger number takes it up',
    },
    {
      flags: '--continue',
      summary: 'go on with a study that another version of the code began; its trials are marked',
    },
    databaseOption,
    ...storeOptions,
    useOption,
  ],
  examples: [
    'explore examples/explore-moons.yaml',
    'explore examples/explore-moons.yaml --out studies/moons --trials 400',
    'explore examples/explore-moons.yaml --db postgres://me@server/studies',
  ],
  async run([file], options, shell) {
    const { folder, seed, threads, out, command } = shell;
    const [database, store] = [databaseOf(options), storeOf(shell, options)];
    const explored = await search(file!, {
      folder,
      processes: threads,
      job: shell.job('explore'),
      surveyed: survey => sayWhatItImplies(survey, shell),
      ...(seed !== undefined && { seed }),
      ...(out !== undefined && { out }),
      ...(options.trials !== undefined && { trials: wholeNumber(options.trials, '--trials', 1) }),
      ...(options.continue === true && { continued: true }),
      ...(database !== undefined && { database }),
      ...(store && { store }),
    });
    const report = await writeStudyReport(explored, command);
    return { document: { ...explored.answer }, text: exploredText(explored, report) };
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
