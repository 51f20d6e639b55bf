import { expect, test } from 'vitest';
import { philox, reference } from '../../src/kernels/index.ts';
import { onCompiled, onEach, precisions, sameBits } from './backends.ts';

/** Kolmogorov–Smirnov distance of a sample from a distribution function. */
function distance(sample: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  let worst = 0;
  for (let i = 0; i < sorted.length; i++) {
    const p = cdf(sorted[i]!);
    worst = Math.max(worst, (i + 1) / sorted.length - p, p - i / sorted.length);
  }
  return worst;
}

/** Φ by the series x e^(−x²/2)/√2π · Σ x²ⁱ/(1·3·5…), for |x| < 7. */
function normalCdf(x: number): number {
  let term = x;
  let total = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(total); i += 2) {
    term *= (x * x) / i;
    total += term;
  }
  return 0.5 + (total * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Exceeded by one sample in a thousand (Kolmogorov's limit: Q(1.95) = 0.001). */
const limit = (count: number) => 1.95 / Math.sqrt(count);

// Random123's known-answer file, philox4x32-10: counter, key, result.
const known: [number[], number[], number[]][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

test.each(known)('philox gives the known answers at counter %j', ([c0, c1, c2, c3], [k0, k1], expected) => {
  const out = new Uint32Array(4);
  philox(out, 0, c0!, c1!, c2!, c3!, k0!, k1!);
  expect(Array.from(out)).toEqual(expected);
});

onEach('fills', (kernels, { name, make }) => {
  test('words are those of Philox4x32-10 at successive counters, from any offset', () => {
    const first = new Uint32Array(4);
    kernels.randomWords(first, 0, 0, 0);
    expect(Array.from(first)).toEqual(known[0]![2]);
    const block = new Uint32Array(4);
    // 17179869188 = 4·2³² − 4 … crosses from the low to the high counter word.
    for (const offset of [0, 3, 1021, 4 * 2 ** 32 - 4, 2 ** 50 + 1]) {
      const words = new Uint32Array(601);
      kernels.randomWords(words, 0xdeadbeef, 42, offset);
      const expected = words.map((_, i) => {
        const index = Math.floor((offset + i) / 4);
        philox(block, 0, index % 2 ** 32, Math.floor(index / 2 ** 32), 0, 0, 0xdeadbeef, 42);
        return block[(offset + i) % 4]!;
      });
      expect(words).toEqual(expected);
    }
  });

  test.each(['uniform', 'normal'] as const)('any part of %s equals that part of the whole', law => {
    const whole = make(3000);
    kernels[law](whole, 1, 2, 0);
    for (const [from, to] of [
      [0, 1],
      [1, 2],
      [1, 2000],
      [255, 257],
      [998, 3000],
      [1023, 1024],
    ] as const) {
      const part = make(to - from);
      kernels[law](part, 1, 2, from);
      expect(sameBits(part, whole.subarray(from, to))).toBe(true);
    }
  });

  test('uniforms follow their law and stay within (0, 1)', () => {
    const u = make(100_000);
    kernels.uniform(u, 11, 12, 0);
    expect(u.every(x => x > 0 && x < 1)).toBe(true);
    expect(distance(u, x => x)).toBeLessThan(limit(u.length));
  });

  test('normals follow their law', () => {
    const z = make(100_000);
    kernels.normal(z, 21, 22, 0);
    expect(distance(z, normalCdf)).toBeLessThan(limit(z.length));
    const moment = (p: number) => Array.from(z).reduce((total, x) => total + x ** p, 0) / z.length;
    // Standard errors of the first four moments: 1, √2, √15, √96 over √n; four of them.
    const within = 4 / Math.sqrt(z.length);
    expect(Math.abs(moment(1))).toBeLessThan(within);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(within * Math.SQRT2);
    expect(Math.abs(moment(3))).toBeLessThan(within * Math.sqrt(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(within * Math.sqrt(96));
    let neighbours = 0;
    for (let i = 0; i < z.length; i += 2) neighbours += z[i]! * z[i + 1]!;
    expect(Math.abs(neighbours / (z.length / 2))).toBeLessThan(4 / Math.sqrt(z.length / 2));
  });

  test('normals are Box–Muller on the uniforms', () => {
    const u = make(2000);
    const z = make(2000);
    kernels.uniform(u, 31, 32, 0);
    kernels.normal(z, 31, 32, 0);
    let worst = 0;
    for (let i = 0; i < u.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(u[i]!));
      worst = Math.max(worst, Math.abs(z[i]! - radius * Math.cos(2 * Math.PI * u[i + 1]!)));
      worst = Math.max(worst, Math.abs(z[i + 1]! - radius * Math.sin(2 * Math.PI * u[i + 1]!)));
    }
    expect(worst).toBeLessThan(name === 'single' ? 1e-6 : 1e-14);
  });
});

onCompiled('compiled fills', fast => {
  test('have the bits of the reference for words and uniforms, and its normals to rounding', () => {
    const [a, b] = [new Uint32Array(5000), new Uint32Array(5000)];
    fast.randomWords(a, 7, 8, 12345);
    reference.randomWords(b, 7, 8, 12345);
    expect(a).toEqual(b);
    for (const { name, make } of precisions) {
      const [x, y] = [make(5001), make(5001)];
      fast.uniform(x, 7, 8, 1001);
      reference.uniform(y, 7, 8, 1001);
      expect(sameBits(x, y)).toBe(true);
      fast.normal(x, 7, 8, 1001);
      reference.normal(y, 7, 8, 1001);
      let worst = 0;
      for (let i = 0; i < x.length; i++) worst = Math.max(worst, Math.abs(x[i]! - y[i]!));
      expect(worst).toBeLessThan(name === 'single' ? 1e-6 : 1e-13);
    }
  });

  test('have the same bits on any number of threads', () => {
    for (const { make } of precisions) {
      const [one, three] = [1, 3].map(threads => {
        fast.setThreads(threads);
        const z = make(100_001);
        fast.normal(z, 5, 6, 77);
        return z;
      });
      expect(sameBits(three!, one!)).toBe(true);
    }
  });
});
