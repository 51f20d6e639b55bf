import { expect, test } from 'vitest';
import { InputError } from '../../src/base/index.ts';
import { range } from '../../src/pipeline/stages/range.ts';
import { stopping } from '../../src/pipeline/stages/stopping.ts';
import { uncertaintyOf } from '../../src/pipeline/uncertainty-parts.ts';

const interval = { mean: 0.1, low: Number.NaN, high: 0.2 };
const sizes = { chips: 2, draws: 2, programmings: 2, reads: 2, rows: 4 };
const results = {
  range: {
    codec: range.codec!,
    value: {
      by: 'search',
      ranges: [{ name: '0.weight', limit: [1, 0.5], biasDrive: 1, clipped: 0.01 }],
      candidates: [{ share: 0.9, nll: 0.4 }],
    },
    others: { by: 'chance', 'ranges.0.limit': '1', 'candidates.0.nll': [], ranges: {} },
  },
  stopping: {
    codec: stopping.codec!,
    value: {
      risk: 0.002,
      error: 0.05,
      lambda: Number.POSITIVE_INFINITY,
      samples: 20,
      pairs: 1500,
      losses: 0,
      pValue: 0.04,
      meanSamples: 3.5,
      samples99: 12,
      fixedSamples: 18,
    },
    others: { lambda: 'x', samples: null },
  },
  uncertainty: {
    codec: uncertaintyOf(sizes, 6).codec!,
    value: {
      aleatoric: interval,
      total: interval,
      read: { ...interval, entropy: { mean: 1, halved: 2 } },
      sizes,
      time: 6,
    },
    others: { total: null, 'read.entropy.mean': 'x', sizes: 3, 'aleatoric.low': {} },
  },
};

const at = {};
const decoded = ({ codec }: (typeof results)[keyof typeof results], files: Record<string, Uint8Array>) =>
  (codec.decode as (files: Record<string, Uint8Array>, ...rest: unknown[]) => unknown)(files, undefined, {}, at);

test.each(Object.keys(results) as (keyof typeof results)[])(
  'the file of %s comes back, and of another shape is refused by field',
  name => {
    const result = results[name];
    const [file] = result.codec.files(at);
    const encode = result.codec.encode as (value: unknown, at: object) => Record<string, Uint8Array>;
    const files = encode(result.value, at);
    expect(decoded(result, files)).toEqual(result.value);
    const text = new TextDecoder().decode(files[file!]);
    const refusalOf = (changed: string) => {
      try {
        decoded(result, { [file!]: new TextEncoder().encode(changed) });
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return (error as InputError).faults.map(fault => [fault.file, fault.path.join('.')]);
      }
      return [];
    };
    for (const [path, other] of Object.entries(result.others)) {
      const changed = JSON.parse(text);
      const steps = path.split('.');
      steps.slice(0, -1).reduce((inner, step) => inner[step], changed)[steps.at(-1)!] = other;
      expect(refusalOf(JSON.stringify(changed)), path).toContainEqual([file, path]);
    }
    expect(refusalOf(text.slice(0, -5))).toEqual([[file, '']]);
  },
);

test('no design stops where a file says that it takes all samples', () => {
  expect(decoded(results.stopping, { 'stopping.json': new TextEncoder().encode('null') })).toBeNull();
});
