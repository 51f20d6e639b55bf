import { describe, expect, it, test } from 'vitest';
import { formatNumber } from '../../src/base/index.ts';
import { formatInterval, metricLabel } from '../../src/report/index.ts';
import { metricsTable } from '../../src/report/metrics-table.ts';
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
    expect(formatInterval({ mean: Number.NaN, low: Number.NaN, high: Number.NaN })).toBe('–');
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
        ['Accuracy\u00a0↑', 0.96, { mean: 0.95, low: 0.94, high: 0.96 }],
        ['Negative log-likelihood (nat)\u00a0↓', 0.13, undefined],
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
    expect(html).toContain('<th scope="row">a</th><td class="number">1</td>');
    expect(html).toContain('<td class="number">–</td>');
    expect(html).toContain('<th scope="col">name</th>');
  });
});
