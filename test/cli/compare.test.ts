import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

const experiment = (more: Readonly<Record<string, string>> = {}) =>
  smallExperiment({
    posterior: '{ method: mean-field, epochs: 20 }',
    hardware: '{ device: pcm-ibm, array: { rows: 64, columns: 64 } }',
    transfer: '{ method: mean-field, limit: 2 }',
    sampling: '{ entropy: frozen, samples: 8 }',
    evaluate: '{ chips: 2, times: [1 h, 1 d] }',
    ...more,
  });

describe('compare', async () => {
  const folder = folderWith({ 'small.yaml': experiment({ variants: '{ own: { seed: 4 } }' }) });
  const directory = join(folder, 'run');
  const line = ['compare', join(folder, 'small.yaml'), '--out', directory, '--quiet'];
  const { status, out, err } = await posterohm(...line, '--json');
  const document = JSON.parse(out || '{}');

  test('has one entry for each source, with metrics, prices and what its samples are worth', () => {
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(document).toMatchObject({ schema: 'posterohm/compare/1', name: 'small', chips: 2, time: 86400, rows: 128 });
    const named = Object.fromEntries(document.sources.map((one: { entropy: string }) => [one.entropy, one]));
    for (const name of ['frozen', 'read', 'frozen-read', 'reprogram', 'sum', 'output', 'generator']) {
      const { metrics, energyPerDecision, latency, weightDistance, meanSamples, writes } = named[name];
      const nll = metrics.find((found: { metric: string }) => found.metric === 'nll');
      expect(nll).toMatchObject({ time: 86400 });
      expect(nll.low).toBeLessThanOrEqual(nll.mean);
      expect(nll.high).toBeGreaterThanOrEqual(nll.mean);
      expect([energyPerDecision > 0, latency > 0, weightDistance.mean > 0, meanSamples]).toEqual([true, true, true, 8]);
      expect(writes > 0).toBe(name === 'reprogram');
    }
    expect(named[document.taken.entropy]).toBeDefined();
    expect(JSON.parse(readFileSync(join(directory, 'comparison.json'), 'utf8')).taken).toEqual(document.taken);
  });

  test('is the same to the bit on two threads', async () => {
    const both = [...line.slice(0, 2), '--out', join(folder, 'both'), '--quiet', '--threads', '2', '--json'];
    expect(JSON.parse((await posterohm(...both)).out).sources).toEqual(document.sources);
  });

  test('says the same to people, with a report that has a figure, from the posterior that is there', async () => {
    const again = await posterohm(...line);
    expect(again.status).toBe(0);
    expect(again.out).toContain('one posterior, ');
    expect(again.out).toContain(`It would take '${document.taken.entropy}': ${document.taken.why}.`);
    for (const { entropy } of document.sources) expect(again.out).toMatch(new RegExp(`^${entropy} `, 'm'));
    const report = readFileSync(join(directory, 'compare.html'), 'utf8');
    expect(report).toContain('Sources of randomness side by side');
    expect(report).toContain('Box-Muller method');
  });
});

test('lists what is not possible with its reason', async () => {
  const folder = folderWith({
    'small.yaml': experiment({
      hardware: '{ device: oxram-hfo2, array: { rows: 64, columns: 64 } }',
      evaluate: '{ chips: 1 }',
    }),
  });
  const { out } = await posterohm('compare', join(folder, 'small.yaml'), '--out', join(folder, 'run'), '--quiet');
  expect(out).toContain("read: sampling.entropy: 'read' needs a device with read noise");
});

describe('refuses in one sentence', () => {
  test.each([
    ['a file that is not there', undefined, [], /nothing\.yaml: cannot be read as an experiment/],
    ['a source of another name', { sampling: '{ entropy: dice }' }, [], /sampling\.entropy: unknown name 'dice'/],
    ['an odd number of cells to sum', { sampling: '{ entropy: sum, cells: 15 }' }, [], /sampling\.cells: must be even/],
    [
      'a source that the device cannot have',
      { hardware: '{ device: oxram-hfo2 }', sampling: '{ entropy: read }' },
      [],
      /'read' needs a device with read noise/,
    ],
    ['two ways with old results', {}, ['--recompute', '--keep'], /--recompute and --keep: exclude each other/],
  ])('%s', async (_name, more, options, sentence) => {
    const folder = folderWith(more ? { 'small.yaml': experiment(more) } : {});
    const file = join(folder, more ? 'small.yaml' : 'nothing.yaml');
    const { status, out, err } = await posterohm('compare', file, '--out', join(folder, 'run'), '--quiet', ...options);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});
