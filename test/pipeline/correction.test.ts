import { describe, expect, test } from 'vitest';
import { type InputError, jobOf } from '../../src/base/index.ts';
import { designOf } from '../../src/experiment/index.ts';
import { type CrossedMetrics, evaluateDesign, type Wanted } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { reportHtml, reportOf } from '../../src/report/index.ts';
import { folderWith } from '../cli/shell.ts';
import { evaluatedFor, experimentOf, preparedOf } from './support.ts';

/** A point that fits its few training rows far too well, so that it is too sure of everything. */
const overconfident = {
  name: 'sure',
  seed: 5,
  data: { source: 'two-moons', train: 20, validation: 800, test: 1200, noise: 0.4 },
  network: { layers: ['dense 16 tanh', 'dense 2'] },
  posterior: { method: 'map', epochs: 300, rate: 0.05, prior: { std: 10 } },
  hardware: { array: { rows: 64, columns: 64 }, layout: 'rows' },
  sampling: { samples: 4, entropy: 'frozen' },
  evaluate: { chips: 3, grid: 8 },
};

describe.each(['temperature', 'vector'])('%s scaling', async kind => {
  const asked = { ...overconfident.evaluate, calibration: kind, times: ['20 s', '1 d'] };
  const experiment = { ...overconfident, evaluate: asked };
  const { subject, ...evaluated } = await evaluatedFor(experiment);
  const { calibration, software, hardware } = evaluated.evaluation;
  const { rows, ...sides } = calibration!;
  const means = (crossed: CrossedMetrics) =>
    Object.fromEntries(Object.entries(crossed).map(([name, { mean }]) => [name, mean]));
  const ofSoftware = { before: means(sides.software.before), after: means(sides.software.after) };

  test('makes an overconfident network honest, in software and on every chip', () => {
    expect(rows).toEqual({ fitted: 400, scored: 400 });
    for (const one of [ofSoftware, ...sides.hardware.chips]) {
      expect(one.after.nll!).toBeLessThan(one.before.nll!);
      expect(one.after.ece!).toBeLessThan(one.before.ece!);
    }
    const { scale, applied, check } = sides.software.correction!;
    expect(scale[0]!).toBeLessThan(0.8);
    expect(applied).toBe(true);
    expect(check.after).toBeLessThan(check.before);
  });

  test('starts from the figures of the evaluation, and temperature leaves every decision of one sample', () => {
    expect(ofSoftware.before.nll).toBeCloseTo(software.metrics.nll!.mean, 12);
    expect(sides.hardware.before.nll!.mean).toBeCloseTo(hardware.metrics.nll!.mean, 12);
    if (kind !== 'temperature') return;
    for (const { before, after } of sides.deterministic.chips) expect(after.accuracy).toBe(before.accuracy);
  });

  test('sets hold nine answers in ten, before and after', () => {
    for (const one of [ofSoftware, ...sides.hardware.chips]) {
      for (const { conformalCoverage } of [one.before, one.after]) {
        // Coverage over calibration sets of 400 is Beta(361, 40), with 1,200 test rows its spread is √(0.015² + 0.0087²).
        expect(Math.abs(conformalCoverage! - 0.9)).toBeLessThan(4 * 0.0173);
      }
    }
  });

  test('comes before all that is asked of a design, on the same chips at every time to the same bits', async () => {
    const correction = kind as Required<Wanted>['correction'];
    const [chips, times] = [
      [0, 1, 2],
      [20, 86400],
    ];
    const { design } = subject;
    const of = (wanted: Partial<Wanted>) =>
      evaluateDesign(
        subject.own.prepared,
        design,
        { metrics: ['nll', 'accuracy', 'ece'], times, chips, ...wanted },
        { key: keyOf(5), job: jobOf() },
      );
    const { rows: found, arrays } = await of({ correction, perRow: true, losses: true, prefixes: [1, 4] });
    const headline = found.filter(({ time }) => time === 20);
    expect(headline.map(({ values }) => values.nll)).toEqual(sides.hardware.chips.map(({ after }) => after.nll));
    for (const { time, after } of sides.hardware.byTime) {
      const own = found.filter(row => row.time === time).map(({ values }) => values.nll!);
      expect(own.reduce((sum, value) => sum + value, 0) / 3).toBeCloseTo(after.nll!.mean, 12);
    }
    const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const name of ['rows/nll', 'losses/nll']) {
      expect(meanOf(arrays[name]!.subarray(0, 1200))).toBeCloseTo(found[0]!.values.nll!, 5);
    }
    // A prefix is what a design with as many samples is, which has a correction of its own.
    const one = await of({ correction, samples: 1 });
    found.forEach(({ values }, i) => {
      expect(arrays['prefix/nll']![2 * i]).toBe(Math.fround(one.rows[i]!.values.nll!));
      expect(arrays['prefix/nll']![2 * i + 1]).toBe(Math.fround(values.nll!));
    });
    expect(arrays['prefix/nll']![0]).not.toBe(arrays['prefix/nll']![1]);
    // What survived of the software prediction is without it.
    const kept = { metrics: ['decisionAgreement'] };
    expect((await of({ ...kept, correction })).rows).toEqual((await of(kept)).rows);
  });

  test('stands in the report', async () => {
    const reported = { subject, evaluated, variants: [] };
    expect(reportHtml(await reportOf(reported, 'posterohm run', {}))).toContain('Calibration after training');
  });
});

test('a correction is refused where there are no logits, or too few validation rows', async () => {
  const refused = async (fields: Parameters<typeof experimentOf>[0]) => {
    const design = designOf(experimentOf(fields), {});
    const wanted = { metrics: [], chips: [0], correction: 'temperature' as const };
    const found = evaluateDesign(await preparedOf(fields), design, wanted, { key: keyOf(1), job: jobOf() });
    return found.then(
      () => [],
      (error: InputError) => error.faults.map(({ path, rule }) => `${path.join('.')} ${rule}`),
    );
  };
  const posterior = { method: 'map', epochs: 1 };
  const network = { layers: ['dense 2'] };
  const few = { data: { source: 'two-moons', train: 20, validation: 17, test: 20 }, network, posterior };
  expect(await refused(few)).toEqual(['correction needs at least 18 validation rows']);
  const numbers = {
    data: { source: 'cubic', train: 40, test: 20 },
    network: { layers: ['dense 4 tanh', 'dense 1'] },
    posterior,
  };
  expect(await refused(numbers)).toEqual(['correction is of logits, which regression has none of']);
});

test('regression gets intervals that hold nine targets in ten, and no correction', async () => {
  const line = Array.from({ length: 400 }, (_, i) => {
    const x = ((i * 37) % 400) / 200 - 1;
    return `${x},${Math.sin(3 * x) + 0.3 * Math.sin(i * 12.9898)}`;
  });
  const folder = folderWith({ 'line.csv': ['x,y', ...line].join('\n') });
  const { evaluation } = await evaluatedFor(
    {
      ...overconfident,
      data: {
        source: 'csv',
        path: 'line.csv',
        target: 'y',
        task: 'regression',
        train: 0.3,
        validation: 0.4,
        test: 0.3,
      },
      network: { layers: ['dense 8 tanh', 'dense 1'] },
      evaluate: { chips: 2, calibration: 'temperature' },
    },
    folder,
  );
  const { calibration } = evaluation;
  const { before, after, correction } = calibration!.software;
  expect(after).toEqual({});
  expect(correction).toBeUndefined();
  expect(calibration!.rows).toEqual({ fitted: 0, scored: 160 });
  // 160 rows set the threshold and 120 are tested: √(0.9·0.1/162 + 0.9·0.1/120) = 0.036.
  expect(Math.abs(before.conformalCoverage!.mean - 0.9)).toBeLessThan(4 * 0.036);
  expect(before.conformalSize!.mean).toBeGreaterThan(0);
  for (const name of ['conformalCoverage', 'conformalSize', 'nll']) expect(before[name]!.rows).toBeDefined();
});

test('a correction that harms the other half of the rows is reported and not applied', async () => {
  const { evaluation } = await evaluatedFor({
    ...overconfident,
    data: { source: 'two-moons', train: 200, validation: 24, test: 100, noise: 0.2 },
    posterior: { method: 'map', epochs: 60, rate: 0.05 },
    evaluate: { chips: 8, grid: 8, calibration: 'vector' },
  });
  const { calibration } = evaluation;
  const chips = [...calibration!.hardware.chips, ...calibration!.deterministic.chips];
  const left = chips.filter(chip => !chip.correction!.applied);
  expect(left.length).toBeGreaterThan(0);
  for (const { before, after, correction } of chips) {
    expect(correction!.applied).toBe(correction!.check.after <= correction!.check.before);
    if (!correction!.applied) expect(after).toEqual(before);
  }
});

test('too few validation rows are refused', async () => {
  const experiment = {
    ...overconfident,
    data: { source: 'two-moons', train: 20, validation: 10, test: 20 },
    posterior: { method: 'map', epochs: 1 },
    evaluate: { chips: 1, calibration: 'vector' },
  };
  await expect(evaluatedFor(experiment)).rejects.toThrow(
    'evaluate.calibration: needs at least 18 validation rows, got 10',
  );
});
