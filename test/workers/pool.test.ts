import { spawn, spawnSync } from 'node:child_process';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type Checkpoint, InputError, type Job, jobOf, type Pool, WorkError } from '../../src/base/index.ts';
import { kernels } from '../../src/kernels/index.ts';
import { openPool } from '../../src/workers/index.ts';
import type { PoolOptions } from '../../src/workers/pool.ts';
import { Refused } from '../../src/workers/refused.ts';

// Children run the compiled code, which `npm test` makes first.
const handlers = new URL('./handlers.mjs', import.meta.url);
const opened: Pool[] = [];
const open = (more: Partial<PoolOptions> = {}): Pool => {
  const pool = openPool({ handlers, slots: 2, build: 'this build', ...more });
  opened.push(pool);
  return pool;
};
const shared = open();

afterEach(() =>
  Promise.all(
    opened
      .splice(0)
      .filter(pool => pool !== shared)
      .map(pool => pool.close()),
  ),
);
afterAll(() => shared.close());

let tasks = 0;
const give = <T = unknown>(pool: Pool, kind: string, payload: unknown = null, job: Job = jobOf()): Promise<T> =>
  pool.run({ id: `${tasks++}`, kind, payload }, job) as Promise<T>;

interface Waited {
  readonly began: number;
  readonly ended: number;
  readonly pid: number;
}
const together = (a: Waited, b: Waited) => a.began < b.ended && b.began < a.ended;

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('tasks give each its own result, whatever passes by structured clone', async () => {
  const payloads = [1, 'two', { three: [3] }, Float64Array.of(0.1, -0, Number.NaN), Int32Array.of(5), null];
  expect(await Promise.all(payloads.map(payload => give(shared, 'echo', payload)))).toEqual(payloads);
});

test('processes are used again, as many as there are slots, with one thread unless more are given', async () => {
  const pids = await Promise.all(Array.from({ length: 6 }, () => give<number>(shared, 'process')));
  expect(new Set(pids).size).toBeLessThanOrEqual(2);
  expect(pids).not.toContain(process.pid);
  expect(await give(shared, 'threads')).toBe(1);
  expect(await give(open({ threads: 2 }), 'threads')).toBe(2);
});

test('two tasks run side by side and say how far they are', async () => {
  const said: [number, string?][] = [];
  const job = jobOf({ progress: (fraction, note) => said.push([fraction, note]) });
  const [a, b, c] = await Promise.all([1, 2, 3].map(() => give<Waited>(shared, 'wait', { milliseconds: 1000 }, job)));
  expect(together(a!, b!)).toBe(true);
  expect(a!.pid).not.toBe(b!.pid);
  expect(together(a!, c!) && together(b!, c!)).toBe(false);
  expect(said.length).toBeGreaterThan(3);
  expect(said.every(([fraction, note]) => fraction >= 0 && fraction <= 1 && note === '0 bytes')).toBe(true);
});

test('of the traces of a task no point is lost', async () => {
  const said: unknown[] = [];
  const job = jobOf({ progress: (_fraction, note, points = []) => said.push(note, ...points) });
  await give(shared, 'trace', 3, job);
  const point = (step: number) => ['on its way', { trace: 'loss', step, value: -step }];
  expect(said).toEqual([...point(0), ...point(1), ...point(2)]);
});

test('a process that dies fails its task alone, and another takes its place', async () => {
  const other = give<Waited>(shared, 'wait', { milliseconds: 300 });
  const task = (kind: string, payload?: unknown) => shared.run({ id: 'a', kind, payload }, jobOf());
  await expect(task('die', { by: 'SIGKILL' })).rejects.toEqual(
    new WorkError(
      "die 'a': its process ended by SIGKILL, as the system does where memory runs out; free memory, allow fewer processes or make the work smaller, and run the same command again.",
    ),
  );
  await expect(task('die', { by: 'SIGTERM' })).rejects.toThrow(
    "die 'a': its process ended by SIGTERM; run the same command again, and report it where it happens again.",
  );
  await expect(task('die', { status: 3 })).rejects.toThrow(
    "die 'a': its process ended with status 3 before it was done; run the same command again, and report it where it happens again.",
  );
  await expect(task('stray')).rejects.toThrow('with status 1 before it was done (RangeError: nobody waits)');
  expect((await other).ended).toBeGreaterThan(0);
  expect(await give(shared, 'echo', 7)).toBe(7);
});

test('Ctrl-C, which reaches children too, does not end their tasks', async () => {
  const pool = open({ slots: 1 });
  const pid = await give<number>(pool, 'process');
  const progress = () => process.kill(pid, 'SIGINT');
  expect((await give<Waited>(pool, 'wait', { milliseconds: 150 }, jobOf({ progress }))).pid).toBe(pid);
});

test('errors of a task are of the kind that they were', async () => {
  await expect(give(shared, 'input')).rejects.toEqual(new InputError('network.layers: must not be empty; add one.'));
  await expect(give(shared, 'work')).rejects.toEqual(new WorkError('the network cannot be reached; try again.'));
  await expect(give(shared, 'bug')).rejects.toThrow(/^internal: RangeError: out of range\n {4}at .*handlers\.mjs/);
  await expect(give(shared, 'nonsense')).rejects.toThrow("internal: nothing handles tasks of kind 'nonsense'");
  await expect(give(shared, 'unclonable')).rejects.toThrow(/^internal: .*could not be cloned/);
});

test.each(['forever', 'deaf'])(
  '%s is stopped once it is told to, with its process where it does not heed',
  async kind => {
    const stop = new AbortController();
    const progress = () => {
      setTimeout(() => stop.abort(new Error('enough')), 20);
    };
    const pool = open({ slots: 1 });
    const pid = await give<number>(pool, 'process');
    const running = give(pool, kind, null, jobOf({ signal: stop.signal, progress }));
    await expect(running).rejects.toThrow('enough');
    expect((await give<number>(pool, 'process')) === pid).toBe(kind === 'forever');
  },
);

test('what waits for a slot, or for its process to start, is given up at once', async () => {
  const pool = open({ slots: 1 });
  const stop = new AbortController();
  const first = give(pool, 'forever', null, jobOf({ signal: stop.signal }));
  const second = give(pool, 'echo', 1, jobOf({ signal: stop.signal }));
  const third = give(pool, 'echo', 3);
  stop.abort(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
  await expect(second).rejects.toThrow('enough');
  await expect(give(pool, 'echo', 2, jobOf({ signal: stop.signal }))).rejects.toThrow('enough');
  expect(await third).toBe(3);
});

test('a child of another build is refused', async () => {
  const refused = give(open({ build: 'that build' }), 'echo');
  await expect(refused).rejects.toBeInstanceOf(Refused);
  await expect(refused).rejects.toMatchObject({ what: 'build', own: 'that build', other: 'this build' });
  await expect(refused).rejects.toThrow(
    "build: must be the same in all processes, got 'this build' in a child and 'that build' here; compile or install posterohm again, then run the same command again.",
  );
  const broken = give(open({ handlers: new URL('./nowhere.mjs', import.meta.url) }), 'echo');
  await expect(broken).rejects.toThrow(/^internal: Error.*Cannot find module .*nowhere\.mjs/);
});

test('a child with other kernels is refused', async () => {
  const own = kernels().name;
  const [other, its] = own === 'wasm' ? ['reference', 'TypeScript'] : ['wasm', 'WebAssembly SIMD'];
  process.env.POSTEROHM_KERNELS = other;
  try {
    await expect(give(open(), 'echo')).rejects.toMatchObject({ what: 'kernels', other: `${other}, ${its}` });
  } finally {
    delete process.env.POSTEROHM_KERNELS;
  }
});

test('there are no more processes than memory has room for, of a kind that has been measured', async () => {
  const bytes = 100e6;
  const begunOf = async (free: number, patience: number) => {
    const pool = open({ free: () => free });
    await give(pool, 'wait', { milliseconds: 20, bytes });
    const stop = new AbortController();
    const begun = new Set<number>();
    let timer: NodeJS.Timeout | undefined;
    const runs = [0, 1].map(i => {
      const progress = () => {
        timer ??= setTimeout(() => stop.abort(), patience);
        if (begun.add(i).size === 2) stop.abort();
      };
      return give(pool, 'wait', { milliseconds: 30_000, bytes }, jobOf({ signal: stop.signal, progress }));
    });
    await Promise.allSettled(runs);
    clearTimeout(timer);
    return begun.size;
  };
  expect(await begunOf(80e6, 1000)).toBe(1);
  expect(await begunOf(1e9, 20_000)).toBe(2);
});

test('a task keeps its place through its job', async () => {
  let kept: Uint8Array | undefined;
  const checkpoint: Checkpoint = {
    name: 'memory',
    load: async () => kept,
    save: async bytes => {
      kept = Uint8Array.from(bytes);
    },
  };
  const job = jobOf({ checkpoint });
  await expect(give(shared, 'count', { stopAt: 3 }, job)).rejects.toThrow('stopped at 3 in memory.');
  expect(kept).toEqual(Uint8Array.of(3));
  expect(await give(shared, 'count', {}, job)).toBe(5);
  const full = { ...checkpoint, save: () => Promise.reject(new WorkError('the disk is full; make room.')) };
  kept = undefined;
  await expect(give(shared, 'count', {}, jobOf({ checkpoint: full }))).rejects.toEqual(
    new WorkError('the disk is full; make room.'),
  );
});

test('a task that is told to stop has time to keep its place, however long its parent takes', async () => {
  const stop = new AbortController();
  let kept = 0;
  const checkpoint: Checkpoint = {
    load: async () => undefined,
    async save([byte]) {
      await new Promise(resolve => setTimeout(resolve, 400));
      kept = byte!;
    },
  };
  const job = jobOf({ signal: stop.signal, checkpoint, progress: () => stop.abort(new Error('enough')) });
  await expect(give(shared, 'saveAtStop', null, job)).rejects.toThrow('enough');
  expect(kept).toBe(9);
});

test('closing ends every process, with what waits and what runs', async () => {
  const pool = open();
  const pids = (await Promise.all([1, 2].map(() => give<Waited>(pool, 'wait', { milliseconds: 150 })))).map(w => w.pid);
  expect(pids.every(exists)).toBe(true);
  const left = [1, 2, 3].map(() => give(pool, 'forever'));
  const ended = Promise.allSettled(left);
  await pool.close();
  for (const { status, ...rest } of await ended) {
    expect(status).toBe('rejected');
    expect((rest as PromiseRejectedResult).reason).toBeInstanceOf(WorkError);
  }
  expect(pids.some(exists)).toBe(false);
  await expect(give(pool, 'echo')).rejects.toThrow(/^internal: echo '\d+' was given to a pool that is closed/);
});

test('a parent waits for the end of the processes that it closes', () => {
  const parent = new URL('./parent.mjs', import.meta.url).pathname;
  const { status, stderr } = spawnSync(process.execPath, [parent, 'process', 'close'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(7);
});

test.each([
  ['is killed', 'forever'],
  ['leaves while one of them never looks up', 'deaf'],
  ['has nothing left to do', 'process'],
])('processes end with a parent that %s', async (_, kind) => {
  const parent = spawn(process.execPath, [new URL('./parent.mjs', import.meta.url).pathname, kind]);
  const ended = new Promise<void>(resolve => parent.once('exit', resolve));
  const pid = Number(await new Promise(resolve => parent.stdout.once('data', resolve)));
  if (kind === 'forever') {
    expect(exists(pid)).toBe(true);
    parent.kill('SIGKILL');
  }
  await ended;
  for (let i = 0; i < 250 && exists(pid); i++) await new Promise(resolve => setTimeout(resolve, 20));
  expect(exists(pid)).toBe(false);
});

test('processes work in the folder that they are given', async () => {
  expect(await give(open({ folder: '/' }), 'folder')).toBe('/');
  expect(await give(shared, 'folder')).toBe(process.cwd());
});
