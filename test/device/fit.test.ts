import { describe, expect, test } from 'vitest';
import { LevelSums } from '../../src/device/fit/samples.ts';
import { splitSpread } from '../../src/device/fit/spread-parts.ts';
import { censoredMeanStd, meanStd, normalityTest, polynomialFit } from '../../src/device/fit/statistics.ts';
import {
  type Device,
  deviceFileText,
  deviceFromFile,
  findDevice,
  fitDevice,
  fitInPieces,
  type Measurements,
  momentsAt,
  parseMeasurements,
} from '../../src/device/index.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { measure } from './synthetic.ts';

const over = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

test('a fit stops between samples of the cells and between levels, where others may have their turns', () => {
  const levels = 3;
  const campaign = {
    targets: over(2e-6, 25e-6, levels),
    devices: 12,
    cycles: 1,
    times: [0, 60, 3600, 86400],
    reads: 1,
  };
  const data = measure(findDevice('pcm-ibm'), campaign, keyOf(3));
  const bootstraps = 20;
  const work = fitInPieces(data, { bootstraps });
  let pieces = 0;
  for (;;) {
    const { done, value } = work.next();
    if (done) {
      // Samples are drawn; they hold the last decade out for every law, are estimated level by level, and are continued by
      // every law that fits.
      const { heldOut, fitting } = value.ageing;
      expect(pieces).toBeGreaterThanOrEqual(bootstraps + heldOut.length + levels + fitting.length);
      expect(heldOut.length).toBeGreaterThan(1);
      return;
    }
    pieces++;
  }
});

test('phase-change memory: spread, drift and read noise come back within their standard errors', () => {
  const device = findDevice('pcm-ibm');
  const campaign = { targets: over(2e-6, 25e-6, 7), devices: 120, cycles: 1, times: [0, 60, 3600, 86400], reads: 2 };
  const fit = fitDevice(measure(device, campaign, keyOf(3)), { bootstraps: 60, name: 'lab-pcm' });
  expect(fit.ageing.law).toBe('shifted-power');
  expect(fit.file.drift!.startTime as number).toBeGreaterThan(10);
  expect(fit.file.drift!.startTime as number).toBeLessThan(40);
  let within = 0;
  for (const level of fit.levels) {
    const truth = device.programming.std(level.target);
    if (Math.abs(level.curveStd - truth) < 2 * level.curveStdError) within++;
    expect(Math.abs(level.curveStd - truth)).toBeLessThan(4 * level.curveStdError);
    expect(level.exponentMean! / device.drift!.exponentMean(level.target)).toBeCloseTo(1, 1);
  }
  expect(within).toBeGreaterThanOrEqual(5);
  const again = deviceFromFile(deviceFileText(fit.file), 'lab-pcm.yaml');
  expect(again.provenance).toBe('measured');
  for (const target of campaign.targets) {
    const [found, truth] = [momentsAt(again, target, 86400), momentsAt(device, target, 86400)];
    expect(found.mean / truth.mean).toBeCloseTo(1, 1);
    expect(found.std / truth.std).toBeGreaterThan(0.8);
    expect(found.std / truth.std).toBeLessThan(1.2);
  }
});

test('relaxation is told from drift, and no ageing from both', () => {
  const at = { devices: 80, cycles: 1, times: [0, 60, 3600, 86400], reads: 2 };
  const wan = fitDevice(measure(findDevice('rram-wan'), { ...at, targets: over(4e-6, 40e-6, 5) }, keyOf(1)), {
    bootstraps: 20,
  });
  expect(wan.ageing.law).toBe('logarithmic');
  for (const level of wan.levels) {
    const truth = findDevice('rram-wan').relaxation!.std(level.target, 86400);
    expect(level.relaxationStd![2]! / truth).toBeGreaterThan(0.7);
    expect(level.relaxationStd![2]! / truth).toBeLessThan(1.3);
  }
  const milo = fitDevice(measure(findDevice('rram-milo'), { ...at, targets: over(50e-6, 225e-6, 5) }, keyOf(1)), {
    bootstraps: 20,
  });
  expect(milo.ageing.law).toBe('none');
  expect(milo.file.relaxation).toBeUndefined();
});

test('noise of reads is found, and counts neither as spread nor as relaxation', () => {
  const device: Device = {
    ...findDevice('ideal'),
    range: { low: 0, high: 100e-6 },
    programming: { std: () => 1e-6 },
    read: { std: { relative: () => 0.03 }, shape: 'normal', spectrum: 'white', duration: 1e-6 },
  };
  const campaign = { targets: over(20e-6, 100e-6, 4), devices: 200, cycles: 1, times: [0, 60, 3600], reads: 4 };
  const { levels } = fitDevice(measure(device, campaign, keyOf(2)), { bootstraps: 20, law: 'standstill' });
  for (const { target, std, readRelative, relaxationMean, relaxationStd } of levels) {
    const ofMean = (0.03 * target) / 2;
    for (const relative of readRelative!) expect(Math.abs(relative - 0.03)).toBeLessThan(0.004);
    expect(std / 1e-6).toBeGreaterThan(0.5);
    expect(std / 1e-6).toBeLessThan(1.5);
    for (const shift of relaxationMean!)
      expect(Math.abs(shift)).toBeLessThan((4 * Math.SQRT2 * ofMean) / Math.sqrt(200));
    for (const spread of relaxationStd!) expect(spread).toBeLessThan(0.6 * ofMean);
  }
});

test('a level that is cut at 0 has the mean and the spread behind the cut', () => {
  const device: Device = {
    ...findDevice('ideal'),
    range: { low: 0, high: 40e-6 },
    programming: { std: () => 4e-6 },
  };
  const campaign = { targets: [4e-6, 20e-6, 40e-6], devices: 1000, cycles: 1, times: [0], reads: 1 };
  const { levels } = fitDevice(measure(device, campaign, keyOf(3)), { bootstraps: 20 });
  for (const { target, count, mean, std } of levels) {
    expect(count).toBe(1000);
    expect(Math.abs(mean - target)).toBeLessThan(0.6e-6);
    expect(Math.abs(std - 4e-6)).toBeLessThan(0.6e-6);
  }
});

test('device-to-device and cycle-to-cycle spread are separated where devices were programmed again', () => {
  const device: Device = {
    ...findDevice('ideal'),
    programming: { std: () => 2e-6, deviceStd: g => 0.05 * g },
  };
  const campaign = { targets: [20e-6, 50e-6, 80e-6], devices: 150, cycles: 6, times: [0], reads: 1 };
  const fit = fitDevice(measure(device, campaign, keyOf(2)), { bootstraps: 60 });
  expect(fit.separated).toBe(true);
  for (const level of fit.levels) {
    expect(level.cycleStd! / 2e-6).toBeCloseTo(1, 1);
    expect(Math.abs(level.deviceStd! / (0.05 * level.target) - 1)).toBeLessThan(0.25);
  }
  expect(fit.device.programming.deviceStd!(80e-6) / 4e-6).toBeGreaterThan(0.75);
  const once = fitDevice(measure(device, { ...campaign, cycles: 1 }, keyOf(2)), { bootstraps: 10 });
  expect(once.separated).toBe(false);
  expect(once.notes.join(' ')).toContain('not separated');
});

test('cells that are not followed still show how a level ages', () => {
  const device = findDevice('rram-wan');
  const campaign = { targets: over(8e-6, 40e-6, 5), devices: 300, cycles: 1, times: [1, 86400], reads: 1 };
  const { device: _, cycle: __, ...rows } = measure(device, campaign, keyOf(8));
  const fit = fitDevice(rows, { bootstraps: 20 });
  expect(fit.notes.join(' ')).toContain('Rows name no device');
  for (const level of fit.levels) {
    expect(level.count).toBe(300);
    expect(level.std / Math.hypot(device.programming.std(level.target), 0.01 * level.target)).toBeCloseTo(1, 0);
    expect(level.std).toBeLessThan(1.3 * device.programming.std(level.target) + 0.1e-6);
    const truth = device.relaxation!.std(level.target, 86400);
    expect(level.relaxationStd!.at(-1)! / truth).toBeGreaterThan(0.7);
    expect(level.relaxationStd!.at(-1)! / truth).toBeLessThan(1.3);
  }
});

test('failed cells are counted and do not widen the spread', () => {
  const device: Device = {
    ...findDevice('rram-milo'),
    range: { low: 50e-6, high: 225e-6 },
    stuck: { high: 0.03, low: 0.05 },
    rest: { mean: 1e-6, std: 0, shape: 'normal' },
  };
  const fit = fitDevice(
    measure(device, { targets: over(60e-6, 225e-6, 6), devices: 400, cycles: 1, times: [0], reads: 1 }, keyOf(6)),
    { bootstraps: 40 },
  );
  const value = (name: string) => fit.parameters.find(p => p.name === name)!;
  expect(Math.abs(value('stuck.high').value - 0.03)).toBeLessThan(4 * value('stuck.high').standardError + 0.001);
  expect(Math.abs(value('stuck.low').value - 0.05)).toBeLessThan(4 * value('stuck.low').standardError + 0.001);
  for (const level of fit.levels) expect(level.curveStd / device.programming.std(level.target)).toBeCloseTo(1, 0);
  expect(fit.levels[1]!.curveStd).toBeLessThan(6e-6);
});

test('a level whose cells all read exactly alike does not break the curve of the spread', () => {
  const [low, middle, high] = [2 ** -17, 2 ** -16, 2 ** -15];
  const target = Float64Array.from({ length: 120 }, (_, i) => [low, middle, high][i % 3]!);
  const z = fillNormal(keyOf(11), new Float64Array(target.length));
  const conductance = target.map((g, i) => (g === low ? g : g + 1e-6 * z[i]!));
  const rows = { count: target.length, target, conductance, time: new Float64Array(120) };
  const { programming } = fitDevice(rows, { bootstraps: 10 }).device;
  expect(programming.std(low)).toBeLessThan(0.3e-6);
  for (const level of [middle, high]) expect(Math.abs(programming.std(level) / 1e-6 - 1)).toBeLessThan(0.8);
});

test('a level of one device and a level of one cell are said to be so', () => {
  const device: Device = { ...findDevice('ideal'), programming: { std: () => 2e-6 } };
  const campaign = { targets: [30e-6, 60e-6, 90e-6], devices: 10, cycles: 8, times: [0], reads: 1 };
  const rows = measure(device, campaign, keyOf(1));
  const only = (keep: (target: number, i: number) => boolean): Measurements => {
    const kept = Array.from(rows.target!.keys()).filter(i => keep(rows.target![i]!, i));
    return {
      count: kept.length,
      target: Float64Array.from(kept, i => rows.target![i]!),
      conductance: Float64Array.from(kept, i => rows.conductance[i]!),
      time: new Float64Array(kept.length),
      device: kept.map(i => rows.device![i]!),
      cycle: kept.map(i => rows.cycle![i]!),
    };
  };
  const one = fitDevice(
    only((target, i) => target !== 60e-6 || rows.device![i] === 'd0'),
    { bootstraps: 30 },
  );
  expect(one.notes.join(' ')).toContain('Level 60 µS: covered by one or two devices');
  const mean = one.parameters.find(({ name }) => name === 'mean at 60 µS')!;
  // 8 cycles of spread 2 µS: a standard error of .7 µS.
  expect(mean.standardError / 1e-6).toBeGreaterThan(0.35);
  expect(mean.standardError / 1e-6).toBeLessThan(1.4);
  const cell = rows.target!.indexOf(60e-6);
  const single = fitDevice(
    only((target, i) => target !== 60e-6 || i === cell),
    { bootstraps: 30 },
  );
  expect(single.notes.join(' ')).toContain('Level 60 µS: one cell only, which has no spread; left out of the curves.');
  const last = rows.target!.indexOf(90e-6);
  const below = fitDevice(
    only((target, i) => target !== 90e-6 || i === last),
    { bootstraps: 30 },
  );
  expect(below.device.range.high).toBeCloseTo(60e-6, 12);
});

test('measurements of one level are refused with the level in its unit', () => {
  const rows = { count: 9, target: new Float64Array(9).fill(50e-6), time: new Float64Array(9) };
  const conductance = Float64Array.from({ length: 9 }, (_, i) => (48 + i / 2) * 1e-6);
  expect(() => fitDevice({ ...rows, conductance })).toThrow('holds one level only (50 µS); a curve needs');
});

test('conductances above the highest target are data', () => {
  const device: Device = { ...findDevice('ideal'), programming: { mean: g => 1.2 * g, std: () => 1e-6 } };
  const rows = measure(
    device,
    { targets: [30e-6, 60e-6, 80e-6], devices: 40, cycles: 1, times: [0], reads: 1 },
    keyOf(1),
  );
  const fit = fitDevice(rows, { bootstraps: 20 });
  expect(momentsAt(fit.device, 80e-6, 0).mean / 96e-6).toBeCloseTo(1, 2);
});

test('no polynomial has a term within its error', () => {
  let terms = 0;
  for (let seed = 0; seed < 12; seed++) {
    const device: Device = {
      ...findDevice('ideal'),
      programming: { mean: g => 0.97 * g, std: g => (seed % 2 ? 1e-6 : 0.04 * g) },
    };
    const targets = over(15e-6, 100e-6, 6);
    const fit = fitDevice(measure(device, { targets, devices: 40, cycles: 1, times: [0], reads: 1 }, keyOf(seed)), {
      bootstraps: 60,
    });
    for (const part of ['mean', 'std']) {
      const own = fit.parameters.filter(({ name }) => name.startsWith(`programming.${part} g^`));
      terms += own.length;
      if (own.length < 2) continue;
      for (const { value, standardError } of own) expect(Math.abs(value)).toBeGreaterThan(2 * standardError);
    }
    expect(fit.spreadTerms.length).toBe(
      fit.parameters.filter(({ name }) => name.startsWith('programming.std g^')).length,
    );
  }
  expect(terms).toBeGreaterThan(24);
});

test('the shape of a level is tested', () => {
  const size = 2000;
  const normal = fillNormal(keyOf(1), new Float64Array(size));
  const skewed = normal.map(z => Math.exp(0.6 * z));
  const moments = (values: Float64Array) => meanStd(values);
  expect(normalityTest(normal, moments(normal)).pValue).toBeGreaterThan(0.05);
  expect(normalityTest(skewed, moments(skewed)).pValue).toBeLessThan(0.01);
});

test('p-values of the normality test are uniform under normality', () => {
  let below = 0;
  const runs = 1000;
  for (let r = 0; r < runs; r++) {
    const values = fillNormal(fold(keyOf(4), r), new Float64Array(60));
    if (normalityTest(values, meanStd(values)).pValue < 0.05) below++;
  }
  expect(below / runs).toBeGreaterThan(0.03);
  expect(below / runs).toBeLessThan(0.075);
});

test('spread of a distribution cut at zero', () => {
  const values = fillNormal(keyOf(7), new Float64Array(20_000)).map(z => Math.max(0, 0.5 + z));
  const above = values.filter(value => value > 0);
  const { mean, std } = censoredMeanStd(values.length - above.length, { count: above.length, ...meanStd(above) });
  expect(mean).toBeCloseTo(0.5, 1);
  expect(std).toBeCloseTo(1, 1);
});

test('polynomials and analysis of variance on known numbers', () => {
  // np.polynomial.polynomial.polyfit([0, 1, 2, 3], [1, 3, 2, 5], 2, w=sqrt([1, 2, 3, 4]))
  expect(polynomialFit([0, 1, 2, 3], [1, 3, 2, 5], [1, 2, 3, 4], [0, 1, 2])).toEqual(
    [1.8000000000000014, -0.4999999999999984, 0.49999999999999933].map(value => expect.closeTo(value, 10)),
  );
  const split = (devices: number, times: (device: number) => number) => {
    const values = Float64Array.from({ length: 2 * devices }, (_, i) => i + 1);
    const names = Array.from(values, (_, i) => `d${i >> 1}`);
    const sample = Float64Array.from(values, (_, i) => times(i >> 1));
    return splitSpread(names, values, new LevelSums(sample, 1))(0);
  };
  expect(split(4, () => 1)).toBeNull();
  // MSB = 2·Var(1.5, 3.5, 5.5, 7.5, 9.5) = 20, MSW = 0.5, n₀ = 2.
  expect(split(5, () => 1)).toEqual({
    device: expect.closeTo(Math.sqrt(9.75), 12),
    cycle: expect.closeTo(Math.sqrt(0.5), 12),
  });
  // The first device twice and the last one left out: MSB = 2·Var(1.5, 1.5, 3.5, 5.5, 7.5) = 13.6.
  expect(split(5, device => [2, 1, 1, 1, 0][device]!)!.device).toBeCloseTo(Math.sqrt(6.55), 12);
});

describe('tables of measurements', () => {
  const rows = (make: (level: number, i: number) => string): string =>
    [10, 20].flatMap(level => Array.from({ length: 10 }, (_, i) => make(level, i))).join('\n');

  test('units in headers and entries, currents with a voltage, other names', () => {
    const a = parseMeasurements(`target (uS),G [uS],t (s)\n${rows((l, i) => `${l},${l + i / 10},0`)}`, 'a.csv');
    expect(a.conductance[3]).toBeCloseTo(10.3e-6, 12);
    const b = parseMeasurements(
      `target,current,voltage\n${rows((l, i) => `${l} uS,${(l + i / 10) * 0.2} uA,0.2 V`)}`,
      'b.csv',
    );
    expect(b.conductance[3]).toBeCloseTo(10.3e-6, 12);
    expect(b.readVoltage).toBe(0.2);
    const c = parseMeasurements(`I_SET,cond\n${rows((l, i) => `${l * 0.6},${l + i / 10}`)}`, 'c.csv', {
      columns: { setCurrent: 'I_SET', conductance: 'cond' },
      units: { setCurrent: 'uA', conductance: 'uS' },
    });
    expect(c.setCurrent![0]).toBeCloseTo(6e-6, 12);
    const fit = fitDevice(c, { bootstraps: 10 });
    expect(fit.device.setCurrent!(fit.device.range.high)).toBeCloseTo(12e-6, 9);
    expect(fit.device.range.high).toBeCloseTo(20.45e-6, 9);
  });

  test.each<[string, string, string]>([
    [
      'negative',
      'target,conductance\n1e-5,1e-5\n2e-5,-1e-6',
      'f.csv: line 3: conductance must be 0 or more, got -0.000001 S.',
    ],
    ['not finite', 'target,conductance\n1e-5,inf\n1e-5,1e-5', "f.csv: line 2, column 'conductance'"],
    ['current without voltage', 'target,current\n1e-5,1e-6', 'f.csv: currents need a voltage'],
    [
      'mixed units',
      'target,conductance\n1e-5,10 uS\n1e-5,1e-5',
      "f.csv: column 'conductance' mixes entries with and without a unit",
    ],
    [
      'time before programming',
      'target,conductance,time\n1e-5,1e-5,-3',
      'f.csv: line 2: time -3 s lies before programming',
    ],
    [
      'no conductance',
      'target,x\n1e-5,1',
      "f.csv: needs a column 'conductance', 'resistance', or 'current' and 'voltage'; found target, x; name them",
    ],
    [
      'no condition',
      'conductance\n1e-5',
      "f.csv: needs a column 'target', 'setCurrent', 'label' or 'lower' and 'upper'",
    ],
    ['ragged', 'target,conductance\n1e-5,1e-5\n1e-5', 'f.csv: line 3: has 1 cells where most have 2'],
    ['empty', '\n', 'f.csv: needs a header and at least one row.'],
  ])('%s', (_, text, message) => {
    expect(() => parseMeasurements(text, 'f.csv')).toThrow(message);
  });

  const flat = (targets: readonly number[]): Measurements => ({
    count: targets.length,
    target: Float64Array.from(targets),
    conductance: Float64Array.from(targets),
    time: new Float64Array(targets.length),
  });

  test('one level only, and too few cells', () => {
    expect(() => fitDevice(flat(new Array(20).fill(1e-5)), { where: 'f.csv' })).toThrow('f.csv: holds one level only');
    expect(() => fitDevice(flat([1e-5, 1e-5, 2e-5, 2e-5]), { where: 'f.csv' })).toThrow(
      'f.csv: needs at least 8 programmed cells per level for a spread, got 2',
    );
  });
});
