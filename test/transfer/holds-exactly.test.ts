import { expect, test } from 'vitest';
import type { Mapping } from '../../src/crossbar/index.ts';
import { type Device, devices, findDevice } from '../../src/device/index.ts';
import { holdsExactly } from '../../src/transfer/index.ts';

const ideal = findDevice('ideal');
const pair: Mapping = { mapping: 'differential' };

test.each<Mapping>([
  pair,
  { mapping: 'offset' },
  { mapping: 'pairs', count: 2, significance: 1 },
  { mapping: 'pairs', count: 3, significance: 8 },
])('$mapping of exact cells gives weights back', mapping => {
  expect(holdsExactly(ideal, mapping, 3600)).toBe(true);
  expect(
    holdsExactly(
      { ...ideal, rest: { mean: 5e-6, std: 0, shape: 'normal' }, range: { low: 5e-6, high: 1e-4 } },
      pair,
      6,
    ),
  ).toBe(true);
});

test.each<[string, Partial<Device>]>([
  ['spread', { programming: { std: () => 1e-9 } }],
  ['a programmed mean beside the target', { programming: { std: () => 0, mean: target => 1.001 * target } }],
  ['relaxation', { relaxation: { mean: () => -1e-7, std: () => 0 } }],
  ['drift', { drift: { startTime: 20, exponentMean: () => 0.05, exponentStd: () => 0 } }],
  ['levels', { levels: [0, 2.5e-5, 5e-5, 7.5e-5, 1e-4] }],
  ['a gap above rest', { range: { low: 1e-5, high: 1e-4 } }],
  ['stuck cells', { stuck: { high: 0.001, low: 0 } }],
])('%s leaves something to be lost', (_, change) => {
  expect(holdsExactly({ ...ideal, ...change }, pair, 3600)).toBe(false);
});

test('few digits and signs lose something', () => {
  expect(holdsExactly(ideal, { mapping: 'slices', bits: 8, sliceBits: 2 }, 6)).toBe(false);
  expect(holdsExactly(ideal, { mapping: 'binary' }, 6)).toBe(false);
});

test('of the presets the ideal cell is exact, and one whose only noise is that of reads', () => {
  const exact = Object.values(devices).filter(device => holdsExactly(device, pair, device.referenceTime));
  expect(exact.map(({ name }) => name)).toEqual(['rram-lin', 'ideal']);
});
