import { describe, expect, test } from 'vitest';
import { deviceContract } from '../../src/contracts/device.ts';
import { compileExpression } from '../../src/device/file/expression.ts';
import { deviceFileText, deviceFromFile, findDevice, momentsAt, readStdOf } from '../../src/device/index.ts';

const pcm = `
name: my-pcm
title: Phase-change cell of our lab
provenance: measured
range: { high: 25 uS }
rest: { std: 0.26348 uS }
referenceTime: 1 d
programming:
  std: { polynomial: [0.26348, 1.9650, -1.1731], unit: uS }
drift:
  startTime: 20 s
  exponentMean: { expression: 'clip(-0.0155*ln(g) + 0.0244, 0.049, 0.1)' }
  exponentStd: { expression: 'clip(-0.0125*ln(g) - 0.0059, 0.008, 0.045)' }
read:
  std: { relative: { expression: 'min(0.0088/max(g^0.65, 1e-3), 0.2)*sqrt(ln((t + 20 + 250e-9)/500e-9))' } }
  spectrum: { startTime: 20 s }
  duration: 250 ns
`;

const rram = `
name: lab-rram
range: { low: 10 uS, high: 100 uS }
rest: { mean: 1 uS, std: 0.8 uS, shape: lognormal }
setCurrent: { table: unused }
`.replace('{ table: unused }', '{ g: [0.1, 1], values: [20, 200], unit: uA }');

const complete = `${rram}
programming: { mean: { polynomial: [0, 0.98], unit: mS }, std: 3 uS, deviceStd: { g: [0.1, 1], values: [1, 2], unit: uS } }
relaxation:
  mean: { expression: '-0.05*lnt', unit: uS }
  std: { times: [1, 86400], curves: [{ polynomial: [0.1], unit: uS }, { polynomial: [0.5, 1], unit: uS }] }
read: { std: { absolute: { expression: '0.01*G' } } }
telegraph: { amplitude: 0.1, dwellHigh: 1 ms, dwellLow: 0.2 ms, share: 0.05 }
stuck: { high: 0.01, low: 0.02 }
current: 'G*V*(1 + V^2)'
write: { energy: 10 pJ, duration: 100 ns, endurance: 1e6 }
`.replace('[0, 0.98], unit: mS', '[0, 98], unit: uS');

test('a file with expressions is the preset it describes', () => {
  const device = deviceFromFile(pcm, 'pcm.yaml');
  const preset = findDevice('pcm-ibm');
  for (const target of [0.2e-6, 3e-6, 12.5e-6, 25e-6]) {
    for (const time of [0, 60, 3e7]) {
      expect(momentsAt(device, target, time).mean).toBeCloseTo(momentsAt(preset, target, time).mean, 15);
      expect(momentsAt(device, target, time).std).toBeCloseTo(momentsAt(preset, target, time).std, 15);
      expect(readStdOf(device, target, time, target)).toBeCloseTo(readStdOf(preset, target, time, target), 15);
    }
  }
  expect(device.referenceTime).toBe(86400);
});

describe('the device of the file', () => {
  test.each(deviceContract)('$name', ({ check }) => check(deviceFromFile(complete, 'rram.yaml')));
});

test('every kind of curve means what it says', () => {
  const device = deviceFromFile(complete, 'rram.yaml');
  expect(device.setCurrent!(55e-6)).toBeCloseTo(110e-6, 12);
  expect(device.programming.mean!(50e-6)).toBeCloseTo(49e-6, 12);
  expect(device.programming.std(50e-6)).toBeCloseTo(3e-6, 15);
  expect(device.programming.deviceStd!(55e-6)).toBeCloseTo(1.5e-6, 12);
  expect(device.relaxation!.mean(50e-6, Math.E ** 2)).toBeCloseTo(-0.1e-6, 12);
  expect(device.relaxation!.std(50e-6, 1)).toBeCloseTo(0.1e-6, 12);
  expect(device.relaxation!.std(50e-6, 86400 ** 0.5)).toBeCloseTo(0.55e-6, 12);
  expect(device.relaxation!.std(50e-6, 1e9)).toBeCloseTo(1e-6, 12);
  expect(device.current!(50e-6, 0.2)).toBeCloseTo(50e-6 * 0.2 * 1.04, 15);
  expect(device.write).toEqual({ energy: 10e-12, duration: expect.closeTo(100e-9, 15), endurance: 1e6 });
});

test('a device file survives being written and read', () => {
  const file = { name: 'x', range: { low: 0, high: 1e-4 }, programming: { std: { polynomial: [1e-6, 2e-6] } } };
  const device = deviceFromFile(deviceFileText(file), 'x.yaml');
  expect(device.programming.std(5e-5)).toBeCloseTo(2e-6, 15);
});

describe('bad device files', () => {
  const with_ = (text: string): string => `name: a\nrange: { low: 1 uS, high: 10 uS }\n${text}`;
  test.each([
    ['unknown field', with_('programming: { std: 0.1 uS }\ncolour: red'), "d.yaml: unknown field 'colour'"],
    ['missing curve', with_('programming: {}'), 'd.yaml: programming.std'],
    ['wrong unit', with_('programming: { std: 3 V }'), "d.yaml: programming.std: unknown unit 'V' of conductance"],
    [
      'negative spread',
      with_('programming: { std: { polynomial: [1, -2], unit: uS } }'),
      'd.yaml: programming.std: must be 0 or more',
    ],
    [
      'mean above the range',
      with_('programming: { std: 0, mean: { polynomial: [0, 200], unit: uS } }'),
      'd.yaml: programming.mean: must stay within 0 to 100 µS, ten times the largest target',
    ],
    [
      'not finite',
      with_('programming: { std: { expression: "1e-6/(g - 0.1)" } }'),
      'd.yaml: programming.std: must be 0 or more and finite',
    ],
    [
      'range upside down',
      'name: a\nrange: { low: 9 uS, high: 2 uS }\nprogramming: { std: 0 }',
      'd.yaml: range: must be 0 ≤ low < high',
    ],
    [
      'unknown variable',
      with_('programming: { std: { expression: "x*2" } }'),
      "d.yaml: programming.std: unknown variable 'x'",
    ],
    [
      'code',
      with_('programming: { std: { expression: "process.exit()" } }'),
      "d.yaml: programming.std: unknown function ''",
    ],
    [
      'member',
      with_('programming: { std: { expression: "g.constructor" } }'),
      'd.yaml: programming.std: the expression may hold',
    ],
    [
      'unordered table',
      with_('programming: { std: { g: [1, 0], values: [1, 2], unit: uS } }'),
      'd.yaml: programming.std.g: must ascend',
    ],
    ['not YAML', 'a: [', 'd.yaml: is not valid YAML'],
    ['endless brackets', '['.repeat(100_000), 'd.yaml: is nested too deeply'],
    ['an alias of nothing', 'a: *nothing', 'd.yaml: Unresolved alias'],
    [
      'a curve of two kinds',
      with_('programming: { std: { table: [1], values: [1], g: [1] } }'),
      "d.yaml: programming.std: unknown field 'table'",
    ],
    [
      'a fault deep in a curve',
      with_('programming: { std: { times: [1, 10], curves: [1 uS, { expression: "h" }] } }'),
      "d.yaml: programming.std.curves.1: unknown variable 'h'",
    ],
    [
      'a unit of a plain number',
      with_('programming: { std: 0 }\ndrift: { startTime: 1, exponentMean: { polynomial: [1], unit: S } }'),
      "d.yaml: drift.exponentMean.unit: this curve is a plain number, remove the unit 'S'",
    ],
    [
      'levels that fall',
      'name: a\nrange: { high: 10 uS }\nlevels: [5 uS, 2 uS]\nprogramming: { std: 0 }',
      'd.yaml: levels.1: must ascend within the range, got 0.000002',
    ],
    [
      'relaxation above the range',
      with_('programming: { std: 0 }\nrelaxation: { mean: 95 uS, std: 0 }'),
      'd.yaml: relaxation.mean: must keep the conductance below 100 µS, ten times the largest target, got a shift of',
    ],
    [
      'too many stuck',
      with_('programming: { std: 0 }\nstuck: { high: 0.7, low: 0.6 }'),
      'd.yaml: stuck: shares must lie between 0 and 1',
    ],
  ])('%s', (_, text, message) => {
    expect(() => deviceFromFile(text, 'd.yaml')).toThrow(message);
  });
});

test('expressions follow the rules of arithmetic', () => {
  const value = (text: string, g = 0.5): number => compileExpression(text, ['g'])({ g });
  expect(value('2 + 3*g^2')).toBe(2.75);
  expect(value('-(g^2)')).toBe(-0.25);
  expect(() => value('-g^2')).toThrow('a sign before a power is ambiguous');
  expect(value('2^3^2')).toBe(512);
  expect(value('g < 0.3 ? 1 : 2')).toBe(2);
  expect(value('max(1, g, 3) - min(2, 1)')).toBe(2);
  expect(value('exp(ln(g)) + sqrt(abs(-4)) + log10(100) + tanh(0)')).toBeCloseTo(4.5, 12);
});
