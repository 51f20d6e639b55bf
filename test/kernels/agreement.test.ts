import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Activation,
  type BinaryOperation,
  type Floats,
  type Kernels,
  reference,
} from '../../src/kernels/index.ts';
import { onCompiled, type Precision, precisions, sameBits } from './backends.ts';

/** Lengths of nothing, of one number, primes, and around the widths of vectors and blocks. */
const lengths = fc.constantFrom(0, 1, 2, 3, 7, 13, 17, 31, 33, 61, 97, 127, 128, 129, 131, 257, 1009);
const periods = fc.constantFrom(1, 2, 3, 7, 13, 61, 127, 129, 255, 257);
const precision = fc.constantFrom(...precisions);
const numbers = fc.double({ min: -4, max: 4, noNaN: true });
/** Numbers that arithmetic treats in ways of their own, among ordinary ones. */
const odd = fc.oneof(
  { weight: 6, arbitrary: numbers },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-42, -1e-310, 1e30),
);

const orNaN = fc.oneof({ weight: 6, arbitrary: numbers }, fc.constant(Number.NaN));

interface Case {
  readonly p: Precision;
  readonly n: number;
  /** Numbers before each array in its buffer, so that it begins on no vector's boundary. */
  readonly before: number;
  readonly threads: number;
  readonly values: readonly number[];
}

const cases = (values: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc.record({
    p: precision,
    n: lengths,
    before: fc.integer({ min: 0, max: 17 }),
    threads: fc.constantFrom(1, 2, 5),
    values: fc.array(values, { minLength: 5, maxLength: 40 }),
  });

/** Arrays between guards that nothing may touch; each fills with the values of the case from another place on. */
class Arrays {
  readonly #all: { readonly whole: Floats; readonly part: Floats }[] = [];
  readonly #case: Case;

  constructor(of: Case) {
    this.#case = of;
  }

  make(length = this.#case.n, map: (value: number) => number = x => x): Floats {
    const { p, before, values } = this.#case;
    const whole = p.make(before + length + 5).fill(77);
    const part = whole.subarray(before, before + length);
    for (let i = 0; i < length; i++) part[i] = map(values[(i * 7 + this.#all.length * 3) % values.length]!);
    this.#all.push({ whole, part });
    return part;
  }

  /** Everything after the kernel: arrays in order, then the numbers of the guards that changed. */
  after(): { readonly parts: readonly Floats[]; readonly touched: number } {
    const { before } = this.#case;
    let touched = 0;
    for (const { whole, part } of this.#all) {
      for (let i = 0; i < whole.length; i++)
        if ((i < before || i >= before + part.length) && whole[i] !== 77) touched++;
    }
    return { parts: this.#all.map(a => a.part), touched };
  }
}

type Run = (kernels: Kernels, arrays: Arrays, of: Case) => unknown;

/** Whether two numbers agree: alike where one is not finite, else within the tolerance of the larger or of `scale`. */
function agree(a: number, b: number, tolerance: number, scale: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b), scale);
}

/** The kernel gives what the reference gives, on any length, place and number of threads, and touches nothing else. */
function agreementOf(fast: Kernels, values: fc.Arbitrary<number>, ulps: number, run: Run): void {
  fc.assert(
    fc.property(cases(values), of => {
      const results = [reference, fast].map(kernels => {
        kernels.setThreads(of.threads);
        const arrays = new Arrays(of);
        const value = Number(run(kernels, arrays, of) ?? 0);
        return { value, ...arrays.after() };
      });
      const [expected, actual] = results as [(typeof results)[0], (typeof results)[0]];
      const tolerance = ulps * of.p.epsilon;
      const smallest = of.p.name === 'single' ? 2 ** -124 : 2 ** -1020;
      expect(actual.touched).toBe(0);
      if (!agree(actual.value, expected.value, tolerance, 1)) expect(actual.value).toBe(expected.value);
      expected.parts.forEach((part, k) => {
        for (let i = 0; i < part.length; i++) {
          const [a, b] = [actual.parts[k]![i]!, part[i]!];
          const small = Math.abs(a - b) <= smallest;
          if (!small && !agree(a, b, tolerance, 1)) expect(`array ${k}[${i}]: ${a}`).toBe(`array ${k}[${i}]: ${b}`);
        }
      });
    }),
    { numRuns: 60 },
  );
}

onCompiled('kernels agree with the reference on odd shapes, places and numbers', fast => {
  const agreement = (values: fc.Arbitrary<number>, ulps: number, run: Run) => agreementOf(fast, values, ulps, run);

  test.each(['exp', 'log', 'sqrt', 'square', 'reciprocal', 'negate', 'abs', 'softplus', 'sigmoid', 'tanh'] as const)(
    '%s',
    operation => {
      agreement(odd, 8, (k, a) => k.unary(operation, a.make(), a.make()));
    },
  );

  test.each(['relu', 'hardtanh'] as const)('%s', operation => {
    agreement(odd, 0, (k, a) => k.unary(operation, a.make(), a.make()));
  });

  test.each(['add', 'subtract', 'multiply', 'divide'] as const)('%s, with an operand repeated', operation => {
    fc.assert(
      fc.property(periods, fc.integer({ min: 0, max: 5 }), precision, fc.nat(9), (period, times, p, before) => {
        const [y, z] = [0, 1].map(() => p.make(before + period * times + 3).fill(77)) as [Floats, Floats];
        const a = p.make(Array.from({ length: period * times + 1 }, (_, i) => Math.sin(i))).subarray(1);
        const b = p.make(Array.from({ length: period }, (_, i) => 2 + Math.cos(i)));
        const run = (kernels: Kernels, out: Floats, op: BinaryOperation) =>
          kernels.binary(op, out.subarray(before, before + a.length), a, b);
        run(reference, y, operation);
        run(fast, z, operation);
        expect(sameBits(y, z)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('axpy and scale', () => {
    agreement(odd, 4, (k, a) => k.axpy(a.make(), -0.7, a.make()));
    agreement(odd, 4, (k, a) => k.scale(a.make(), a.make(), 3, 0.25));
  });

  test.each<Activation>(['linear', 'relu', 'tanh', 'hardtanh'])('the gradient of %s', activation => {
    agreement(odd, 1e4, (k, a) => k.activationGradient(a.make(), a.make(), a.make(undefined, Math.tanh), activation));
  });

  test('sums, dot products and ranges', () => {
    agreement(numbers, 1e5, (k, a) => k.sum(a.make()));
    agreement(numbers, 1e5, (k, a) => k.dot(a.make(), a.make()));
    agreement(odd, 0, (k, a) => k.range(a.make(2), a.make()));
  });

  test('ranges pass over what is no number, a long stretch of it too', () => {
    const stretch = 1 << 16;
    const some = new Float32Array(3 * stretch).map((_, i) => i - stretch).fill(Number.NaN, stretch, 2 * stretch);
    const none = some.subarray(stretch, stretch + 5);
    for (const kernels of [reference, fast]) {
      const out = new Float32Array(4);
      kernels.range(out.subarray(0, 2), some);
      kernels.range(out.subarray(2), none);
      expect(out).toEqual(Float32Array.of(-stretch, 2 * stretch - 1, Infinity, -Infinity));
    }
  });

  test('sums of rows', () => {
    for (const n of [1, 2, 5, 16, 17, 31, 67]) {
      agreement(numbers, 1e5, (k, a, { n: m }) => k.sumRows(a.make(n), a.make(m * n), m, n, m % 2 === 0));
    }
  });

  test('runs brought to mean 0 and variance 1', () => {
    for (const length of [1, 2, 7, 31, 32, 33, 129, 300]) {
      agreement(numbers, 1e3, (k, a, { n }) => {
        const runs = n % 11;
        const x = a.make(runs * length);
        const inverse = n % 2 ? a.make(runs) : null;
        const y = n % 3 ? a.make(runs * length) : x;
        k.normalise(y, inverse, x, length, 0.01);
      });
    }
  });

  test('many runs have the bits of each alone, on any number of threads', () => {
    const [runs, length] = [70, 1000];
    const x = Float32Array.from({ length: runs * length }, (_, i) => Math.sin(i * i) + (i % 7));
    const normalise = (threads: number, from: number, count: number) => {
      fast.setThreads(threads);
      const [y, inverse] = [new Float32Array(count * length), new Float32Array(count)];
      fast.normalise(y, inverse, x.subarray(from * length, (from + count) * length), length, 1e-5);
      return { y, inverse };
    };
    const all = normalise(5, 0, runs);
    expect(sameBits(all.y, normalise(1, 0, runs).y)).toBe(true);
    for (const run of [0, 16, 17, 34, runs - 1]) {
      const one = normalise(1, run, 1);
      expect(sameBits(all.y.subarray(run * length, (run + 1) * length), one.y)).toBe(true);
      expect(all.inverse[run]).toBe(one.inverse[0]);
    }
  });

  test('softmax', () => {
    for (const n of [1, 3, 17, 64, 65]) {
      agreement(numbers, 64, (k, a, { n: m }) => k.logSoftmax(a.make(m * n), a.make(m * n), m, n));
      agreement(numbers, 1e3, (k, a, { n: m }) => {
        const labels = Int32Array.from({ length: m }, (_, i) => (i * 11) % n);
        return k.softmaxCrossEntropy(a.make(m * n), a.make(m * n), labels, m, n);
      });
    }
  });

  test('Adam', () => {
    const options = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 };
    agreement(odd, 64, (k, a) => k.adam(a.make(), a.make(), a.make(), a.make(undefined, Math.abs), options));
  });

  test('passes over Gaussian weights', () => {
    const options = { rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-3, step: 2 };
    agreement(numbers, 1e3, (k, a, { n }) => {
      const [mean, logStd, variance] = [a.make(), a.make(), a.make(undefined, v => v * v)];
      const prior = { mean: a.make(), precision: a.make(n, Math.abs), weight: 0.3 };
      const moments = a.make(4 * n, Math.abs);
      k.gaussianAdam(mean, logStd, variance, a.make(), a.make(), moments, prior, options);
    });
    const to = { low: -1, high: 2, gain: 1.2, working: 0.9, stuckSquare: 0.1 };
    const table = (a: Arrays) => a.make(14, v => (Number.isNaN(v) ? 1 : v));
    agreement(orNaN, 1e3, (k, a) => k.realise(a.make(), a.make(), a.make(), a.make(undefined, Math.abs), table(a), to));
    agreement(orNaN, 1e3, (k, a) => k.realiseGradient(a.make(), a.make(), a.make(), table(a), to));
    const factor = (a: Arrays) => a.make(undefined, v => 0.1 + v * v);
    agreement(orNaN, 1e3, (k, a) => k.scaleMoments(a.make(), a.make(), factor(a), a.make(undefined, Math.abs)));
    agreement(orNaN, 1e3, (k, a) =>
      k.scaleMomentsGradient(a.make(), a.make(), a.make(), factor(a), a.make(undefined, Math.abs)),
    );
  });

  test('the technological loss, of NaN too', () => {
    const grid = { meanLow: -0.5, meanHigh: 0.75, stdHigh: 0.4, meanSteps: 5, stdSteps: 3 };
    agreement(orNaN, 1e5, (k, a) => {
      const distances = a.make(24, v => (Number.isNaN(v) ? 0.5 : Math.abs(v) / 4));
      const [byMean, byVariance] = [a.make(undefined, () => 0), a.make(undefined, () => 0)];
      // Apart from the grid's lines, where the slope jumps.
      const mean = a.make(undefined, v => Math.floor(v * 8) / 8 + 0.03);
      const variance = a.make(undefined, v => (Math.abs(Math.floor(v * 5) / 5) + 0.05) ** 2);
      return k.technologicalLoss(byMean, byVariance, mean, variance, distances, grid, {
        beta: 10,
        width: 0.5,
        weight: 0.2,
      });
    });
  });

  test('quantise, clampGradient and tabulate', () => {
    agreement(odd, 0, (k, a) => k.quantise(a.make(), a.make(), 2 / 255, -0.9, 1.1));
    agreement(odd, 1, (k, a) => k.clampGradient(a.make(), a.make(), a.make(), -0.9, 1.1));
    // Apart from the table's knots, where the slope jumps.
    agreement(odd, 64, (k, a) => {
      const x = a.make(undefined, v => (Number.isFinite(v) ? Math.floor(v * 4) / 4 + 0.1 : v));
      k.tabulate(
        a.make(),
        a.make(),
        x,
        a.make(9, v => (Math.abs(v) < 5 ? v : 1)),
        -2,
        2,
      );
    });
  });

  test('noise', () => {
    agreement(orNaN, 64, (k, a, { n }) =>
      k.addNoise(
        a.make(),
        a.make(),
        a.make(undefined, v => (v === 0 ? 0 : 0.01 + v * v)),
        5,
        6,
        n * 3 + 1,
      ),
    );
  });
});
