import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { native } from './backends.ts';

const library = fileURLToPath(new URL('../../native/posterohm-kernels.node', import.meta.url));

/** Computes products, noise and sums over and over and posts a digest of each round. */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
const kernels = require(${JSON.stringify(library)});
const digests = [];
for (let round = 0; round < workerData.rounds; round++) {
  const hash = require('node:crypto').createHash('sha256');
  const [a, b, c] = [new Float32Array(150 * 170), new Float32Array(170 * 130), new Float32Array(150 * 130)];
  kernels.normal(a, 1, round % 5, 0);
  kernels.normal(b, 2, round % 5, 0);
  kernels.product(c, a, b, 150, 130, 170, 1, 0);
  const y = new Float32Array(100_000);
  kernels.normal(y, 3, round % 5, 0);
  hash.update(c).update(y).update(String(kernels.sum(y)));
  digests.push(hash.digest('hex'));
  if (workerData.sets) kernels.setThreads(1 + round % 4);
}
parentPort.postMessage(digests);
`;

/** The digests, once the worker has ended. */
function run(rounds: number, sets: boolean): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { eval: true, workerData: { rounds, sets } });
    let digests: string[] = [];
    worker.once('message', message => {
      digests = message;
    });
    worker.once('exit', () => resolve(digests));
    worker.once('error', reject);
  });
}

/** Threads of this process that work for kernels. */
const helpers = () =>
  readdirSync('/proc/self/task').filter(id =>
    readFileSync(`/proc/self/task/${id}/comm`, 'utf8').startsWith('kernels-'),
  );

describe.skipIf(!native)('threads of the native kernels', () => {
  test('callers that share them, while their number changes, get the bits that one alone gets', async () => {
    native!.setThreads(1);
    const alone = await run(5, false);
    native!.setThreads(4);
    const together = await Promise.all([run(60, false), run(60, true), run(60, false)]);
    for (const digests of together) {
      expect(digests.map((digest, round) => digest === alone[round % 5])).toEqual(digests.map(() => true));
    }
  });

  test.skipIf(process.platform !== 'linux')('end with the worker that used them', async () => {
    native!.setThreads(3);
    native!.normal(new Float32Array(100_000), 1, 2, 0);
    await expect.poll(helpers).toHaveLength(2);
    await run(5, false);
    expect(helpers()).toHaveLength(0);
    native!.normal(new Float32Array(100_000), 1, 2, 0);
    await expect.poll(helpers).toHaveLength(2);
  });

  test('a count beyond any machine is cut down', () => {
    native!.setThreads(1e15);
    expect(native!.detail).toMatch(/, 1024 threads$/);
    native!.setThreads(2);
  });
});
