import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { costOfDesign, rivalsOf } from '../../src/pipeline/index.ts';
import { experimentOf, preparedOf, subjectFor } from './support.ts';

const experiment = {
  data: { source: 'two-moons', train: 128, validation: 128, test: 256, noise: 0.2 },
  network: { layers: ['dense 12 tanh', 'dense 2'] },
  posterior: { method: 'laplace' },
  hardware: { device: 'oxram-hfo2', array: { rows: 64, columns: 64 }, layout: 'rows' },
  sampling: { entropy: 'frozen', samples: 8 },
  evaluate: { chips: 2 },
};

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
