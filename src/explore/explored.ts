import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { InputError, insist } from '../base/index.ts';
import { fold, keyOf } from '../random/index.ts';
import { openingsOf, writeWhole } from '../run/index.ts';
import { searchSamplers } from '../search/index.ts';
import type { BaselineName } from './baselines/baseline.ts';
import { type BaselineFound, readBaselines } from './baselines/search-baselines.ts';
import { confirmationOf } from './confirm/chosen.ts';
import { readConfirmed } from './confirm/confirm-folder.ts';
import { confirmedDesigns } from './confirm/confirmed.ts';
import { verdictOf } from './confirm/verdict.ts';
import { answerOf, type StudyAnswer } from './designs/answer.ts';
import { designProblem } from './designs/design-problem.ts';
import { exportedExperiment, exportedText } from './designs/exported.ts';
import { openSource, type PlacedStudy, readSource } from './designs/study-folder.ts';
import { type Found, foundOf } from './found.ts';
import { termsOf } from './header.ts';
import { readRecord, recordName } from './record.ts';
import { replay } from './replay.ts';
import { type Study, type StudyState, withReference } from './state.ts';

/** A study that has been searched, or as far as it has. */
export interface Explored extends PlacedStudy {
  readonly found: Found;
  readonly answer: StudyAnswer;
  /** Whether its search, those of its baselines and its confirmation are over: taken up, it does nothing more. */
  readonly finished: boolean;
}

/** What a study says by all that its folder holds. Its answer is written there as an experiment. */
export async function exploredOf(placed: PlacedStudy): Promise<Explored> {
  const explored = await lookAtStudy(placed);
  const trial = explored.answer.answer?.trial ?? null;
  const file = answerFile(placed);
  // What answered other objectives or constraints is no answer to these.
  if (trial === null) await rm(file, { force: true });
  else await exportDesign(explored, trial, file);
  return explored;
}

/** What a study says, with nothing written. */
export async function lookAtStudy(placed: PlacedStudy): Promise<Explored> {
  const { folder, source, designs } = placed;
  const { goals } = designs;
  const { name, seed, baselines: against } = source.study;
  const [events, openings] = [await readRecord(join(folder, recordName)), await openingsOf(folder)];
  const { found, baselines } = await foundTogether(placed);
  const confirmation = confirmationOf(placed, found, baselines);
  const { trials, over } = await readConfirmed(placed, confirmation);
  const searched = (of?: BaselineName) => baselines.find(each => each.name === of)?.found ?? found;
  const confirmed = confirmedDesigns(fold(keyOf(seed), 'confirmed'), goals, trials, ({ of, trial }, objective) => {
    const { values, errors } = searched(of).trials[trial]!;
    return { value: values[objective]!, error: errors[objective]! };
  });
  const { answer: place } = confirmed.contest;
  const trial = place === undefined ? null : trials[place]!.trial;
  const experiment = trial === null ? null : answerFile(placed);
  const answer = trials.length === 0 ? null : { trial, experiment, verdict: verdictOf(goals, trials, confirmed) };
  const whole = {
    name,
    goals,
    found,
    events,
    baselines,
    baselineShare: source.study.baselines.share,
    confirmed: confirmed.designs,
    openings: openings.length,
    answer,
  };
  const ends = [found, ...against.of.map(name => baselines.find(each => each.name === name)?.found)];
  const finished = over && ends.every(end => end?.ending);
  return { ...placed, found, answer: answerOf(whole), finished };
}

const answerFile = ({ folder }: PlacedStudy): string => join(folder, 'answer.yaml');

/** What a study and its baselines have found, with hypervolumes below one reference: the worst that the study found. */
export async function foundTogether(placed: PlacedStudy) {
  const { own, state } = await replayed(placed);
  const found = foundOf(own, state);
  const baselines = (await readBaselines(placed)).map(({ name, events, own, state }): BaselineFound => {
    return { name, events, found: foundOf(withReference(own, found.reference), state) };
  });
  return { found, baselines };
}

/** A study as its record says, and where it stands. */
export async function replayed({
  folder,
  designs,
}: PlacedStudy): Promise<{ readonly own: Study; readonly state: StudyState }> {
  const file = join(folder, recordName);
  const events = await readRecord(file);
  const [header] = events;
  if (header?.event !== 'study') throw new Error('internal: a study without a record');
  const { settings } = header;
  const sampler = searchSamplers[settings.sampler.name as keyof typeof searchSamplers];
  const own = { problem: designProblem(designs), sampler, settings };
  return { own, state: replay(own, events, relative('', file)) };
}

/** The study in a folder as it stands, whoever works on it. `shown` names the folder for faults. */
export const openExplored = async (folder: string, shown: string): Promise<Explored> =>
  exploredOf(await openPlaced(folder, shown));

/** The same without what it says. */
export async function openPlaced(folder: string, shown: string): Promise<PlacedStudy> {
  const events = await readRecord(join(folder, recordName));
  const [header] = events;
  insist(header?.event === 'study', `${shown}: is no folder of a study; make one with posterohm explore STUDY.`);
  const source = await readSource(folder, termsOf(events).identity ?? '').catch(error => {
    if (error instanceof InputError) throw error;
    throw new InputError(`${shown}: its study was made by a program and not from a file; read it there.`);
  });
  return { folder, source, designs: await openSource(source, folder) };
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
