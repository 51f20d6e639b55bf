import { describe, expect, test } from 'vitest';
import { readNoiseOf } from '../../src/device/fit/read-noise.ts';
import { autoregressionLikelihood, fitTwoLevels } from '../../src/device/fit/two-levels.ts';
import { type Device, findDevice, fitDevice, parseReadSeries, type ReadSeries } from '../../src/device/index.ts';
import { readSequence } from '../../src/device/read-sequence.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { measure } from './synthetic.ts';

const uS = 1e-6;
const lag = 1e-3;
const base: Device = {
  ...findDevice('ideal'),
  read: { std: { relative: () => 0.01 }, shape: 'normal', spectrum: 'white', duration: lag },
};
const trap = { amplitude: 0.1, dwellHigh: 20 * lag, dwellLow: 10 * lag, share: 0.4 };

function series(device: Device, cells = 40, count = 1000): ReadSeries {
  const g = new Float32Array(cells).fill(50 * uS);
  const out = readSequence(
    keyOf(1),
    device,
    { target: g },
    g,
    { count, lag, time: 1 },
    new Float32Array(cells * count),
  );
  return {
    cells: Array.from({ length: cells }, (_, i) => Float64Array.from({ length: count }, (_, m) => out[m * cells + i]!)),
  };
}

test('white noise has no traps and a flat spectrum', () => {
  const found = readNoiseOf(keyOf(0), series(base));
  expect(found.telegraph.share).toBe(0);
  expect(Math.abs(found.spectrum.exponent)).toBeLessThan(0.1);
  expect(found.perReadShare).toBeCloseTo(0.01, 3);
  expect(found.inSeriesShare).toBeCloseTo(0.01, 3);
  expect(found.conductance.every(g => Math.abs(g / uS - 50) < 0.1)).toBe(true);
});

test('1/f noise has its exponent and no traps', () => {
  const read = { ...base.read!, spectrum: { startTime: 20 } };
  const { telegraph, spectrum, perReadShare, inSeriesShare } = readNoiseOf(keyOf(0), series({ ...base, read }));
  expect(telegraph.share).toBe(0);
  expect(Math.abs(spectrum.exponent - 1)).toBeLessThan(4 * spectrum.exponentError);
  expect(spectrum.exponentError).toBeLessThan(0.05);
  expect(perReadShare).toBeLessThan(0.6 * inSeriesShare);
});

test('telegraph noise is found with its share, amplitude and dwells, beside 1/f noise', () => {
  const read = { ...base.read!, spectrum: { startTime: 20 } };
  const { telegraph, spectrum, cells } = readNoiseOf(keyOf(0), series({ ...base, read, telegraph: trap }, 60));
  expect(Math.abs(telegraph.share - 0.4)).toBeLessThan(3 * telegraph.shareError);
  // (x + 2)/(n + 4) of 60 cells: Agresti and Coull.
  const share = (telegraph.share * cells + 2) / 64;
  expect(telegraph.shareError).toBeCloseTo(Math.sqrt((share * (1 - share)) / 64), 12);
  expect(telegraph.amplitude!.median).toBeCloseTo(0.1, 2);
  expect(telegraph.dwellHigh!.median / 20).toBeCloseTo(1, 0);
  expect(telegraph.dwellLow!.median / 10).toBeCloseTo(1, 0);
  expect(telegraph.dwellHigh!.median).toBeGreaterThan(1.4 * telegraph.dwellLow!.median);
  expect(Math.abs(spectrum.withoutTraps!.exponent - 1)).toBeLessThan(4 * spectrum.withoutTraps!.exponentError);
});

test('two levels and an autoregression against known numbers', () => {
  const z = fillNormal(keyOf(4), new Float64Array(4000));
  const square = z.map((value, t) => (t % 40 < 30 ? 5 : 3) + 0.2 * value);
  const found = fitTwoLevels(square);
  expect([found.low, found.high, found.std]).toEqual([
    expect.closeTo(3, 1),
    expect.closeTo(5, 1),
    expect.closeTo(0.2, 1),
  ]);
  expect([found.dwellLow, found.dwellHigh]).toEqual([expect.closeTo(10, 0), expect.closeTo(30, 0)]);
  expect(found.switches).toBe(199);
  // AR(1) with coefficient .8 and innovations of variance 1: −n/2 (log 2π + 1) per nat, −5675.8 for n = 4,000.
  const walk = new Float64Array(4000);
  for (let t = 1; t < walk.length; t++) walk[t] = 0.8 * walk[t - 1]! + z[t]!;
  const expected = -2000 * (Math.log(2 * Math.PI) + 1);
  expect(autoregressionLikelihood(walk, 1) / expected).toBeCloseTo(1, 2);
  expect(autoregressionLikelihood(walk, 3) - autoregressionLikelihood(walk, 1)).toBeLessThan(8);
  expect(autoregressionLikelihood(walk, 3)).toBeGreaterThan(autoregressionLikelihood(walk, 1));
});

describe('in a fit', () => {
  const data = measure(
    { ...findDevice('ideal'), programming: { std: () => 2 * uS } },
    { targets: [20 * uS, 50 * uS, 80 * uS], devices: 30, cycles: 1, times: [0], reads: 1 },
    keyOf(1),
  );

  test('without an interval the file holds the noise of a read alone, and no time', () => {
    const fit = fitDevice(data, { bootstraps: 5, reads: series({ ...base, telegraph: trap }) });
    expect(fit.file.telegraph).toBeUndefined();
    expect(fit.device.read!.spectrum).toBe('white');
    const { perRead, interval } = fit.reads!;
    expect(interval).toBeUndefined();
    expect(fit.device.read!.std).toHaveProperty('absolute');
    expect('absolute' in fit.device.read!.std && fit.device.read!.std.absolute(50 * uS, 1)).toBeGreaterThan(
      0.9 * Math.min(...perRead),
    );
    expect(fit.notes.join(' ')).toContain('The interval between reads is not known');
    expect(fit.notes.join(' ')).toMatch(/Random telegraph noise: \d+ % ± [\d.]+ % of the cells, amplitude 10 %/);
  });

  test('with an interval it holds 1/f noise and the trap in seconds', () => {
    const fit = fitDevice(data, { bootstraps: 5, reads: { ...series({ ...base, telegraph: trap }), interval: lag } });
    expect(fit.device.telegraph!.amplitude).toBeCloseTo(0.1, 2);
    expect(fit.device.telegraph!.dwellHigh / (20 * lag)).toBeCloseTo(1, 0);
    expect(fit.device.read).toMatchObject({ spectrum: { startTime: 1000 * lag }, duration: lag });
  });
});

test('a table of reads', () => {
  const row = (value: number): string => ['a1', '2.9', ...Array.from({ length: 80 }, () => value)].join('\t');
  const found = parseReadSeries(`${row(20_000)}\n${row(50_000)}\n`, 'r.csv', { skip: 2, unit: 'ohm', interval: 0.5 });
  expect(found.cells.map(cell => [cell.length, cell[0]])).toEqual([
    [80, expect.closeTo(50 * uS, 12)],
    [80, expect.closeTo(20 * uS, 12)],
  ]);
  expect(found.interval).toBe(0.5);
  expect(parseReadSeries(Array(70).fill('12.5').join(','), 'r.csv', { unit: 'uS' }).cells[0]![0]).toBeCloseTo(
    12.5 * uS,
    12,
  );
  expect(() => parseReadSeries(row(20_000), 'r.csv', { unit: 'ohm' })).toThrow(
    "r.csv: line 1, column 1: must be a number above 0, got 'a1'; give the number of columns before the reads.",
  );
  expect(() => parseReadSeries('1,2,3', 'r.csv')).toThrow('r.csv: needs rows of 64 reads or more');
  expect(() => parseReadSeries(row(1), 'r.csv', { skip: 2, unit: 'apples' })).toThrow("unknown unit 'apples'");
});
