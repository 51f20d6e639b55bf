import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError, parseQuantity } from '../../base/index.ts';
import { work } from '../../explore/index.ts';
import { databaseOf, databaseOption } from '../database.ts';
import { storeOf, storeOptions, useOption } from '../experiment.ts';
import type { Verb } from '../verb.ts';

export const worker: Verb = {
  options: [
    databaseOption,
    { flags: '--study <name>', summary: 'the one study to work on; all that have work by default' },
    {
      flags: '--data <folder>',
      summary: 'where the paths of experiments start here; as for the coordinator by default',
    },
    { flags: '--idle <time>', summary: 'end after so long without work, such as 10min; never by default' },
    {
      flags: '--beat <time>',
      summary: 'between two signs of life, 3s by default; after five missing ones others take over',
    },
    { flags: '--problem <module>', summary: 'the module of the problem, for a study that a program coordinates' },
    ...storeOptions,
    useOption,
  ],
  examples: [
    'worker --db postgres://me@server/studies',
    'worker --db postgres://me@server/studies --threads 16 --idle 10min --store /scratch/posterohm',
  ],
  async run(_args, options, shell) {
    const address = databaseOf(options);
    if (address === undefined) {
      throw new InputError({
        path: ['--db'],
        rule: 'is missing',
        hint: 'give postgres://USER@HOST:PORT/DATABASE, here or in POSTEROHM_DB',
      });
    }
    const { study, data, idle, beat, problem } = options;
    const folder = resolve(shell.folder, shell.out ?? 'worker');
    const done = await work({
      address,
      processes: shell.threads,
      folder,
      store: { ...storeOf(shell, options, resolve(folder, 'trained'))!, passing: true },
      job: shell.job('worker'),
      finished: (name, count) => shell.say(`${name}: ${count} done here`),
      ...(study !== undefined && { study: String(study) }),
      ...(data !== undefined && { data: resolve(shell.folder, String(data)) }),
      ...(idle !== undefined && { idle: secondsOf('--idle', idle) }),
      ...(beat !== undefined && { beat: secondsOf('--beat', beat) }),
      ...(problem !== undefined && { problem: new URL(String(problem), pathToFileURL(`${shell.folder}/`)) }),
    });
    return { document: { done }, text: `${done} pieces of work done.` };
  },
};

function secondsOf(flag: string, value: string | boolean): number {
  const seconds = parseQuantity(String(value), 'time', flag);
  if (seconds > 0) return seconds;
  throw new InputError({ path: [flag], rule: 'must be more than 0 s', value });
}
