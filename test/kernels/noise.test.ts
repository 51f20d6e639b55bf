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
      kernels.addNoise(y, variance as typeof y, 3, 4, offset);
      let worst = 0;
      for (let i = 0; i < count; i++) {
        worst = Math.max(worst, Math.abs(y[i]! - (start[i]! + Math.sqrt(variance[i]!) * z[i]!)));
      }
      expect(worst).toBeLessThan(8 * precision.epsilon);
    }
  });

  it('gives the same bits in pieces and on any number of threads', () => {
    const variance = numbers(precision, 50_000, 2).map(v => v * v) as ReturnType<typeof numbers>;
    const run = (threads: number, cut: number) => {
      kernels.setThreads(threads);
      const y = precision.make(50_000);
      kernels.addNoise(y.subarray(0, cut), variance.subarray(0, cut), 1, 2, 0);
      kernels.addNoise(y.subarray(cut), variance.subarray(cut), 1, 2, cut);
      return y;
    };
    const whole = run(1, 50_000);
    expect(sameBits(run(2, 50_000), whole)).toBe(true);
    expect(sameBits(run(2, 17_777), whole)).toBe(true);
  });
});
