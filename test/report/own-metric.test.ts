import { expect, test } from 'vitest';
import { reportOf } from '../../src/report/index.ts';
import { type ClassPredicted, registerMetric } from '../../src/uncertainty/index.ts';
import { evaluatedFor } from '../pipeline/support.ts';

test('a metric of the user’s own stands in every short table and figure, with its intervals', async () => {
  registerMetric({
    name: 'linear',
    unit: '1',
    label: 'Linear score',
    short: 'linear',
    better: 'lower',
    task: 'classification',
    bounds: [0, 1],
    headline: true,
    brief: true,
    of: ({ parts, labels }: ClassPredicted) =>
      Array.from(labels).reduce((sum, c, n) => sum + 1 - parts.mean[n * parts.classes + c]!, 0) / parts.count,
    rows: ({ parts, labels }: ClassPredicted) =>
      Float64Array.from(labels, (c, n) => 1 - parts.mean[n * parts.classes + c]!),
  });
  const input = (samples: number) => ({
    data: { source: 'two-moons', train: 24, validation: 24, test: 16 },
    network: { layers: ['dense 3 tanh', 'dense 2'] },
    posterior: { method: 'map', epochs: 4 },
    hardware: { array: { rows: 16, columns: 16 } },
    transfer: { limit: 2 },
    sampling: { samples },
    evaluate: { chips: 2, grid: 3, times: ['6 s', '1 h'], calibration: 'temperature', corruptions: { noise: [0.5] } },
  });
  const { subject, ...evaluated } = await evaluatedFor(input(3));
  const { subject: other, ...fewer } = await evaluatedFor(input(2));
  const variants = [{ name: 'fewer', subject: other, evaluated: fewer }];
  const report = await reportOf({ subject, evaluated, variants }, 'posterohm run', {});
  for (const title of [
    'Variants side by side',
    'Calibration after training',
    'Corrupted inputs',
    'After programming',
    'All metrics',
  ]) {
    const found = report.sections.find(section => section.title === title);
    expect(JSON.stringify(found), title).toMatch(/[Ll]inear/);
  }
  expect(report.summary[0]).toContain('linear score (');
  expect(Object.keys(evaluated.evaluation.hardware.metrics.linear!)).toEqual(['mean', 'chips', 'rows', 'both']);
});
