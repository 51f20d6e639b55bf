import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeWfdbHeader, decodeWfdbSignals } from '../../../src/data/formats/index.ts';
import { samplesWithin, unpackSamples } from '../../../src/data/formats/wfdb-samples.ts';

/** Bytes by the words of the WFDB Applications Guide, signal(5), packed by hand. */
const packed = [
  [8, [127, 128, 255], [127, -128, -1]],
  [16, [1, 0, 0, 128, 255, 255], [1, -32768, -1]],
  [24, [1, 0, 0, 0, 0, 128, 255, 255, 255], [1, -8388608, -1]],
  [32, [1, 0, 0, 0, 0, 0, 0, 128], [1, -2147483648]],
  [61, [0, 1, 128, 0, 255, 254], [1, -32768, -2]],
  [80, [0, 128, 255], [-128, 0, 127]],
  [160, [0, 0, 0, 128, 255, 255], [-32768, 0, 32767]],
  // 0x7ff and 0x800 share the middle byte.
  [212, [0xff, 0x87, 0x00, 0x01, 0x00], [2047, -2048, 1]],
  // 1, −1 in bits 1 to 10 of two words, 511 = 01111 11111 in their upper five bits: low half first.
  [310, [0x02, 0xf8, 0xfe, 0x7f], [1, -1, 511]],
  // 1, −1 and −512 from the lowest bits on; two bits are left over.
  [311, [0x01, 0xfc, 0x0f, 0x20], [1, -1, -512]],
] as const;

test.each(packed)('format %i', (format, bytes, values) => {
  const held = Uint8Array.from([9, 9, ...bytes]);
  expect(samplesWithin(format, bytes.length)).toBe(values.length);
  expect(Array.from(unpackSamples(format, held, 2, values.length))).toEqual([...values]);
});

test.each([
  [212, [0, 0, 1, 2, 2, 3, 4]],
  [310, [0, 0, 1, 1, 3, 3, 4]],
  [311, [0, 0, 1, 2, 3, 3, 4]],
] as const)('format %i: an unfinished group holds fewer samples', (format, counts) => {
  expect(counts.map((_, bytes) => samplesWithin(format, bytes))).toEqual([...counts]);
});

test('differences are added up from the initial value', () => {
  const { signals, samples } = decodeWfdbHeader(
    new TextEncoder().encode('r 1 250 3\nr.dat 8 200 12 0 -5 -12 0 I'),
    'r.hea',
  );
  expect(Array.from(decodeWfdbSignals(Uint8Array.of(0, 2, 255), 'r.dat', signals, samples)[0]!)).toEqual([-5, -3, -4]);
});

interface Expected {
  readonly fs: number;
  readonly samples: number;
  readonly signals: readonly {
    readonly name: string;
    readonly first: number[];
    readonly last: number[];
    readonly sum: number;
  }[];
}

const folder = process.env.POSTEROHM_DATA;
describe.skipIf(!folder)('records in every format, from a folder of data sets given by POSTEROHM_DATA', () => {
  const read = (name: string) => new Uint8Array(readFileSync(join(folder!, 'wfdb', name)));
  const expected = () =>
    JSON.parse(readFileSync(join(folder!, 'wfdb', 'expected.json'), 'utf8')) as Record<string, Expected>;

  /** All signals of a record, its segments joined, [signals][samples]. */
  function signalsOf(record: string): number[][] {
    const { signals, samples, segments } = decodeWfdbHeader(read(`${record}.hea`), record);
    if (segments.length > 0) {
      const parts = segments.map(segment => signalsOf(segment.record));
      return parts[0]!.map((_, k) => parts.flatMap(part => part[k]!));
    }
    const files = [...new Set(signals.map(({ file }) => file))];
    return files.flatMap(file =>
      decodeWfdbSignals(
        read(file),
        file,
        signals.filter(signal => signal.file === file),
        samples,
      ).map(values => Array.from(values)),
    );
  }

  test.each(['binformats', '310derive', '041s'])('%s holds what the reference reader finds (wfdb, Python)', record => {
    const { samples, signals } = expected()[record]!;
    const found = signalsOf(record);
    expect(found.map(values => values.length)).toEqual(signals.map(() => samples));
    signals.forEach(({ first, last, sum }, k) => {
      expect(found[k]!.slice(0, first.length)).toEqual(first);
      expect(found[k]!.slice(-last.length)).toEqual(last);
      expect(found[k]!.reduce((a, b) => a + b, 0)).toBe(sum);
    });
  });
});
