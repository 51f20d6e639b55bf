import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { type Problem, study } from '../../src/explore/index.ts';
import { keyOf, streamOf } from '../../src/random/index.ts';
import { nsga2 } from '../../src/search/index.ts';
import { killAtRandom } from '../explore/killed.ts';
import { answersIn, processesIn } from '../explore/records.ts';
import { hasPostgres, lackingPostgres, startPostgres } from '../support/postgres.ts';
import { lacking, missingPackages, runPython } from '../support/python.ts';

const scratch = mkdtempSync(join(tmpdir(), 'posterohm-explore-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const script = fileURLToPath(new URL('../explore/coordinator.mjs', import.meta.url));
const { default: problemIn } = (await import('../explore/problem.mjs' as string)) as {
  default: (query: URLSearchParams) => Problem;
};
const whole = join(scratch, 'whole');
const undisturbed = await study(problemIn(new URLSearchParams()), {
  sampler: nsga2,
  options: { population: 8 },
  seed: 5,
  window: 3,
  budget: { trials: 300 },
  folder: whole,
});

test('ten random kills of workers and coordinator over 300 pieces of work change nothing', async () => {
  const folder = join(scratch, 'killed');
  const log = join(scratch, 'log');
  const file = join(folder, 'study.jsonl');
  const found = () => (existsSync(file) ? (readFileSync(file, 'utf8').match(/"event":"found"/g) ?? []).length : 0);
  const start = () => spawn(process.execPath, [script, folder, '300', '2', `ms=30&log=${log}`], { stdio: 'inherit' });
  const stream = streamOf(keyOf(Date.now()));
  let coordinator = start();
  let [workers, coordinators] = [0, 0];
  for (let kill = 0; kill < 10; kill++) {
    const at = 300 * ((kill + stream.uniform()) / 10.5);
    while (found() < at) await new Promise(resolve => setTimeout(resolve, 5));
    await new Promise(resolve => setTimeout(resolve, 40 * stream.uniform()));
    // Five of each, in an order of their own.
    const mine = coordinators < 5 && (workers === 5 || stream.uniform() < 0.5);
    if (mine) {
      coordinators++;
      const ended = new Promise(resolve => coordinator.once('exit', resolve));
      coordinator.kill('SIGKILL');
      await ended;
      coordinator = start();
    } else {
      workers++;
      process.kill(processesIn(log).at(-1)!, 'SIGKILL');
    }
  }
  expect(await new Promise(resolve => coordinator.once('exit', resolve))).toBe(0);
  const answers = await answersIn(folder);
  process.stdout.write(`killed ${coordinators} coordinators and ${workers} workers, ${processesIn(log).length} seen\n`);
  expect(answers).toHaveLength(300);
  expect(answers.every(answer => 'evidence' in answer)).toBe(true);
  expect(answers).toEqual(await answersIn(whole));
});

test.skipIf(!hasPostgres)(`the same in a database${lackingPostgres}`, async () => {
  const postgres = await startPostgres({ durable: true });
  const folder = join(scratch, 'machines');
  try {
    const key = keyOf(Date.now());
    const address = await postgres.address('killed');
    const how = { address, folder, trials: 300, kills: 10, milliseconds: 30, beat: '0.5s' };
    const killed = await killAtRandom(key, how);
    process.stdout.write(`killed ${killed.coordinators} coordinators and ${killed.workers} workers of a database\n`);
    const rows = await postgres.sql('select event from posterohm.event order by number', 'killed');
    expect(rows.map(({ event }) => `${event}\n`).join('')).toBe(readFileSync(join(folder, 'study.jsonl'), 'utf8'));
  } finally {
    await postgres.stop();
  }
  const answers = await answersIn(folder);
  expect(answers).toHaveLength(300);
  expect(answers).toEqual(await answersIn(whole));
});

const missing = missingPackages('optuna');
test.skipIf(missing.length > 0)(`Optuna reads the copy of a study${lacking(missing)}`, () => {
  const printed = runPython(
    whole,
    'import json, optuna',
    'optuna.logging.set_verbosity(optuna.logging.ERROR)',
    'from optuna.storages import JournalStorage',
    'try: from optuna.storages.journal import JournalFileBackend as File',
    'except ImportError: from optuna.storages import JournalFileStorage as File',
    'study = optuna.load_study(study_name=None, storage=JournalStorage(File("optuna.log")))',
    'print(json.dumps({',
    '  "version": optuna.__version__,',
    '  "directions": [d.name for d in study.directions],',
    '  "names": study.metric_names,',
    '  "best": sorted(t.number for t in study.best_trials),',
    '  "trials": [{"number": t.number, "state": t.state.name, "params": t.params, "values": t.values,',
    '    "constraints": t.system_attrs.get("constraints"), "user": t.user_attrs} for t in study.trials],',
    '}))',
  );
  const read = JSON.parse(printed) as {
    version: string;
    directions: string[];
    names: string[];
    best: number[];
    trials: { number: number; state: string; params: object; values: number[]; constraints: number[]; user: object }[];
  };
  process.stdout.write(`Optuna ${read.version}\n`);
  expect(read.directions).toEqual(['MINIMIZE', 'MAXIMIZE']);
  expect(read.names).toEqual(['near', 'far']);
  expect(read.trials).toHaveLength(undisturbed.trials.length);
  for (const [i, trial] of undisturbed.trials.entries()) {
    expect(read.trials[i]).toEqual({
      number: i,
      state: trial.state.toUpperCase(),
      params: trial.point,
      values: [trial.values.near, trial.values.far],
      constraints: [trial.constraints.limit],
      user: {
        blocks: trial.blocks,
        standard_errors: Object.fromEntries(Object.entries(trial.errors).filter(([, error]) => !Number.isNaN(error))),
      },
    });
  }
  // Its front may lack what only the same evidence tells apart, and has nothing that was not worth its evidence.
  const complete = undisturbed.trials.filter(({ state }) => state === 'complete').map(({ number }) => number);
  expect(complete).toEqual(expect.arrayContaining(read.best));
});
