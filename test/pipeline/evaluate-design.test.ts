import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError, jobOf } from '../../src/base/index.ts';
import { type Design, designOf, type Fields } from '../../src/experiment/index.ts';
import type { Question } from '../../src/pipeline/assessment.ts';
import {
  costOfDesign,
  evaluate,
  evaluateDesign,
  memoryStore,
  Pipeline,
  type Prepared,
  type Store,
  subjectOf,
  type Wanted,
} from '../../src/pipeline/index.ts';
import { measurementOf } from '../../src/pipeline/measurement.ts';
import { pricesOf } from '../../src/pipeline/pricing.ts';
import { fold, keyOf } from '../../src/random/index.ts';
import { planEncodings } from '../../src/transfer/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const key = keyOf(5);
const how = { key, job: jobOf() };

const moons: Fields = {
  seed: 5,
  data: { source: 'two-moons', train: 24, validation: 20, test: 18 },
  network: { layers: ['dense 3 tanh', 'dense 2'] },
  posterior: { method: 'nuts', chains: 2, warmup: 10, draws: 12 },
  hardware: {
    device: 'rram-cmo',
    array: { rows: 3, columns: 16 },
    outputBits: 6,
    converters: { gainError: 0.02, offset: 0.02, noise: 0.02 },
  },
  transfer: { limit: 1.5 },
  sampling: { samples: 6 },
};

/** What is laid over the experiment, section by section. */
const overlaid = (more: Fields): Fields => {
  const sections = Object.entries(more).map(([name, value]) => {
    const under = moons[name];
    const merges = typeof value === 'object' && !Array.isArray(value) && typeof under === 'object';
    return [name, merges ? { ...under, ...value } : value];
  });
  return { ...moons, ...Object.fromEntries(sections) };
};

const designFor = (more: Fields = {}): Design => designOf(experimentOf(overlaid(more)), {});

const whole = await preparedOf(moons);

/** The same data with a store that has only what was trained. */
const fresh = (prepared: Prepared = whole): Prepared => {
  const store = memoryStore(1 << 28);
  const once: Store['once'] = (entry, make, job) =>
    (entry.stage === 'training' ? prepared.store : store).once(entry, make, job);
  return { ...prepared, store: { once } };
};

const frozen = { sampling: { entropy: 'frozen', samples: 6 } };
const read = { sampling: { entropy: 'read', samples: 6, interval: 1e-6 } };
const sources: readonly [string, Fields][] = [
  ['frozen copies', frozen],
  ['reads with memory', read],
];

describe('bits do not depend on how work is cut', () => {
  const [chips, times, samples] = [[0, 1, 2], [6, 3600], 6];

  /** Outputs [samples, rows, outputs] of one chip and time, by split. */
  const outputsOf = async (prepared: Prepared, design: Design, at: { chip: number; time: number }, more: object) => {
    const question: Question = { key: fold(key, 'question'), metrics: ['nll'], outputs: true, losses: true, ...more };
    const { outputs, losses, metrics } = await new Pipeline(prepared, design, how).run(measurementOf(question), at);
    return { values: Object.values(outputs!)[0]!, losses: losses!, metrics };
  };

  test.each(sources)('rows and samples of %s', async (_name, source) => {
    const design = designFor(source);
    const all = new Map<string, Awaited<ReturnType<typeof outputsOf>>>();
    const counts = { train: 24, validation: 20, test: 18 };
    for (const [split, count] of Object.entries(counts)) {
      const rows = { split, from: 0, count };
      for (const chip of chips) {
        for (const time of times) {
          all.set(`${split} ${chip} ${time}`, await outputsOf(whole, design, { chip, time }, { rows }));
        }
      }
    }
    const asked = fc.record({
      split: fc.constantFrom('train', 'validation', 'test') as fc.Arbitrary<keyof typeof counts>,
      chip: fc.constantFrom(...chips),
      time: fc.constantFrom(...times),
      from: fc.nat(17),
      count: fc.integer({ min: 1, max: 24 }),
      samples: fc.integer({ min: 1, max: samples }),
    });
    const cases = fc.array(asked, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cases, async parts => {
        const own = fresh();
        for (const { split, chip, time, from, count: most, samples: m } of parts) {
          const total = counts[split];
          const count = Math.min(most, total - from);
          const rows = { split, from, count };
          const part = await outputsOf(own, design, { chip, time }, { rows, samples: m });
          const { values } = all.get(`${split} ${chip} ${time}`)!;
          expect(part.values.length).toBe(m * count * 2);
          for (let s = 0; s < m; s++) {
            const expected = values.subarray((s * total + from) * 2, (s * total + from + count) * 2);
            expect(part.values.subarray(s * count * 2, (s + 1) * count * 2)).toEqual(expected);
          }
          if (m < samples) continue;
          const { losses } = all.get(`${split} ${chip} ${time}`)!;
          expect(part.losses.nll).toEqual(losses.nll!.subarray(from, from + count));
        }
      }),
      { numRuns: 12 },
    );
  });

  test.each(sources)('chips, times and samples of %s', async (_name, source) => {
    const design = designFor(source);
    const wanted = { metrics: ['nll', 'ece'], losses: true, prefixes: [1, 2, 3, 4, 5, 6], map: 3 };
    const evidence = await evaluateDesign(whole, design, { ...wanted, chips, times }, how);
    const places = chips.flatMap((chip, c) => times.map((time, t) => ({ chip, time, at: c * times.length + t })));
    /** The part of an array [chips, times, …] at one of its places. */
    const partOf = (of: Float32Array, at: number, all: number) =>
      of.subarray((of.length / all) * at, (of.length / all) * (at + 1));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(chips, { minLength: 1 }),
        fc.shuffledSubarray(times, { minLength: 1 }),
        fc.option(fc.integer({ min: 1, max: samples }), { nil: undefined }),
        async (someChips, someTimes, m) => {
          const own = { ...wanted, chips: someChips, times: someTimes, samples: m };
          const part = await evaluateDesign(fresh(), design, own, how);
          expect(part.rows.map(({ chip, time }) => [chip, time])).toEqual(
            someChips.flatMap(chip => someTimes.map(time => [chip, time])),
          );
          part.rows.forEach(({ chip, time, values }, i) => {
            const { at } = places.find(place => place.chip === chip && place.time === time)!;
            const prefixes = partOf(evidence.arrays['prefix/nll']!, at, places.length);
            expect(Math.fround(values.nll!)).toBe(prefixes[(m ?? samples) - 1]);
            const same = [
              'prefix/nll',
              'prefix/ece',
              ...((m ?? samples) === samples ? ['losses/nll', 'map/mean'] : []),
            ];
            for (const name of same) {
              const expected = partOf(evidence.arrays[name]!, at, places.length);
              expect(partOf(part.arrays[name]!, i, part.rows.length), name).toEqual(expected);
            }
            if ((m ?? samples) === samples) expect(values).toEqual(evidence.rows[at]!.values);
          });
        },
      ),
      { numRuns: 8 },
    );
  });

  test('samples that do not count are not drawn for maps and rows, nor do they show', async () => {
    const hardware = { compensation: 'none' };
    for (const [, source] of sources) {
      // What reads remember goes by the schedule of the design, so that fewer samples of it are no design of fewer samples.
      const sampling = { ...(source as typeof frozen).sampling, ...(source === read && { memory: false }) };
      const wanted = { metrics: ['nll'], chips: [0], map: 3 };
      const given = designFor({ ...source, hardware, sampling });
      const few = await evaluateDesign(fresh(), given, { ...wanted, samples: 2 }, how);
      const two = designFor({ hardware, sampling: { ...sampling, samples: 2 } });
      const own = await evaluateDesign(fresh(), two, wanted, how);
      expect([few.rows, few.arrays]).toEqual([own.rows, own.arrays]);
    }
  });
});

test('noise belongs to the split, the time and the chip, and converters to the chip', async () => {
  const { train } = whole.data;
  // Test rows that are training rows: what is left to differ is the noise.
  const test = { ...train, count: 18, inputs: train.inputs.slice(0, 36), labels: train.labels.slice(0, 18) };
  const prepared = { ...fresh(), data: { ...whole.data, test } };
  const outputsOf = async (split: 'train' | 'test', at: { chip: number; time: number }, more: Fields) => {
    const rows = { split, from: 0, count: 18 };
    const question: Question = { key, metrics: [], outputs: true, rows };
    const { outputs } = await new Pipeline(prepared, designFor(more), how).run(measurementOf(question), at);
    return outputs![split]!;
  };
  const at = { chip: 0, time: 6 };
  expect(await outputsOf('train', at, read)).not.toEqual(await outputsOf('test', at, read));
  // Without noise of reads and conversions rows are rows, whatever the split.
  const errors = { gainError: 0, offset: 0.05, noise: 0 };
  const still = { hardware: { device: 'ideal', readNoise: false, converters: errors, outputBits: 16 } };
  expect(await outputsOf('train', at, still)).toEqual(await outputsOf('test', at, still));
  // An ideal device leaves chips apart by their converters alone, and those do not age.
  expect(await outputsOf('test', { chip: 0, time: 60 }, still)).toEqual(await outputsOf('test', at, still));
  expect(await outputsOf('test', { chip: 1, time: 6 }, still)).not.toEqual(await outputsOf('test', at, still));
  const perfect = { hardware: { ...still.hardware, converters: { ...errors, offset: 0 } } };
  expect(await outputsOf('test', { chip: 1, time: 6 }, perfect)).toEqual(await outputsOf('test', at, perfect));
  // Reads at another time draw anew, where nothing has aged.
  const noisy = { hardware: { ...perfect.hardware, converters: { ...errors, offset: 0, noise: 0.02 } } };
  expect(await outputsOf('test', { chip: 0, time: 60 }, noisy)).not.toEqual(await outputsOf('test', at, noisy));
});

describe('more samples leave the first ones as they were', () => {
  const cases: readonly [string, Fields, Fields][] = [
    ['joint', {}, {}],
    ['joint with a searched range', { limit: 'search' }, {}],
    ['mean-field', { method: 'mean-field', limit: 'search' }, {}],
    ['mixture', { method: 'mixture' }, {}],
    ['marginal', { method: 'marginal' }, {}],
    ['joint in bfloat16', {}, { precision: 'bf16', precisionLimit: 1 }],
  ];
  test.each(cases)('%s', async (_name, transfer, hardware) => {
    const own = fresh();
    const found = async (samples: number) =>
      (
        await evaluateDesign(
          own,
          designFor({ transfer, hardware: { compensation: 'none', ...hardware }, sampling: { samples } }),
          { metrics: ['nll', 'epistemicMean'], chips: [0, 2], times: [60], samples: 3 },
          how,
        )
      ).rows;
    const three = await found(3);
    // The draws of the posterior begin again after 24.
    for (const more of [5, 12, 30]) expect(await found(more), `${more}`).toEqual(three);
    expect(three[0]!.values).not.toEqual(three[1]!.values);
  });

  // A factor fitted to the whole chip, as `global` is, does change: the cells behind it do not.
  test('cells of the first copies, whatever the compensation', async () => {
    const cellsOf = async (samples: number) =>
      (await new Pipeline(fresh(), designFor({ sampling: { samples } }), how).get('chip', { chip: 1 })).cells;
    const [three, twelve] = [await cellsOf(3), await cellsOf(12)];
    for (const name of ['target', 'programmed', 'relaxation', 'fault'] as const) {
      expect(twelve[name]!.subarray(0, three.target.length), name).toEqual(three[name]);
    }
    expect(twelve.target.length).toBe(4 * three.target.length);
  });
});

describe('chips share their luck with chips of the same number', () => {
  const chipOf = async (more: Fields, chip: number) =>
    new Pipeline(fresh(), designFor(more), how).get('chip', { chip });

  /** Standard normals of relaxation by copy, layer, input (bias last as −1), output and place. */
  async function luckOf(more: Fields, chip = 0): Promise<Map<string, number>> {
    const { cells, plan } = await chipOf(more, chip);
    const { cellsPerWeight } = planEncodings(plan)[0]!;
    const found = new Map<string, number>();
    let at = 0;
    for (let copy = 0; copy < plan.copies; copy++) {
      plan.matrices.forEach(({ rows, columns, bias }, layer) => {
        for (let r = 0; r < rows; r++) {
          for (let c = 0; c < columns; c++) {
            for (let k = 0; k < cellsPerWeight; k++, at++) {
              const input = bias && r === rows - 1 ? -1 : r;
              found.set(`${copy} ${layer} ${input} ${c} ${k}`, cells.relaxation![at]!);
            }
          }
        }
      });
    }
    return found;
  }

  const others: readonly [string, Fields, number][] = [
    // Of 9 + 8 weights the first layer's and, in the second, those of the same inputs and the bias.
    ['a wider network', { network: { layers: ['dense 5 tanh', 'dense 2'] } }, 17],
    ['a deeper network', { network: { layers: ['dense 3 tanh', 'dense 4 tanh', 'dense 2'] } }, 17],
    ['more copies', { sampling: { samples: 9 } }, 17],
    ['fewer copies', { sampling: { samples: 2 } }, 17],
    ['larger tiles', { hardware: { array: { rows: 64, columns: 64 } } }, 17],
    ['more cells per weight', { hardware: { mapping: { mapping: 'pairs', count: 2 } } }, 17],
    ['another range', { transfer: { limit: 3 } }, 17],
    ['another transfer', { transfer: { method: 'mean-field' } }, 17],
    ['another compensation', { hardware: { compensation: 'none' } }, 17],
  ];
  test.each(others)('%s', async (_name, more, weights) => {
    const [own, other] = [await luckOf({}), await luckOf(more)];
    const shared = [...own.keys()].filter(cell => other.has(cell));
    const copies = Math.min(6, (more.sampling as { samples: number } | undefined)?.samples ?? 6);
    expect(shared.length).toBe(copies * weights * 2);
    expect(shared.filter(cell => own.get(cell) !== other.get(cell))).toEqual([]);
  });

  test('and with no chip of another number', async () => {
    const [first, second] = [await luckOf({}, 0), await luckOf({}, 1)];
    expect([...first].filter(([cell, z]) => second.get(cell) === z)).toEqual([]);
  });
});

describe('a design is worth what a run of it reports', () => {
  const empty = mkdtempSync(join(tmpdir(), 'posterohm-'));
  const before = process.cwd();
  process.chdir(empty);
  afterAll(() => process.chdir(before));

  const runs: readonly [string, Fields][] = [
    [
      'frozen copies of a plane of classes',
      overlaid({ evaluate: { chips: 2, times: [6, 60], grid: 5, softwareSamples: 9 } }),
    ],
    [
      'reads with memory of a regression',
      {
        ...overlaid({ ...read, evaluate: { chips: 2, times: [6, 60] } }),
        data: { source: 'cubic', train: 20, validation: 12, test: 15 },
        network: { layers: ['dense 3 tanh', 'dense 1'] },
      },
    ],
  ];
  test.each(runs)('%s', async (_name, input) => {
    const experiment = experimentOf(input);
    const prepared = await preparedOf(input);
    const subject = subjectOf(experiment, fresh(prepared), jobOf());
    const { evaluation, maps } = await evaluate({ subject }, jobOf());
    const { hardware, preserved, times } = evaluation;
    const kept = Object.keys(preserved.metrics);
    const metrics = [...Object.keys(hardware.metrics), ...kept];
    const { softwareSamples, grid } = experiment.evaluate;
    const wanted: Wanted = { metrics, chips: [0, 1], times, prices: true, softwareSamples, map: grid };
    const evidence = await evaluateDesign(fresh(prepared), subject.design, wanted, { key: subject.root, job: jobOf() });
    const at = (chip: number, time: number) =>
      evidence.rows.find(row => row.chip === chip && row.time === time)!.values;
    expect(times.length).toBe(2);
    expect(kept.length).toBeGreaterThan(3);
    for (const chip of [0, 1]) {
      expect(at(chip, evaluation.headlineTime)).toEqual({ ...hardware.chips[chip], ...preserved.chips[chip] });
    }
    for (const { time, metrics: found } of hardware.byTime) {
      for (const [name, { mean }] of Object.entries(found)) {
        expect((at(0, time)[name]! + at(1, time)[name]!) / 2).toBeCloseTo(mean, 12);
      }
    }
    const cost = costOfDesign({
      design: subject.design,
      data: subject.data,
      name: 'run',
      chip: await subject.own.get('chip', { chip: 0 }),
    });
    expect(Object.keys(evidence.prices).length).toBeGreaterThan(3);
    for (const [name, price] of Object.entries(evidence.prices)) expect(cost, name).toHaveProperty(name, price);
    // Prices are of the design, whatever chips are asked about.
    const other = { metrics: [], chips: [1], prices: true };
    expect(
      (await evaluateDesign(fresh(prepared), subject.design, other, { key: subject.root, job: jobOf() })).prices,
    ).toEqual(evidence.prices);
    if (maps['hardware/mean']) {
      expect(evidence.arrays['map/mean']!.subarray(0, maps['hardware/mean'].data.length)).toEqual(
        maps['hardware/mean'].data,
      );
    }
    expect(evidence.made.some(name => name.startsWith('deterministic'))).toBe(false);
    expect(evidence.made.filter(name => name === 'training')).toEqual([]);
    expect(readdirSync(empty)).toEqual([]);
  });

  test('what survived is of rows unless maps are wanted', async () => {
    const metrics = ['decisionAgreement', 'epistemicDifference'];
    const kept = async (more: Partial<Wanted>) =>
      (await evaluateDesign(fresh(), designFor(), { metrics, chips: [0], ...more }, how)).rows[0]!.values;
    const rows = await kept({});
    expect(Object.keys(rows)).toEqual(metrics);
    expect(rows.decisionAgreement! * 18).toBeCloseTo(Math.round(rows.decisionAgreement! * 18), 9);
    const part = await kept({ rows: { split: 'validation', from: 2, count: 7 } });
    expect(part.decisionAgreement! * 7).toBeCloseTo(Math.round(part.decisionAgreement! * 7), 9);
    const map = await kept({ map: 5 });
    expect(map.decisionAgreement! * 25).toBeCloseTo(Math.round(map.decisionAgreement! * 25), 9);
    expect(map.epistemicDifference).not.toBe(rows.epistemicDifference);
  });
});

test('the range is the candidate whose chips predict best', async () => {
  const { ranges, by, candidates } = await new Pipeline(fresh(), designFor({ transfer: { limit: 'search' } }), how).get(
    'range',
  );
  expect(by).toBe('search');
  const scores = candidates.map(({ nll }) => nll);
  expect(new Set(scores).size).toBeGreaterThan(1);
  const { share } = candidates.find(one => one.nll === Math.min(...scores))!;
  for (const { clipped } of ranges) expect(clipped).toBeCloseTo(1 - share, 1);
});

test('reads that remember each other are worth fewer samples, and cost as much more', async () => {
  const priced = (device: string) => {
    const design = designFor({ ...read, hardware: { device } });
    const { energyPerDecision, energyPerEffectiveSample } = pricesOf({ design, data: whole.data, name: 'x' });
    return energyPerEffectiveSample! / (energyPerDecision! / 6);
  };
  expect(priced('rram-cmo')).toBeGreaterThan(1.01);
  expect(priced('rram-lin')).toBeCloseTo(1, 9);
});

describe('a question without an answer is refused before anything is trained', () => {
  const never: Prepared = {
    ...whole,
    store: {
      once: async () => {
        throw new Error('something was computed');
      },
    },
  };
  const cases: readonly [string, object, readonly (string | number)[]][] = [
    ['a time before programming', { times: [6, -1] }, ['times', 1]],
    ['a time that is no number', { times: [Number.NaN] }, ['times', 0]],
    ['a negative chip', { chips: [-1] }, ['chips', 0]],
    ['half a chip', { chips: [0, 0.5] }, ['chips', 1]],
    ['a chip that is no number', { chips: [Number.NaN] }, ['chips', 0]],
    ['a metric that does not exist', { metrics: ['nll', 'acuracy'] }, ['metrics', 1]],
    ['a metric of another task', { metrics: ['rmse'] }, ['metrics', 0]],
    ['no samples', { samples: 0 }, ['samples']],
    ['more samples than there are', { samples: 7 }, ['samples']],
    ['a prefix beyond the samples', { prefixes: [2, 7] }, ['prefixes', 1]],
    ['a map of one point', { map: 1 }, ['map']],
    ['no samples of software', { softwareSamples: 0 }, ['softwareSamples']],
    ['another split', { rows: { split: 'tset', from: 0, count: 1 } }, ['rows', 'split']],
    ['rows before the split', { rows: { split: 'test', from: -1, count: 1 } }, ['rows', 'from']],
    ['rows after the split', { rows: { split: 'test', from: 18, count: 1 } }, ['rows', 'from']],
    ['rows beyond the split', { rows: { split: 'test', from: 17, count: 2 } }, ['rows', 'count']],
    ['no rows', { rows: { split: 'test', from: 0, count: 0 } }, ['rows', 'count']],
  ];
  test.each(cases)('%s', async (_name, more, path) => {
    const wanted = { metrics: ['nll'], chips: [0], ...more } as Wanted;
    const error = await evaluateDesign(never, designFor(), wanted, how).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).faults).toMatchObject([{ path }]);
  });

  test('all faults at once, each with a way out', async () => {
    const wanted = { metrics: ['acuracy'], chips: [-1], times: [-1] };
    const error = await evaluateDesign(never, designFor(), wanted, how).catch((error: unknown) => error);
    expect((error as InputError).message.split('\n')).toEqual([
      expect.stringMatching(/^metrics\.0: is no metric of classification, got 'acuracy'; did you mean 'accuracy'\?/),
      'times.0: must be seconds after programming, not negative, got -1; chips can be read once they are programmed.',
      'chips.0: must be a whole number from 0 to 4294967295, got -1; chips are numbered from 0.',
    ]);
  });

  const designs: readonly [string, Fields, readonly string[]][] = [
    ['wires of arrays that are read in turn', { layout: 'rows', wires: { rowResistance: 1 } }, ['hardware', 'wires']],
    ['other cells than the mapping uses', { cellsPerWeight: 5 }, ['hardware', 'cellsPerWeight']],
    ['more cells than there are', { array: { rows: 3, columns: 16, count: 1 } }, ['hardware', 'array']],
    ['reads of a device that has none', { device: 'oxram-hfo2' }, ['sampling', 'entropy']],
  ];
  test.each(designs)('a design of %s', async (_name, hardware, path) => {
    const source = path[0] === 'sampling' ? read : {};
    const design = designFor({ ...source, hardware });
    const error = await evaluateDesign(never, design, { metrics: ['nll'], chips: [0] }, how).catch(error => error);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).faults).toMatchObject([{ path }]);
  });

  test('a design that names no field', () => {
    for (const [input, path] of [
      [overlaid({ hardware: { tiles: 4 } }), 'hardware'],
      [{ ...moons, colour: 'blue' }, 'colour'],
      [{}, 'data'],
    ] as const) {
      expect(() => experimentOf(input)).toThrow(InputError);
      expect(() => experimentOf(input)).toThrow(path);
    }
  });
});
