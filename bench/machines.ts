import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasPostgres, type Postgres, startPostgres } from '../test/support/postgres.ts';

const dist = new URL('../dist/explore/', import.meta.url).href;

/** Says after how many milliseconds the database has what was asked for and found of a trial, one after the other. */
const recording = `import { openDatabase } from '${dist}machines/database.js';
import { openDatabaseRecord } from '${dist}machines/database-record.js';
import { Jobs } from '${dist}machines/jobs.js';
import { passingRecord } from '${dist}record.js';
const trials = 300;
const database = await openDatabase(process.argv[2]);
await Jobs.open(database);
const record = await openDatabaseRecord({ database, study: 'bench', holder: 'bench' }, passingRecord());
const began = performance.now();
for (let request = 0; request < trials; request++) {
  const at = Date.now();
  const point = { x: 1 / (request + 3) };
  record.append({ event: 'asked', at, request, trial: request, rung: 0, purpose: 'new', point, design: point });
  record.append({ event: 'found', at, request, seconds: 1 / 7, evidence: { first: 1 / 3, second: 2 / 3 } });
  await record.written();
}
process.stdout.write(String((performance.now() - began) / trials));
await record.close();
await database.close();
`;

function recordOfTrial(folder: string, address: string): number {
  writeFileSync(join(folder, 'recording.mjs'), recording);
  return Number(execFileSync(process.execPath, ['recording.mjs', address], { cwd: folder, encoding: 'utf8' }));
}

const entry = new URL('../dist/entries/explore.js', import.meta.url).href;
const program = fileURLToPath(new URL('../bin/posterohm.mjs', import.meta.url));

const problem = `import { problemOf } from '${entry}';
export default query => problemOf({
  space: [{ kind: 'real', name: 'x', low: 0, high: 1 }],
  objectives: ['y'],
  async evaluate({ x }) {
    const ms = Number(query.get('ms'));
    if (query.has('busy')) for (const end = performance.now() + ms; performance.now() < end; );
    else await new Promise(resolve => setTimeout(resolve, ms));
    return { y: x };
  },
});
`;

const coordinator = `import { random, study } from '${entry}';
const [query, trials, folder, address] = process.argv.slice(2);
await study(new URL('./problem.mjs?' + query, import.meta.url), {
  sampler: random, budget: { trials: Number(trials) }, window: 7, folder,
  ...(address.startsWith('postgres') ? { database: { address, study: folder } } : { processes: Number(address) }),
});
`;

interface Searched {
  readonly trials: number;
  readonly query: string;
  /** Workers of one process each, of a database; or processes of this machine. */
  readonly workers?: number;
  readonly processes?: number;
}

/** Seconds a trial takes once all who work do. */
async function secondsOf(postgres: Postgres, folder: string, { trials, query, workers = 0, processes = 0 }: Searched) {
  writeFileSync(join(folder, 'problem.mjs'), problem);
  writeFileSync(join(folder, 'coordinator.mjs'), coordinator);
  const own = `${query.replace(/\W/g, '')}_${workers}_${processes}`;
  const address = workers > 0 ? await postgres.address() : `${processes}`;
  const started: ChildProcess[] = Array.from({ length: workers }, (_, i) => {
    const options = ['--problem', `problem.mjs?${query}`, '--threads', '1', '--out', `worker-${own}-${i}`];
    return spawn(process.execPath, [program, 'worker', '--db', address, ...options], { cwd: folder, stdio: 'ignore' });
  });
  try {
    execFileSync(process.execPath, ['coordinator.mjs', query, `${trials}`, own, address], { cwd: folder });
  } finally {
    for (const child of started) child.kill('SIGTERM');
  }
  const lines = readFileSync(join(folder, own, 'study.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const events = lines.map(line => JSON.parse(line) as { event: string; at: number });
  const ends = events.flatMap(({ event, at }) => (event === 'found' ? [at / 1000] : []));
  const from = Math.floor(trials / 3);
  return (ends.at(-1)! - ends[from]!) / (trials - 1 - from);
}

export const machinesBench = {
  name: 'machines',
  async run() {
    if (!hasPostgres)
      return [{ name: 'skipped: this machine has no initdb and postgres', value: Number.NaN, unit: '' }];
    const folder = mkdtempSync(join(tmpdir(), 'posterohm-bench-'));
    const postgres = await startPostgres({ durable: true });
    try {
      const record = recordOfTrial(folder, await postgres.address());
      const short = { trials: 150, query: 'ms=40' };
      const shared = await secondsOf(postgres, folder, { ...short, workers: 2 });
      const local = await secondsOf(postgres, folder, { ...short, processes: 2 });
      const long = { trials: 24, query: 'ms=2000&busy' };
      const one = await secondsOf(postgres, folder, { ...long, workers: 1 });
      const two = await secondsOf(postgres, folder, { ...long, workers: 2 });
      const load = `load ${loadavg()[0]!.toFixed(1)}`;
      return [
        {
          name: 'record of a trial in PostgreSQL, surviving kill −9',
          value: record,
          unit: 'ms',
          goal: '≤ 2',
          met: record <= 2,
        },
        {
          name: 'a trial of 40 ms, two workers: what it takes more',
          value: 1000 * shared - 20,
          unit: 'ms',
          note: load,
        },
        { name: '  two processes without a database', value: 1000 * local - 20, unit: 'ms' },
        {
          name: 'two workers over one, 24 trials of 2 s, once they run',
          value: one / two,
          unit: '×',
          goal: '≥ 1.85 on two idle cores',
          met: one / two >= 1.85,
          note: `${one.toFixed(2)} s and ${two.toFixed(2)} s a trial, ${load}`,
        },
      ];
    } finally {
      await postgres.stop();
      rmSync(folder, { recursive: true });
    }
  },
};
