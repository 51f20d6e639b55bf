import { expect, test } from 'vitest';
import { conductanceAt, type Device, findDevice } from '../../src/device/index.ts';
import { readStd } from '../../src/device/read.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

const device = findDevice('pcm-ibm');
const target = Float32Array.of(2e-6, 9e-6, 25e-6);

/** A device like another whose read noise and relaxation count how often they are asked. */
function counted() {
  const asked = { noise: 0, relaxation: 0 };
  const own: Device = {
    ...device,
    relaxation: {
      mean: (g, time) => {
        asked.relaxation++;
        return -0.01 * g * Math.log1p(time);
      },
      std: (g, time) => 0.02 * g * Math.log1p(time),
    },
    read: {
      ...device.read!,
      std: {
        relative: (g, time) => {
          asked.noise++;
          return 0.01 * (1 + g / 25e-6) * Math.log1p(time);
        },
      },
    },
  };
  return { own, asked };
}

const noiseAt = (of: Device, time: number) => readStd(of, { target }, time, target, new Float32Array(3));

test('curves of a device at a time are tabulated once, and anew for other times and devices', () => {
  const { own, asked } = counted();
  const first = noiseAt(own, 20);
  const once = asked.noise;
  expect(noiseAt(own, 20)).toEqual(first);
  expect(asked.noise).toBe(once);
  const later = noiseAt(own, 3600);
  expect(asked.noise).toBe(2 * once);
  target.forEach((g, i) => {
    expect(first[i]! / (g * 0.01 * (1 + g / 25e-6) * Math.log1p(20))).toBeCloseTo(1, 5);
    expect(later[i]! / (g * 0.01 * (1 + g / 25e-6) * Math.log1p(3600))).toBeCloseTo(1, 5);
  });
  expect(noiseAt(counted().own, 20)).toEqual(first);
  // Only the times asked for last are kept: each time of many is as it was at first.
  const times = Array.from({ length: 100 }, (_, i) => i + 1);
  const all = times.map(time => noiseAt(own, time));
  expect(times.map(time => noiseAt(own, time))).toEqual(all);
  expect(asked.noise).toBeGreaterThan(102 * once);
});

test('mean and spread of relaxation are tables of their own', () => {
  const { own, asked } = counted();
  const relaxation = fillNormal(keyOf(1), new Float32Array(3));
  const cells = {
    programmed: target,
    target,
    relaxation,
    driftExponent: new Float32Array(3),
    fault: new Int8Array(3),
    pulses: new Uint16Array(3),
  };
  const at = (time: number) => conductanceAt(own, cells, time, new Float32Array(3));
  const seen = at(100);
  const once = asked.relaxation;
  expect(at(100)).toEqual(seen);
  expect(asked.relaxation).toBe(once);
  target.forEach((g, i) => {
    const expected = g * (1 + Math.log1p(100) * (0.02 * relaxation[i]! - 0.01));
    expect(seen[i]! / expected).toBeCloseTo(1, 4);
  });
});
