import { expect, test } from 'vitest';
import { effectiveBits, findDevice, referenceCalibration, suitability, withSpread } from '../../src/device/index.ts';

test('an ideal device keeps the calibration of posterior samples and cannot mend a deterministic network', () => {
  const { joint, jointCompensated, deterministic, kept } = referenceCalibration(findDevice('ideal'), 1);
  expect(kept).toBeCloseTo(1, 9);
  expect(joint).toBeLessThan(1e-9);
  expect(jointCompensated).toBeLessThan(1e-9);
  // E|Φ(m) − Φ(m/√1.81)|, m ~ N(0, 3²): z = linspace(-6, 6, 20001); average(abs(ndtr(3*z) - ndtr(3*z/1.81**.5)), weights=exp(-z*z/2))
  expect(deterministic).toBeCloseTo(0.03177275787634858, 4);
});

test('the spread that is said to reach an ECE reaches it, and so does the time', () => {
  const device = findDevice('oxram-hfo2');
  const { needed } = suitability(device, { targetEce: 0.004 });
  expect(needed.spreadFactor!).toBeLessThan(1);
  expect(referenceCalibration(withSpread(device, needed.spreadFactor!), 6).jointCompensated).toBeCloseTo(0.004, 4);
  const pcm = findDevice('pcm-ibm');
  const { retentionUncompensated } = suitability(pcm).needed;
  expect(referenceCalibration(pcm, retentionUncompensated!).joint).toBeCloseTo(0.02, 3);
});

test('two states ask for binary weights, noisy devices for their own spread', () => {
  expect(suitability(findDevice('mram-sot'))).toMatchObject({ posterior: 'bernoulli', transfer: 'joint' });
  expect(suitability(withSpread(findDevice('oxram-hfo2'), 3)).transfer).not.toBe('joint');
  expect(suitability(findDevice('rram-milo'))).toMatchObject({ posterior: null, transfer: 'joint', entropy: 'frozen' });
});

test('a device with telegraph noise is said to need reads without noise', () => {
  const telegraph = { amplitude: 0.1, dwellHigh: 1, dwellLow: 1, share: 0.5 };
  const { entropy, reasons } = suitability({ ...findDevice('rram-lin'), telegraph });
  expect(entropy).toBe('frozen');
  expect(reasons.join(' ')).toContain('hardware.readNoise off');
});

test('effective bits are those of a quantiser with the same error', () => {
  // log2(1 + 175/(sqrt(12)·sqrt(mean((4.782321 − .009107 G)²)))), G = linspace(50, 225, 41)
  expect(effectiveBits(findDevice('rram-milo'), 0)).toBeCloseTo(3.9245485253539223, 6);
  expect(effectiveBits(findDevice('ideal'), 0)).toBe(Number.POSITIVE_INFINITY);
});

test.each([0, 0.5, -1, Number.NaN])('a wanted ECE of %d is refused', targetEce => {
  expect(() => suitability(findDevice('ideal'), { targetEce })).toThrow('ece: must lie between 0 and 0.5');
});
