import { expect, test } from 'vitest';
import { pooledCurves } from '../../src/pipeline/pooled-curves.ts';
import type { PooledBin } from '../../src/pipeline/predicted.ts';
import { fillUniform, fold, type Key, keyOf } from '../../src/random/index.ts';
import { reliabilityBins, riskCoverage } from '../../src/uncertainty/index.ts';

/** Predictions that are right as often as they say. */
function chipOf(key: Key, rows: number) {
  const confidence = fillUniform(fold(key, 'confidence'), new Float32Array(rows)).map(u => 0.5 + 0.5 * u);
  const draws = fillUniform(fold(key, 'right'), new Float32Array(rows));
  const wrong = draws.map((u, n) => (u < confidence[n]! ? 0 : 1));
  return {
    reliability: reliabilityBins(confidence, wrong),
    riskCoverage: riskCoverage(
      confidence.map(c => -c),
      wrong,
    ),
  };
}

test('one chip has its own curve, with the interval of its rows alone', () => {
  const chip = chipOf(keyOf(1), 500);
  const pooled = pooledCurves([chip]);
  const bins = pooled.reliability as readonly PooledBin[];
  chip.reliability.forEach((bin, b) => {
    const { ends, accuracy, count } = bins[b]!;
    expect(count).toBe(bin.count);
    expect(accuracy).toBeCloseTo(bin.accuracy, 12);
    expect(ends !== undefined).toBe(bin.count > 0);
    if (!ends) return;
    expect(ends.low).toBeLessThan(accuracy);
    expect(ends.high - ends.low).toBeGreaterThan(0);
    expect(ends.high).toBeGreaterThanOrEqual(accuracy);
  });
  expect(pooled.riskCoverage.map(({ mean }) => mean)).toEqual(chip.riskCoverage.risk);
  expect(pooled.riskCoverage.every(({ low, high }) => low === high)).toBe(true);
});

test('several chips weigh inputs alike and count inputs a chip', () => {
  const bin = (count: number, confidence: number, accuracy: number) => ({
    low: 0.9,
    high: 1,
    count,
    confidence,
    accuracy,
  });
  const curve = (risk: number[]) => ({ area: 0, coverage: [0.5, 1], risk });
  const { reliability, riskCoverage: risk } = pooledCurves([
    { reliability: [bin(30, 0.92, 0.9)], riskCoverage: curve([0.1, 0.2]) },
    { reliability: [bin(10, 0.96, 0.5)], riskCoverage: curve([0.3, 0.4]) },
    { reliability: [bin(0, 0, 0)], riskCoverage: curve([0.2, 0.3]) },
  ]);
  expect(reliability[0]).toMatchObject({
    count: expect.closeTo(40 / 3, 12),
    confidence: expect.closeTo(0.93, 12),
    accuracy: expect.closeTo(0.8, 12),
  });
  // Wilson's ends with t of 19 degrees of freedom, .8·.2/(.16/(40/3) + ((30·.1)² + (10·.3)²)/40²) rows.
  const t = 2.093024054408263;
  const shift = (t ** 2 * (0.16 / (40 / 3) + 18 / 1600)) / 0.16;
  const half = Math.sqrt(shift * (0.16 + shift / 4)) / (1 + shift);
  expect((reliability[0] as PooledBin).ends).toEqual({
    low: expect.closeTo((0.8 + shift / 2) / (1 + shift) - half, 6),
    high: expect.closeTo((0.8 + shift / 2) / (1 + shift) + half, 6),
  });
  expect(risk[0]).toMatchObject({ coverage: 0.5, mean: expect.closeTo(0.2, 12) });
  expect(risk[0]!.low).toBeLessThan(0.1);
});

test('the intervals of accuracies hold the truth as often as they say', () => {
  let held = 0;
  let told = 0;
  for (let repeat = 0; repeat < 200; repeat++) {
    const chips = Array.from({ length: 4 }, (_, c) => chipOf(fold(fold(keyOf(9), repeat), c), 200));
    for (const { confidence, ends } of pooledCurves(chips).reliability as readonly PooledBin[]) {
      if (!ends) continue;
      told++;
      if (ends.low <= confidence && confidence <= ends.high) held++;
    }
  }
  expect(told).toBeGreaterThan(900);
  expect(held / told).toBeGreaterThan(0.93);
});
