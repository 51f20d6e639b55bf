import { describe, expect, test } from 'vitest';
import { check } from '../../src/base/index.ts';
import { type Device, findDevice } from '../../src/device/index.ts';
import { type Key, keyOf } from '../../src/random/index.ts';
import { planPlacement, programChip, readChip, sharedErrorsSchema } from '../../src/transfer/index.ts';
import { drawShared, type SharedErrors } from '../../src/transfer/shared-errors.ts';
import { network, plan } from './fixtures.ts';

const ideal = findDevice('ideal');
const { high } = ideal.range;
const p = plan('joint', { on: ideal, copies: 160 });
const count = p.target.length;
const address = { array: new Int32Array(count), row: new Int32Array(count), column: new Int32Array(count) };
planPlacement(p).cellAddress(address);
const { arrays } = planPlacement(p);

const errors = (given: Partial<SharedErrors>): SharedErrors => check(sharedErrorsSchema(), given, 'shared');
/** What becomes of cells that all conduct half of the largest conductance, as shares of it. */
const seen = (given: Partial<SharedErrors>, key: Key = keyOf(1), chip = 0) => {
  const conductance = new Float32Array(count).fill(high / 2);
  drawShared(key, p, high, errors(given), chip).apply(conductance);
  return conductance.map(g => g / (high / 2));
};
const runs = 120;
/** Mean and spread over chips of what a chip says, each less than 4 standard errors off. */
function expectSpread(of: (run: number) => number, mean: number, std: number): void {
  const all = Array.from({ length: runs }, (_, run) => of(run));
  const average = all.reduce((a, b) => a + b, 0) / runs;
  const variance = all.reduce((sum, x) => sum + (x - average) ** 2, 0) / (runs - 1);
  expect(Math.abs(average - mean)).toBeLessThan((4 * std) / Math.sqrt(runs));
  expect(Math.abs(Math.sqrt(variance) / std - 1)).toBeLessThan(4 / Math.sqrt(2 * runs));
}

describe('errors that cells share', () => {
  test('are none where nothing is said', () => {
    expect(arrays).toBeGreaterThan(1);
    expect(seen({}).every(share => Math.abs(share - 1) < 1e-6)).toBe(true);
  });

  test('of a chip are one gain, of normal law', () => {
    const one = seen({ chip: 0.1 });
    expect(Math.max(...one) - Math.min(...one)).toBeLessThan(1e-6);
    expectSpread(run => seen({ chip: 0.1 }, keyOf(run))[0]!, 1, 0.1);
  });

  test('of arrays are a gain and an offset each', () => {
    const last = address.array.findIndex(a => a === arrays - 1);
    expectSpread(run => seen({ array: 0.1 }, keyOf(run))[last]!, 1, 0.1);
    expectSpread(run => seen({ offset: 0.02 }, keyOf(run))[last]!, 1, 0.04);
    const one = seen({ array: 0.1 });
    expect(new Set(one).size).toBe(arrays);
    one.forEach((share, i) => {
      expect(share).toBe(one[address.array.indexOf(address.array[i]!)]);
    });
  });

  test.each([
    ['rowGradient', 'row'],
    ['columnGradient', 'column'],
  ] as const)('of %s are straight lines over the lines of an array, 0 in its middle', (name, of) => {
    const one = seen({ [name]: 0.2 });
    const slopes = Array.from(one, (share, i) => (share - 1) / (address[of][i]! / 63 - 0.5));
    const first = slopes.filter((_, i) => address.array[i] === 0);
    expect(Math.max(...first) - Math.min(...first)).toBeLessThan(1e-4);
    // From the first to the last of 64 lines.
    expectSpread(run => (seen({ [name]: 0.2 }, keyOf(run))[0]! - 1) / (address[of][0]! / 63 - 0.5), 0, 0.2);
  });

  test('of lots are shared by their chips alone, whatever the chips’ keys', () => {
    const gain = (run: number, chip: number, lots = 0) =>
      seen({ lot: 0.1, chipsPerLot: 10, lots }, keyOf(run), chip)[0]!;
    expect(gain(1, 3)).toBe(gain(2, 9));
    expect(gain(1, 3)).not.toBe(gain(1, 10));
    expect(gain(1, 3)).not.toBe(gain(1, 3, 1));
    expectSpread(lot => gain(1, 10 * lot), 1, 0.1);
  });

  test('of temperature are those of Arrhenius', () => {
    // python3 -c "import math; print(math.exp(.1/8.617333262e-5*(1/300-1/330)))"
    expect(seen({ temperature: 330 })[5]).toBeCloseTo(1.4214, 3);
    expect(seen({ temperature: 330, activation: 0 })[5]).toBeCloseTo(1, 6);
    expect(seen({ temperature: 270 })[5]!).toBeLessThan(1);
  });

  test.each([
    ['deadRows', 'row'],
    ['deadColumns', 'column'],
  ] as const)('of %s leave whole lines without current, as many as their share', (name, of) => {
    const one = seen({ [name]: 0.1 });
    const lines = new Map<string, boolean>();
    one.forEach((share, i) => {
      const line = `${address.array[i]} ${address[of][i]}`;
      expect(lines.get(line) ?? share === 0, line).toBe(share === 0);
      lines.set(line, share === 0);
    });
    const dead = [...lines.values()].filter(Boolean).length;
    expect(Math.abs(dead - 0.1 * lines.size)).toBeLessThan(4 * Math.sqrt(0.09 * lines.size));
  });

  test('of dead lines are drawn by array and direction', () => {
    const dead = (name: 'deadRows' | 'deadColumns', lines: Int32Array) => {
      const found = new Map<string, boolean>();
      seen({ [name]: 0.4 }).forEach((share, i) => {
        found.set(`${address.array[i]} ${lines[i]}`, share === 0);
      });
      return found;
    };
    const [rows, columns] = [dead('deadRows', address.row), dead('deadColumns', address.column)];
    const alike = (of: Map<string, boolean>, on: Map<string, boolean>, array: (a: string) => string) => {
      const shared = [...of.keys()].filter(at => on.has(array(at)));
      return shared.filter(at => of.get(at) === on.get(array(at))).length / shared.length;
    };
    // Independent lines agree by .4² + .6² = .52.
    expect(alike(rows, rows, at => at)).toBe(1);
    expect(alike(rows, columns, at => at)).toBeLessThan(0.8);
    for (const one of [rows, columns]) expect(alike(one, one, at => at.replace(/^0 /, '1 '))).toBeLessThan(1);
  });

  test('of the reference shift weights of a mapping that takes one away', () => {
    const offset = plan('joint', { on: ideal, mapping: { mapping: 'offset' }, copies: 3 });
    const chip = programChip(keyOf(1), offset, ideal, { kind: 'single-pulse' });
    const at = (reference: number) =>
      readChip(chip, ideal, {
        time: 1,
        compensation: 'none',
        shared: { errors: errors({ reference }), chip: 0, key: keyOf(4) },
      }).weights;
    const [plain, shifted] = [at(0), at(0.1)];
    const shift = shifted[0]! - plain[0]!;
    expect(Math.abs(shift)).toBeGreaterThan(0.01);
    plain.forEach((w, i) => {
      expect(shifted[i]! - w).toBeCloseTo(shift, 4);
    });
  });

  /** Spread over chips of the mean of a weight over M copies of it on each chip. */
  function spreadOfMean(device: Device, copies: number, given: Partial<SharedErrors>): number {
    const posterior = {
      kind: 'point',
      method: 'map',
      parameters: network.parameters,
      size: 17,
      mean: new Float32Array(17).fill(1),
      info: {},
    } as const;
    const of = plan('joint', { on: device, copies, posterior });
    const means = Array.from({ length: 150 }, (_, run) => {
      const key = keyOf(run);
      const chip = programChip(key, of, device, { kind: 'single-pulse' });
      const shared = { errors: errors(given), chip: run, key };
      const { weights } = readChip(chip, device, { time: 6, compensation: 'none', shared });
      let sum = 0;
      for (let c = 0; c < copies; c++) sum += weights[c * of.weights]!;
      return sum / copies;
    });
    const mean = means.reduce((a, b) => a + b, 0) / means.length;
    return Math.sqrt(means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (means.length - 1)) / mean;
  }

  test('are not averaged out by more samples, as what each cell has is', () => {
    const oxram = findDevice('oxram-hfo2');
    const own = [4, 64].map(copies => spreadOfMean(oxram, copies, {}));
    expect(own[0]! / own[1]!).toBeGreaterThan(4 * 0.75);
    expect(own[0]! / own[1]!).toBeLessThan(4 / 0.75);
    for (const [k, copies] of [4, 64].entries()) {
      const both = spreadOfMean(oxram, copies, { chip: 0.1 });
      // Variances add: that of the shared gain stays, that of the cells falls as 1/M.
      expect(Math.abs(both / Math.hypot(0.1, own[k]!) - 1)).toBeLessThan(4 / Math.sqrt(300));
    }
  });
});
