import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

const folder = folderWith({
  'a.yaml': smallExperiment({
    data: '{ source: two-moons, train: 16, validation: 4, test: 4 }',
    posterior: '{ method: hardware-aware, epochs: 4, limit: [1, 2] }',
  }),
});

test('sbc ranks every tensor, outputs and fit, and writes a report', async () => {
  const report = join(folder, 'sbc.html');
  const { status, out, err } = await posterohm(
    'sbc',
    join(folder, 'a.yaml'),
    '--runs',
    '30',
    '--out',
    report,
    '--json',
    '--quiet',
  );
  expect(err).toBe('');
  expect(status).toBe(0);
  const document = JSON.parse(out);
  expect(document).toMatchObject({
    schema: 'posterohm/sbc/1',
    name: 'small',
    method: 'hardware-aware',
    runs: 30,
    draws: 59,
    bins: 15,
  });
  expect(document.groups.map((g: { name: string }) => g.name)).toEqual([
    '0.weight',
    '0.bias',
    '1.weight',
    '1.bias',
    'outputs',
    'fit to the data',
  ]);
  for (const { counts, quantities, p } of document.groups) {
    expect(counts.reduce((total: number, n: number) => total + n, 0)).toBe(30 * quantities);
    expect(p).toBeLessThanOrEqual(1);
  }
  const html = readFileSync(report, 'utf8');
  expect(html).toContain('is the posterior right?');
  expect(html).toContain('Histograms of ranks');
});

test('sbc refuses too few runs', async () => {
  const { status, err } = await posterohm('sbc', join(folder, 'a.yaml'), '--runs', '3');
  expect(status).toBe(2);
  expect(err).toContain("--runs: must be a whole number from 15 to 1,000,000, got '3'.");
});
