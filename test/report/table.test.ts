import { describe, expect, it, test } from 'vitest';
import { formatNumber } from '../../src/base/index.ts';
import { evidenceWords, formatEnds, formatInterval, metricLabel, withInterval } from '../../src/report/index.ts';
import { evidenceTable, metricsTable } from '../../src/report/metrics-table.ts';
import { tableHtml } from '../../src/report/table.ts';

describe('formatNumber', () => {
  it.each([
    [0.957, '0.9570'],
    [0.05321, '0.0532'],
    [1.58721, '1.587'],
    [16.5234, '16.52'],
    [1234.56, '1235'],
    [16384, '16,384'],
    [-0.25, '−0.2500'],
    [0, '0'],
    [2.5e-5, '2.50·10⁻⁵'],
    [-1.234e7 - 0.5, '−1.23·10⁷'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('%f is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('formatInterval', () => {
  it('shows the ends where there are two', () => {
    expect(formatInterval({ mean: 0.957, low: 0.951, high: 0.963 })).toBe('0.9570 [0.9510, 0.9630]');
    expect(formatInterval({ mean: 0.311, low: 0.2612, high: 0.3608 })).toBe('0.311 [0.261, 0.361]');
    expect(formatInterval({ mean: 1234.6, low: 1180, high: 1290 })).toBe('1235 [1180, 1290]');
    expect(formatInterval({ mean: 2e-9, low: 1e-9, high: 3e-9 })).toBe('2.00·10⁻⁹ [1.00·10⁻⁹, 3.00·10⁻⁹]');
    expect(formatInterval({ mean: 0.2, low: -0.1, high: 0.5 })).toBe('0.20 [−0.10, 0.50]');
    expect(formatInterval({ mean: 0.957, low: 0.957, high: 0.957 })).toBe('0.9570');
    expect(formatInterval({ mean: 0.3, low: 0.1 + 0.2, high: 0.3 + 1e-15 })).toBe('0.3000');
    expect(formatInterval({ mean: Number.NaN, low: Number.NaN, high: Number.NaN })).toBe('–');
  });
});

it('evidence in two directions is shown as the interval over both, or one direction alone', () => {
  const ends = (half: number) => ({ low: 0.5 - half, high: 0.5 + half });
  const found = { mean: 0.5, chips: ends(0.1), rows: ends(0.2), both: ends(0.3) };
  expect(formatInterval(found)).toBe('0.50 [0.20, 0.80]');
  expect(formatInterval({ mean: 0.5, rows: ends(0.2) })).toBe('0.50 [0.30, 0.70]');
  expect(formatInterval({ mean: 0.5 })).toBe('0.5000');
  expect(formatEnds(found.chips)).toBe('[0.40, 0.60]');
  expect([formatEnds(undefined), formatEnds(ends(0))]).toEqual(['', '']);
  expect(evidenceTable('Hardware', { nll: found, 'recall:N': found }, 'rows')).toEqual({
    title: 'Hardware',
    columns: ['', 'mean', '95 % over chips', '95 % over rows', '95 % over both'],
    rows: [['Negative log-likelihood (nat)\u00a0↓', 0.5, ends(0.1), ends(0.2), ends(0.3)]],
  });
});

describe('what intervals run over', () => {
  it.each([
    [
      { chips: 20, rows: 1024 },
      'chips and rows',
      'rows',
      /than these 20 and other rows been asked than these 1,024 test rows\.$/,
    ],
    [
      { chips: 4, rows: 300, groups: 22 },
      'chips and groups of rows',
      'groups of rows',
      /these 300 test rows in 22 groups\.$/,
    ],
    [
      { chips: 1, rows: 30 },
      'rows',
      'rows',
      /^Brackets.*asked than these 30 test rows\. One chip says nothing of others\.$/,
    ],
    [
      { chips: 3, rows: 30, groups: 1 },
      'chips',
      '',
      /The 30 test rows in 1 group count as one and say nothing of others\.$/,
    ],
    [{ chips: 1, rows: 1 }, '', '', /^One chip says nothing of others\. The 1 test row count/],
  ])('%o', (counts, chips, software, note) => {
    const found = evidenceWords(counts);
    expect([found.chips, found.software]).toEqual([chips, software]);
    expect(found.note).toMatch(note);
    expect(withInterval('hardware', found.chips)).toBe(chips === '' ? 'hardware' : `hardware [95 %: ${chips}]`);
  });
});

describe('metricsTable', () => {
  it('orders and names metrics, and leaves out what nobody has', () => {
    const columns = [
      { name: 'Software', values: { nll: 0.13, accuracy: 0.96 } },
      { name: 'Hardware', values: { accuracy: { mean: 0.95, low: 0.94, high: 0.96 } } },
    ];
    expect(metricsTable(columns)).toEqual({
      columns: ['', 'Software', 'Hardware'],
      rows: [
        ['Negative log-likelihood (nat)\u00a0↓', 0.13, undefined],
        ['Accuracy\u00a0↑', 0.96, { mean: 0.95, low: 0.94, high: 0.96 }],
      ],
      note: undefined,
    });
    expect(metricsTable(columns, ['nll']).rows).toHaveLength(1);
    expect(metricLabel('ece')).toBe('Expected calibration error\u00a0↓');
    // The unit where every task has the same, no arrow where neither side is better.
    expect(metricLabel('aleatoricMean')).toBe('Mean aleatoric uncertainty');
    expect(metricLabel('rmse')).toBe('RMSE\u00a0↓');
    expect(metricLabel('unheardOf')).toBe('unheardOf');
  });
});

test('metrics of single classes follow in a table', () => {
  const { rows } = metricsTable([{ name: 'Software', values: { 'recall:N': 0.5, accuracy: 0.9, rows: 4 } }]);
  expect(rows).toEqual([
    ['Accuracy\u00a0↑', 0.9],
    ['Recall of N\u00a0↑', 0.5],
  ]);
});

describe('tableHtml', () => {
  it('marks row headers and columns of numbers', () => {
    const html = tableHtml({
      columns: ['name', 'value'],
      rows: [
        ['a', 1],
        ['b', undefined],
      ],
    });
    expect(html).toContain('<th scope="row">a</th><td class="number" data-value="1">1</td>');
    expect(html).toContain('<td class="number">–</td>');
    expect(html).toContain('<th scope="col">name</th>');
  });
});
