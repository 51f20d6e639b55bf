import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { atOnce, jobOf } from '../../src/base/index.ts';
import type { Posterior } from '../../src/bayes/index.ts';
import { designOf, type Fields } from '../../src/experiment/index.ts';
import { largestInputs, type Network, weightLimits } from '../../src/network/index.ts';
import { evaluateDesign, Pipeline, type Prepared } from '../../src/pipeline/index.ts';
import { networkGiven, networkOf } from '../../src/pipeline/network-of.ts';
import { bestOf } from '../../src/pipeline/stages/range.ts';
import { keyOf } from '../../src/random/index.ts';
import { posteriorSizes, withClipped } from '../../src/transfer/index.ts';
import { ofKind } from '../support/model.ts';
import { rescaled, withPosterior } from '../support/rescaled.ts';
import { experimentOf, preparedOf, subjectFor } from './support.ts';

const how = { key: keyOf(3), job: jobOf() };

const moons = {
  data: { source: 'two-moons', train: 96, validation: 64, test: 200 },
  network: { layers: ['dense 12 relu', 'dense 2'] },
  posterior: { method: 'map', epochs: 150, batch: 32, rate: 0.03 },
  hardware: { device: 'pcm-ibm' },
  transfer: { method: 'deterministic', calibrationCopies: 1 },
  sampling: { samples: 1 },
};

/** Signals of four channels' own filters: what a grouped convolution sees of a channel is that channel's alone. */
const beats = {
  data: { source: 'heartbeats', features: 'samples', train: 120, validation: 32, test: 60 },
  network: { layers: ['conv1d 4 5 relu', 'conv1d 4 5 groups=4 relu bias=false', 'dense 8'] },
  posterior: { method: 'map', epochs: 2, batch: 30 },
  hardware: { device: 'pcm-ibm', inputBits: null },
  transfer: { method: 'deterministic', calibrationCopies: 1 },
  sampling: { samples: 1 },
};

/** An experiment with what was trained for it, whose posterior can be exchanged for one of the same predictions. */
interface Trained {
  readonly input: Fields;
  readonly prepared: Prepared;
  readonly network: Network;
  readonly posterior: Posterior;
}

async function trainedFor(input: Fields): Promise<Trained> {
  const prepared = await preparedOf(input);
  const subject = await subjectFor(input);
  const { posterior } = await subject.own.get('training');
  return { input, prepared, network: subject.model.network, posterior };
}

const designFor = ({ input }: Trained, hardware: Fields, transfer: Fields = {}) =>
  designOf(
    experimentOf({
      ...input,
      hardware: { ...(input.hardware as Fields), ...hardware },
      transfer: { ...(input.transfer as Fields), ...transfer },
    }),
    {},
  );

const chips = [0, 1, 2, 3];

async function metricsOf(of: Trained, posterior: Posterior, hardware: Fields, transfer?: Fields) {
  const design = designFor(of, hardware, transfer);
  const wanted = { metrics: ['accuracy', 'nll'], chips };
  const { rows } = await evaluateDesign(withPosterior(of.prepared, posterior), design, wanted, how);
  return rows.map(({ values }) => values as { accuracy: number; nll: number });
}

const rangeOf = (of: Trained, posterior: Posterior, hardware: Fields = {}, transfer?: Fields) =>
  new Pipeline(withPosterior(of.prepared, posterior), designFor(of, hardware, transfer), how).get('range');

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const std = (values: readonly number[]) => Math.sqrt(mean(values.map(v => (v - mean(values)) ** 2)));

let plain: Trained;
let grouped: Trained;
beforeAll(async () => {
  plain = await trainedFor(moons);
  grouped = await trainedFor(beats);
});

describe('rescaling that leaves the function as it is', () => {
  test.each(['layer', 'column'])('of whole layers leaves the chips as they are, ranges by %s', async weightRange => {
    const before = await metricsOf(plain, plain.posterior, { weightRange });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -12, max: 12 }), async power => {
        const after = await metricsOf(
          plain,
          rescaled(plain.network, plain.posterior, () => 2 ** power),
          { weightRange },
        );
        expect(after).toEqual(before);
      }),
      { numRuns: 4 },
    );
    await fc.assert(
      fc.asyncProperty(fc.double({ min: -3, max: 3, noNaN: true }), async power => {
        const after = await metricsOf(
          plain,
          rescaled(plain.network, plain.posterior, () => 10 ** power),
          { weightRange },
        );
        after.forEach(({ nll }, chip) => {
          expect(Math.abs(nll - before[chip]!.nll)).toBeLessThan(0.02 * before[chip]!.nll);
        });
      }),
      { numRuns: 4 },
    );
  });

  test('loses the network where all layers share one range', async () => {
    const hundredfold = rescaled(plain.network, plain.posterior, () => 100);
    const shared = await metricsOf(plain, hundredfold, { weightRange: 'network' });
    const own = await metricsOf(plain, hundredfold, {});
    expect(mean(own.map(({ accuracy }) => accuracy))).toBeGreaterThan(0.88);
    expect(mean(shared.map(({ accuracy }) => accuracy))).toBeLessThan(0.8);
  });

  test('of single units leaves chips within their spread where every column has its range', async () => {
    const hardware = { weightRange: 'column' };
    const before = (await metricsOf(plain, plain.posterior, hardware)).map(({ nll }) => nll);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
        async powers => {
          const units = rescaled(plain.network, plain.posterior, j => 2 ** powers[j]!);
          const after = (await metricsOf(plain, units, hardware)).map(({ nll }) => nll);
          expect(Math.abs(mean(after) - mean(before))).toBeLessThan(3 * (std(before) + std(after)));
        },
      ),
      { numRuns: 4 },
    );
  });

  test('of single channels leaves the cells as they are, in grouped convolutions as in the layer before', async () => {
    const factor = (j: number) => 2 ** [-6, 3, 0, 5][j]!;
    const hardware = { weightRange: 'column', converters: { range: 'column' } };
    const before = await metricsOf(grouped, grouped.posterior, hardware);
    expect(await metricsOf(grouped, rescaled(grouped.network, grouped.posterior, factor), hardware)).toEqual(before);
    expect(std(before.map(({ nll }) => nll))).toBeGreaterThan(0);
  });
});

test('a folded normalisation leaves the chips as good as software, whatever its factors', async () => {
  const scale = (j: number) => 40 * 2 ** ((j % 5) - 2);
  const bias = { mean: 0, variance: 1, shift: 0 };
  const layers = [
    'dense 12',
    {
      kind: 'batchnorm',
      ...Object.fromEntries(Object.entries(bias).map(([name, value]) => [name, new Array(12).fill(value)])),
      scale: Array.from({ length: 12 }, (_, j) => scale(j)),
      activation: 'relu',
    },
    'dense 2',
  ];
  const normalised = await trainedFor({ ...moons, network: { layers }, posterior: { method: 'map', epochs: 1 } });
  const from = ofKind(plain.posterior, 'point');
  const [one, two] = plain.network.matrices;
  // The first layer as before the normalisation, the second takes its factors back: the plain network's function.
  const posterior = ofKind(
    rescaled(plain.network, { ...from }, j => 1 / scale(j)),
    'point',
  );
  posterior.mean.set(from.mean.subarray(one!.weight.offset, two!.weight.offset).map((w, i) => w / scale(i % 12)));
  posterior.mean.set(from.mean.subarray(two!.weight.offset), two!.weight.offset);
  const { folded, network } = networkOf(networkGiven(designFor(normalised, {})), normalised.prepared.data);
  expect(folded).toBeDefined();
  expect(network.matrices).toHaveLength(2);
  const before = await metricsOf(plain, plain.posterior, { weightRange: 'column' });
  const after = await metricsOf(normalised, posterior, { weightRange: 'column' });
  after.forEach(({ nll }, chip) => {
    expect(Math.abs(nll - before[chip]!.nll)).toBeLessThan(0.02 * before[chip]!.nll);
  });
});

describe('a device without noise', () => {
  test.each(['layer', 'column', 'network'])('gets ranges by %s that hold all weights', async weightRange => {
    const hardware = { device: 'ideal', weightRange, inputBits: null, outputBits: null };
    const { by, ranges, candidates } = await rangeOf(plain, plain.posterior, hardware);
    expect({ by, candidates }).toEqual({ by: 'exact', candidates: [] });
    for (const { clipped } of ranges) expect(clipped).toBe(0);
    const own = await metricsOf(plain, plain.posterior, hardware);
    const software = await evaluateDesign(
      withPosterior(plain.prepared, plain.posterior),
      designFor(plain, hardware),
      { metrics: ['decisionAgreement'], chips: [0] },
      how,
    );
    expect(software.rows[0]!.values.decisionAgreement).toBe(1);
    expect(own[0]).toEqual(own[1]);
  });

  test.each([
    ['joint', 'mean-field'],
    ['mean-field', 'mean-field'],
    ['joint', 'nuts'],
  ])('holds every copy of the transfer %s of %s', async (method, posterior) => {
    const options = posterior === 'nuts' ? { warmup: 20, draws: 20 } : { epochs: 20 };
    const found = await trainedFor({
      ...moons,
      posterior: { method: posterior, ...options },
      hardware: { device: 'ideal' },
      transfer: { method },
      sampling: { samples: 40 },
    });
    const pipeline = new Pipeline(withPosterior(found.prepared, found.posterior), designFor(found, {}), how);
    const { intended, ranges, weights } = await pipeline.get('plan');
    expect((await pipeline.get('range')).by).toBe('exact');
    const limits = ranges.flatMap(({ limit, biasDrive }, m) => {
      const { rows, columns } = found.network.matrices[m]!;
      return Array.from(
        { length: rows * columns },
        (_, i) => (i < (rows - 1) * columns ? 1 : biasDrive) * Number(limit),
      );
    });
    intended.forEach((w, i) => {
      expect(Math.abs(w)).toBeLessThanOrEqual(limits[i % weights]! * (1 + 1e-6));
    });
  });

  test.each<[string, Fields]>([
    ['levels', { device: 'fefet' }],
    ['weights of few digits', { device: 'ideal', mapping: { mapping: 'slices', bits: 4 } }],
    ['signs alone', { device: 'ideal', mapping: { mapping: 'binary' } }],
    ['wires', { device: 'ideal', wires: { rowResistance: 1 } }],
    ['noise of reads', { device: 'rram-lin' }],
  ])('is none where there are %s', async (_, hardware) => {
    expect((await rangeOf(plain, plain.posterior, hardware)).by).toBe('search');
  });
});

describe('ranges', () => {
  test('that are given are a number for all layers, or one by name', async () => {
    const all = await rangeOf(plain, plain.posterior, {}, { limit: 1.5 });
    expect(all.by).toBe('given');
    expect(all.ranges.map(({ name, limit }) => [name, limit])).toEqual([
      ['0', 1.5],
      ['1', 1.5],
    ]);
    const named = await rangeOf(plain, plain.posterior, {}, { limit: { '0': 0.5, '1': 2 } });
    expect(named.ranges.map(({ limit }) => limit)).toEqual([0.5, 2]);
    expect(named.ranges[0]!.clipped).toBeGreaterThan(0.05);
  });

  test.each<[Fields, RegExp]>([
    [{ '0': 1 }, /transfer\.limit: must name every layer with weights, and leaves out 1; add them/],
    [{ '0': 1, '1': 1, '2': 1 }, /transfer\.limit\.2: is no layer with weights.*Known: 0, 1/],
    [{ '0': 1, '1': -1 }, /transfer\.limit\.1/],
  ])('by name %j are refused with the layers there are', async (limit, message) => {
    await expect((async () => preparedOf({ ...moons, transfer: { limit } }))()).rejects.toThrow(message);
  });

  test('by name are refused in training as well', async () => {
    const posterior = { method: 'device-tied', limit: { '0': 1, x: 1 } };
    await expect(preparedOf({ ...moons, posterior, transfer: {} })).rejects.toThrow(/posterior\.limit\.x: is no layer/);
  });

  test.each([
    ['device-tied', 'column'],
    ['device-tied', 'network'],
    ['hardware-aware', 'column'],
    ['hardware-aware', 'layer'],
  ])('of a search in %s training are by %s', async (method, weightRange) => {
    const found = await trainedFor({
      ...moons,
      posterior: { method, epochs: 4 },
      hardware: { device: 'pcm-ibm', weightRange },
      transfer: { method: 'mean-field' },
    });
    const { mean, asked, ranges, info } = ofKind(found.posterior, 'moments');
    const { network } = found;
    expect(ranges!.map(({ limit }) => (typeof limit === 'number' ? 1 : limit.length))).toEqual(
      weightRange === 'column' ? [12, 2] : [1, 1],
    );
    if (weightRange === 'network') expect(ranges![0]!.limit).toBe(ranges![1]!.limit);
    else expect(ranges![0]!.limit).not.toEqual(ranges![1]!.limit);
    const together = weightRange === 'network';
    const tied = together ? [0.5, 1, 1.5, 0.75] : [0.5, 1, 1.5];
    const own = (method === 'device-tied' ? tied : [0.25, 0.5, 1, 2]).map(share => ({ share, of: weightRange }));
    const alike = method === 'device-tied' && !together ? [0.5, 0.75, 1] : [];
    const moved =
      method === 'hardware-aware' && !together
        ? ['0', '1'].flatMap(layer => [Math.SQRT1_2, Math.SQRT2].map(factor => ({ layer, factor })))
        : [];
    expect((info.tried as object[]).map(({ nll: _, ...name }: { nll?: number }) => name)).toEqual([
      ...own,
      ...alike.map(share => ({ share, of: 'network' })),
      ...moved,
    ]);
    // Biases may yet grow: inputs of the first layer reach beyond 1.
    expect(ranges![0]!.biasDrive).toBeGreaterThanOrEqual(1);
    const limits = weightLimits(network.matrices, ranges!);
    asked?.forEach((w, i) => {
      expect(Math.abs(w)).toBeLessThanOrEqual(limits[i]! * (1 + 1e-6));
    });
    expect(mean.some(w => w !== 0)).toBe(true);
    const { by, ranges: kept } = await rangeOf(found, found.posterior);
    expect([by, kept.map(({ clipped: _, ...range }) => range)]).toEqual(['trained', ranges]);
  });

  test('by column reach the converters, which see currents', async () => {
    const pipeline = new Pipeline(
      withPosterior(plain.prepared, plain.posterior),
      designFor(plain, { weightRange: 'column' }),
      how,
    );
    const { ranges } = await pipeline.get('range');
    const { layers } = await pipeline.get('converters');
    layers.forEach(({ columns }, m) => {
      const limits = ranges[m]!.limit as readonly number[];
      const most = Math.max(...limits);
      expect(Array.from(columns!.range)).toEqual(Array.from(Float32Array.from(limits, limit => limit / most)));
    });
  });

  test('that training chose are those of the transfer, biases included', async () => {
    const found = await trainedFor({
      ...moons,
      posterior: { method: 'device-tied', epochs: 4, limit: { '0': 2, '1': 3 } },
      transfer: { method: 'mean-field' },
    });
    const { by, ranges } = await rangeOf(found, found.posterior);
    expect(by).toBe('trained');
    expect(ranges.map(({ clipped: _, ...range }) => range)).toEqual(ofKind(found.posterior, 'moments').ranges);
    expect(ranges.map(({ limit, clipped }) => [limit, clipped])).toEqual([
      [2, 0],
      [3, 0],
    ]);
  });

  test('of candidates are judged on chips with the same luck', async () => {
    // All weights are nearly alike, and so are all candidates.
    const from = ofKind(plain.posterior, 'point');
    const alike = { ...from, mean: from.mean.map((w, i) => (w < 0 ? -1 : 1) * (1 + 1e-5 * i)) };
    const { candidates } = await rangeOf(plain, alike);
    const scores = candidates.map(({ nll }) => nll);
    expect(scores.length).toBeGreaterThan(3);
    expect(Math.max(...scores) - Math.min(...scores)).toBeLessThan(0.01 * mean(scores));
    // Which differs from chip to chip by more.
    const chips = await metricsOf(plain, alike, {});
    expect(std(chips.map(({ nll }) => nll))).toBeGreaterThan(0.02 * mean(scores));
  });

  test('that were searched clip as much as the best candidate leaves out', async () => {
    const { by, ranges, candidates } = await rangeOf(plain, plain.posterior);
    expect(by).toBe('search');
    expect(new Set(candidates.map(({ nll }) => nll)).size).toBeGreaterThan(1);
    const { share } = bestOf(candidates);
    expect(Math.min(...candidates.map(({ nll }) => nll))).toBe(candidates.find(one => one.share === share)!.nll);
    const { network, posterior, prepared } = plain;
    const { inputs, count } = prepared.data.validation;
    const request = {
      posterior,
      matrices: network.matrices,
      transfer: { method: 'deterministic' },
      sharing: 'layer',
      inputs: largestInputs(network, ofKind(posterior, 'point').mean, inputs, count),
    } as const;
    const sizes = atOnce(posteriorSizes(keyOf(1), request));
    expect(ranges).toEqual(atOnce(withClipped(keyOf(1), request, atOnce(sizes.holding(share)))));
    const held = await rangeOf(
      plain,
      posterior,
      {},
      { limit: Object.fromEntries(ranges.map(r => [r.name, Number(r.limit)])) },
    );
    expect(held.ranges.map(({ limit }) => limit)).toEqual(ranges.map(({ limit }) => limit));
    for (const [m, { clipped }] of ranges.entries()) {
      expect(clipped).toBeLessThanOrEqual(1 - share + 2 / network.matrices[m]!.weight.size);
    }
  });
});
