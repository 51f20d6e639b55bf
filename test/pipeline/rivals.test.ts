import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { quantiserOf } from '../../src/pipeline/digital-predictor.ts';
import { costOfDesign, rivalsOf } from '../../src/pipeline/index.ts';
import { rowLossesOf } from '../../src/pipeline/rivals.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf, subjectFor } from './support.ts';

const experiment = {
  data: { source: 'two-moons', train: 128, validation: 128, test: 256, noise: 0.2 },
  network: { layers: ['dense 12 tanh', 'dense 2'] },
  posterior: { method: 'laplace' },
  hardware: { device: 'oxram-hfo2', array: { rows: 64, columns: 64 }, layout: 'rows' },
  sampling: { entropy: 'frozen', samples: 8 },
  evaluate: { chips: 2 },
};

test('rows are lost where the average of the samples is wrong', () => {
  // Two samples of three rows; the averages of the second row are ½ (1 + e⁻²)⁻¹ + ½ (1 + e⁴)⁻¹ for class 0.
  const values = Float32Array.of(2, 0, 2, 0, 0, 2, 2, 0, 0, 4, 0, 2);
  const split = { count: 3, inputs: new Float32Array(3), labels: Int32Array.of(0, 0, 1), targets: new Float32Array(0) };
  const none = { scale: Float64Array.of(1, 1), offset: new Float64Array(2) };
  const { accuracy, nll } = rowLossesOf({ values, samples: 2, count: 3, outputs: 2 }, split, none);
  expect([...accuracy]).toEqual([0, 1, 0]);
  const second = 0.5 / (1 + Math.exp(-2)) + 0.5 / (1 + Math.exp(4));
  expect(nll[1]).toBeCloseTo(-Math.log(second), 6);
  expect(nll[0]).toBeCloseTo(Math.log(1 + Math.exp(-2)), 6);
  // A temperature of two makes the sure ones less sure.
  const half = { ...none, scale: Float64Array.of(0.5, 0.5) };
  expect(rowLossesOf({ values, samples: 2, count: 3, outputs: 2 }, split, half).nll[0]).toBeCloseTo(
    Math.log(1 + Math.exp(-1)),
    6,
  );
});

test('weights of b bits have 2^b − 1 values a matrix, the largest among them', () => {
  const network = buildNetwork(['dense 40 relu', 'dense 3'], [5]);
  const weights = fillNormal(keyOf(1), new Float32Array(2 * network.size));
  for (const bits of [4, 6, 8]) {
    const rounded = quantiserOf(bits)(weights, network);
    for (const { offset, size } of network.layers.flatMap(({ parameters }) => parameters)) {
      const [part, own] = [rounded, weights].map(of =>
        of.subarray(network.size + offset, network.size + offset + size),
      );
      const largest = Math.max(...own!.map(Math.abs));
      expect(Math.max(...part!.map(Math.abs))).toBeCloseTo(largest, 6);
      const step = largest / (2 ** (bits - 1) - 1);
      part!.forEach((w, i) => {
        expect(Math.abs(w / step - Math.round(w / step))).toBeLessThan(1e-3);
        expect(Math.abs(w - own![i]!)).toBeLessThan(0.5001 * step);
      });
    }
  }
});

describe('digital predictors beside chips', () => {
  test('have their quality measured on the same rows, and are priced with the samples and bits it takes', async () => {
    const subject = await subjectFor(experiment);
    const rivals = await rivalsOf(subject, ['deterministic', 'moment propagation', 'drawn pre-activations'], jobOf());
    expect(rivals.map(({ predictor }) => predictor)).toEqual([
      'deterministic',
      'moment propagation',
      'drawn pre-activations',
    ]);
    for (const { samples, weightBits, quality } of rivals) {
      expect([4, 6, 8]).toContain(weightBits);
      expect(quality.rows).toBe(256);
      expect(Object.keys(quality.losses)).toEqual(['accuracy', 'nll']);
      for (const { mean, low, high } of Object.values(quality.losses)) {
        expect(low).toBeLessThanOrEqual(mean);
        expect(mean).toBeLessThanOrEqual(high);
        expect(Math.abs(mean)).toBeLessThan(0.5);
      }
      expect(samples).toBeGreaterThanOrEqual(1);
    }
    const { design, data } = subject;
    const { baselines } = costOfDesign({ design, data, name: 'x' }, undefined, rivals);
    for (const { predictor, samples, weightBits, quality } of rivals) {
      expect(baselines.find(({ name }) => name === predictor)).toMatchObject({ samples, weightBits, quality });
    }
    expect(await rivalsOf(subject, ['deterministic'], jobOf())).toEqual([rivals[0]]);
  });

  test('are trained where they are other networks', async () => {
    const subject = await subjectFor({ ...experiment, posterior: { method: 'map', epochs: 5 } });
    const [ensemble, dropout] = await rivalsOf(subject, ['ensemble', 'dropout'], jobOf());
    expect(ensemble!.samples).toBe(5);
    expect([4, 16, 64]).toContain(dropout!.samples);
  });

  test('need classes, and layers that they can follow, which is said before anything is trained', async () => {
    const input = {
      ...experiment,
      data: { source: 'cubic', train: 32, validation: 16, test: 16 },
      network: { layers: ['dense 4 tanh', 'dense 1'] },
      evaluate: { chips: 1, baselines: ['deterministic'] },
    };
    await expect(preparedOf(input)).rejects.toThrow(/evaluate\.baselines: needs classes/);
    expect(experimentOf(experiment).evaluate.baselines).toEqual([]);
    const images = {
      ...experiment,
      network: { layers: ['dense 4', 'groupnorm 1', 'dense 2'] },
      evaluate: { chips: 1, baselines: ['moment propagation'] },
    };
    await expect(preparedOf(images)).rejects.toThrow(/follows dense layers, and the network has a layer/);
  });
});
