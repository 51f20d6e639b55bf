import { join } from 'node:path';
import { type Fault, InputError } from '../../base/index.ts';
import { kernels } from '../../kernels/index.ts';
import { buildOfModule } from '../problem-module.ts';
import type { Database } from './database.ts';
import type { Jobs } from './jobs.ts';
import { type Here, moduleOf, type PlacedWork } from './placed-work.ts';

/** A study as workers know it. */
export interface KnownStudy {
  readonly name: string;
  readonly queue: string;
  readonly build: string;
  readonly kernels: string;
  readonly identity: string | null;
  readonly work: string;
  readonly seconds: number | null;
}

/** Where a worker looks for work. */
export interface Looking {
  readonly database: Database;
  readonly jobs: Jobs;
  /** The one study to work on, with its parts; all by default. */
  readonly only: string | undefined;
  /** The queue of the study worked on last. */
  readonly last: string | undefined;
  readonly moduleOf: (study: KnownStudy) => Promise<URL | undefined>;
}

/** The study worked on last where it has work, or another; an `InputError` where this worker may do none of the work there is. */
export async function studyWithWork({
  database,
  jobs,
  only,
  last,
  moduleOf,
}: Looking): Promise<KnownStudy | undefined> {
  const known = await database.query<KnownStudy>(
    `select name, queue, build, kernels, identity, work, seconds from posterohm.study
     where queue is not null and ($1::text is null or name = $1 or starts_with(name, $1 || '/')) order by name`,
    [only ?? null],
  );
  const refused: Fault[] = [];
  for (const one of [...known].sort((a, b) => Number(b.queue === last) - Number(a.queue === last))) {
    if ((await jobs.waiting(one.queue)) === 0) continue;
    const fault = refusalOf(one, await moduleOf(one));
    if (!fault) return one;
    refused.push({ file: database.shown, path: [one.name], ...fault });
  }
  if (refused.length > 0) throw new InputError(refused);
  return undefined;
}

/** Why a worker with this module of a study's problem might not give the bits that the others give. */
function refusalOf(study: KnownStudy, module: URL | undefined): Omit<Fault, 'path'> | undefined {
  if (!module) {
    return {
      rule: 'is the study of a program, whose module is not named here',
      hint: 'name it with --problem MODULE',
    };
  }
  const build = buildOfModule(module);
  if (build !== study.build) {
    return {
      rule: `is worked on by build ${study.build}, and this worker is ${build}`,
      hint: 'use the same version of posterohm and of the problem, compiled from the same files',
    };
  }
  const own = `${kernels().name}, ${kernels().instructions}`;
  if (own === study.kernels) return undefined;
  return {
    rule: `is computed by kernels ${study.kernels}, and this worker has ${own}`,
    hint: 'use machines of one kind, or POSTEROHM_KERNELS=wasm on all of them',
  };
}

/** The module of a study's problem here, whose files have a folder of their own below that of the worker; undefined where nobody names one. */
export async function moduleFor(
  { queue, work }: KnownStudy,
  { folder, data, store, problem }: Here & { readonly problem?: URL },
): Promise<URL | undefined> {
  const placed = JSON.parse(work) as PlacedWork;
  if (placed.module === null) return problem;
  return moduleOf(placed, { folder: join(folder, queue), store, ...(data !== undefined && { data }) });
}
