import { describe, expect, test } from 'vitest';
import { check } from '../../src/base/index.ts';
import { conductanceAt, type Device, findDevice, momentsAt } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import {
  type Compensation,
  compensationSchema,
  compensations,
  programChip,
  readChip,
} from '../../src/transfer/index.ts';
import { key, momentPosterior, plan } from './fixtures.ts';

const pcm = findDevice('pcm-ibm');
const day = 86_400;

/** Least squares of some weights on others. */
const slopeOf = (of: Float32Array, on: Float32Array) =>
  of.reduce((sum, w, i) => sum + w * on[i]!, 0) / on.reduce((sum, w) => sum + w * w, 0);

describe('registry', () => {
  test.each(Object.values<Compensation>(compensations))('$name is chosen by its name', ({ name, summary, schema }) => {
    expect(schema.parse(name)).toBe(name);
    expect(check(compensationSchema(), name, 'hardware.compensation')).toBe(name);
    expect(compensationSchema().description).toContain(`'${name}'`);
    expect(compensationSchema().description).toContain(summary);
  });

  test('an unknown name is refused with the nearest', () => {
    expect(() => check(compensationSchema(), 'globl', 'hardware.compensation')).toThrow(
      /unknown name 'globl'; did you mean 'global'\? Known: global, column, reference, logits, none/,
    );
  });
});

describe('global', () => {
  const observed = {
    plan: plan('joint', { copies: 2 }),
    total: { now: 3e-3, programmed: 4e-3, expected: 0.9 },
    columns: () => expect.fail('reads columns'),
    reference: () => expect.fail('reads references'),
  };

  test('divides weights by the share left over that expected, variances by its square', () => {
    const retained = compensations.global.fit(observed);
    expect(retained).toBeCloseTo(0.75 / 0.9, 12);
    const reading = { weights: Float32Array.of(1, -2), variances: Float32Array.of(0.5, 4) };
    compensations.global.apply(reading, 0.5);
    expect(reading).toEqual({ weights: Float32Array.of(2, -4), variances: Float32Array.of(2, 16) });
  });

  test('reads every programmed cell once for a refit, none of them for none', () => {
    const { target } = observed.plan;
    expect(compensations.global.cost(observed.plan)).toEqual({ cellReads: target.filter(t => t > 0).length });
    expect(compensations.none.cost()).toEqual({ cellReads: 0 });
  });
});

/** The device without any spread or noise: only means drift. */
const exact: Device = {
  ...pcm,
  rest: { ...pcm.rest, std: 0 },
  programming: { ...pcm.programming, std: () => 0 },
  drift: { ...pcm.drift!, exponentStd: () => 0 },
  read: undefined,
};

describe('column', () => {
  const p = plan('joint', { on: exact, copies: 3 });
  const chip = programChip(key, p, exact, { kind: 'single-pulse' });
  const plain = readChip(chip, exact, { time: day, compensation: 'none' }).weights;
  const scaled = readChip(chip, exact, { time: day, compensation: 'column' }).weights;

  test('divides by what is left of each column of each copy', () => {
    // Weights [copy][matrix][row][column] of 2–3–2, two cells each: 9 weights of 3 columns, 8 of 2.
    const columnOf = (weight: number) => (weight < 9 ? weight % 3 : 3 + ((weight - 9) % 2));
    const left = new Map<string, [number, number]>();
    p.target.forEach((goal, cell) => {
      if (goal === 0) return;
      const weight = Math.floor(cell / 2);
      const at = `${Math.floor(weight / 17)} ${columnOf(weight % 17)}`;
      const [now, before] = left.get(at) ?? [0, 0];
      left.set(at, [now + momentsAt(exact, goal, day).mean, before + goal]);
    });
    plain.forEach((w, i) => {
      const [now, before] = left.get(`${Math.floor(i / 17)} ${columnOf(i % 17)}`)!;
      if (Math.abs(w) > 0.01) expect(scaled[i]! / w / (before / now)).toBeCloseTo(1, 4);
    });
  });

  test('divides variances by the square of that', () => {
    const cells = p.target.length / 2;
    const reading = { weights: new Float32Array(cells).fill(1), variances: new Float32Array(cells).fill(1) };
    // Five columns of each of three copies.
    const retained = Float64Array.from({ length: 15 }, (_, i) => 0.5 + i / 20);
    compensations.column.apply(reading, retained, p);
    reading.variances.forEach((v, i) => {
      expect(v).toBeCloseTo(reading.weights[i]! ** 2, 5);
    });
    expect(new Set(reading.weights).size).toBe(15);
  });

  test('leaves a plan that counts on a time as it is then', () => {
    const late = plan('mean-field', { on: exact, posterior: momentPosterior(), copies: 2 });
    const made = programChip(key, late, exact, { kind: 'single-pulse' });
    const at = (compensation: 'column' | 'reference' | 'none') =>
      readChip(made, exact, { time: late.intendedAt, compensation }).weights;
    for (const compensation of ['column', 'reference'] as const) {
      at(compensation).forEach((w, i) => {
        expect(Math.abs(w - at('none')[i]!)).toBeLessThan(2e-3);
      });
    }
  });

  test('reads with the noise of its cells', () => {
    const noisy: Device = { ...exact, read: pcm.read! };
    const own = readChip(chip, noisy, { time: day, compensation: 'column' }).weights;
    const off = own.map((w, i) => w / scaled[i]! - 1).filter(Number.isFinite);
    const spread = Math.sqrt(off.reduce((sum, x) => sum + x * x, 0) / off.length);
    // Some 3 to 5 cells of about 4 % each, once now and once just after programming.
    expect(spread).toBeGreaterThan(0.005);
    expect(spread).toBeLessThan(0.08);
  });
});

describe('reference', () => {
  const p = plan('joint', { on: pcm, copies: 2 });
  const at = (run: number, time: number, device: Device = pcm) => {
    const chip = programChip(keyOf(run), p, device, { kind: 'single-pulse' });
    const of = (compensation: 'reference' | 'none') => readChip(chip, device, { time, compensation }).weights;
    return slopeOf(of('none'), of('reference'));
  };

  test('is the share left of 128 cells in the middle, with the spread of so many', () => {
    const found = Array.from({ length: 40 }, (_, run) => at(run, day));
    const mean = found.reduce((a, b) => a + b, 0) / found.length;
    const { mean: middle } = momentsAt(pcm, 12.5e-6, day);
    expect(Math.abs(mean / (middle / 12.5e-6) - 1)).toBeLessThan(0.005);
    const spread = Math.sqrt(found.reduce((sum, x) => sum + (x / mean - 1) ** 2, 0) / found.length);
    // ν = .049 ± .008 (PCM-IBM at g = .5) gives .008 ln 4321 = .067 a cell, reads of 4 to 6 % now and fresh, over 128.
    expect(spread).toBeGreaterThan(0.07 / Math.sqrt(128) / 1.5);
    expect(spread).toBeLessThan((0.1 / Math.sqrt(128)) * 1.5);
  });

  test('cannot be read of a measured chip', () => {
    const { key: _none, ...chip } = programChip(key, p, pcm, { kind: 'single-pulse' });
    expect(() => readChip(chip, pcm, { time: day, compensation: 'reference' })).toThrow(
      /hardware\.compensation: 'reference' reads cells kept beside the plan's, of which a measured chip says nothing; choose 'global'/,
    );
  });

  test('costs its cells alone', () => {
    expect(compensations.reference.cost()).toEqual({ cellReads: 128, cells: 128 });
    expect(compensations.logits.cost()).toEqual({ cellReads: 0, decisions: 64 });
    expect(compensations.column.cost(p)).toEqual(compensations.global.cost(p));
  });
});

test('logits are brought back by a line for each output', () => {
  const before = Float64Array.from({ length: 128 }, (_, i) => Math.sin(3 * i));
  const now = before.map((y, i) => (i % 2 ? 0.5 * y + 1 : -2 * y - 3));
  const { gain, offset } = compensations.logits.outputs.fit(now, before, 2);
  expect([...gain].map(x => x.toFixed(9))).toEqual(['-0.500000000', '2.000000000']);
  expect([...offset].map(x => x.toFixed(9))).toEqual(['-1.500000000', '-2.000000000']);
  const constant = compensations.logits.outputs.fit(new Float64Array(8).fill(2), before.slice(0, 8), 1);
  expect(constant.gain[0]).toBe(1);
});

describe('a reading', () => {
  test('is scaled by the last fit', () => {
    const p = plan('joint', { on: pcm, copies: 3 });
    const chip = programChip(key, p, pcm, { kind: 'single-pulse' });
    const at = (time: number, compensation: 'global' | 'none', refit?: number) =>
      readChip(chip, pcm, { time, compensation, refit }).weights;
    const factor = slopeOf(at(day, 'global'), at(day, 'none'));
    expect(slopeOf(at(1.5 * day, 'global', day), at(1.5 * day, 'none'))).toBeCloseTo(factor, 5);
    expect(at(0.5 * day, 'global', day)).toEqual(at(0.5 * day, 'none'));
    expect(at(1.5 * day, 'global')).not.toEqual(at(1.5 * day, 'global', day));
  });

  test('is that of the cells times one factor, which all weights and variances share', () => {
    const p = plan('mean-field', { on: pcm, posterior: momentPosterior() });
    const chip = programChip(key, p, pcm, { kind: 'single-pulse' });
    const plain = readChip(chip, pcm, { time: 10 * day, compensation: 'none', readNoise: true });
    const scaled = readChip(chip, pcm, { time: 10 * day, compensation: 'global', readNoise: true });
    let [now, before, expectedNow, expectedBefore] = [0, 0, 0, 0];
    const { programmed, driftExponent } = chip.cells;
    p.target.forEach((target, i) => {
      if (target === 0) return;
      before += programmed[i]!;
      // PCM-IBM drifts as ((t + 20)/20)^−ν.
      now += programmed[i]! * ((10 * day + 20) / 20) ** -driftExponent![i]!;
      expectedBefore += momentsAt(pcm, target, 0).mean;
      expectedNow += momentsAt(pcm, target, p.intendedAt).mean;
    });
    const factor = expectedNow / expectedBefore / (now / before);
    for (let i = 0; i < 50; i++) {
      expect(scaled.weights[i]! / plain.weights[i]!).toBeCloseTo(factor, 4);
      expect(scaled.variances![i]! / plain.variances![i]!).toBeCloseTo(factor ** 2, 4);
    }
  });

  test('has variances where they are asked for', () => {
    const p = plan('joint', { on: pcm, copies: 2 });
    const chip = programChip(key, p, pcm, { kind: 'single-pulse' });
    expect(readChip(chip, pcm, { time: day, compensation: 'none' }).variances).toBeUndefined();
    expect(readChip(chip, pcm, { time: day, compensation: 'none', readNoise: true }).variances).toHaveLength(
      2 * p.weights,
    );
  });

  test('of measured conductances is scaled by what the device’s mean says of the time before the first read', () => {
    const p = plan('mean-field', { on: pcm, copies: 3, posterior: momentPosterior() });
    const made = programChip(key, p, pcm, { kind: 'single-pulse' });
    const conductance = conductanceAt(pcm, made.cells, p.intendedAt, new Float32Array(p.target.length));
    const reads = { times: [p.intendedAt], conductance: [conductance] };
    const chip = {
      plan: p,
      cells: { target: p.target, programmed: conductance, reads, fault: made.cells.fault, pulses: made.cells.pulses },
    };
    const at = (time: number, compensation: 'global' | 'none') => readChip(chip, pcm, { time, compensation }).weights;
    // Read when the plan's weights count, so that nothing is to be made up for, but for the curvature of the mean over targets.
    const [own, scaled] = [at(p.intendedAt, 'none'), at(p.intendedAt, 'global')];
    own.forEach((w, i) => {
      expect(Math.abs(scaled[i]! - w)).toBeLessThan(0.01 * Math.abs(w) + 1e-6);
    });
    // Ten years on the mean of the model has fallen, and is made up for.
    const late = slopeOf(at(3.2e8, 'none'), own);
    expect(late).toBeLessThan(0.75);
    expect(slopeOf(at(3.2e8, 'global'), own)).toBeCloseTo(1, 1);
  });

  test('asks the device once for what it expects of a plan', () => {
    let asked = 0;
    const exponentMean = (target: number) => {
      asked++;
      return pcm.drift!.exponentMean(target);
    };
    const counted: Device = { ...pcm, drift: { ...pcm.drift!, exponentMean } };
    const p = plan('mean-field', { on: counted, posterior: momentPosterior(), copies: 4 });
    const chip = programChip(key, p, counted, { kind: 'single-pulse' });
    readChip(chip, counted, { time: day, compensation: 'global' });
    const first = asked;
    readChip(chip, counted, { time: 2 * day, compensation: 'global' });
    expect(asked).toBe(first);
  });

  test('of a mapping with an offset follows the drift of its reference', () => {
    const p = plan('joint', { on: pcm, mapping: { mapping: 'offset' }, copies: 400 });
    const chip = programChip(key, p, pcm, { kind: 'single-pulse' });
    const { weights } = readChip(chip, pcm, { time: day, compensation: 'none' });
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean(weights) - mean(p.intended))).toBeLessThan(0.1);
  });
});
