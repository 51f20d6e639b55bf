import { describe, expect, it } from 'vitest';
import type { LayerDrive } from '../../src/crossbar/drive.ts';
import { forwardCopies } from '../../src/crossbar/forward.ts';
import { calibrateConverters, convert, tileBoundaries } from '../../src/crossbar/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

const make = (copies: number, count: number, inputs: number, outputs: number, shared: boolean, tile: number) => {
  const drive: LayerDrive = {
    copies,
    count,
    inputs,
    outputs,
    bias: true,
    shared,
    boundaries: tileBoundaries(inputs + 1, tile),
  };
  const x = fillNormal(keyOf(1), new Float64Array((shared ? 1 : copies) * count * inputs));
  const w = fillNormal(keyOf(2), new Float64Array(copies * (inputs + 1) * outputs));
  return { drive, x, w, out: new Float64Array(copies * count * outputs) };
};

/** The definition, one tile and one number at a time. */
const plain = ({ drive, x, w }: ReturnType<typeof make>) => {
  const { copies, count, inputs, outputs, shared, boundaries } = drive;
  const out = new Float64Array(copies * count * outputs);
  const driven = x.slice();
  if (drive.input) convert(driven, driven, drive.input);
  for (let s = 0; s < copies; s++)
    for (let n = 0; n < count; n++)
      for (let j = 0; j < outputs; j++)
        for (let t = 0; t + 1 < boundaries.length; t++) {
          const sum = new Float64Array(1);
          for (let r = boundaries[t]!; r < boundaries[t + 1]!; r++) {
            const v = r === inputs ? 1 : driven[((shared ? 0 : s * count) + n) * inputs + r]!;
            sum[0]! += v * w[(s * (inputs + 1) + r) * outputs + j]!;
          }
          if (drive.output) convert(sum, sum, drive.output);
          out[(s * count + n) * outputs + j]! += sum[0]!;
        }
  return out;
};

describe('forwardCopies', () => {
  it.each([
    [true, 100],
    [true, 3],
    [false, 100],
    [false, 4],
  ])('is the definition with shared %s and tiles of %i word lines', (shared, tile) => {
    const data = make(3, 5, 7, 4, shared, tile);
    const converters = { input: { bits: 5, low: -2, high: 2 }, output: { bits: 6, low: -4, high: 4 } };
    for (const extra of [{}, converters]) {
      const drive = { ...data.drive, ...extra };
      forwardCopies(data.out, data.x, data.w, drive);
      const expected = plain({ ...data, drive });
      for (let i = 0; i < expected.length; i++) expect(data.out[i]).toBeCloseTo(expected[i]!, 10);
    }
  });

  it('gives the same where the work is done in pieces', () => {
    const data = make(2, 90_000, 2, 16, true, 2);
    forwardCopies(data.out, data.x, data.w, data.drive);
    const one = make(2, 1, 2, 16, true, 2);
    for (const n of [0, 65_535, 65_536, 89_999]) {
      const x = data.x.slice(n * 2, n * 2 + 2);
      forwardCopies(one.out, x, data.w, one.drive);
      for (let s = 0; s < 2; s++)
        for (let j = 0; j < 16; j++) expect(data.out[(s * 90_000 + n) * 16 + j]).toBeCloseTo(one.out[s * 16 + j]!, 12);
    }
  });

  it('calibrates ranges that hold the calibration data', () => {
    const data = make(4, 50, 20, 6, true, 8);
    const converters = calibrateConverters(data.out, data.x, data.w, data.drive, { inputBits: 8, outputBits: 8 });
    const drive = { ...data.drive, ...converters };
    const saturation = forwardCopies(data.out, data.x, data.w, drive);
    expect(saturation).toEqual({ inputs: 0, inputsOf: 1000, outputs: 0, outputsOf: 4 * 50 * 6 * 3 });
    const ideal = plain(data);
    let worst = 0;
    for (let i = 0; i < ideal.length; i++) worst = Math.max(worst, Math.abs(ideal[i]! - data.out[i]!));
    expect(worst).toBeLessThan(0.5);
    expect(worst).toBeGreaterThan(0);
    const narrow = calibrateConverters(data.out, data.x, data.w, data.drive, {
      inputBits: 8,
      outputBits: 8,
      share: 0.9,
    });
    expect(narrow.output.high).toBeLessThan(converters.output.high);
    const clipped = forwardCopies(data.out, data.x, data.w, { ...data.drive, ...narrow });
    expect(clipped.inputs / clipped.inputsOf).toBeCloseTo(0.1, 1);
    expect(clipped.outputs / clipped.outputsOf).toBeCloseTo(0.1, 1);
  });
});
