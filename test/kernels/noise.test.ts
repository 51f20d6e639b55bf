import { expect, it } from 'vitest';
import { numbers, onEach, sameBits } from './backends.ts';

onEach('addNoise', (kernels, precision) => {
  it('adds the normals of the stream times the root of the variance', () => {
    for (const [count, offset] of [
      [1, 0],
      [5001, 0],
      [40_000, 12_345],
    ] as const) {
      const start = numbers(precision, count, 1);
      const variance = numbers(precision, count, 2).map(v => Math.abs(v));
      const z = precision.make(count);
      kernels.normal(z, 3, 4, offset);
      const y = start.slice();
      kernels.addNoise(y, null, variance as typeof y, 3, 4, offset);
      let worst = 0;
      for (let i = 0; i < count; i++) {
        worst = Math.max(worst, Math.abs(y[i]! - (start[i]! + Math.sqrt(variance[i]!) * z[i]!)));
      }
      expect(worst).toBeLessThan(8 * precision.epsilon);
    }
  });

  it('writes the derivative by the variance, zero where there is none', () => {
    const variance = numbers(precision, 3001, 2).map((v, i) => (i % 7 === 0 ? 0 : v * v)) as ReturnType<typeof numbers>;
    const z = precision.make(3001);
    kernels.normal(z, 3, 4, 6);
    const slope = precision.make(3001).fill(9);
    kernels.addNoise(precision.make(3001), slope, variance, 3, 4, 6);
    for (let i = 0; i < slope.length; i++) {
      const expected = i % 7 === 0 ? 0 : z[i]! / (2 * Math.sqrt(variance[i]!));
      if (!(Math.abs(slope[i]! - expected) <= 8 * precision.epsilon * Math.abs(expected)))
        expect(slope[i]).toBe(expected);
    }
  });

  it('gives the same bits in pieces and on any number of threads', () => {
    const variance = numbers(precision, 50_000, 2).map(v => v * v) as ReturnType<typeof numbers>;
    const run = (threads: number, cut: number) => {
      kernels.setThreads(threads);
      const y = precision.make(50_000);
      kernels.addNoise(y.subarray(0, cut), null, variance.subarray(0, cut), 1, 2, 0);
      kernels.addNoise(y.subarray(cut), null, variance.subarray(cut), 1, 2, cut);
      return y;
    };
    const whole = run(1, 50_000);
    expect(sameBits(run(2, 50_000), whole)).toBe(true);
    expect(sameBits(run(2, 17_777), whole)).toBe(true);
  });
});
