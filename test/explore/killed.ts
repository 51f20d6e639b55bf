import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Key } from '../../src/random/index.ts';
import { streamOf } from '../../src/random/index.ts';

const coordinator = fileURLToPath(new URL('./coordinator.mjs', import.meta.url));
const program = fileURLToPath(new URL('../../bin/posterohm.mjs', import.meta.url));
const problem = fileURLToPath(new URL('./problem.mjs', import.meta.url));

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });

export const startCoordinator = (folder: string, trials: number, address: string): ChildProcess =>
  spawn(process.execPath, [coordinator, folder, `${trials}`, '1', '', address], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });

/** A worker of one process, which gives up after a while without work. */
export const startWorker = (address: string, out: string, query: string, more: readonly string[] = []): ChildProcess =>
  spawn(
    process.execPath,
    [program, 'worker', '--db', address, '--problem', `${problem}?${query}`, '--threads', '1', '--out', out, ...more],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );

export interface Killed {
  readonly coordinators: number;
  readonly workers: number;
}

/**
 * Works on the study of `coordinator.mjs` with two workers in a database, killing one of the three at random moments and
 * starting another in its place, until the study is done.
 */
export async function killAtRandom(
  key: Key,
  {
    address,
    folder,
    trials,
    kills,
    milliseconds,
    beat,
  }: {
    readonly address: string;
    readonly folder: string;
    readonly trials: number;
    readonly kills: number;
    readonly milliseconds: number;
    readonly beat: string;
  },
): Promise<Killed> {
  const stream = streamOf(key);
  const file = join(folder, 'study.jsonl');
  const found = () => (existsSync(file) ? (readFileSync(file, 'utf8').match(/"event":"found"/g) ?? []).length : 0);
  const worker = () => startWorker(address, join(folder, 'worker'), `ms=${milliseconds}`, ['--beat', beat]);
  const workers = [worker(), worker()];
  let own = startCoordinator(folder, trials, address);
  const count = { coordinators: 0, workers: 0 };
  try {
    for (let kill = 0; kill < kills; kill++) {
      const at = trials * ((kill + stream.uniform()) / (kills + 0.5));
      while (found() < at && own.exitCode === null) await new Promise(resolve => setTimeout(resolve, 5));
      await new Promise(resolve => setTimeout(resolve, 2 * milliseconds * stream.uniform()));
      // As many of one as of the other, in an order of their own.
      const half = Math.ceil(kills / 2);
      if (count.coordinators < half && (count.workers === kills - half || stream.uniform() < 0.5)) {
        count.coordinators++;
        own.kill('SIGKILL');
        await exitOf(own);
        own = startCoordinator(folder, trials, address);
      } else {
        const place = count.workers++ % 2;
        workers[place]!.kill('SIGKILL');
        workers[place] = worker();
      }
    }
    let said = '';
    own.stderr!.on('data', chunk => {
      said += chunk;
    });
    if ((await exitOf(own)) !== 0) throw new Error(`the coordinator ended early: ${said}`);
    return count;
  } finally {
    for (const child of [own, ...workers]) child.kill('SIGKILL');
    await Promise.all(workers.map(exitOf));
  }
}
