import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../base/index.ts';
import { noteOpening, writeWhole } from '../../run/index.ts';
import { random } from '../../search/index.ts';
import type { DesignEvidence } from '../designs/evidence.ts';
import type { Designs } from '../designs/open-designs.ts';
import { openSource, type StudySource } from '../designs/study-folder.ts';
import type { Problem } from '../problem.ts';
import { readRecord } from '../record.ts';
import { recordName, study } from '../study.ts';
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
}

/**
 * Judges designs of a study again, or reads what was found when the same designs were. The first time counts as an opening
 * of the test rows. A design of which a piece failed is left out.
 */
export async function confirm(
  folder: string,
  source: StudySource,
  designs: Designs,
  confirmation: Confirmation,
  how: HowConfirmed,
): Promise<ConfirmedTrial[]> {
  const problem = confirmProblem(designs, confirmation);
  const own = join(folder, `confirm-${problem.identity!.slice(0, 8)}`);
  const record = join(own, recordName);
  if ((await readRecord(record)).length === 0) await noteOpening(folder, 'confirmation');
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
    ...how,
  });
  const found = new Map<string, DesignEvidence>();
  const events = await readRecord(record);
  const asked = events.flatMap(event => (event.event === 'asked' && event.point ? [event.point] : []));
  for (const event of events) {
    if (event.event !== 'found') continue;
    const { trial, training } = pieceOf(asked[event.request]!);
    found.set(`${trial} ${training}`, event.evidence as DesignEvidence);
  }
  return confirmation.designs.flatMap(({ trial }) => {
    const all = Array.from({ length: confirmation.trainings + 1 }, (_, training) => found.get(`${trial} ${training}`));
    const known = all.filter(evidence => evidence !== undefined);
    return known.length < all.length ? [] : [{ trial, own: known[0]!, fresh: known.slice(1) }];
  });
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
