import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { type PlainProblem, type Problem, problemOf, type StudyOptions, study } from '../../src/explore/index.ts';
import { gp, nsga2, random, tpe } from '../../src/search/index.ts';
import { schaffer, tiny } from './problems.ts';
import { answersIn, processesIn } from './records.ts';

const scratch = mkdtempSync(join(tmpdir(), 'posterohm-study-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folders = 0;
const fresh = () => join(scratch, `${folders++}`);

const module = new URL('./problem.mjs', import.meta.url);
const withQuery = (query: string) => new URL(`?${query}`, module);
const { default: problemIn } = (await import(module.href)) as { default: (query: URLSearchParams) => Problem };
const here = problemIn(new URLSearchParams());

/** The settings of `coordinator.mjs`. */
const usual = { sampler: nsga2, options: { population: 8 }, seed: 5, window: 3 } satisfies Partial<StudyOptions>;

/** A problem that stops its study in the middle of so many-th piece of work. */
function interruptedAfter(requests: number, problem: Problem): { problem: Problem; job: ReturnType<typeof jobOf> } {
  const stop = new AbortController();
  let left = requests;
  const evaluate: Problem['evaluate'] = async (request, job) => {
    if (left-- === 0) {
      stop.abort(new Error('stopped'));
      await job.turn();
    }
    return problem.evaluate(request, job);
  };
  return { problem: { ...problem, evaluate }, job: jobOf({ signal: stop.signal }) };
}

describe('a study', () => {
  test('finds a front, and says what it is worth and what matters', async () => {
    const found = await study(schaffer(), { sampler: tpe, budget: { trials: 80 }, seed: 1 });
    expect(found.ending).toBe('trials');
    expect(found.trials).toHaveLength(80);
    expect(found.front.length).toBeGreaterThan(8);
    for (const { point, values, constraints, errors } of found.front) {
      expect(point.extra).toBe(0);
      expect(values.near).toBe((point.x as number) ** 2);
      expect(constraints.limit).toBe(-0.2 - (point.x as number));
      expect(constraints.limit).toBeLessThanOrEqual(0);
      expect(errors).toEqual({ near: 0, far: 0, limit: 0 });
    }
    const near = found.front.map(({ values }) => values.near!);
    expect(near).toEqual([...near].sort((a, b) => a - b));
    expect(found.hypervolume).toBeGreaterThan(0);
    expect(found.reference.near).toBe(Math.max(...found.trials.map(({ values }) => values.near!)));
    const [x, extra] = found.importances('near').variables;
    expect(x!.share).toBeGreaterThan(extra!.share);
    const volumes = found.progress().map(({ hypervolume }) => hypervolume);
    expect(volumes).toEqual([...volumes].sort((a, b) => a - b));
    expect(volumes).toHaveLength(80);
    expect(volumes.at(-1)).toBe(found.hypervolume);
    expect(() => found.importances('nearer')).toThrow("objective: unknown name 'nearer'; known: near, far.");
  });

  test('shows objectives as they were given, whichever way is better', async () => {
    const problem = problemOf({
      space: tiny,
      objectives: [{ name: 'gain', better: 'higher', logarithmic: true, reference: 0.5 }],
      evaluate: ({ n, kind }) => ({ gain: (n as number) * (kind === 'a' ? 1 : 2) }),
    });
    const found = await study(problem, { sampler: random, budget: { trials: 100 } });
    expect(found.ending).toBe('exhausted');
    expect(found.front.map(({ point, values }) => [point, values])).toEqual([[{ kind: 'b', n: 3 }, { gain: 6 }]]);
    expect(found.reference.gain).toBeCloseTo(0.5, 12);
    expect(found.hypervolume).toBeCloseTo(Math.log(12), 12);
  });

  test('that was stopped is taken up and ends as if it had not been', async () => {
    const [folder, other] = [fresh(), fresh()];
    const options = { sampler: gp, budget: { trials: 24 }, seed: 2 };
    const problem = schaffer({ noise: 0.2, repeats: 3 });
    for (const requests of [7, 9]) {
      const stopped = interruptedAfter(requests, problem);
      await expect(study(stopped.problem, { ...options, folder, job: stopped.job })).rejects.toThrow('stopped');
    }
    const found = await study(problem, { ...options, folder });
    const whole = await study(problem, { ...options, folder: other });
    expect(await answersIn(folder)).toEqual(await answersIn(other));
    expect(found.trials).toEqual(whole.trials);
    // A study that is done is read, not repeated, and may be given more.
    const again = await study(problem, { ...options, folder });
    expect(again.trials).toEqual(found.trials);
    const more = await study(problem, { ...options, budget: { trials: 30 }, folder });
    expect(more.trials.reduce((sum, { pieces }) => sum + pieces, 0)).toBe(30);
  });

  test('ends with its time, the last fifth of it spent on the front', async () => {
    const folder = fresh();
    const problem = schaffer({ noise: 0.3, repeats: 20 });
    const slow: Problem = {
      ...problem,
      evaluate: async (request, job) => {
        await new Promise(resolve => setTimeout(resolve, 4));
        return problem.evaluate(request, job);
      },
    };
    const options = { sampler: random, budget: { time: 0.6 }, folder };
    const found = await study(slow, options);
    expect(found.ending).toBe('time');
    const lines = readFileSync(join(folder, 'study.jsonl'), 'utf8').trim().split('\n');
    const events = lines.map(line => JSON.parse(line) as Record<string, unknown>);
    const [finish, end] = events.filter(({ event }) => event === 'decided');
    expect([finish!.what, end!.what]).toEqual(['finish', 'end']);
    const asked = events.filter(({ event }) => event === 'asked');
    expect(asked).toHaveLength(end!.from as number);
    for (const { request, purpose } of asked) {
      expect(purpose === 'finish').toBe((request as number) >= (finish!.from as number));
    }
    // What time decided holds, however fast it is now, until there is more of it.
    const again = await study(problem, options);
    expect(again.trials).toEqual(found.trials);
    const more = await study(problem, { ...options, budget: { time: again.seconds + 0.1 } });
    const pieces = ({ trials }: typeof found) => trials.reduce((sum, trial) => sum + trial.pieces, 0);
    expect(pieces(more)).toBeGreaterThan(pieces(found));
    expect(more.ending).toBe('time');
  });

  test('judges what its record says', async () => {
    const folder = fresh();
    const judged: unknown[] = [];
    const problem: Problem = {
      ...schaffer(),
      evaluate: async () => ({ near: 1, far: Number.NaN, list: Float32Array.of(1, 2) }) as never,
      judge(_, evidence) {
        judged.push(evidence[0]);
        return { values: [1, 2], constraints: [0], errors: [0, 0, 0], blocks: 1 };
      },
    };
    await study(problem, { sampler: random, budget: { trials: 1 }, folder });
    const [answer] = (await answersIn(folder)) as { evidence: unknown }[];
    expect(judged[0]).toEqual(answer!.evidence);
  });

  test('is refused where it is another one, all differences at once', async () => {
    const folder = fresh();
    const options = { sampler: random, budget: { trials: 3 }, folder };
    await study(schaffer(), options);
    const other = { ...schaffer(), rungs: 2, identity: 'another' };
    const file = join(folder, 'study.jsonl');
    const hint = 'begin a new study in another folder, or change it back.';
    await expect(study(other, { ...options, seed: 1, sampler: tpe })).rejects.toThrow(
      [
        `${file}: settings.seed: is not what this study began with, got 1; ${hint}`,
        `${file}: settings.sampler: is not what this study began with, got {"name":"tpe"`,
      ].join('\n'),
    );
    await expect(study(other, options)).rejects.toThrow(/rungs: is not .*, got 2; [\s\S]*identity: is not .*'another'/);
    const text = readFileSync(file, 'utf8').replace(/"build":"\w+"/, '"build":"older"');
    writeFileSync(file, text);
    await expect(study(schaffer(), options)).rejects.toThrow(
      /continued: must be set where another build worked before \(older, /,
    );
    const { trials } = await study(schaffer(), { ...options, budget: { trials: 4 }, continued: true });
    expect(trials.map(({ builds }) => builds[0]!.startsWith('older'))).toEqual([true, true, true, false]);
    writeFileSync(file, `${text}${text.split('\n')[3]}\n`);
    await expect(study(schaffer(), { ...options, continued: true })).rejects.toThrow(
      /study.jsonl: line 9 answers request/,
    );
  });

  test('may be judged by other objectives, as far as its evidence reaches', async () => {
    const folder = fresh();
    const options = { sampler: nsga2, options: { population: 8 }, budget: { trials: 20 }, folder };
    const { space } = schaffer();
    const evaluate: PlainProblem['evaluate'] = ({ x, extra }) => ({
      near: (x as number) ** 2 + (extra as number),
      far: ((x as number) - 1) ** 2 + (extra as number),
    });
    const by = (objectives: string[], constraints: string[] = []): Problem => ({
      ...problemOf({ space, objectives, constraints, evaluate }),
      identity: [...objectives, ...constraints].join(),
      made: { all: 'the same' },
      lacks(evidence) {
        const missing = [...objectives, ...constraints].filter(name => !Object.hasOwn(evidence as object, name));
        return missing.length > 0 ? missing.join(', ') : undefined;
      },
    });
    const before = await study(by(['near']), options);
    const both = await study(by(['near', 'far']), options);
    expect(both.trials.map(({ point }) => point)).toEqual(before.trials.map(({ point }) => point));
    expect(both.front.length).toBeGreaterThan(before.front.length);
    for (const { values } of both.front) expect(Object.keys(values)).toEqual(['near', 'far']);
    // Choices that follow are by the new ones, and the same whenever it is taken up.
    const [on, other] = [{ ...options, budget: { trials: 30 } }, fresh()];
    cpSync(folder, other, { recursive: true });
    const whole = await study(by(['near', 'far']), on);
    for (const trials of [24, 30]) await study(by(['near', 'far']), { ...on, budget: { trials }, folder: other });
    expect(await answersIn(other)).toEqual(await answersIn(folder));
    expect(whole.trials).toHaveLength(30);
    const [file, hint] = [
      join(folder, 'study.jsonl'),
      'ask for what was measured, or begin a new study in another folder.',
    ];
    await expect(study(by(['near', 'height']), on)).rejects.toThrow(
      `${file}: objectives: need height, which 30 pieces of evidence do not have; ${hint}`,
    );
    // Back again, and refused where evidence comes from elsewhere.
    expect((await study(by(['near']), on)).front).toHaveLength(1);
    await expect(study({ ...by(['near', 'far']), made: { all: 'another' } }, on)).rejects.toThrow(
      /: all: is not what this study began with; [\s\S]*objectives: is not what this study began with/,
    );
  });

  test('says what is wrong with its options', async () => {
    const options = { sampler: nsga2, budget: { trials: 3 } };
    await expect(study(schaffer(), { ...options, options: { population: 1 } })).rejects.toThrow(
      'options.population: must be at least 4, got 1',
    );
    await expect(study(schaffer(), { ...options, budget: {} })).rejects.toThrow(/budget: must say when to end/);
    await expect(study(schaffer(), { ...options, first: [{ x: 9, extra: 0 }] })).rejects.toThrow(
      'first.0.x: must be a number from -2 to 3, got 9.',
    );
    await expect(study(schaffer(), { ...options, processes: 2 })).rejects.toThrow(
      /processes: a problem in this process cannot be sent to others, got 2; export it by default/,
    );
    await expect(study(new URL('../workers/handlers.mjs', import.meta.url), options)).rejects.toThrow(
      /handlers.mjs: must export a problem/,
    );
    expect(() => problemOf({ space: tiny, objectives: ['a', 'a'], evaluate: () => ({ a: 1 }) })).toThrow(
      "objectives: two values are named 'a'; rename one of them.",
    );
  });
});

test('work that fails is a failed trial: an error, three processes that were killed, a limit', async () => {
  const { trials } = await study(withQuery('throw=2.2&die=2.5&hang=2.8'), {
    sampler: random,
    budget: { trials: 4 },
    first: [2.2, 2.5, 2.8, 0].map(x => ({ x, extra: 0 })),
    limit: 0.5,
  });
  expect(trials.map(({ failure }) => failure)).toEqual([
    { reason: 'error', error: 'RangeError: too far' },
    { reason: 'killed', error: expect.stringContaining('killed 3 processes; ') },
    { reason: 'limit', error: 'took longer than its limit of 500 ms' },
    undefined,
  ]);
}, 60_000);

test('kills of workers and of the coordinator lose nothing, count nothing twice and change nothing', async () => {
  const [folder, whole] = [fresh(), fresh()];
  const log = join(scratch, 'processes');
  const file = join(folder, 'study.jsonl');
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);
  const coordinate = (processes: number) => {
    const script = fileURLToPath(new URL('./coordinator.mjs', import.meta.url));
    return spawn(process.execPath, [script, folder, '40', `${processes}`, `ms=20&log=${log}`], { stdio: 'inherit' });
  };
  const until = async (met: () => boolean) => {
    while (!met()) await new Promise(resolve => setTimeout(resolve, 5));
  };
  const first = coordinate(2);
  await until(() => lines() > 15);
  process.kill(processesIn(log).at(-1)!, 'SIGKILL');
  await until(() => lines() > 30);
  first.kill('SIGKILL');
  const second = coordinate(1);
  expect(await new Promise(resolve => second.on('exit', resolve))).toBe(0);
  await study(here, { ...usual, budget: { trials: 40 }, folder: whole });
  const answers = await answersIn(folder);
  expect(answers).toHaveLength(40);
  expect(answers.every(answer => 'evidence' in answer)).toBe(true);
  expect(answers).toEqual(await answersIn(whole));
}, 60_000);
