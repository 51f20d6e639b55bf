import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Job } from '../../base/index.ts';
import { noteOpening, writeWhole } from '../../run/index.ts';
import { random } from '../../search/index.ts';
import type { DesignEvidence } from '../designs/evidence.ts';
import { openSource, type PlacedStudy, type StudySource } from '../designs/study-folder.ts';
import type { SharedStudy } from '../machines/database-workplace.ts';
import type { Problem } from '../problem.ts';
import { readRecord, recordName } from '../record.ts';
import { study } from '../study.ts';
import { type Confirmation, confirmProblem, pieceOf, piecesOf } from './confirm-problem.ts';
import type { ConfirmedTrial } from './confirmed.ts';

/** What the processes of a confirmation must know. */
interface ConfirmSource {
  readonly source: StudySource;
  /** The folder of the study. */
  readonly folder: string;
  readonly confirmation: Confirmation;
}

const sourceIn = (folder: string): string => join(folder, 'source.json');

/** The problem of the confirmation in a folder. */
export async function confirmProblemIn(folder: string): Promise<Problem> {
  const { source, folder: user, confirmation } = JSON.parse(await readFile(sourceIn(folder), 'utf8')) as ConfirmSource;
  return confirmProblem(await openSource(source, user), confirmation);
}

export interface HowConfirmed {
  readonly processes: number;
  readonly job: Job;
  readonly continued?: boolean;
  /** The study in a database whose workers do the work. */
  readonly database?: SharedStudy;
}

/** Where what a confirmation finds is kept. */
const folderOf = (folder: string, { identity }: Problem): string => join(folder, `confirm-${identity!.slice(0, 8)}`);

/** Judges designs of a study again, unless the same designs have been. The first time counts as an opening of the test rows. */
export async function confirm(
  { folder, source, designs }: PlacedStudy,
  confirmation: Confirmation,
  how: HowConfirmed,
): Promise<void> {
  const problem = confirmProblem(designs, confirmation);
  const own = folderOf(folder, problem);
  if ((await readRecord(join(own, recordName))).length === 0) await noteOpening(folder, 'confirmation');
  const written: ConfirmSource = { source, folder, confirmation };
  await writeWhole(sourceIn(own), `${JSON.stringify(written, null, 1)}\n`);
  const pieces = piecesOf(confirmation);
  await study(moduleOf(own), {
    name: source.study.name,
    sampler: random,
    first: pieces.map(piece => ({ ...piece })),
    budget: { trials: pieces.length },
    window: pieces.length,
    folder: own,
    loaded: problem,
    ...how,
    ...(how.database && { database: { ...how.database, study: `${how.database.study}/${relative(folder, own)}` } }),
  });
}

/** What a confirmation has found, as far as it is. */
interface Confirmed {
  /** Designs of which every piece was judged. */
  readonly trials: readonly ConfirmedTrial[];
  /** Whether every piece was judged, or failed. */
  readonly over: boolean;
}

/** Reads what a confirmation has found in a study's folder. */
export async function readConfirmed({ folder, designs }: PlacedStudy, confirmation: Confirmation): Promise<Confirmed> {
  if (confirmation.designs.length === 0) return { trials: [], over: true };
  const events = await readRecord(join(folderOf(folder, confirmProblem(designs, confirmation)), recordName));
  const asked = events.flatMap(event => (event.event === 'asked' && event.point ? [event.point] : []));
  const found = new Map<string, DesignEvidence>();
  for (const event of events) {
    if (event.event !== 'found') continue;
    const { design, training, device } = pieceOf(asked[event.request]!);
    found.set(`${design} ${training} ${device}`, event.evidence as DesignEvidence);
  }
  const trials = confirmation.designs.flatMap(({ of, trial }, design) => {
    const all = Array.from({ length: confirmation.trainings + 1 }, (_, training) =>
      found.get(`${design} ${training} 0`),
    );
    const drawn = Array.from({ length: of ? 0 : confirmation.devices }, (_, k) => found.get(`${design} 1 ${k + 1}`));
    if ([...all, ...drawn].includes(undefined)) return [];
    const [own, ...fresh] = all as DesignEvidence[];
    return [{ of, trial, own: own!, fresh, devices: drawn as DesignEvidence[] }];
  });
  const ended = events.filter(({ event }) => event === 'found' || event === 'failed').length;
  return { trials, over: ended >= piecesOf(confirmation).length };
}

/** Child processes need the compiled files. */
const compiled = import.meta.url.endsWith('.js');
const module = new URL(
  compiled ? './confirm-module.js' : '../../../dist/explore/confirm/confirm-module.js',
  import.meta.url,
);

function moduleOf(folder: string): URL {
  const url = new URL(module);
  url.searchParams.set('folder', folder);
  return url;
}
