import { describe, expect, test } from 'vitest';
import { type Floats, type Kernels, reference, type UnaryOperation } from '../../src/kernels/index.ts';
import { furthest, native, numbers, onCompiled, onEach, type Precision, precisions, sameBits } from './backends.ts';

const operations: readonly UnaryOperation[] = [
  'exp',
  'log',
  'sqrt',
  'square',
  'reciprocal',
  'negate',
  'abs',
  'softplus',
  'sigmoid',
  'relu',
  'tanh',
  'hardtanh',
];

/** Largest |actual − expected| / |expected|, where differences below `smallest` count as none. */
function relative(actual: Floats, expected: ArrayLike<number>, smallest = 0): number {
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (Object.is(actual[i], expected[i]) || difference <= smallest) continue;
    worst = Math.max(worst, difference / Math.abs(expected[i]!));
  }
  return worst;
}

/** Near 0, moderate, and far out, of both signs. */
function spread(precision: Precision): Floats {
  const u = numbers(precision, 6000, 5);
  return u.map((x, i) => (i % 3 === 0 ? x * 1e-3 : i % 3 === 1 ? x * 8 : x * 85));
}

// Plain arithmetic in the double precision of JavaScript.
const truth: Readonly<Record<UnaryOperation, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  square: x => x * x,
  reciprocal: x => 1 / x,
  negate: x => -x,
  abs: Math.abs,
  softplus: x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sigmoid: x => 1 / (1 + Math.exp(-x)),
  relu: x => Math.max(x, 0),
  tanh: Math.tanh,
  hardtanh: x => Math.min(1, Math.max(-1, x)),
};

onEach('elementwise', (kernels, precision) => {
  const { make, epsilon } = precision;
  // Native: four units in the last place; results below the smallest normal number may become 0.
  const tolerance = 4 * epsilon;
  const smallest = precision.name === 'single' ? 2 ** -124 : 2 ** -1020;

  test.each(operations)('%s', operation => {
    const x = spread(precision);
    if (operation === 'log' || operation === 'sqrt') x.set(x.map(Math.abs));
    const y = make(x.length);
    kernels.unary(operation, y, x);
    expect(relative(y, Float64Array.from(x, truth[operation]), smallest)).toBeLessThanOrEqual(tolerance);
  });

  test.each(operations)('%s in place equals %s into another array, for every length', operation => {
    for (const length of [1, 2, 31, 32, 33, 65]) {
      const x = numbers(precision, length, length).map(value => Math.abs(value) + 0.1);
      const y = make(length + 1).fill(7);
      kernels.unary(operation, y.subarray(0, length), x);
      expect(y[length]).toBe(7);
      kernels.unary(operation, x, x);
      expect(x).toEqual(y.subarray(0, length));
    }
  });

  test('edges: infinities, zeros and NaN', () => {
    const table: [UnaryOperation, number, number][] = [
      ['exp', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      ['exp', Number.NEGATIVE_INFINITY, 0],
      ['exp', 1000, Number.POSITIVE_INFINITY],
      ['exp', -1000, 0],
      ['exp', 0, 1],
      ['log', 0, Number.NEGATIVE_INFINITY],
      ['log', 1, 0],
      ['log', -1, Number.NaN],
      ['log', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      ['sqrt', -1, Number.NaN],
      ['reciprocal', 0, Number.POSITIVE_INFINITY],
      ['tanh', Number.POSITIVE_INFINITY, 1],
      ['tanh', -1e30, -1],
      ['tanh', 0, 0],
      ['tanh', -0, -0],
      ['sigmoid', -1e4, 0],
      ['sigmoid', 1e4, 1],
      ['softplus', -1e4, 0],
      ['softplus', 1e4, 1e4],
      ['hardtanh', 1e30, 1],
      ['relu', -1e30, 0],
    ];
    for (const [operation, x, expected] of table) {
      const y = make(1);
      kernels.unary(operation, y, make([x]));
      expect(y[0], `${operation}(${x})`).toBe(expected);
    }
    for (const operation of operations) {
      const y = make(1);
      kernels.unary(operation, y, make([Number.NaN]));
      expect(y[0], `${operation}(NaN)`).toBeNaN();
    }
  });

  test('log of subnormal numbers', () => {
    const tiny = precision.name === 'single' ? 2 ** -140 : 2 ** -1060;
    const y = make(1);
    kernels.unary('log', y, make([tiny]));
    expect(relative(y, [Math.log(tiny)])).toBeLessThanOrEqual(tolerance);
  });

  test('tanh keeps its relative precision near 0', () => {
    const x = make([1e-30, -1e-12, 1e-6, 1e-4, 0.01]);
    const y = make(x.length);
    kernels.unary('tanh', y, x);
    expect(relative(y, Float64Array.from(x, Math.tanh))).toBeLessThanOrEqual(tolerance);
  });

  test.each([1, 2, 3, 16, 31, 40, 240, 480])('binary and axpy with an operand of %i repeated', period => {
    const a = numbers(precision, period * 3, 1);
    const b = numbers(precision, period, 2).map(x => x + 2);
    const y = make(a.length);
    const f = {
      add: (p: number, q: number) => p + q,
      subtract: (p: number, q: number) => p - q,
      multiply: (p: number, q: number) => p * q,
      divide: (p: number, q: number) => p / q,
    };
    for (const operation of ['add', 'subtract', 'multiply', 'divide'] as const) {
      kernels.binary(operation, y, a, b);
      const expected = make(Float64Array.from(a, (value, i) => f[operation](value, b[i % period]!)));
      expect(sameBits(y, expected)).toBe(true);
    }
    y.set(a);
    kernels.axpy(y, -0.7, b);
    const expected = Float64Array.from(a, (value, i) => value - 0.7 * b[i % period]!);
    for (let i = 0; i < y.length; i++) expect(Math.abs(y[i]! - expected[i]!)).toBeLessThanOrEqual(8 * epsilon);
    kernels.scale(y, a, 3, 0.25);
    for (let i = 0; i < y.length; i++) expect(Math.abs(y[i]! - (3 * a[i]! + 0.25))).toBeLessThanOrEqual(8 * epsilon);
  });

  test('activation gradients are those of the outputs', () => {
    const y = make([-1, -0.5, 0, 0.25, 1]);
    const dy = make([2, 2, 2, 2, 2]);
    const slopes = {
      linear: [1, 1, 1, 1, 1],
      relu: [0, 0, 0, 1, 1],
      tanh: [0, 0.75, 1, 0.9375, 0],
      hardtanh: [0, 1, 1, 1, 0],
    };
    for (const [activation, slope] of Object.entries(slopes)) {
      const dx = make([1, 1, 1, 1, 1]);
      kernels.activationGradient(dx, dy, y, activation as keyof typeof slopes);
      expect(Array.from(dx)).toEqual(slope.map(s => 1 + 2 * s));
    }
  });

  test('Adam takes the published steps', () => {
    const options = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    const w = make(70).fill(1);
    const first = make(70);
    const second = make(70);
    // Kingma & Ba 2015, algorithm 1, by hand for one weight.
    let [theta, m, v] = [1, 0, 0];
    for (let step = 1; step <= 5; step++) {
      const g = 0.5 - step;
      kernels.adam(w, make(70).fill(g), first, second, { ...options, step });
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      theta -= (0.1 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
    }
    for (const [actual, expected] of [
      [w, theta],
      [first, m],
      [second, v],
    ] as const) {
      expect(relative(actual, new Float64Array(70).fill(expected))).toBeLessThanOrEqual(40 * epsilon);
    }
  });

  test('quantise rounds ties to even, clamps and counts what was outside', () => {
    const x = make([-2, -1, -0.75, -0.25, 0.25, 0.75, 0.5, 1, 1.5, Number.NaN]);
    const y = make(x.length);
    expect(kernels.quantise(y, x, 0.5, -1, 1)).toBe(2);
    // numpy: -1 + .5*np.rint((np.clip(x,-1,1)+1)/.5)
    expect(Array.from(y)).toEqual([-1, -1, -1, 0, 0, 1, 0.5, 1, 1, Number.NaN]);
    expect(kernels.quantise(y, x, 0, -1, 1)).toBe(2);
    expect(Array.from(y)).toEqual([-1, -1, -0.75, -0.25, 0.25, 0.75, 0.5, 1, 1, Number.NaN]);
  });

  test('clampGradient passes what lies inside, ends included', () => {
    for (const repeat of [1, 70]) {
      const x = make(Array.from({ length: 5 * repeat }, (_, i) => [-2, -1, 0.5, 1, Number.NaN][i % 5]!));
      const dx = make(x.length).fill(1);
      kernels.clampGradient(dx, make(x.length).fill(3), x, -1, 1);
      expect(Array.from(dx)).toEqual(Array.from(x, v => (v >= -1 && v <= 1 ? 4 : 1)));
    }
  });

  test('range finds the ends wherever they are', () => {
    const ends = make(2);
    for (const length of [1, 31, 32, 100, 150_001]) {
      for (const at of [0, length >> 1, length - 1]) {
        const x = make(length).fill(0.5);
        x[at] = -3;
        x[length - 1 - at] = 7;
        kernels.range(ends, x);
        const sorted = Float64Array.from(x).sort();
        expect([...ends]).toEqual([sorted[0], sorted.at(-1)]);
      }
    }
    kernels.range(ends, make([Number.NaN, 2, 1]));
    expect([...ends]).toEqual([1, 2]);
    kernels.range(ends, make(0));
    expect([...ends]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  test('tabulate interpolates, clamps, and gives the slope', () => {
    const table = make([0, 1, 4, 9, 16]);
    const x = make([-1, 0, 0.5, 1, 2.5, 3.75, 4, 5]);
    const y = make(x.length);
    const slope = make(x.length);
    kernels.tabulate(y, slope, x, table, 0, 4);
    // numpy: np.interp(x, np.arange(5), np.arange(5)**2)
    expect(Array.from(y)).toEqual([0, 0, 0.5, 1, 6.5, 14.25, 16, 16]);
    expect(Array.from(slope)).toEqual([0, 1, 1, 3, 5, 7, 7, 0]);
    kernels.tabulate(y, null, make(x.length).fill(Number.NaN), table, 0, 4);
    expect(y.every(Number.isNaN)).toBe(true);
    const odd = make(999).fill(1.5);
    kernels.tabulate(odd, null, odd, table, 0, 4);
    expect(odd.every(value => value === 2.5)).toBe(true);
  });

  test.each([0, 1, 2, 5, 16, 17, 33, 100])('sums of %i columns', n => {
    const m = 77;
    const x = numbers(precision, m * n, n);
    const out = make(n).fill(0.5);
    kernels.sumRows(out, x, m, n, true);
    for (let j = 0; j < n; j++) {
      let total = 0.5;
      for (let i = 0; i < m; i++) total += x[i * n + j]!;
      expect(Math.abs(out[j]! - total)).toBeLessThanOrEqual(m * epsilon);
    }
    kernels.sumRows(out, make(m * n), m, n, false);
    expect(Array.from(out)).toEqual(Array(n).fill(0));
  });

  test('sum and dot run in double precision', () => {
    for (const length of [0, 1, 31, 70, 200_001]) {
      const a = numbers(precision, length, 1);
      const b = numbers(precision, length, 2);
      let [total, product] = [0, 0];
      for (let i = 0; i < length; i++) {
        total += a[i]!;
        product += a[i]! * b[i]!;
      }
      expect(Math.abs(kernels.sum(a) - total)).toBeLessThanOrEqual(1e-15 * (length + 1));
      expect(Math.abs(kernels.dot(a, b) - product)).toBeLessThanOrEqual(1e-15 * (length + 1));
    }
  });
});

onCompiled('compiled elementwise work', fast => {
  test('quantises to the bits of the reference', () => {
    for (const precision of precisions) {
      const x = numbers(precision, 5000, 3);
      const [a, b] = [precision.make(5000), precision.make(5000)];
      expect(fast.quantise(a, x, 2 / 255, -0.9, 0.9)).toBe(reference.quantise(b, x, 2 / 255, -0.9, 0.9));
      expect(a).toEqual(b);
    }
  });

  test('takes long arrays piece by piece', () => {
    for (const precision of precisions) {
      const x = numbers(precision, 20_011, 3);
      const [a, b] = [precision.make(20_011), precision.make(20_011)];
      fast.unary('exp', a, x);
      for (let i = 0; i < x.length; i += 1000) {
        fast.unary('exp', b.subarray(i, i + 1000), x.subarray(i, i + 1000));
      }
      expect(sameBits(a, b)).toBe(true);
      expect(relative(a, x.map(Math.exp))).toBeLessThan(4 * precision.epsilon);
    }
  });
});

describe.skipIf(!native)('native elementwise work', () => {
  const threaded = (kernels: Kernels, work: () => Floats) =>
    [1, 3].map(threads => {
      kernels.setThreads(threads);
      return work();
    });

  test.each(precisions)('has the same bits on any number of threads, in $name precision', precision => {
    const kernels = native!;
    const length = 400_000;
    const x = numbers(precision, length, 1);
    const works: (() => Floats)[] = [
      () => unary(kernels, x),
      () => {
        const y = x.slice();
        kernels.axpy(y, 0.3, x.subarray(0, length / 4));
        kernels.binary('multiply', y, y, x.subarray(0, 1000));
        return y;
      },
      () => new Float64Array([kernels.sum(x), kernels.dot(x, x)]),
      () => {
        const out = precision.make(500);
        kernels.sumRows(out, x, 800, 500, false);
        return out;
      },
    ];
    for (const work of works) {
      const [one, three] = threaded(kernels, work);
      expect(sameBits(three!, one!)).toBe(true);
    }
  });

  test('refuses what does not fit', () => {
    const x = new Float64Array(6);
    expect(() => native!.unary('exp', x, new Float64Array(5))).toThrow(/^internal:/);
    expect(() => native!.binary('add', x, x, new Float64Array(4))).toThrow(/^internal: .*divide/);
    expect(() => native!.axpy(x, 1, new Float64Array(0))).toThrow(/^internal: .*divide/);
    expect(() => native!.tabulate(x, null, x, new Float64Array(1), 0, 1)).toThrow(/^internal:/);
  });
});

function unary(kernels: Kernels, x: Floats): Floats {
  const y = x.slice();
  kernels.unary('tanh', y, y);
  return y;
}

onEach('scatter', (kernels, precision) => {
  test('is the mean at x and z times the spread there, also in place of z', () => {
    const [x, z] = [numbers(precision, 1000, 3).map(v => 2 * v), numbers(precision, 1000, 4)];
    const [mean, std] = [numbers(precision, 33, 5), numbers(precision, 33, 6).map(Math.abs)];
    const [centre, spread] = [x.slice(), x.slice()];
    kernels.tabulate(centre, null, x, mean, -1, 1.5);
    kernels.tabulate(spread, null, x, std, -1, 1.5);
    for (const own of [false, true]) {
      const y = z.slice();
      kernels.scatter(y, y, x, own ? mean : null, std, -1, 1.5);
      const expected = z.map((v, i) => (own ? centre[i]! : x[i]!) + spread[i]! * v);
      expect(furthest(y, expected)).toBeLessThanOrEqual(4 * precision.epsilon);
    }
  });
});
