import { expect, test } from 'vitest';
import { check } from '../../src/base/index.ts';
import { memoryOf, mixingOf } from '../../src/inference/entropy/fields.ts';
import { frozenRead } from '../../src/inference/entropy/frozen-read.ts';
import { read } from '../../src/inference/entropy/read.ts';
import { type ChipState, calibrateReadout, type EntropySource } from '../../src/inference/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

/** Noise that is forgotten in 10 µs. */
const chip = { readCorrelation: (lag: number) => Math.exp(-lag / 1e-5) } as ChipState;
const of = (more: object) => check(read.schema, { entropy: 'read', samples: 8, interval: 1e-6, ...more });

test('inputs in turn are reads of the others between two samples', () => {
  expect(mixingOf(chip, of({ batch: 4 }))).toEqual(mixingOf(chip, of({ interval: 4e-6 })));
  expect(mixingOf(chip, of({ batch: 4 }))).not.toEqual(mixingOf(chip, of({})));
  const [row] = [mixingOf(chip, of({ batch: 4 }))!.subarray(8, 10)];
  expect(row![0]).toBeCloseTo(Math.exp(-0.4), 6);
});

test('batches begin at their time, or where any number of samples would have ended', () => {
  expect(memoryOf(chip, of({ batch: 4 }))).toMatchObject({ samples: 8, copies: 1, batch: 4, stride: 4 * 4097 });
  expect(memoryOf(chip, of({ batch: 4, samples: 4096 }))!.stride).toBe(4 * 4097);
  expect(memoryOf(chip, of({ batch: 4, period: '50 us' }))).toMatchObject({ batch: 4, stride: 50 });
  expect(of({ batch: 4, period: '32 us' }).period).toBe(32e-6);
});

test('a period in which the reads of a batch do not fit is refused', () => {
  expect(() => of({ batch: 4, period: '31 us' })).toThrow(
    'period: must be at least as long as all samples of a batch take, samples × batch × interval',
  );
  expect(() => of({ batch: 0 })).toThrow('batch: must be');
});

test('more samples leave earlier ones as they were, with a period and without', () => {
  const network = buildNetwork(['dense 9 tanh', 'dense 3'], [4]);
  const rows = 6;
  const inputs = fillNormal(keyOf(1), new Float32Array(rows * 4));
  const weights = fillNormal(keyOf(2), new Float32Array(4 * network.size));
  const readout = calibrateReadout(network, weights, inputs, rows, { inputBits: 6, outputBits: 6, arrayRows: 4 });
  const state = { ...chip, network, weights, variances: weights.map(w => 0.1 * w * w), readout };
  for (const source of [read, frozenRead] as EntropySource[]) {
    for (const more of [{}, { batch: 2 }, { period: 64e-6 }]) {
      const predicted = (samples: number) => {
        const out = new Float32Array(samples * rows * network.outputs);
        const options = source.schema.parse({ entropy: source.name, samples, ...more });
        source.open(keyOf(3), state, options).draw(out, { inputs, count: rows }, 0, samples);
        return out;
      };
      const few = predicted(8);
      expect(predicted(21).subarray(0, few.length)).toEqual(few);
    }
  }
});
