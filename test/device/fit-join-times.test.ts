import { expect, test } from 'vitest';
import { joinTimes } from '../../src/device/fit/join-times.ts';
import { findDevice, fitDevice, type Measurements } from '../../src/device/index.ts';
import { fillUniform, keyOf } from '../../src/random/index.ts';
import { measure } from './synthetic.ts';

const campaign = { targets: [5e-6, 15e-6], devices: 100, cycles: 1, times: [20, 200, 2000, 20_000], reads: 1 };
const shared = measure(findDevice('pcm-ibm'), campaign, keyOf(4));

/** The same with a time of its own for every read, up to some share later. */
const stamped = (share: number): Measurements => {
  const late = fillUniform(keyOf(5), new Float64Array(shared.count));
  return { ...shared, time: shared.time.map((time, i) => time * (1 + share * late[i]!)) };
};

test('reads that each have a time of their own are told as reads at few times', () => {
  const exact = fitDevice(shared);
  const found = fitDevice(stamped(0.02));
  expect(found.notes).toContainEqual(
    'Reads at 800 different times, fewer than 8 at each, are taken together where they lie within 10 % of each other: 4 times are left.',
  );
  expect(found.parameters.length).toBe(exact.parameters.length);
  const of = (fit: typeof found, name: string) => fit.parameters.find(own => own.name === name)!;
  for (const name of ['drift.exponentMean at 5 µS', 'drift.exponentStd at 15 µS', 'mean at 15 µS']) {
    const { value, standardError } = of(exact, name);
    expect(Math.abs(of(found, name).value - value), name).toBeLessThan(standardError);
  }
});

test('times that many reads share, and those far apart, stay as they are', () => {
  expect(joinTimes(shared)).toBe(shared);
  const apart = { ...shared, time: shared.time.map((_, i) => (i < 300 ? 1.2 ** i : 0)) };
  expect(joinTimes(apart)).toBe(apart);
});

test('joined times lie at the mean of their logarithms, and 0 stays 0', () => {
  const time = Float64Array.of(0, 1, 1.05, 1.09, 2, 2.1, 100);
  const { time: joined, read } = joinTimes({ count: time.length, conductance: new Float64Array(7), time });
  const low = Math.cbrt(1.05 * 1.09);
  const high = Math.sqrt(2 * 2.1);
  for (const [i, expected] of [0, low, low, low, high, high, 100].entries()) {
    expect(joined[i]).toBeCloseTo(expected, 12);
  }
  expect(read).toEqual([expect.stringContaining('7 different times')]);
});
