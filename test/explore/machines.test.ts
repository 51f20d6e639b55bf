import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { bringStudy, type Problem, type StudyOptions, study, work } from '../../src/explore/index.ts';
import { openDatabase } from '../../src/explore/machines/database.ts';
import { Jobs } from '../../src/explore/machines/jobs.ts';
import type { Request } from '../../src/explore/problem.ts';
import { keyOf } from '../../src/random/index.ts';
import { nsga2, random } from '../../src/search/index.ts';
import { hasPostgres, lackingPostgres, type Postgres, startPostgres } from '../support/postgres.ts';
import { killAtRandom } from './killed.ts';
import { answersIn } from './records.ts';

const scratch = mkdtempSync(join(tmpdir(), 'posterohm-machines-'));
let postgres: Postgres;
beforeAll(async () => {
  if (hasPostgres) postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(scratch, { recursive: true });
});

const { default: problemIn } = (await import(new URL('./problem.mjs', import.meta.url).href)) as {
  default: (query: URLSearchParams) => Problem;
};

/** The study of `coordinator.mjs` in this process alone. */
async function undisturbed(trials: number): Promise<object[]> {
  const folder = join(scratch, `whole-${trials}`);
  const options = { sampler: nsga2, options: { population: 8 }, seed: 5, window: 3 };
  await study(problemIn(new URLSearchParams()), { ...options, budget: { trials }, folder });
  return answersIn(folder);
}

const problem = (query = '') => new URL(`./problem.mjs?${query}`, import.meta.url);

/** A study that is coordinated here until it is done or stopped. */
function coordinate(address: string, folder: string, options: Partial<StudyOptions> = {}, query = '') {
  const stop = new AbortController();
  const found = study(problem(query), {
    sampler: random,
    budget: { trials: 3 },
    folder,
    database: { address, study: 'one' },
    job: jobOf({ signal: stop.signal }),
    ...options,
  });
  const ended = found.then(
    () => {},
    () => {},
  );
  return {
    found,
    stop() {
      stop.abort(new Error('stopped'));
      return ended;
    },
  };
}

/** A worker in this process, with children, that leaves once there is nothing to do. */
const worker = (address: string, query?: string) =>
  work({
    address,
    processes: 1,
    folder: join(scratch, 'worker'),
    store: { folder: join(scratch, 'trained') },
    idle: 1,
    job: jobOf(),
    ...(query !== undefined && { problem: problem(query) }),
  });

/** Waits until something is so. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20));
}

const waits = (name: string) =>
  until(async () => {
    const rows = await postgres.sql("select 1 from posterohm_jobs.job where state = 'created'", name).catch(() => []);
    return rows.length > 0;
  });

let folders = 0;
const fresh = () => join(scratch, `${folders++}`);

describe.skipIf(!hasPostgres)(`a study in a database${lackingPostgres}`, () => {
  test('ends as one that was left alone, whoever is killed', async () => {
    const [address, folder, trials] = [await postgres.address('killed'), join(scratch, 'killed'), 30];
    const killed = await killAtRandom(keyOf(Date.now()), {
      address,
      folder,
      trials,
      kills: 2,
      milliseconds: 10,
      beat: '0.4s',
    });
    expect(killed).toEqual({ coordinators: 1, workers: 1 });
    const answers = await answersIn(folder);
    expect(answers).toEqual(await undisturbed(trials));
    const rows = await postgres.sql('select event from posterohm.event order by number', 'killed');
    expect(rows.map(({ event }) => `${event}\n`).join('')).toBe(readFileSync(join(folder, 'study.jsonl'), 'utf8'));
    expect(await postgres.sql('select queue from posterohm.study', 'killed')).toEqual([{ queue: null }]);
    expect(await postgres.sql('select id from posterohm_jobs.job', 'killed')).toEqual([]);
  }, 60_000);

  test('is shared by all its names, refused to a second coordinator, and to workers that might find something else', async () => {
    const address = await postgres.address('shared');
    const [one, other] = [fresh(), fresh()];
    const { found, stop } = coordinate(address, one, {}, 'identity=data');
    await waits('shared');
    const shown = address.replace(':geheim', '');
    await expect(coordinate(address, other, {}, 'identity=data').found).rejects.toThrow(
      `${shown}: one: is being worked on by process ${process.pid} of `,
    );
    await expect(worker(address)).rejects.toThrow(
      `${shown}: one: is the study of a program, whose module is not named here; name it with --problem MODULE.`,
    );
    await expect(worker(address, 'identity=others')).rejects.toThrow(
      'the data on this machine are not those that the study began with; bring the same files here, or name their folder with --data.',
    );
    const [{ build, kernels }] = (await postgres.sql('select build, kernels from posterohm.study', 'shared')) as [
      { build: string; kernels: string },
    ];
    await postgres.sql("update posterohm.study set build = 'older'", 'shared');
    await expect(worker(address, 'identity=data')).rejects.toThrow(
      `${shown}: one: is worked on by build older, and this worker is ${build}; use the same version`,
    );
    await postgres.sql(`update posterohm.study set build = '${build}', kernels = 'native, sse2'`, 'shared');
    await expect(worker(address, 'identity=data')).rejects.toThrow(
      `one: is computed by kernels native, sse2, and this worker has ${kernels}; use machines of one kind`,
    );
    await postgres.sql(`update posterohm.study set kernels = '${kernels}'`, 'shared');
    expect(await worker(address, 'identity=data')).toBe(3);
    expect((await found).trials.map(({ pieces }) => pieces)).toEqual([1, 1, 1]);
    await stop();
    // The whole study is in the database, for a folder that is new; another study of this name is not.
    const again = await coordinate(address, other, {}, 'identity=data').found;
    expect(again.trials).toEqual((await found).trials);
    expect(readFileSync(join(other, 'study.jsonl'), 'utf8')).toContain(readFileSync(join(one, 'study.jsonl'), 'utf8'));
    // Whoever wants to see it brings it from there.
    const brought = join(fresh(), 'one');
    await bringStudy(address, brought);
    expect(readFileSync(join(brought, 'study.jsonl'), 'utf8')).toBe(readFileSync(join(other, 'study.jsonl'), 'utf8'));
    await expect(bringStudy(address, join(scratch, 'none'))).rejects.toThrow(
      `${shown}: none: is no study of this database; known: one.`,
    );
    await study(problemIn(new URLSearchParams()), { sampler: random, budget: { trials: 1 }, seed: 1, folder: fresh() });
    const third = join(scratch, `${folders - 1}`);
    await expect(coordinate(address, third).found).rejects.toThrow(
      `${shown}: one: is not the study of this folder: event 1 is another; name another folder.`,
    );
  });

  test('takes over what was found without it', async () => {
    const [address, folder] = [await postgres.address('found'), fresh()];
    await study(problem(), { sampler: random, budget: { trials: 2 }, folder });
    const { found } = coordinate(address, folder);
    await waits('found');
    expect(await worker(address, '')).toBe(1);
    expect((await found).trials.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  test('fails what throws or outlasts its limit, with its error', async () => {
    const [address, folder] = [await postgres.address('late'), fresh()];
    const first = [
      { x: 2.5, extra: 0 },
      { x: 0, extra: 0 },
    ];
    const { found } = coordinate(address, folder, { first, limit: 0.2, budget: { trials: 2 } });
    await waits('late');
    await worker(address, 'hang=2.5');
    expect((await found).trials.map(({ failure }) => failure)).toEqual([
      { reason: 'limit', error: 'took longer than its limit of 200 ms' },
      undefined,
    ]);
  });
});

describe.skipIf(!hasPostgres)(`jobs${lackingPostgres}`, () => {
  const request = (number: number): Request => ({
    number,
    trial: number,
    point: { b: number, a: 'x' },
    rung: 0,
    key: keyOf(number),
  });
  const queue = 'study_q';
  const open = async () => {
    const database = await openDatabase(await postgres.address());
    const jobs = await Jobs.open(database);
    await jobs.openQueue(queue);
    return { database, jobs };
  };
  const named = (name: string, patience: number) => ({
    id: `00000000-0000-4000-8000-00000000000${name.length}`,
    name,
    patience,
  });

  test('that kill three workers have failed; those handed back have not', async () => {
    const { database, jobs } = await open();
    await jobs.send(queue, [request(0), request(1)]);
    // Whoever asks again changes nothing.
    await jobs.send(queue, [request(1)]);
    const living = named('living', 60);
    const [one, two] = await jobs.take(living, queue, [], 5);
    expect([one!.request, two!.request]).toEqual([request(0), request(1)]);
    expect(Object.keys(one!.request.point)).toEqual(['b', 'a']);
    await jobs.leave(living, [one!, two!]);
    for (let death = 1; death <= 3; death++) {
      expect(await jobs.answerTo(queue, 0)).toBeUndefined();
      const taken = await jobs.take(named('dead', -1), queue, [], 1);
      expect(taken.map(({ request: { number } }) => number)).toEqual([0]);
      await jobs.bury();
    }
    expect(await jobs.answerTo(queue, 0)).toEqual({
      reason: 'killed',
      error: 'killed 3 workers; dead gave no more sign of life',
    });
    // Death counts, also across a hand-back.
    await jobs.take(named('dead', -1), queue, [], 1);
    await jobs.bury();
    const again = await jobs.take(living, queue, [], 1);
    await jobs.leave(living, again);
    for (let death = 2; death <= 3; death++) {
      expect(await jobs.take(named('dead', -1), queue, [], 1)).toHaveLength(1);
      await jobs.bury();
    }
    expect(await jobs.answerTo(queue, 1)).toMatchObject({ reason: 'killed' });
    await database.close();
  });

  test('have one answer, whoever was counted as dead', async () => {
    const { database, jobs } = await open();
    await jobs.send(queue, [request(0)]);
    const [slow, quick] = [named('slow', -1), named('quick', 60)];
    const [first] = await jobs.take(slow, queue, [], 1);
    await jobs.bury();
    expect(await jobs.live(slow)).toBe(false);
    const [second] = await jobs.take(quick, queue, [], 1);
    await jobs.finish(slow, first!, { evidence: { z: 1, a: -1.5e-9 } }, []);
    await jobs.finish(quick, second!, { evidence: 'another' }, []);
    const answer = await jobs.answerTo(queue, 0);
    expect(JSON.stringify(answer)).toBe('{"evidence":{"z":1,"a":-1.5e-9}}');
    expect(await jobs.live(quick)).toBe(true);
    await database.close();
  });
});

describe.skipIf(!hasPostgres)(`a database${lackingPostgres}`, () => {
  const refusal = async (address: string): Promise<string> => {
    const error = await coordinate(address, fresh()).found.catch(error => error as Error);
    expect((error as Error).name).toBe('InputError');
    expect((error as Error).message).not.toContain('geheim');
    return (error as Error).message;
  };

  test('that cannot be used is named in one sentence without its password', async () => {
    const address = await postgres.address('plain');
    const shown = address.replace(':geheim', '');
    expect(await refusal('sqlite://me:geheim@here')).toBe(
      'sqlite://me@here: must begin with postgres://; give postgres://USER@HOST:PORT/DATABASE.',
    );
    expect(await refusal('postgres://me:geheim@127.0.0.1:1/studies')).toMatch(
      /^postgres:\/\/me@127\.0\.0\.1:1\/studies: cannot be reached \(.*ECONNREFUSED.*\); start it, or correct/,
    );
    expect(await refusal(address.replace('geheim', 'geheimer'))).toBe(
      `${shown}: cannot be reached (password authentication failed for user "tester"); start it, or correct the address, user or password.`,
    );
    expect(await refusal(`${address}x`)).toBe(
      `${shown}x: cannot be reached (database "plainx" does not exist); start it, or correct the address, user or password.`,
    );
  });

  test('of others or of another format is left alone', async () => {
    const [others, newer] = [await postgres.address('others'), await postgres.address('newer')];
    await postgres.sql('create schema posterohm; create table posterohm.study (a int)', 'others');
    expect(await refusal(others)).toMatch(
      /cannot hold studies \(relation "study" already exists\); use a database whose user may create schemas/,
    );
    expect(await postgres.sql("select to_regclass('posterohm.format') as made", 'others')).toEqual([{ made: null }]);
    await postgres.sql('create schema posterohm; create table posterohm.format as select 2 as number', 'newer');
    expect(await refusal(newer)).toMatch(
      /holds studies in format 2, and this version of posterohm reads 1; use the version that wrote them/,
    );
  });
});
