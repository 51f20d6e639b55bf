import { describe, expect, test } from 'vitest';
import { evaluateRandomImages } from './support/digits-sized.ts';

/** Most memory that this process has ever taken, bytes, once it has evaluated so many chips. */
async function mostMemory(chips: number): Promise<number> {
  await evaluateRandomImages(chips);
  return process.resourceUsage().maxRSS * 1024;
}

describe('memory of an evaluation', () => {
  test('of 20 chips on 10,000 images stays within 1 GB', async () => {
    const two = await mostMemory(2);
    const four = await mostMemory(4);
    // Results in memory have a limit, so that a straight line is more than 20 chips can take. Times add no more than metrics.
    const twenty = two + 9 * (four - two);
    const inMegabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
    console.log(`2 chips ${inMegabytes(two)}, 4 chips ${inMegabytes(four)}, 20 by a line ${inMegabytes(twenty)}`);
    expect(twenty).toBeLessThan(1e9);
  });
});
