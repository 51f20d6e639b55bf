import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

/** Most memory of a process that evaluates so many chips at two times on 10,000 images with 100 samples, bytes. */
function memoryOf(chips: number): number {
  const script = new URL('./support/digits-sized.mjs', import.meta.url).pathname;
  const out = execFileSync(process.execPath, [script, String(chips), '2', '100', '10000'], { encoding: 'utf8' });
  return (JSON.parse(out) as { most: number }).most;
}

describe('memory of an evaluation', () => {
  test('of 20 chips on 10,000 images stays within 1 GB', () => {
    const [two, four] = [memoryOf(2), memoryOf(4)];
    // Results in memory have a limit, so that a straight line is more than 20 chips can take. Times add no more than metrics.
    const twenty = two + 18 * Math.max(0, (four - two) / 2);
    console.log(
      `2 chips ${(two / 1e6).toFixed(0)} MB, 4 chips ${(four / 1e6).toFixed(0)} MB, 20 by a line ${(twenty / 1e6).toFixed(0)} MB`,
    );
    expect(twenty).toBeLessThan(1e9);
  });
});
