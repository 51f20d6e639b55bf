import { describe, expect, test } from 'vitest';
import { atOnce, inTurns, jobOf } from '../../src/base/index.ts';
import { CorrectedLoss, correctedNll } from '../../src/bayes/calibration/corrected-loss.ts';
import { minimise } from '../../src/bayes/calibration/newton.ts';
import { checkedInPieces, checkedLogitCorrection, correctLogits, fitLogitCorrection } from '../../src/bayes/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

// numpy: i = arange(300); z = stack([2*sin(1.7*i + .3*c) + cos(.9*i*(c + 1)) for c in range(3)], 1)
// y = where(i*7 % 10 < 7, z.argmax(1), i % 3)
const [rows, classes] = [300, 3];
const z = Float64Array.from({ length: rows * classes }, (_, k) => {
  const [i, c] = [Math.floor(k / classes), k % classes];
  return 2 * Math.sin(1.7 * i + 0.3 * c) + Math.cos(0.9 * i * (c + 1));
});
const labels = Int32Array.from({ length: rows }, (_, i) => {
  const row = [...z.subarray(i * classes, (i + 1) * classes)];
  return (i * 7) % 10 < 7 ? row.indexOf(Math.max(...row)) : i % classes;
});
const minimum = (...given: Parameters<typeof minimise>) => atOnce(minimise(...given));
const given = (factor: number) => ({ logits: z.map(x => factor * x), labels, samples: 1, classes });

describe('the fit reaches the optimum', () => {
  // scipy.optimize.minimize(lambda p: p@p/2 - log_softmax(k*z*exp(p[0]), 1)[i, y].sum(), [t], tol=1e-14, method='Nelder-Mead')
  // for k = 1 and 100, the best of t = −8, −4.6, −2, 0; then the loss without the prior, per row.
  test.each([
    [1, 0.26739628, 0.8092356881150999],
    [100, -4.30060899, 0.8094825980253788],
  ])('of temperature, with logits %f times as large', (factor, logScale, nll) => {
    const correction = fitLogitCorrection('temperature', given(factor));
    expect(Math.log(correction.scale[0]!)).toBeCloseTo(logScale, 7);
    expect([...correction.offset]).toEqual([0, 0, 0]);
    expect(correctedNll(given(factor), correction)).toBeCloseTo(nll, 8);
  });

  // The same with k*z*exp(p[:3]) + p[3:], method='BFGS', gtol=1e-9, the best of three starts.
  test.each([
    [1, [0.22558834, 0.17418294, 0.30701692], [0.1961824, -0.22754522, 0.03136415]],
    [100, [-4.27424306, -4.31648685, -4.19638511], [0.19455438, -0.22022356, 0.0256693]],
  ])('of vector scaling, with logits %f times as large', (factor, logScales, offsets) => {
    const { scale, offset } = fitLogitCorrection('vector', given(factor));
    expect([...scale].map(Math.log)).toEqual(logScales.map(x => expect.closeTo(x, 6)));
    expect([...offset]).toEqual(offsets.map(x => expect.closeTo(x, 6)));
  });

  test('whatever the size of the logits, for averages of samples too', () => {
    const logits = fillNormal(keyOf(3), new Float64Array(4 * rows * classes)).map((x, k) => 3 * z[k % z.length]! + x);
    for (const size of [1e-4, 1, 1e6]) {
      const many = { logits: logits.map(x => size * x), labels, samples: 4, classes };
      const { scale } = fitLogitCorrection('temperature', many);
      const slope = (t: number) => new CorrectedLoss(many).slopes(Math.exp(t)).slope + t;
      expect(Math.abs(slope(Math.log(scale[0]!)))).toBeLessThan(1e-6);
      const loss = (t: number) => {
        const correction = { scale: new Float64Array(classes).fill(Math.exp(t)), offset: new Float64Array(classes) };
        return rows * correctedNll(many, correction) + (t * t) / 2;
      };
      const least = loss(Math.log(scale[0]!));
      for (let t = -20; t <= 8; t += 0.25) expect(loss(t)).toBeGreaterThanOrEqual(least - 1e-9);
      const vector = fitLogitCorrection('vector', many);
      const at = [...vector.scale.map(Math.log), ...vector.offset];
      new CorrectedLoss(many).derivatives(vector).gradient.forEach((g, i) => {
        expect(Math.abs(g + at[i]!)).toBeLessThan(1e-5);
      });
    }
  });

  test('where large logits hardly say anything', () => {
    const loud = { ...given(1e3), labels: labels.map((_, i) => i % classes) };
    const t = Math.log(fitLogitCorrection('temperature', loud).scale[0]!);
    expect(Math.abs(new CorrectedLoss(loud).slopes(Math.exp(t)).slope + t)).toBeLessThan(1e-8);
  });

  test('where all logits are equal there is nothing to scale', () => {
    const flat = { logits: new Float64Array(rows * classes), labels, samples: 1, classes };
    expect(fitLogitCorrection('temperature', flat).scale[0]).toBeCloseTo(1, 6);
  });
});

test('derivatives of the loss are those of differences', () => {
  const logits = fillNormal(keyOf(1), new Float64Array(2 * 5 * 3));
  const few = { logits, labels: Int32Array.of(0, 2, 1, 1, 0), samples: 2, classes: 3 };
  const at = [0.3, -0.2, 0.1, 0.4, -0.5, 0.2];
  const of = (p: readonly number[]) =>
    new CorrectedLoss(few).derivatives({
      scale: Float64Array.from(p.slice(0, 3), Math.exp),
      offset: Float64Array.from(p.slice(3)),
    });
  const moved = (i: number, by: number) => of(at.map((x, k) => (k === i ? x + by : x)));
  const { gradient, hessian, value } = of(at);
  const correction = { scale: Float64Array.from(at.slice(0, 3), Math.exp), offset: Float64Array.from(at.slice(3)) };
  expect(value / 5).toBeCloseTo(correctedNll(few, correction), 12);
  for (let i = 0; i < 6; i++) {
    expect((moved(i, 1e-5).value - moved(i, -1e-5).value) / 2e-5).toBeCloseTo(gradient[i]!, 8);
    for (let j = 0; j < 6; j++) {
      const slope = (moved(j, 1e-5).gradient[i]! - moved(j, -1e-5).gradient[i]!) / 2e-5;
      expect(slope).toBeCloseTo(hessian[i * 6 + j]!, 8);
    }
  }
  const slopes = (t: number) => new CorrectedLoss(few).slopes(Math.exp(t));
  const one = (t: number) =>
    5 * correctedNll(few, { scale: new Float64Array(3).fill(Math.exp(t)), offset: new Float64Array(3) });
  expect((one(0.3 + 1e-5) - one(0.3 - 1e-5)) / 2e-5).toBeCloseTo(slopes(0.3).slope, 8);
  expect((slopes(0.3 + 1e-5).slope - slopes(0.3 - 1e-5).slope) / 2e-5).toBeCloseTo(slopes(0.3).curvature, 8);
});

test('Newton’s method finds a minimum from where the function curves down', () => {
  // Rosenbrock's valley, (1 − x)² + 100 (y − x²)², and a double well.
  const valley = minimum(Float64Array.of(-1.2, 1), ([x, y]) => ({
    value: (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2,
    gradient: Float64Array.of(-2 * (1 - x!) - 400 * x! * (y! - x! ** 2), 200 * (y! - x! ** 2)),
    hessian: Float64Array.of(2 - 400 * (y! - 3 * x! ** 2), -400 * x!, -400 * x!, 200),
  }));
  expect([...valley]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
  const well = minimum(Float64Array.of(0.1), ([x]) => ({
    value: x! ** 4 - 2 * x! ** 2,
    gradient: Float64Array.of(4 * x! ** 3 - 4 * x!),
    hessian: Float64Array.of(12 * x! ** 2 - 4),
  }));
  expect(well[0]).toBeCloseTo(1, 6);
});

describe('a correction is tried on rows it has not seen', () => {
  test('and applies where it helps', () => {
    const sharp = given(100);
    const found = checkedLogitCorrection('temperature', sharp, sharp);
    expect(found.applies).toBe(true);
    // -log_softmax(100*z, 1)[i, y].mean()
    expect(found.before).toBeCloseTo(25.962810666900904, 8);
    expect(found.after).toBeCloseTo(0.8094825980253788, 8);
  });

  test('and does not where it harms', () => {
    // Few rows, all decided wrongly by chance, ask for logits that say nothing; the others are decided rightly.
    const logits = Float64Array.of(4, 0, 0, 4, 4, 0);
    const fitted = { logits, labels: Int32Array.of(1, 0, 1), samples: 1, classes: 2 };
    const check = { ...fitted, labels: Int32Array.of(0, 1, 0) };
    const found = checkedLogitCorrection('temperature', fitted, check);
    expect(found.applies).toBe(false);
    expect(found.before).toBeCloseTo(Math.log1p(Math.exp(-4)), 12);
    const changed = logits.slice();
    correctLogits(changed, found.correction);
    expect(found.after).toBeCloseTo(Math.log1p(Math.exp(changed[1]! - changed[0]!)), 12);
    expect(found.after).toBeGreaterThan(found.before);
  });
});

test.each([
  ['temperature', 39],
  ['vector', 43],
] as const)('others have a turn at every look at the rows, %s', async (kind, least) => {
  let turns = 0;
  const job = { ...jobOf(), turn: () => void turns++ };
  const found = await inTurns(checkedInPieces(kind, given(1), given(1)), job);
  // 33 scales are looked at, then Newton's steps are taken, and two losses looked at after all.
  expect(turns).toBeGreaterThanOrEqual(least);
  expect(found).toEqual(checkedLogitCorrection(kind, given(1), given(1)));
});
