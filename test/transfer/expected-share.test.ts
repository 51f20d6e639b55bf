import { expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import { findDevice, momentsAt } from '../../src/device/index.ts';
import { expectedShare } from '../../src/transfer/expected-share.ts';
import { plan } from './fixtures.ts';

const month = 2.6e6;

test('the share that cells are expected to keep is of those that are programmed', () => {
  const device = findDevice('pcm-ibm');
  const made = { ...plan('joint', { on: device, copies: 5 }), intendedAt: month };
  // Of a differential pair one cell or both rest at 0; `momentsAt` knows of no table.
  const goals = Array.from(made.target).filter(goal => goal > 0);
  expect(goals.length).toBeLessThan(made.target.length);
  const total = (time: number) => goals.reduce((sum, goal) => sum + momentsAt(device, goal, time).mean, 0);
  const share = atOnce(expectedShare(made, device));
  expect(share).toBeCloseTo(total(month) / total(0), 3);
  expect(share).toBeLessThan(0.8);
});

test('cells that hold what is intended at once keep all', () => {
  expect(atOnce(expectedShare(plan('joint'), findDevice('pcm-ibm')))).toBe(1);
});
