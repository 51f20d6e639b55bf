import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import type { Fields } from '../../src/experiment/index.ts';
import { uncertaintyOfSubject } from '../../src/pipeline/index.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { uncertaintyOf } from '../../src/pipeline/uncertainty-parts.ts';
import { subjectFor } from './support.ts';

const moons: Fields = {
  seed: 5,
  data: { source: 'two-moons', train: 64, validation: 32, test: 40 },
  network: { layers: ['dense 6 tanh', 'dense 2'] },
  posterior: { method: 'nuts', chains: 2, warmup: 40, draws: 40 },
  hardware: { device: 'rram-cmo', converters: { gainError: 0.1 } },
  evaluate: { uncertainty: { chips: 6, draws: 4, programmings: 3, reads: 2, rows: 20 } },
};

/** Sections of the experiment with others laid over. */
async function parts(hardware: Fields = {}, more: Fields = {}, sizes: Fields = {}) {
  const { uncertainty } = moons.evaluate as { uncertainty: Fields };
  const subject = await subjectFor({
    ...moons,
    ...more,
    hardware: { ...(moons.hardware as Fields), ...hardware },
    evaluate: { uncertainty: { ...uncertainty, ...sizes } },
  });
  const found = await uncertaintyOfSubject(subject, jobOf());
  return found!;
}

describe('whose uncertainty', () => {
  test('adds up, and is the same when asked again', async () => {
    const found = await parts();
    const { posterior, deviceToDevice, cycleToCycle, read, aleatoric, total } = found;
    const sum = [posterior, deviceToDevice, cycleToCycle, read].reduce((all, part) => all + part!.mean, aleatoric.mean);
    expect(total.mean).toBeCloseTo(sum, 12);
    expect(total.mean).toBeGreaterThan(0);
    expect(total.mean).toBeLessThan(0.5);
    for (const part of [posterior, cycleToCycle, read]) expect(part!.low).toBeGreaterThan(0);
    expect(posterior!.entropy!.halved).not.toBe(posterior!.entropy!.mean);
    // Half of two reads is one, which has nothing to differ from.
    expect(read!.entropy!.halved).toBeCloseTo(0, 12);
    expect(read!.entropy!.mean).toBeGreaterThan(1e-6);
    expect(await parts()).toEqual(found);
    expect(await parts({}, { seed: 6 })).not.toEqual(found);
  });

  test('owes nothing to reads without noise, to programming that is exact, to a posterior that is a point', async () => {
    expect((await parts({ readNoise: false })).read).toMatchObject({ mean: 0, low: 0, high: 0 });
    const exact = await parts({ device: 'ideal', readNoise: false, converters: {} });
    for (const name of ['read', 'cycleToCycle', 'deviceToDevice'] as const) {
      expect(exact[name]!.low).toBeLessThanOrEqual(1e-12);
      expect(exact[name]!.high).toBeGreaterThanOrEqual(-1e-12);
    }
    expect(exact.read!.mean).toBe(0);
    expect(exact.cycleToCycle!.mean).toBe(0);
    expect(exact.posterior!.low).toBeGreaterThan(0);
    const point = await parts({ device: 'ideal', readNoise: false }, { transfer: { method: 'deterministic' } });
    expect(point.posterior!.mean).toBe(0);
    // Gains of converters are the chip's own: they stay when it is programmed again.
    expect(point.cycleToCycle!.mean).toBe(0);
    expect(point.deviceToDevice!.mean).toBeGreaterThan(0);
  });

  test('of devices is what cells are born with, others on every chip, and stays when they are programmed again', async () => {
    const hardware = { device: 'ideal', readNoise: false };
    const { own, design, root, headlineTime } = await subjectFor({
      ...moons,
      hardware,
      transfer: { method: 'deterministic' },
    });
    const stuck: typeof design = {
      ...design,
      actual: { spread: 1, drift: 1, read: 1, stuck: { high: 0.05, low: 0.05 } },
    };
    const sizes = { chips: 6, draws: 2, programmings: 2, reads: 2, rows: 20 };
    const pipeline = new Pipeline(own.prepared, stuck, { key: root, job: jobOf() });
    const found = await pipeline.run(uncertaintyOf(sizes, headlineTime), {});
    expect(found.cycleToCycle!.mean).toBe(0);
    expect(found.deviceToDevice!.mean).toBeGreaterThan(0.01);
  });

  test('of one chip is given the device', async () => {
    const found = await parts({}, {}, { chips: 1, rows: 500 });
    // As many rows as there are.
    expect(found.sizes).toMatchObject({ chips: 1, rows: 40 });
    expect(found.deviceToDevice).toBeUndefined();
    expect(found.read!.mean).toBeGreaterThan(0);
    expect(found.total.mean).toBeCloseTo(
      found.read!.mean + found.cycleToCycle!.mean + found.posterior!.mean + found.aleatoric.mean,
      12,
    );
  });

  test('is not told of samples that are no reads of what was programmed', async () => {
    const subject = await subjectFor({
      ...moons,
      posterior: { method: 'mean-field', epochs: 2 },
      sampling: { entropy: 'generator' },
    });
    expect(await uncertaintyOfSubject(subject, jobOf())).toBeUndefined();
  });

  test('of targets is in their unit, and without entropies', async () => {
    const found = await parts(
      {},
      {
        data: { source: 'cubic', train: 40, validation: 20, test: 20 },
        network: { layers: ['dense 6 tanh', 'dense 1'] },
      },
    );
    expect(found.posterior!.entropy).toBeUndefined();
    expect(found.aleatoric.mean).toBeGreaterThan(0);
  });
});
