import { join } from 'node:path';
import type { z } from 'zod';
import { canonical, check, insist, type Job, jobOf, within } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { version, wholeBuild, writeWhole } from '../run/index.ts';
import { type AnySampler, faultOf } from '../search/index.ts';
import type { Crew } from './crew.ts';
import { work } from './engine.ts';
import type { StudyEvent } from './events.ts';
import { type Found, foundOf } from './found.ts';
import { headerOf, insistSame } from './header.ts';
import type { SharedStudy } from './machines/database-workplace.ts';
import { optunaJournal } from './optuna-journal.ts';
import type { Problem } from './problem.ts';
import { buildOfModule, loadProblem } from './problem-module.ts';
import type { StudyRecord } from './record.ts';
import { replay } from './replay.ts';
import { type Settings, settingsIn, settingsSchema } from './settings.ts';
import { buildText, type Study, type StudyState, step, withReference } from './state.ts';
import { type Build, checkWorkplace, fileIn, openWorkplace } from './workplace.ts';

/** The file of a study's folder that other tools read. */
const mirrorName = 'optuna.log';

export interface StudyOptions extends Omit<z.input<typeof settingsSchema>, 'sampler'> {
  /** How points are chosen. */
  readonly sampler: AnySampler;
  /** Options of the sampler; its defaults where left out. */
  readonly options?: Settings['sampler']['options'];
  /** Where the study is kept; a study that is there already is taken up. Nothing is kept by default. */
  readonly folder?: string;
  /** The problem of the module, where it is loaded already. */
  readonly loaded?: Problem;
  /** Child processes that evaluate points, for problems that have a module of their own; this process alone by default. */
  readonly processes?: number;
  /**
   * Database whose workers, on any machines, evaluate points instead of this one. The study's record is kept there too, with
   * a copy in its folder.
   */
  readonly database?: SharedStudy;
  /** Seconds after which a piece of work is stopped and its trial counts as failed; none by default. */
  readonly limit?: number;
  /**
   * What hypervolumes are told below, by objective, where it has no reference of its own; the worst value found by default. It
   * decides nothing.
   */
  readonly reference?: Readonly<Record<string, number>>;
  /** Go on with a study that another build began: results may differ then. */
  readonly continued?: boolean;
  /** What may stop the study, and hears how far it is. */
  readonly job?: Job;
}

/**
 * Searches a problem, or that of a module which exports it by default, until its budget is spent. The study is the same
 * with any number of processes, and however often it was stopped and taken up.
 */
export async function study(searched: Problem | URL, options: StudyOptions): Promise<Found> {
  const { sampler, folder, loaded, job = jobOf(), continued = false } = options;
  const problem = searched instanceof URL ? (loaded ?? (await loadProblem(searched))) : searched;
  const own: Study = { problem, sampler, settings: settingsOf(problem, options) };
  const told = withReference(own, options.reference ?? {});
  checkWorkplace(searched, options);
  const workplace = await openWorkplace(searched, own, options);
  const { record } = workplace;
  const mirror = folder === undefined ? undefined : mirrorOf(own, join(folder, mirrorName));
  let crew: Crew | undefined;
  let done = false;
  try {
    const build = searched instanceof URL ? buildOfModule(searched) : wholeBuild();
    const here = { build, kernels: `${kernels().name}, ${kernels().instructions}` };
    const start = takeUp(own, record, { file: fileIn(folder), here, continued });
    await record.settle();
    crew = await workplace.crew(here);
    const { state } = await work({ study: own, told, state: start, record, crew, job, watch: mirror?.watch });
    await record.settle();
    await mirror?.write(state);
    done = true;
    return foundOf(told, state);
  } finally {
    await crew?.close();
    await mirror?.settle();
    await workplace.close(done);
  }
}

function settingsOf({ space }: Problem, options: StudyOptions): Settings {
  const { sampler, options: own } = options;
  const settings = check(settingsSchema, {
    ...settingsIn(options),
    sampler: { name: sampler.name, options: within(['options'], () => check(sampler.schema, own ?? {})) },
  });
  settings.first.forEach((point, i) => {
    const fault = faultOf(space, point);
    insist(fault === undefined, `first.${i}.${fault}.`);
  });
  return settings;
}

interface Opening {
  readonly file: string;
  readonly here: Build;
  readonly continued: boolean;
}

/** Where a study stands by its record, which from now on says that this process works on it. */
function takeUp(study: Study, record: StudyRecord, { file, here: own, continued }: Opening): StudyState {
  const at = Date.now();
  const header = headerOf(study, at);
  const isNew = record.events.length === 0;
  const anew = !isNew && insistSame(file, record.events, header, study.problem);
  if (isNew) record.append(header);
  let state = replay(study, record.events, file);
  const add = (event: StudyEvent) => {
    record.append(event);
    state = step(study, state, event);
  };
  const another = state.build !== '' && state.build !== buildText(own);
  insist(!another || continued, {
    file,
    path: ['continued'],
    rule: `must be set where another build worked before (${state.build}; this one is ${buildText(own)}), whose results may differ`,
    hint: 'use that build, or go on with this one by --continue',
  });
  add({ event: 'opened', at, ...own, version });
  const { objectives, constraints, identity } = header;
  if (anew) add({ event: 'judged', at, objectives, constraints, identity });
  const { budget } = study.settings;
  if (canonical(budget) !== canonical(state.budget)) add({ event: 'budget', at, from: state.requests.length, budget });
  return state;
}

/** Milliseconds between two copies for other tools. */
const COPYING = 10_000;

/** Keeps a copy of a study for other tools beside its record. */
function mirrorOf(study: Study, file: string) {
  let copied = performance.now();
  let copying: Promise<void> = Promise.resolve();
  const write = (state: StudyState) => {
    copying = copying.then(() => writeWhole(file, optunaJournal(study, state)));
    return copying;
  };
  return {
    write,
    watch(state: StudyState) {
      if (performance.now() - copied < COPYING) return;
      copied = performance.now();
      // What cannot be written is said at the end.
      void write(state).catch(() => {});
    },
    settle: () => copying.catch(() => {}),
  };
}
