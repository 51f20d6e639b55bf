import { join } from 'node:path';
import { InputError, insist } from '../base/index.ts';
import { fold, keyOf } from '../random/index.ts';
import { openingsOf, writeWhole } from '../run/index.ts';
import { searchSamplers } from '../search/index.ts';
import { confirmationOf } from './confirm/chosen.ts';
import { type PlacedStudy, readConfirmed } from './confirm/confirm-folder.ts';
import { confirmedDesigns } from './confirm/confirmed.ts';
import { kneeOf } from './confirm/knee.ts';
import { answerOf, type StudyAnswer } from './designs/answer.ts';
import { designProblem } from './designs/design-problem.ts';
import { exportedExperiment, exportedText } from './designs/exported.ts';
import { openSource, readSource } from './designs/study-folder.ts';
import { type Found, foundOf } from './found.ts';
import { readRecord } from './record.ts';
import { replay } from './replay.ts';
import { recordName } from './study.ts';

/** A study that has been searched, or as far as it has. */
export interface Explored extends PlacedStudy {
  readonly found: Found;
  readonly answer: StudyAnswer;
}

/** What a study says by all that its folder holds. Its answer is written there as an experiment. */
export async function exploredOf(placed: PlacedStudy, found: Found): Promise<Explored> {
  const { folder, source, designs } = placed;
  const { goals } = designs;
  const { name, seed } = source.study;
  const trials = await readConfirmed(placed, confirmationOf(placed, found));
  const confirmed = confirmedDesigns(fold(keyOf(seed), 'confirmed'), goals, trials, (trial, objective) => {
    const { values, errors } = found.trials[trial]!;
    return { value: values[objective]!, error: errors[objective]! };
  });
  const trial = kneeOf(confirmed, designProblem(designs).objectives);
  const experiment = join(folder, 'answer.yaml');
  if (trial !== undefined) await exportDesign({ ...placed, found }, trial, experiment);
  const [events, openings] = [await readRecord(join(folder, recordName)), await openingsOf(folder)];
  const answer = trial === undefined ? null : { trial, experiment };
  const whole = { name, goals, found, events, confirmed, openings: openings.length, answer };
  return { ...placed, found, answer: answerOf(whole) };
}

/** The study in a folder as it stands, whoever works on it. `shown` names the folder for faults. */
export async function openExplored(folder: string, shown: string): Promise<Explored> {
  const file = join(folder, recordName);
  const events = await readRecord(file);
  const [header] = events;
  insist(header?.event === 'study', `${shown}: is no folder of a study; make one with posterohm explore STUDY.`);
  const { settings, identity } = header;
  const source = await readSource(folder, identity ?? '').catch(() => {
    throw new InputError(`${shown}: its study was made by a program and not from a file; read it there.`);
  });
  const designs = await openSource(source, folder);
  const sampler = searchSamplers[settings.sampler.name as keyof typeof searchSamplers];
  const own = { problem: designProblem(designs), sampler, settings };
  return exploredOf({ folder, source, designs }, foundOf(own, replay(own, events, file)));
}

/** Writes a design of a study as an experiment that `run` takes as it stands. */
export async function exportDesign(
  { folder, source, designs, found }: PlacedStudy & Pick<Explored, 'found'>,
  trial: number,
  file: string,
): Promise<void> {
  const known = found.trials[trial];
  insist(known, {
    path: ['trial'],
    rule: `must be the number of one of ${found.trials.length} trials`,
    value: trial,
    hint: 'study show lists those of the front',
  });
  const design = { trial, point: known.point };
  await writeWhole(file, exportedText(await exportedExperiment(designs, source, folder, design, join(file, '..'))));
}
