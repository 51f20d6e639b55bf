import { expect, test } from 'vitest';
import { addressOf, InputError, jobOf } from '../../src/base/index.ts';
import { baselineEvidence, baselineSpace } from '../../src/explore/baselines/baseline.ts';
import { designProblem } from '../../src/explore/designs/design-problem.ts';
import { condensed, type DesignEvidence } from '../../src/explore/designs/evidence.ts';
import { checkFloor, floorOf } from '../../src/explore/study-file/check-floor.ts';
import { goalsOf } from '../../src/explore/study-file/goals.ts';
import { evaluateDesign } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { randomPoint } from '../../src/search/index.ts';
import { designsOf } from './moons.ts';

const names = ['nll', 'accuracy', 'ece', 'aurocError', 'macroF1', 'recall:upper', 'precision:lower', 'f1:upper'];

const variables = { 'hardware.outputBits': { integer: [4, 8] } };
const point = { 'hardware.outputBits': 8 };

test('numbers by row have each metric as their mean', async () => {
  const designs = await designsOf({ variables });
  const { design, prepared } = await designs.at(point);
  const how = { key: keyOf(1), job: jobOf() };
  const { rows, arrays } = await evaluateDesign(prepared, design, { metrics: names, chips: [3, 4], perRow: true }, how);
  const count = prepared.data.test.count;
  for (const name of names) {
    const all = arrays[`rows/${name}`]!;
    expect(all).toHaveLength(2 * count);
    rows.forEach(({ values }, chip) => {
      const own = all.subarray(chip * count, (chip + 1) * count);
      expect(own.reduce((sum, value) => sum + value, 0) / count, name).toBeCloseTo(values[name]!, 5);
    });
  }
});

test('errors of every such goal know the rows: half of them, twice the variance', async () => {
  const variancesWith = async (rows: number) => {
    const designs = await designsOf({
      variables,
      search: 0.9,
      experiment: {
        seed: 3,
        data: { source: 'two-moons', train: 900, validation: 24, test: 20, noise: 0.4 },
        network: { layers: ['dense 4 tanh', 'dense 2'] },
        posterior: { method: 'mean-field', epochs: 10 },
        hardware: { device: 'oxram-hfo2' },
        transfer: { method: 'mean-field', limit: 2 },
        sampling: { samples: 4 },
      },
      objectives: names.slice(0, 4),
      constraints: names.slice(4).map(metric => ({ metric, atLeast: 0.1 })),
      fidelity: [{ chips: 3, rows }],
    });
    const request = { number: 0, trial: 0, point, rung: 0, key: keyOf(0) };
    const evidence = (await designProblem(designs).evaluate(request, jobOf())) as DesignEvidence;
    expect(Object.keys(evidence.rowVariance).sort()).toEqual([...names].sort());
    return evidence.rowVariance;
  };
  const [half, whole] = [await variancesWith(400), await variancesWith(800)];
  for (const name of names) {
    expect(half[name]! / whole[name]!, name).toBeGreaterThan(1.4);
    expect(half[name]! / whole[name]!, name).toBeLessThan(2.9);
  }
});

test('blocks of rows are the groups, and say how much each adds to the mean or takes from it', async () => {
  const { goals, prepared } = await designsOf({ variables, objectives: ['nll'], constraints: [] });
  const groups = Int32Array.from([9, 9, 9, 4]);
  const data = { ...prepared.data, test: { ...prepared.data.test, groups } };
  const found = {
    rows: [0, 1].map(chip => ({ chip, time: 0, values: { nll: chip + 2.5 } })),
    arrays: { 'rows/nll': Float32Array.from([1, 2, 3, 4, 2, 3, 4, 5]) },
    prices: {},
    made: [],
    adopted: [],
  };
  const asked = { chips: [0, 1], rows: { split: 'test', from: 0, count: 4 } } as const;
  // Means over chips are 1.5, 2.5, 3.5 and 4.5, and 3 over rows: (−1.5 − .5 + .5)/4 of the first group, 1.5/4 of the other.
  expect(condensed(goals, 0, asked, found, data, addressOf('trained'), true).rowBlocks).toEqual({
    nll: [-0.375, 0.375],
  });
});

test('so do those of digital baselines', async () => {
  const designs = await designsOf({ variables, objectives: ['nll', 'ece'], constraints: [] });
  const rows = { split: 'search' as const, from: 0, count: designs.prepared.data.search!.count };
  const chosen = randomPoint(keyOf(1), baselineSpace(designs.space, 'deterministic'));
  const found = await baselineEvidence(designs, 'deterministic', chosen, { rows, key: keyOf(1) }, jobOf());
  expect(Object.keys(found.rowVariance)).toEqual(['nll', 'ece']);
});

test('goals of one class go by its name', () => {
  const wanted = (metric: string) => () =>
    goalsOf({ objectives: ['nll'], constraints: [{ metric, over: 'worst', atLeast: 0.5 }] }, 'classification', [
      'normal',
      'ventricular',
    ]);
  expect(wanted('recall:ventricular')().limits[0]!.goal).toMatchObject({
    name: 'recall:ventricular, worst chip',
    better: 'higher',
  });
  expect(wanted('recall:ventriclar')).toThrow("did you mean 'recall:ventricular'?");
});

test('thresholds of calibration errors below what chance gives are refused', () => {
  // Python, random.seed(0), means of 2,000 draws of labels: c = [1 - (i + .5)/N*.1 …], d[ceil(10*x)] += (random() < x) - x
  // for x in c, sum(map(abs, d.values()))/N: 0.00547 of 1,000 rows, 0.0175 of 100.
  expect(floorOf(1000) / 0.00547).toBeCloseTo(1, 1);
  expect(floorOf(100) / 0.0175).toBeCloseTo(1, 1);
  expect(floorOf(100) / floorOf(10_000)).toBeCloseTo(10, 0);
  const check = (constraint: object, rows: number) => () =>
    checkFloor(
      goalsOf(
        { objectives: ['nll'], constraints: [{ over: 'mean', ...constraint } as { metric: string; over: 'mean' }] },
        'classification',
      ).limits,
      rows,
    );
  expect(check({ metric: 'ece', atMost: 0.02 }, 1000)).not.toThrow();
  expect(check({ metric: 'calibrationErrorDebiased', atMost: 0.001 }, 100)).not.toThrow();
  expect(check({ metric: 'ece', atLeast: 0.001 }, 100)).not.toThrow();
  const refused = [
    check({ metric: 'ece', atMost: 0.01 }, 100),
    check({ metric: 'ece', over: 'yield', passes: 0.01, atLeast: 0.9 }, 100),
  ];
  for (const work of refused) expect(work).toThrow(InputError);
  expect(refused[0]).toThrow(
    /^constraints\.0\.atMost: is below 0\.0\d+, which 100 rows give by chance to a calibrated network that is right in 95 %, got 0\.01; raise it, keep more rows with search/,
  );
  expect(refused[1]).toThrow(/^constraints\.0\.passes: /);
});
