import { expect, test } from 'vitest';
import { correlationAt, findDevice, readCorrelation, relaxationsPerDecade } from '../../src/device/index.ts';

const errorOf = (correlation: (lag: number) => number, most = 1e9): number => {
  const found = relaxationsPerDecade(correlation);
  let error = 0;
  for (let lag = 1; lag <= most; lag *= 1.3) {
    const sum = found.reduce((total, { weight, time }) => total + weight * Math.exp(-lag / time), 0);
    error = Math.max(error, Math.abs(sum - correlation(lag)));
  }
  return error;
};

test.each([
  ['pcm-ibm', 20],
  ['pcm-ibm', 3600],
  ['pcm-ibm', 86400],
  ['pcm-ibm', 3e7],
  ['pcm-hermes-1', 600],
])('1/f noise of %s after %d s takes one relaxation for each decade', (name, age) => {
  for (const interval of [1e-6, 1e-3]) {
    const correlation = (lag: number) => readCorrelation(findDevice(name), lag * interval, age);
    expect(relaxationsPerDecade(correlation).length).toBeLessThan(12);
    expect(errorOf(correlation)).toBeLessThan(0.03);
  }
});

test('a single relaxation of any time is followed', () => {
  for (const time of [2, 3, 5, 47, 2200, 3e5]) {
    expect(errorOf(lag => 0.9 * Math.exp(-lag / time), 1e4 * time)).toBeLessThan(0.03);
  }
});

test('weights are shares of the variance, and the rest is white', () => {
  const found = relaxationsPerDecade(lag => 0.6 * Math.exp(-lag / 100));
  const sum = found.reduce((total, { weight }) => total + weight, 0);
  expect(found.every(({ weight }) => weight > 0)).toBe(true);
  expect(sum).toBeCloseTo(0.6, 2);
});

test('the correlation of a device at a time is one function, and its relaxations in a unit are found once', () => {
  const device = findDevice('pcm-ibm');
  const own = correlationAt(device, 20);
  expect(correlationAt(device, 20)).toBe(own);
  for (const time of [20, 3600]) expect(correlationAt(device, time)(0.3)).toBe(readCorrelation(device, 0.3, time));
  expect(correlationAt(device, 3600)(0.3)).not.toBe(own(0.3));
  let asked = 0;
  const counted = (lag: number) => {
    asked++;
    return own(lag);
  };
  const found = relaxationsPerDecade(counted, 1e-4);
  expect(found).toEqual(relaxationsPerDecade(lag => own(lag * 1e-4)));
  const once = asked;
  expect(relaxationsPerDecade(counted, 1e-4)).toBe(found);
  expect(asked).toBe(once);
  expect(relaxationsPerDecade(counted, 1e-2)).toEqual(relaxationsPerDecade(lag => own(lag * 1e-2)));
  expect(relaxationsPerDecade(counted, 1e-2)).not.toEqual(found);
});
