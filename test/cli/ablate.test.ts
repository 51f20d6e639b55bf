import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

const experiment = (more: Readonly<Record<string, string>> = {}) =>
  smallExperiment({
    posterior: '{ method: hardware-aware, epochs: 8, limit: 2.5, batch: 32, prior: { std: 0.8 } }',
    hardware: '{ device: pcm-ibm, array: { rows: 64, columns: 64 }, layout: rows }',
    evaluate: '{ chips: 4, grid: 8, times: [1 h, 1 d] }',
    variants: '{ own: { transfer: { method: joint } } }',
    ...more,
  });

describe('ablate', async () => {
  const folder = folderWith({ 'small.yaml': experiment() });
  const directory = join(folder, 'run');
  const { status, out, err } = await posterohm(
    'ablate',
    join(folder, 'small.yaml'),
    '--out',
    directory,
    '--json',
    '--quiet',
  );
  const document = JSON.parse(out || '{}');

  test('compares plain training with every part that the device has, all of them and device-tied', () => {
    expect(err).toBe('');
    expect(status).toBe(0);
    expect(document.schema).toBe('posterohm/ablate/1');
    // The preset of phase-change cells drifts, has read noise and no stuck cells.
    expect(document.parts).toEqual(['technological', 'drift', 'readNoise', 'converters']);
    expect(document.variants.map((v: { name: string }) => v.name)).toEqual([
      'starting point alone',
      'technological alone',
      'drift alone',
      'readNoise alone',
      'converters alone',
      'all parts',
      'device-tied',
    ]);
    for (const { software, hardware, againstBase } of document.variants) {
      for (const metric of ['nll', 'accuracy', 'ece']) {
        expect(software[metric].rows.low).toBeLessThanOrEqual(software[metric].mean);
        for (const way of ['chips', 'rows', 'both']) {
          expect(hardware[metric][way].low).toBeLessThanOrEqual(hardware[metric][way].high);
        }
        const { wins, losses, ties, difference } = againstBase[metric];
        expect(wins + losses + ties).toBe(4);
        // A gain is what the metric improved by.
        const gain = (metric === 'accuracy' ? 1 : -1) * (hardware[metric].mean - document.hardware[metric].mean);
        expect(difference.mean).toBeCloseTo(gain, 10);
      }
    }
  });

  test('switches on one part at a time, on equal passes over the rows', () => {
    const posteriors = ['drift-alone', 'converters-alone', 'all-parts', 'device-tied'].map(name =>
      readFileSync(join(directory, 'variants', name, 'experiment.yaml'), 'utf8'),
    );
    const [drift, converters, all, tied] = posteriors.map(text => text.slice(text.indexOf('posterior:')));
    expect(drift).toMatch(/technological: false\n.*drift:\n\s+- 3600\n\s+- 86400\n\s+readNoise: false/s);
    expect(converters).toMatch(/technological: false\n.*drift: false\n.*readNoise: false\n.*converters: true/s);
    expect(all).toMatch(/technological: true\n.*readNoise: true\n.*converters: true\n.*stuck: false/s);
    // 8 and 2 for the start; plain 10; device-tied ⌈10/3⌉, each with its start and trials.
    expect(readFileSync(join(directory, 'experiment.yaml'), 'utf8')).toMatch(
      /method: mean-field\n(?:.*\n)*? {2}epochs: 10\n/,
    );
    expect(tied).toMatch(/epochs: 4\n/);
    for (const text of posteriors) expect(text).toMatch(/std: 0.8/);
  });

  test('parts make different posteriors', () => {
    const nll = document.variants.map((v: { software: { nll: { mean: number } } }) => v.software.nll.mean);
    expect(new Set(nll).size).toBe(nll.length);
  });

  test('writes a report with all of them side by side', () => {
    const html = readFileSync(join(directory, 'report.html'), 'utf8');
    for (const text of ['Variants side by side', 'Against this experiment, chip by chip', 'technological alone']) {
      expect(html.includes(text), text).toBe(true);
    }
  });
});

test('ablate takes any method, with the options that the trainings know', async () => {
  const folder = folderWith({
    'a.yaml': experiment({
      posterior: '{ method: mean-field, epochs: 4, rate: 0.02 }',
      evaluate: '{ chips: 2, grid: 8 }',
      hardware:
        '{ device: oxram-hfo2, array: { rows: 64, columns: 64 }, layout: rows, inputBits: null, outputBits: null }',
    }),
  });
  const { out } = await posterohm('ablate', join(folder, 'a.yaml'), '--out', join(folder, 'run'), '--quiet');
  expect(out).toMatch(/plain mean field.*\nstarting point alone/);
  expect(out).not.toMatch(/converters|drift/);
  expect(out).toMatch(/all parts .* of 2 /);
});
