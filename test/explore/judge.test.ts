import { describe, expect, test } from 'vitest';
import { check } from '../../src/base/index.ts';
import { lackIn } from '../../src/explore/designs/design-problem.ts';
import type { DesignEvidence } from '../../src/explore/designs/evidence.ts';
import { judgedBy } from '../../src/explore/designs/judge.ts';
import { rowVariance } from '../../src/explore/designs/row-variance.ts';
import { rungsOf } from '../../src/explore/designs/rungs.ts';
import { goalsOf } from '../../src/explore/study-file/goals.ts';
import { studySchema } from '../../src/explore/study-file/schema.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { fieldsOf } from './moons.ts';

const goals = (objectives: unknown[], constraints: unknown[] = []) =>
  goalsOf(check(studySchema, fieldsOf({ objectives, constraints })), 'classification');

const evidence = (nll: (number | null)[], more: Partial<DesignEvidence> = {}): DesignEvidence => ({
  chips: nll.map((_, i) => 1000 + i),
  rows: 50,
  values: { nll, accuracy: nll.map(value => value && 1 - value) },
  rowVariance: { nll: 0.0004 },
  prices: { energyPerDecision: 2e-9 },
  trained: 'a',
  ...more,
});

const over = (metric: string, more: Record<string, unknown>) => ({ metric, ...more });

test('evidence lacks what goals ask for beyond it', () => {
  const [first, later] = [evidence([0.1]), evidence([0.1], { prices: undefined })];
  const kept = goals(['nll', 'energyPerDecision'], [over('accuracy', { over: 'worst', atLeast: 0.9 })]);
  expect([lackIn(kept, first, 0), lackIn(kept, later, 1)]).toEqual([undefined, undefined]);
  expect(lackIn(kept, later, 0)).toBe('energyPerDecision');
  const more = goals(
    ['brier', over('nll', { at: '1 d' })],
    [over('brier', { atMost: 1 }), { price: 'area', atMost: 1 }],
  );
  expect(lackIn(more, first, 0)).toBe('brier, nll after 1 d, area');
});

describe('evidence is judged', () => {
  test('by means with what chips and rows leave open, prices as they are, and shares by which limits are exceeded', () => {
    const wanted = goals(
      ['nll', 'accuracy', { price: 'energyPerDecision', atMost: 1e-9 }],
      [over('nll', { atLeast: 0.4 })],
    );
    const { values, constraints, errors, blocks } = judgedBy(wanted, [evidence([0.1, 0.2, 0.4, 0.5])]);
    expect(values).toEqual([expect.closeTo(0.3), expect.closeTo(-0.7), 2e-9]);
    expect(constraints).toEqual([expect.closeTo(1), expect.closeTo(0.25)]);
    // s² of the four is 0.1/3; of it a quarter, and the rows' part.
    const error = Math.sqrt(0.1 / 12 + 0.0004);
    const expected = [error, Math.sqrt(0.1 / 12), 0, 0, error / 0.4];
    for (const [i, value] of expected.entries()) expect(errors[i]).toBeCloseTo(value, 12);
    expect(blocks).toBe(4);
  });

  test('by the worst chip, what most chips keep and how many pass, from whichever side is good', () => {
    const nll = [0.5, 0.1, 0.4, 0.2, 0.3];
    const valued = (given: unknown) => judgedBy(goals([given]), [evidence(nll)]).values[0];
    expect(valued(over('nll', { over: 'worst' }))).toBe(0.5);
    expect(valued(over('accuracy', { over: 'worst' }))).toBe(-0.5);
    expect(valued(over('nll', { over: 'quantile', share: 0.75 }))).toBeCloseTo(0.4);
    expect(valued(over('accuracy', { over: 'quantile', share: 0.75 }))).toBeCloseTo(-0.6);
    expect(valued(over('nll', { over: 'yield', passes: 0.3 }))).toBe(-0.6);
    expect(valued(over('accuracy', { over: 'yield', passes: 0.6 }))).toBe(-0.8);
  });

  test('with chips of all rungs together, of those alone that were asked as many rows as the last', () => {
    const more = { chips: [1002, 1003], rowVariance: { nll: 0.0008 }, prices: undefined };
    const judged = judgedBy(goals(['nll', 'energyPerDecision']), [evidence([0.1, 0.3]), evidence([0.5, 0.7], more)]);
    expect(judged.values).toEqual([expect.closeTo(0.4), 2e-9]);
    expect(judged.errors[0]).toBeCloseTo(Math.sqrt(0.2 / 12 + 0.0006), 12);
    const anew = judgedBy(goals(['nll', 'energyPerDecision']), [
      evidence([9, 9]),
      evidence([0.5, 0.7], { rows: 80, prices: undefined }),
    ]);
    expect(anew).toMatchObject({ values: [expect.closeTo(0.6), 2e-9], blocks: 2 });
  });

  test('as failed where a chip has no value, and as uncertain where one chip or a full yield says nothing', () => {
    expect(judgedBy(goals(['nll']), [evidence([0.1, null])]).values).toEqual([Number.NaN]);
    expect(judgedBy(goals(['nll']), [evidence([0.1])]).errors).toEqual([Number.NaN]);
    expect(
      judgedBy(goals([over('nll', { over: 'yield', passes: 1 })]), [evidence([0.1, 0.2])]).errors[0],
    ).toBeGreaterThan(0.2);
  });

  test('with errors of the worst chip that other chips would bring', () => {
    const key = keyOf(3);
    const worst = goals([over('nll', { over: 'worst' })]);
    const draw = (n: number) => Array.from(fillNormal(fold(key, n), new Float64Array(16)), z => 1 + 0.1 * z);
    const found = Array.from({ length: 200 }, (_, n) => judgedBy(worst, [evidence(draw(n), { rowVariance: {} })]));
    const values = found.map(({ values: [value] }) => value!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
    const told = found.reduce((sum, { errors: [error] }) => sum + error!, 0) / found.length;
    expect(told / spread).toBeGreaterThan(0.6);
    expect(told / spread).toBeLessThan(1.4);
  });
});

describe('what a mean owes to its rows', () => {
  test('is their variance without that of pairs, by hand', () => {
    // Rows 0, 1, 2 on two chips; the second adds 0.5, and ∓1 in the pairs of the first two rows.
    const losses = [0, 1, 2, 1.5, 0.5, 2.5];
    const rows = [0.75, 0.75, 2.25].map(row => row - 1.25);
    const between = (3 / 2 / 9) * rows.reduce((sum, row) => sum + row * row, 0);
    const pairs = (3 / 2 / 9) * (4 * 0.5 ** 2);
    expect(rowVariance(losses, 2, 3)).toBeCloseTo(between - pairs / 2, 12);
    expect(rowVariance(losses.slice(0, 3), 1, 3)).toBeCloseTo(1 / 3, 12);
    expect(rowVariance([0, 0, 0, 0], 2, 2)).toBe(0);
  });

  test('is right on average, whatever chips and pairs do, and counts groups as one', () => {
    const [chips, rows, perGroup] = [4, 60, 3];
    const normal = (label: string, n: number, size: number) =>
      fillNormal(fold(fold(keyOf(1), label), n), new Float64Array(size));
    const groups = Int32Array.from({ length: rows }, (_, r) => Math.floor(r / perGroup));
    const found = Array.from({ length: 300 }, (_, n) => {
      const [ofChip, ofGroup, ofPair] = [
        normal('chip', n, chips),
        normal('group', n, rows / perGroup),
        normal('pair', n, chips * rows),
      ];
      const losses = ofPair.map((z, i) => 2 * z + 3 * ofChip[Math.floor(i / rows)]! + ofGroup[groups[i % rows]!]!);
      return [rowVariance(losses, chips, rows, groups), rowVariance(losses, chips, rows)];
    });
    const [grouped, single] = [0, 1].map(k => found.reduce((sum, each) => sum + each[k]!, 0) / found.length);
    expect(grouped! / (1 / 20)).toBeGreaterThan(0.9);
    expect(grouped! / (1 / 20)).toBeLessThan(1.1);
    expect(single! / (1 / 60)).toBeGreaterThan(0.85);
    expect(single! / (1 / 60)).toBeLessThan(1.15);
  });
});

test('evidence comes in pieces that begin with those before, with all chips anew where rows are added', () => {
  const rungs = rungsOf([{ chips: 2, rows: 10 }, { chips: 4, rows: 10 }, { chips: 5 }], 20);
  expect(rungs).toEqual([
    { chips: [1000, 1001], rows: { split: 'search', from: 0, count: 10 } },
    { chips: [1002, 1003], rows: { split: 'search', from: 0, count: 10 } },
    { chips: [1000, 1001, 1002, 1003, 1004], rows: { split: 'search', from: 0, count: 20 } },
  ]);
});
