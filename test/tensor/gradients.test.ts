import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UnaryOperation } from '../../src/kernels/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { divide, subtract } from '../../src/tensor/elementwise.ts';
import {
  activate,
  add,
  affine,
  crossEntropies,
  gaussianLosses,
  gaussianSample,
  heteroscedasticLosses,
  mixtureLosses,
  multiply,
  reshape,
  scale,
  slice,
  softmaxCrossEntropy,
  sum,
  Tape,
  unary,
} from '../../src/tensor/index.ts';
import { product } from '../../src/tensor/linear.ts';
import { dot, sumRows } from '../../src/tensor/reduce.ts';
import { checkGradient } from '../support/finite-differences.ts';
import { normals } from '../support/normals.ts';

const side = fc.integer({ min: 1, max: 6 });
const seed = fc.integer({ min: 1, max: 1 << 20 });
const runs = { numRuns: 12 };
/** Keeps clear of the kinks of relu, abs (0) and hardtanh (±1). */
const clear = (x: number) => x + (Math.abs(x) < 0.05 ? 0.1 : 0) + (Math.abs(Math.abs(x) - 1) < 0.05 ? 0.12 : 0);
const positive = (x: number) => Math.abs(x) + 0.3;

describe('gradients agree with central differences', () => {
  test.each(['linear', 'tanh'] as const)('affine, %s', activation => {
    fc.assert(
      fc.property(side, side, side, seed, fc.boolean(), (m, n, k, s, biased) => {
        const shapes = biased
          ? [[m, k], [k, n], [n]]
          : [
              [m, k],
              [k, n],
            ];
        checkGradient(shapes, (t, [x, w, b]) => affine(t, x!, w!, b ?? null, activation), { seed: s });
      }),
      runs,
    );
  });

  test.each(['relu', 'tanh', 'hardtanh', 'linear'] as const)('activation %s', activation => {
    fc.assert(
      fc.property(side, side, seed, (m, n, s) => {
        checkGradient([[m, n]], (t, [x]) => activate(t, add(t, x!, x!), activation), {
          seed: s,
          domain: x => clear(2 * x) / 2,
        });
      }),
      runs,
    );
  });

  test.each(['add', 'subtract', 'multiply', 'divide'] as const)('%s, with repeated rows', name => {
    const operation = { add, subtract, multiply, divide }[name];
    fc.assert(
      fc.property(side, side, seed, fc.constantFrom('same', 'row', 'one'), (m, n, s, form) => {
        const second = form === 'same' ? [m, n] : form === 'row' ? [n] : [1];
        const domain = name === 'divide' ? (x: number) => x + 2 * Math.sign(x) : undefined;
        checkGradient([[m, n], second], (t, [a, b]) => operation(t, a!, b!), { seed: s, domain });
      }),
      runs,
    );
  });

  test.each<[UnaryOperation, (x: number) => number]>([
    ['exp', x => x],
    ['log', positive],
    ['sqrt', positive],
    ['square', x => x],
    ['reciprocal', positive],
    ['negate', x => x],
    ['abs', clear],
    ['softplus', x => x],
    ['sigmoid', x => x],
    ['relu', clear],
    ['tanh', x => x],
    ['hardtanh', clear],
  ])('%s', (operation, domain) => {
    fc.assert(
      fc.property(side, side, seed, (m, n, s) => {
        checkGradient([[m, n]], (t, [x]) => unary(t, operation, x!), { seed: s, domain });
      }),
      runs,
    );
  });

  test('product, scale, sum, sumRows, dot', () => {
    fc.assert(
      fc.property(side, side, side, seed, (m, n, k, s) => {
        checkGradient(
          [
            [m, k],
            [k, n],
          ],
          (t, [a, b]) => product(t, a!, b!),
          { seed: s },
        );
        checkGradient([[m, n]], (t, [x]) => scale(t, x!, -1.5, 0.25), { seed: s });
        checkGradient([[m, n]], (t, [x]) => sum(t, x!), { seed: s });
        checkGradient([[m, n]], (t, [x]) => sumRows(t, x!), { seed: s });
        checkGradient(
          [
            [m, n],
            [m, n],
          ],
          (t, [a, b]) => dot(t, a!, b!),
          { seed: s },
        );
        checkGradient([[m, n]], (t, [a]) => dot(t, a!, a!), { seed: s });
      }),
      runs,
    );
  });

  test('slice and reshape share memory with their source', () => {
    fc.assert(
      fc.property(side, side, seed, (m, n, s) => {
        checkGradient(
          [[m, n], [m * n]],
          (t, [a, b]) => {
            const first = slice(a!, n * (m - 1), [n]);
            return multiply(t, reshape(add(t, a!, first), [m * n]), b!);
          },
          { seed: s },
        );
      }),
      runs,
    );
  });

  test('softmax cross-entropy', () => {
    fc.assert(
      fc.property(side, fc.integer({ min: 2, max: 6 }), seed, (m, n, s) => {
        const labels = Int32Array.from({ length: m }, (_, i) => (s + 3 * i) % n);
        checkGradient([[m, n]], (t, [x]) => softmaxCrossEntropy(t, scale(t, x!, 3), labels), { seed: s });
      }),
      runs,
    );
  });

  test('Gaussian likelihoods', () => {
    fc.assert(
      fc.property(side, side, seed, (m, n, s) => {
        const targets = normals(s + 5, m * n);
        checkGradient([[m, n], [n]], (t, [mean, logStd]) => gaussianLosses(t, mean!, targets, logStd!), { seed: s });
        checkGradient([[m, 2 * n]], (t, [outputs]) => heteroscedasticLosses(t, outputs!, targets), { seed: s });
      }),
      runs,
    );
  });

  test('the loss of an averaged prediction', () => {
    fc.assert(
      fc.property(side, fc.integer({ min: 2, max: 6 }), side, seed, (m, n, samples, s) => {
        const labels = Int32Array.from({ length: samples * m }, (_, i) => (s + 3 * (i % m)) % n);
        checkGradient(
          [[samples * m, n]],
          (t, [x]) => sum(t, mixtureLosses(t, crossEntropies(t, x!, labels), samples)),
          {
            seed: s,
          },
        );
        const tape = new Tape('f64');
        const logits = tape.constant([samples * m, n], normals(s, samples * m * n));
        const mixture = sum(tape, mixtureLosses(tape, crossEntropies(tape, logits, labels), samples)).value[0]!;
        let expected = 0;
        for (let i = 0; i < m; i++) {
          let mean = 0;
          for (let r = i; r < samples * m; r += m) {
            const row = Array.from(logits.value.subarray(r * n, (r + 1) * n), Math.exp);
            mean += row[labels[r]!]! / row.reduce((a, b) => a + b) / samples;
          }
          expected -= Math.log(mean);
        }
        expect(mixture).toBeCloseTo(expected, 10);
      }),
      runs,
    );
  });

  test('Gaussian draws', () => {
    fc.assert(
      fc.property(side, side, seed, (m, n, s) => {
        checkGradient(
          [
            [m, n],
            [m, n],
          ],
          (t, [mean, raw]) => gaussianSample(t, mean!, unary(t, 'exp', raw!), { key: keyOf(s) }),
          {
            seed: s,
          },
        );
      }),
      runs,
    );
  });
});

test('a fused activation gives the gradients of the separate one', () => {
  for (const activation of ['relu', 'hardtanh', 'tanh'] as const) {
    const gradients = [true, false].map(fused => {
      const tape = new Tape('f64');
      const x = tape.parameter([5, 3], normals(1, 15));
      const w = tape.parameter([3, 4], normals(2, 12));
      const b = tape.parameter([4], normals(3, 4));
      const y = fused ? affine(tape, x, w, b, activation) : activate(tape, affine(tape, x, w, b), activation);
      tape.backward(dot(tape, y, y));
      return [...x.gradient!, ...w.gradient!, ...b.gradient!];
    });
    gradients[0]!.forEach((g, i) => {
      expect(g).toBeCloseTo(gradients[1]![i]!, 12);
    });
  }
});

test('a reset tape uses its arrays again', () => {
  const tape = new Tape('f32');
  const build = () => {
    const x = tape.parameter([4], Float32Array.of(1, 2, 3, 4));
    return scale(tape, x, 2);
  };
  const first = build();
  const arrays = new Set([first.value, first.gradient]);
  tape.reset();
  const second = build();
  expect(arrays.has(second.value) || arrays.has(second.gradient)).toBe(true);
  tape.backward(sum(tape, second));
  expect([...second.gradient!]).toEqual([1, 1, 1, 1]);
});

test('arrays of the other precision and wrong lengths are refused', () => {
  const tape = new Tape('f32');
  expect(() => tape.constant([2], new Float64Array(2))).toThrow('internal: a tape of f32');
  expect(() => tape.parameter([3], new Float32Array(2))).toThrow('shape [3]');
  expect(() => tape.backward(tape.constant([2], new Float32Array(2)))).toThrow('single number');
});
