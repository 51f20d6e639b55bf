import { describe, expect, test } from 'vitest';
import { chipByChip } from '../../src/pipeline/compare.ts';
import type { Corrected } from '../../src/pipeline/index.ts';
import { comparedWithOne, reportOf } from '../../src/report/index.ts';
import { calibratedSection } from '../../src/report/sections/calibrated.ts';
import { tableHtml } from '../../src/report/table.ts';
import { crossedRecords, noEvidence } from '../../src/uncertainty/index.ts';
import { evaluatedFor } from '../pipeline/support.ts';

describe('against one weight vector', () => {
  /** Chips with these metrics against others. */
  const said = (chips: Record<string, number>[], others: Record<string, number>[]) => {
    const judged = (all: Record<string, number>[]) => all.map(values => ({ values, evidence: noEvidence }));
    return comparedWithOne({
      evidence: { chips: chips.length, rows: 1 },
      headlineTime: 3600,
      hardware: crossedRecords(judged(chips), 'classification'),
      deterministic: crossedRecords(judged(others), 'classification'),
      againstDeterministic: chipByChip('classification', judged(chips), judged(others)),
    });
  };
  const chips = [
    { accuracy: 0.9, nll: 0.4, brier: 0.1, ece: 0.09 },
    { accuracy: 0.8, nll: 0.5, brier: 0.2, ece: 0.08 },
  ];
  const others = [
    { accuracy: 0.7, nll: 0.3, brier: 0.15, ece: 0.08 },
    { accuracy: 0.6, nll: 0.4, brier: 0.25, ece: 0.09 },
  ];

  test('what is worse is said like what is better, and what is open as such', () => {
    expect(said(chips, others)).toBe(
      'Against one weight vector programmed once on the same device, 1 h after programming, the chips are ' +
        'better in accuracy (0.850 against 0.650, better by 0.2000, better on 2 of 2 chips), Brier score; ' +
        'worse in negative log-likelihood (0.450 against 0.350, worse by 0.1000, better on 0 of 2 chips); ' +
        'not told apart in expected calibration error (0.085 against 0.085, no difference, better on 1 of 2 chips). ' +
        'Brackets: 95 % over chips.',
    );
    expect(said(others, chips)).toMatch(/better in negative log-likelihood .*worse in accuracy .*Brier score;/);
  });

  test('a difference that chips do not settle is not called one', () => {
    expect(said([{ nll: 0.1 }, { nll: 0.9 }], [{ nll: 0.5 }, { nll: 0.6 }])).toContain(
      'the chips are not told apart in negative log-likelihood (0.500 against 0.550, better by 0.0 [−4.4, 4.5], better on 1 of 2',
    );
  });
});

describe('corrections', () => {
  const corrected = (applied: boolean) => ({
    before: { accuracy: 0.5 },
    after: { accuracy: 0.5 },
    correction: { scale: [0.5, 0.5], offset: [0, 0], applied, check: { before: 1, after: 2 } },
  });
  const chips = (...applied: boolean[]) => ({ before: {}, after: {}, chips: applied.map(corrected), byTime: [] });
  const textOf = (software: boolean, hardware: boolean[], deterministic: boolean[]) =>
    calibratedSection({ headlineTime: 3600, evidence: { chips: 3, rows: 9 } }, {
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
  const { subject: other, ...pcm } = await evaluatedFor(input('pcm-ibm'));
  const variant = { name: 'pcm', subject: other, evaluated: pcm };
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
      'Classes',
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
    'Classes',
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
    expect(report.results.note).toContain(
      'Brackets are 95 % intervals of the mean, had other chips been made than these 2 and other rows been asked than these 16 test rows.',
    );
    expect(report.results.columns).toEqual([
      '',
      'software [95 %: rows]',
      'hardware [95 %: chips and rows]',
      'deterministic, hardware [95 %: chips and rows]',
    ]);
  });

  test('all metrics have their intervals over chips, over rows and over both', () => {
    const { tables } = section('All metrics');
    expect(tables!.map(({ title, columns }) => [title, ...columns])).toEqual([
      ['Hardware', '', 'mean', '95 % over chips', '95 % over rows', '95 % over both'],
      ['Deterministic, hardware', '', 'mean', '95 % over chips', '95 % over rows', '95 % over both'],
      ['Software', '', 'mean', '95 % over rows'],
    ]);
    expect(tableHtml(tables![0]!)).toMatch(/Negative log-likelihood.*<span class="range">\[/);
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
    const paired = tables!.filter(({ columns }) => columns.includes('difference [95 %: chips and rows]'));
    expect(paired).toHaveLength(2);
    for (const { note } of paired) expect(note).toContain('A positive difference is in favour of what the row names;');
  });
});
