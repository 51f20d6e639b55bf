import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type Device,
  findDevice,
  fitDevice,
  type Measurements,
  momentsAt,
  parseMeasurements,
  parseReadSeries,
} from '../../src/device/index.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { measure } from './synthetic.ts';

const uS = 1e-6;

describe('tables without targets', () => {
  test('resistances without a header, levels by row number', () => {
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${1e6 / (10 + 20 * ((i + Math.floor(i / 3)) % 3) + i / 100)}\t7`,
    );
    const data = parseMeasurements(rows.join('\n'), 'r.csv', {
      columns: { resistance: '0' },
      label: 'mod(i + floor(i/3), 3)',
    });
    expect(data.conductance[0]! / uS).toBeCloseTo(10, 9);
    expect(data.label!.slice(0, 7)).toEqual(['0', '1', '2', '1', '2', '0', '2']);
    const fit = fitDevice(data, { bootstraps: 5 });
    const targets = fit.levels.map(({ target }) => target / uS);
    expect(targets.map(Math.round)).toEqual([10, 30, 50]);
    // Means of 10 + 20 k + i/100 over the rows of each level.
    expect(targets[0]).toBeCloseTo(10.29, 1);
    expect(fit.device.range.high / uS).toBeCloseTo(targets[2]!, 9);
  });

  test('labels in a column need not be numbers nor in order', () => {
    const rows = Array.from({ length: 40 }, (_, i) => (i % 2 ? `low,${5 + i / 100}` : `high,${50 + i / 10}`));
    const data = parseMeasurements(`state,G (uS)\n${rows.join('\n')}`, 'l.csv', { columns: { conductance: 'G' } });
    const fit = fitDevice(data, { bootstraps: 5 });
    expect(fit.levels.map(({ target }) => Math.round(target / uS))).toEqual([5, 52]);
  });

  test.each<[string, string, Parameters<typeof parseMeasurements>[2], string]>([
    [
      'resistance of 0',
      '0\n5',
      { columns: { resistance: '0' }, label: 'i' },
      'r.csv: line 1: resistance must be above 0, got 0 Ω.',
    ],
    [
      'a row that is longer',
      '1,2\n1',
      { columns: { resistance: '0' }, label: 'i' },
      'r.csv: line 2: has 1 cells where most have 2',
    ],
    ['unknown variable', '1e4\n2e4', { columns: { resistance: '0' }, label: 'row' }, "label: unknown variable 'row'"],
    ['one label', '1e4\n2e4', { columns: { resistance: '0' }, label: '1' }, "r.csv: holds one level only ('1')"],
  ])('%s', (_, text, options, message) => {
    expect(() => fitDevice(parseMeasurements(text, 'r.csv', options), { where: 'r.csv' })).toThrow(message);
  });
});

describe('the distribution of a level', () => {
  const targets = [20, 40, 60, 80].map(target => target * uS);
  /** Cells of four levels: target + 3 µS times what `of` makes of a standard normal. */
  const cells = (of: (z: number, target: number) => number, count = 60): Measurements => {
    const z = fillNormal(keyOf(3), new Float64Array(targets.length * count));
    const target = Float64Array.from(z, (_, i) => targets[i % targets.length]!);
    return {
      count: z.length,
      target,
      conductance: Float64Array.from(z, (value, i) => of(value, target[i]!)),
      time: new Float64Array(z.length),
    };
  };

  test('normal where the levels are', () => {
    const fit = fitDevice(
      cells((z, target) => target + 3 * uS * z),
      { bootstraps: 10 },
    );
    expect(fit.shape).toBe('normal');
    expect(fit.device.programming.shape).toBe('normal');
    for (const { normality } of fit.levels) expect(normality.pValue).toBeGreaterThan(0.01);
  });

  test('lognormal where the logarithms are', () => {
    const fit = fitDevice(
      cells((z, target) => target * Math.exp(0.5 * z - 0.125)),
      { bootstraps: 10 },
    );
    expect(fit.shape).toBe('lognormal');
    expect(fit.device.programming.shape).toBe('lognormal');
    for (const { normality, lognormality, fitted } of fit.levels) {
      expect(normality.pValue).toBeLessThan(lognormality!.pValue);
      expect(fitted!.pValue).toBeGreaterThan(0.001);
    }
  });

  test('measured quantiles where neither is, and asked for', () => {
    // Heavy tails on both sides, kurtosis 5.9.
    const tailed = cells((z, target) => target + uS * Math.sign(z) * Math.abs(z) ** 1.5, 200);
    const fit = fitDevice(tailed, { bootstraps: 10 });
    expect(fit.shape).toBe('quantiles');
    for (const { normality, fitted } of fit.levels) {
      expect(normality.pValue).toBeLessThan(0.01);
      expect(fitted!.pValue).toBeGreaterThan(0.05);
    }
    const values = Array.from(tailed.conductance).filter((_, i) => tailed.target![i] === targets[1]);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const std = Math.sqrt(values.reduce((sum, g) => sum + (g - mean) ** 2, 0) / values.length);
    expect(momentsAt(fit.device, targets[1]!, 0).std / std).toBeCloseTo(1, 0);
    expect(fit.notes.join(' ')).toContain('drawn from the measured quantiles');
    const asked = fitDevice(tailed, { bootstraps: 10, shape: 'normal' });
    expect(asked.device.programming.shape).toBe('normal');
  });

  test('a far cell that is not as far as stuck ones is part of the tail', () => {
    const one = cells((z, target) => target + 0.5 * uS * z);
    const at = one.target!.indexOf(targets[2]!);
    const moved = { ...one, conductance: one.conductance.map((g, i) => (i === at ? 52 * uS : g)) };
    const fit = fitDevice(moved, { bootstraps: 5 });
    expect(fit.levels[2]!.count).toBe(60);
    expect(fit.parameters.find(({ name }) => name === 'stuck.low')!.value).toBe(0);
    const stuck = { ...one, conductance: one.conductance.map((g, i) => (i === at ? 2 * uS : g)) };
    expect(
      fitDevice(stuck, { bootstraps: 5 }).parameters.find(({ name }) => name === 'stuck.low')!.value,
    ).toBeGreaterThan(0);
  });
});

test('before and after a treatment: shift and spread of every level, a condition and no time', () => {
  const device: Device = { ...findDevice('ideal'), programming: { std: () => 2 * uS } };
  const before = measure(
    device,
    { targets: [20 * uS, 50 * uS, 90 * uS], devices: 80, cycles: 1, times: [0], reads: 1 },
    keyOf(1),
  );
  const z = fillNormal(fold(keyOf(1), 'bake'), new Float64Array(before.count));
  const { target: _, ...rows } = before;
  const data: Measurements = {
    ...rows,
    label: Array.from(before.target!, value => `${value}`),
    reference: before.conductance,
    conductance: before.conductance.map((g, i) => 0.9 * g + 3 * uS * z[i]!),
  };
  const fit = fitDevice(data, { bootstraps: 20, condition: '30 min at 80 °C', procedure: 'program-and-verify' });
  fit.treated!.forEach(({ target, before: first, after, change, changeError, count }) => {
    expect(count).toBe(80);
    expect(first.mean).toBeCloseTo(target, 12);
    expect(Math.abs(change.mean + 0.1 * target)).toBeLessThan(4 * changeError);
    expect(changeError).toBeCloseTo(change.std / Math.sqrt(80), 12);
    expect(after.mean - first.mean).toBeCloseTo(change.mean, 12);
    expect(change.std / (3 * uS)).toBeCloseTo(1, 0);
  });
  const [low, middle, high] = fit.levels.map(({ target }) => target);
  expect(momentsAt(fit.device, middle!, 0).mean / (0.9 * middle!)).toBeCloseTo(1, 1);
  expect(fit.device.range).toEqual({ low: expect.closeTo(low!, 12), high: expect.closeTo(high!, 12) });
  expect(fit.device.condition).toBe('30 min at 80 °C');
  expect(fit.device.relaxation).toBeUndefined();
  expect(fit.device.drift).toBeUndefined();
  expect(fit.device.programming.procedure).toBe('program-and-verify');
  expect(fit.notes.join(' ')).toContain('a condition of theirs and stands for no time');
});

const folder = process.env.POSTEROHM_DATA;

describe.skipIf(!folder)('presets of measured cells (POSTEROHM_DATA)', () => {
  const text = (name: string): string => readFileSync(`${folder}/rram/${name}.csv`, 'utf8');
  const table = (name: string): Measurements =>
    parseMeasurements(text(name), name, {
      columns: { resistance: '0' },
      label: 'mod(i + floor(i/32), 32)',
    });
  const before = () => table('relaxation-prebake');
  const after = () => ({
    ...before(),
    conductance: table('relaxation-postbake').conductance,
    reference: before().conductance,
  });

  test.each([
    ['rram-levy', before, 9],
    ['rram-levy-baked', after, 12],
  ] as const)('%s is what the fit gives', (name, data, rejected) => {
    const fit = fitDevice(data(), { bootstraps: 60, procedure: 'program-and-verify' });
    const preset = findDevice(name);
    expect(fit.shape).toBe('quantiles');
    // Levels that a normal distribution does not pass at 1 %, of 32; scipy with a simulated Lilliefors table agrees.
    expect(fit.levels.filter(({ normality }) => normality.pValue < 0.01)).toHaveLength(rejected);
    for (const { target, fitted } of fit.levels) {
      expect(fitted!.pValue).toBeGreaterThan(0.005);
      const [own, kept] = [fit.device, preset].map(device => momentsAt(device, target, 0)) as [
        ReturnType<typeof momentsAt>,
        ReturnType<typeof momentsAt>,
      ];
      expect(Math.abs(kept.mean - own.mean) / uS).toBeLessThan(0.1);
      expect(kept.std / own.std).toBeCloseTo(1, 1);
    }
  });

  test('the bake shifts and spreads the middle levels most', () => {
    const { treated } = fitDevice(after(), { bootstraps: 5 });
    // numpy: mean and std(ddof=1) of 1e6/R after − before, levels k = 21 (67.01 µS) and 6 (188.5 µS).
    const at = (mean: number) => treated!.find(({ before: first }) => Math.abs(first.mean / uS - mean) < 0.1)!;
    expect(at(67.01).change.mean / uS).toBeCloseTo(-26.5, 2);
    expect(at(67.01).change.std / uS).toBeCloseTo(26.17, 2);
    expect(at(188.5).change.mean / uS).toBeCloseTo(-2.77, 2);
    expect(at(188.5).change.std / uS).toBeCloseTo(2.56, 2);
  });

  test('reads show telegraph noise and more than 1/f', () => {
    const series = parseReadSeries(text('reads'), 'reads.csv', { skip: 3, unit: 'ohm' });
    const { reads } = fitDevice(before(), { bootstraps: 5, reads: series });
    expect([reads!.cells, reads!.reads]).toEqual([101, 2001]);
    expect(reads!.telegraph.share).toBeGreaterThan(0.3);
    expect(reads!.telegraph.share).toBeLessThan(0.5);
    expect(reads!.telegraph.amplitude!.median).toBeGreaterThan(0.04);
    expect(reads!.telegraph.amplitude!.median).toBeLessThan(0.09);
    expect(reads!.spectrum.exponent - 1).toBeGreaterThan(2 * reads!.spectrum.exponentError);
    // numpy: sqrt(mean((std(g, axis=1, ddof=1)/mean(g, axis=1))²)) of g = 1e6/R
    expect(reads!.inSeriesShare).toBeCloseTo(0.103527, 6);
  });
});
