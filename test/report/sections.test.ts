import { describe, expect, test } from 'vitest';
import type { Corrected, Evaluation, Subject } from '../../src/pipeline/index.ts';
import { reportOf } from '../../src/report/index.ts';
import { calibratedSection } from '../../src/report/sections/calibrated.ts';
import { comparedWithOne } from '../../src/report/sections/summary.ts';
import { evaluatedFor } from '../pipeline/support.ts';

test('what one weight vector does better is said like what it does worse', () => {
  const of = (hardware: Record<string, number>[], deterministic: Record<string, number>[]) =>
    comparedWithOne({
      task: 'classification',
      headlineTime: 3600,
      hardware: { chips: hardware },
      deterministic: { chips: deterministic },
    } as unknown as Evaluation);
  const copies = [
    { accuracy: 0.9, nll: 0.4, ece: 0.09 },
    { accuracy: 0.8, nll: 0.5, ece: 0.08 },
  ];
  const one = [
    { accuracy: 0.8, nll: 0.3, ece: 0.08 },
    { accuracy: 0.8, nll: 0.2, ece: 0.09 },
  ];
  expect(of(copies, one)).toBe(
    'Against one weight vector programmed once on the same device, 1 h after programming, the chips are better in accuracy (0.850 against 0.800; better on 1 of 2 chips, sign test p = 1); ' +
      'worse in negative log-likelihood (0.450 against 0.250; better on 0 of 2 chips, sign test p = 0.50); ' +
      'as good in expected calibration error (0.085 against 0.085; better on 1 of 2 chips, sign test p = 1).',
  );
  // Without errors there are none to find: that chip does not count.
  const found = of([...copies, { ...copies[0]!, aurocError: 0.7 }], [...one, { ...one[0]!, aurocError: 0.8 }]);
  expect(found).toContain('errors found by total uncertainty, AUROC (0.700 against 0.800; better on 0 of 1 chips');
  expect(of(one, copies)).toMatch(/better in negative log-likelihood .*worse in accuracy/);
});

describe('corrections', () => {
  const corrected = (applied: boolean) => ({
    before: { accuracy: 0.5 },
    after: { accuracy: 0.5 },
    correction: { scale: [0.5, 0.5], offset: [0, 0], applied, check: { before: 1, after: 2 } },
  });
  const chips = (...applied: boolean[]) => ({ before: {}, after: {}, chips: applied.map(corrected) });
  const textOf = (software: boolean, hardware: boolean[], deterministic: boolean[]) =>
    calibratedSection({ headlineTime: 3600 }, {
      kind: 'temperature',
      rows: { fitted: 8, scored: 9 },
      software: corrected(software),
      hardware: chips(...hardware),
      deterministic: chips(...deterministic),
    } as unknown as Corrected).text!.join(' ');

  test('that were not applied are named', () => {
    const text = textOf(false, [true, false, false], [true]);
    expect(text).toContain('The correction was not applied in software, on 2 of 3 chips: there it raised');
    expect(text).toContain('1 h after programming');
    expect(textOf(true, [true], [false])).toContain('not applied on 1 of 1 deterministic chips');
  });

  test('that were applied need no word', () => {
    expect(textOf(true, [true, true], [true])).not.toContain('not applied');
  });
});

describe('a report with a variant on another device', async () => {
  const input = (device: string) => ({
    data: { source: 'two-moons', train: 24, validation: 24, test: 16 },
    network: { layers: ['dense 3 tanh', 'dense 2'] },
    posterior: { method: 'map', epochs: 4 },
    hardware: { device, array: { rows: 16, columns: 16 } },
    transfer: { limit: 2 },
    sampling: { samples: 3 },
    evaluate: { chips: 2, grid: 3, times: ['1 h', '6 s'], calibration: 'temperature', corruptions: { noise: [0.5] } },
  });
  const { subject, ...evaluated } = await evaluatedFor(input('oxram-hfo2'));
  const other = await evaluatedFor(input('pcm-ibm'));
  const variant: { name: string; subject: Subject; evaluation: Evaluation } = { name: 'pcm', ...other };
  const report = await reportOf({ subject, evaluated, variants: [variant] }, 'posterohm run', {});
  const section = (title: string) => report.sections.find(one => one.title === title)!;
  const said = (title: string) => {
    const { text = [], figures = [], tables = [] } = section(title);
    return [...text, ...figures.map(f => f.caption), ...tables.flatMap(t => [...t.columns, t.note ?? ''])].join(' ');
  };

  test('has every section', () => {
    expect(report.sections.map(({ title }) => title)).toEqual([
      'Decisions and uncertainty over the input plane',
      'Variants side by side',
      'The programmed array',
      'Weights: posterior and what the cells hold',
      'Calibration and selective prediction',
      'Calibration after training',
      'Corrupted inputs',
      'After programming',
      'Cost',
      'Training',
      'All metrics',
    ]);
  });

  test('says which weights the cells hold, and what of them is clipped', () => {
    const { tables } = section('The programmed array');
    expect(tables![0]).toMatchObject({
      title: 'Weight ranges',
      columns: ['layer', 'largest |w|', 'bias line driven with', 'clipped'],
    });
    expect(tables![0]!.rows.map(row => row.slice(0, 2))).toEqual([
      ['0', '±2'],
      ['1', '±2'],
    ]);
    expect(report.summary[1]).toContain('the cells of a weight hold up to ±2, by layer');
  });

  test.each([
    'Decisions and uncertainty over the input plane',
    'The programmed array',
    'Weights: posterior and what the cells hold',
    'Calibration and selective prediction',
    'Calibration after training',
    'Corrupted inputs',
    'All metrics',
  ])('%s: names the headline time', title => {
    expect(said(title)).toContain('6 s after programming');
  });

  test('the first paragraph compares, the table names the time', () => {
    expect(report.summary[0]).toContain('6 s after programming, the chips are ');
    for (const metric of ['accuracy', 'negative log-likelihood', 'Brier score', 'expected calibration error']) {
      expect(report.summary[0]).toContain(metric);
    }
    expect(report.results.note).toContain('6 s after programming');
  });

  test('variants stand at their own times, with the deterministic chips of every device and what signs mean', () => {
    const { tables } = section('Variants side by side');
    const times = tables![0]!.rows.map(([name, time]) => [name, time]);
    expect(times).toEqual([
      ['this experiment', '6 s'],
      ['pcm', '1 h'],
      ['deterministic, oxram-hfo2', '6 s'],
      ['deterministic, pcm-ibm', '1 h'],
    ]);
    const paired = tables!.filter(({ columns }) => columns.includes('difference'));
    expect(paired).toHaveLength(2);
    for (const { note } of paired) expect(note).toContain('A positive difference is in favour of what the row names.');
  });
});
