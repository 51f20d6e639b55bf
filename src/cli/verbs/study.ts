import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatBytes, InputError, insist, parseBytes, parseYaml, within } from '../../base/index.ts';
import {
  addDesign,
  bringStudy,
  collectGarbage,
  type Explored,
  exportDesign,
  limitsOf,
  openExplored,
  wishedOf,
  wishOf,
  writeStudyReport,
} from '../../explore/index.ts';
import { databaseOf, databaseOption } from '../database.ts';
import { limitsText } from '../limits-text.ts';
import { shown } from '../shown.ts';
import { exploredText, wishText } from '../study-text.ts';
import type { Shell, Verb } from '../verb.ts';

/** The study of a directory, where the command line names a database with what is there. */
async function explored(directory: string, options: Parameters<Verb['run']>[1], { folder }: Shell): Promise<Explored> {
  const [own, database] = [resolve(folder, directory), databaseOf(options)];
  if (database !== undefined) await bringStudy(database, own);
  return openExplored(own, directory);
}

export const studyShow: Verb = {
  options: [
    databaseOption,
    {
      flags: '--limits [trial]',
      summary: 'also what limits a design, the answer’s by default: moves of one variable, priced anew or tried before',
    },
    {
      flags: '--wish <values>',
      summary: 'also the design of the front that lacks least of these values of objectives',
    },
  ],
  examples: [
    'study show studies/moons',
    'study show studies/moons --limits',
    "study show studies/moons --wish '{ nll after 1 d: 0.15, energyPerDecision: 100 pJ }'",
    'study show studies/moons --db postgres://me@server/studies --json',
  ],
  async run([directory], options, shell) {
    const whole = await explored(directory!, options, shell);
    const report = await writeStudyReport(whole, shell.command);
    const parts: { document: object; text: string }[] = [
      { document: { ...whole.answer }, text: exploredText(whole, report) },
    ];
    if (options.wish !== undefined) parts.push(wished(whole, String(options.wish)));
    if (options.limits !== undefined) parts.push(await limited(whole, options.limits));
    return {
      document: Object.assign({}, ...parts.map(({ document }) => document)),
      text: parts.map(({ text }) => text).join('\n\n'),
    };
  },
};

/** The design that comes nearest to a wish, as it was typed. */
function wished({ designs: { goals }, found }: Explored, given: string) {
  const wish = within(['--wish'], () => wishOf(parseYaml(given, '--wish'), goals));
  const nearest = wishedOf(wish, found, goals) ?? null;
  return { document: { wished: nearest }, text: wishText(nearest, goals.objectives) };
}

/** What limits a design, by the number of its trial, or the answer's. */
async function limited({ designs, found, answer }: Explored, limits: unknown) {
  const trial = limits === true ? answer.answer?.trial : Number(limits);
  const known = found.trials.find(({ number }) => number === trial);
  insist(known && Object.keys(known.values).length > 0, {
    path: ['--limits'],
    rule: 'must be the number of a trial that was measured',
    ...(trial != null && { value: limits }),
    hint: 'study show lists those of the front',
  });
  const moves = await limitsOf(designs, found, known.number);
  const better = (name: string) => designs.goals.objectives.find(goal => goal.name === name)!.better;
  return { document: { limits: moves }, text: limitsText(moves, better) };
}

export const studyExport: Verb = {
  options: [databaseOption],
  examples: ['study export studies/moons', 'study export studies/moons 74 --out moons-74.yaml'],
  async run([directory, given], options, shell) {
    const { folder, out } = shell;
    const found = await explored(directory!, options, shell);
    const { answer } = found.answer;
    const trial = given === undefined ? answer?.trial : Number(given);
    if (trial === undefined || trial === null) {
      throw new InputError(`${directory}: has no answer yet; name the number of a trial, which study show lists.`);
    }
    const file = resolve(folder, out ?? join(found.folder, `trial-${trial}.yaml`));
    await exportDesign(found, trial, file);
    return { document: { trial, experiment: file }, text: `Trial ${trial}: posterohm run ${shown(file)}` };
  },
};

export const studyAdd: Verb = {
  options: [databaseOption],
  examples: [
    "study add studies/moons '{ network.layers.0.width: 16, posterior: tied, hardware.device: pcm-ibm, hardware.inputBits: 6, hardware.outputBits: 6, sampling.samples: 8 }'",
    'study add studies/moons mine.yaml',
  ],
  async run([directory, given], options, { folder }) {
    const waiting = await addDesign(
      resolve(folder, directory!),
      directory!,
      await pointOf(given!, folder),
      databaseOf(options),
    );
    const many = waiting === 1 ? 'It waits' : `${waiting} such designs wait`;
    return { document: { waiting }, text: `Added. ${many} until explore goes on with the study.` };
  },
};

/** A point as it was typed, or as a file holds it: a value for each variable. */
async function pointOf(given: string, folder: string): Promise<Parameters<typeof addDesign>[2]> {
  const typed = given.trimStart().startsWith('{');
  const text = typed
    ? given
    : await readFile(resolve(folder, given), 'utf8').catch(() => {
        throw new InputError(`${given}: cannot be read; give a file, or '{ VARIABLE: value, … }'.`);
      });
  const value = parseYaml(text, typed ? 'point' : given);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Parameters<typeof addDesign>[2];
  throw new InputError({
    path: ['point'],
    rule: 'must say a value for each variable',
    value,
    hint: 'study show --json lists those of the front as parameters',
  });
}

export const studyGc: Verb = {
  options: [{ flags: '--quota <bytes>', summary: 'remove only until no more than this is left, such as 2GB' }],
  examples: ['study gc studies/moons', 'study gc studies/moons --quota 2GB'],
  async run([directory], { quota }, { folder }) {
    const most = quota === undefined ? undefined : parseBytes(String(quota), '--quota');
    const { removed, freed, left } = await collectGarbage(resolve(folder, directory!), directory!, most);
    const over = most !== undefined && left > most ? `, more than ${formatBytes(most)}: the front comes from them` : '';
    return {
      document: { removed, freed, left },
      text: `Removed ${removed} trained posteriors and stopping rules (${formatBytes(freed)}); ${formatBytes(left)} are left${over}.`,
    };
  },
};
