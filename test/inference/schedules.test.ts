import { expect, test } from 'vitest';
import { check } from '../../src/base/index.ts';
import { memoryOf, mixingOf } from '../../src/inference/entropy/fields.ts';
import { read } from '../../src/inference/entropy/read.ts';
import type { ChipState } from '../../src/inference/index.ts';

/** Noise that is forgotten in 10 µs. */
const chip = { readCorrelation: (lag: number) => Math.exp(-lag / 1e-5) } as ChipState;
const of = (more: object) => check(read.schema, { entropy: 'read', samples: 8, interval: 1e-6, ...more });

test('inputs in turn are reads of the others between two samples', () => {
  expect(mixingOf(chip, of({ batch: 4 }))).toEqual(mixingOf(chip, of({ interval: 4e-6 })));
  expect(mixingOf(chip, of({ batch: 4 }))).not.toEqual(mixingOf(chip, of({})));
  const [row] = [mixingOf(chip, of({ batch: 4 }))!.subarray(8, 10)];
  expect(row![0]).toBeCloseTo(Math.exp(-0.4), 6);
});

test('a batch begins where the one before ends, or at its time', () => {
  expect(memoryOf(chip, of({ batch: 4 }))).toMatchObject({ samples: 8, batch: 4, stride: 32 });
  expect(memoryOf(chip, of({ batch: 4, period: '50 us' }))).toMatchObject({ batch: 4, stride: 50 });
  expect(of({ batch: 4, period: '32 us' }).period).toBe(32e-6);
});

test('a period in which the reads of a batch do not fit is refused', () => {
  expect(() => of({ batch: 4, period: '31 us' })).toThrow(
    'period: must be at least as long as all samples of a batch take, samples × batch × interval',
  );
  expect(() => of({ batch: 0 })).toThrow('batch: must be');
});
