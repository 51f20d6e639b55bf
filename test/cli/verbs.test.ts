import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, posterohm } from './shell.ts';

const json = async (...argv: string[]) => JSON.parse((await posterohm(...argv, '--json', '--quiet')).out);

describe('device show', () => {
  test('prints the check values of PCM at one day, over cells', async () => {
    const document = await json('device', 'show', 'pcm-ibm', '--target', '6.25uS,2.5e-5', '--time', '1 d');
    expect(document.schema).toBe('posterohm/device-show/1');
    // Constants as in Nandakumar et al., ICECS 2019; values from the formula at g = 0.25 and 1 after 86,400 s with the mean exponent.
    const expected = [
      [6.25e-6, 0.68141125e-6, 4.14702247e-6, 0.45709191e-6, 0.01142868],
      [25e-6, 1.05538e-6, 16.58808987e-6, 0.74254801e-6, 0.008],
    ];
    document.targets.forEach((row: Record<string, number>, i: number) => {
      const [target, programmingStd, mean, readStd, exponentStd] = expected[i]!;
      // The mean of t^−ν over normal exponents is that of the mean exponent times exp((ln t)²σ²/2), t counted from 20 s.
      const spread = Math.exp((Math.log(86_400 / 20) * exponentStd!) ** 2 / 2);
      expect(row.target).toBeCloseTo(target!, 12);
      expect(row.programmingStd! / programmingStd!).toBeCloseTo(1, 6);
      expect(row.mean! / (mean! * spread)).toBeCloseTo(1, 6);
      expect(row.readStd! / (readStd! * spread)).toBeCloseTo(1, 5);
    });
  });
});

describe('metrics', () => {
  test('prints the check values', async () => {
    // NLL, Brier and ECE by hand from the definitions, ten equal bins.
    const predictions = {
      probabilities: [
        [0.7, 0.2, 0.1],
        [0.1, 0.8, 0.1],
        [0.3, 0.3, 0.4],
        [0.25, 0.5, 0.25],
      ],
      labels: [0, 1, 0, 2],
    };
    const folder = folderWith({ 'p.json': JSON.stringify(predictions) });
    const document = await json('metrics', join(folder, 'p.json'));
    expect(document.nll).toBeCloseTo(0.7925214151746922, 12);
    expect(document.brier).toBeCloseTo(0.45375, 12);
    expect(document.ece).toBeCloseTo(0.35, 12);
    expect(document.totalEntropy).toHaveLength(4);
    expect(document.baseRate).toBe(0.5);
    expect(document.intervals.nll.high).toBeGreaterThan(document.nll);
    expect(document.confusion[2]).toEqual([0, 1, 0]);
  });

  test('shows intervals over inputs, and what becomes of each class', async () => {
    const file = (classes: number) => ({
      probabilities: [0, 1].map(n => Array.from({ length: classes }, (_, c) => (c === n ? 1 : 0))),
      labels: [0, 0],
      classNames: Array.from({ length: classes }, (_, c) => `kind ${c}`),
    });
    const folder = folderWith({ 'few.json': JSON.stringify(file(3)), 'many.json': JSON.stringify(file(13)) });
    const { out } = await posterohm('metrics', join(folder, 'few.json'));
    expect(out).toMatch(/^ +value \[95 %: inputs\]\n/);
    expect(out).toMatch(/\nAccuracy\u00a0↑ +0\.50 \[0\.00, 1\.00\]\n/);
    expect(out).toMatch(
      /\nclass +labelled +decided +recall \[95 %: inputs\] +precision .* +as kind 0 +as kind 1 +as kind 2\n/,
    );
    expect(out).toMatch(/\nkind 0 +2 +1 +0\.50 \[0\.00, 1\.00\] +1\.00 \[0\.01, 1\.00\] +0\.67 \[.*\] +1 +1 +0\n/);
    expect(out).not.toContain('Recall of');
    const many = await posterohm('metrics', join(folder, 'many.json'));
    expect(many.out).not.toContain('kind 0');
    expect(many.out).toContain('value [95 %: inputs]');
  });
});

test('device list names ranges, provenance and sources', async () => {
  const { devices } = await json('device', 'list');
  expect(devices.length).toBeGreaterThanOrEqual(4);
  for (const { name, provenance, range, cite } of devices) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(['measured', 'published fit', 'assumption']).toContain(provenance);
    expect(range.high).toBeGreaterThan(range.low);
    if (provenance !== 'assumption') expect(cite.length).toBeGreaterThan(0);
  }
});

test('doctor says what the machine offers', async () => {
  expect(await json('doctor')).toMatchObject({ schema: 'posterohm/doctor/1', kernels: { name: expect.any(String) } });
});

test('schema prints JSON Schema with a sentence for every field', async () => {
  const schema = await json('schema');
  expect(schema.properties.hardware.properties.device.description).toContain('Device preset');
});

test('help of every verb has examples', async () => {
  const { out } = await posterohm('run', '--help');
  expect(out).toContain('Examples:');
  expect(out).toContain('posterohm run examples/moons.yaml');
});
