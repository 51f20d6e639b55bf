import { expect, test } from 'vitest';
import { decodeVariances, decodeWeights } from '../../src/crossbar/index.ts';
import { conductanceAt, findDevice, programCells, readStd } from '../../src/device/index.ts';
import { buildNetwork, evenRanges } from '../../src/network/index.ts';
import {
  type Plan,
  planEncodings,
  planTransfer,
  programChip,
  programInPieces,
  readChip,
  readInPieces,
  transferMethods,
} from '../../src/transfer/index.ts';
import { key, plan } from './fixtures.ts';

/** Copies enough for some pieces of programming and of reading. */
const copies = 10_000;
const time = 3600;
const limit = 2;

/** Pieces of a piece of work. */
function count(work: Generator): number {
  let pieces = 0;
  while (!work.next().done) pieces++;
  return pieces;
}

const sameBytes = (a: ArrayBufferView, b: ArrayBufferView) => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

/** All cells programmed in one, by the definition. */
const inOne = (p: Plan, on: ReturnType<typeof findDevice>, kind: 'single-pulse' | 'program-and-verify') =>
  programCells(
    key,
    on,
    p.target,
    { kind },
    {
      grid: { copies: p.copies, matrices: p.matrices.map(m => ({ ...m, devices: 2, bias: m.bias !== null })) },
    },
  );

test.each([
  ['rram-wan', 'program-and-verify'],
  ['pcm-ibm', 'single-pulse'],
] as const)(
  'copies of %s, %s, that are too large to be programmed whole are programmed line by line alike',
  (name, kind) => {
    const on = findDevice(name);
    // A first matrix of few word lines, a second of more cells than one piece has, the last of few columns.
    const { matrices, parameters, size } = buildNetwork(['dense 200 relu', 'dense 200 relu', 'dense 2'], [2]);
    const mean = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
    const p = planTransfer(key, transferMethods.joint, transferMethods.joint.schema.parse({}), {
      posterior: { kind: 'point', method: 'map', parameters, size, mean, info: {} },
      matrices,
      device: on,
      geometry: { rows: 64, columns: 64 },
      layout: 'rows',
      mappings: matrices.map(() => ({ mapping: 'differential' }) as const),
      copies: 2,
      ranges: evenRanges(matrices, 1),
      time: on.referenceTime,
    });
    expect(count(programInPieces(key, p, on, { kind }))).toBe(2 * (1 + 2 + 1));
    const { cells } = programChip(key, p, on, { kind });
    const { reads: _none, ...whole } = inOne(p, on, kind);
    for (const [array, values] of Object.entries(whole)) {
      expect(sameBytes(values, cells[array as keyof typeof whole]!), array).toBe(true);
    }
  },
);

test.each([
  ['rram-wan', 'single-pulse'],
  ['rram-wan', 'program-and-verify'],
  ['pcm-ibm', 'single-pulse'],
] as const)('a chip of %s, %s, programmed and read in pieces is that of one piece', (name, kind) => {
  const on = findDevice(name);
  const p = plan('joint', { on, copies, limit });
  expect(count(programInPieces(key, p, on, { kind }))).toBeGreaterThan(2);
  const chip = programChip(key, p, on, { kind });
  const cells = inOne(p, on, kind);
  const { reads: _none, ...arrays } = cells;
  for (const [array, values] of Object.entries(arrays)) {
    expect(sameBytes(values, chip.cells[array as keyof typeof arrays]!), array).toBe(true);
  }
  const options = { time, compensation: 'none', readNoise: true } as const;
  expect(count(readInPieces(chip, on, options))).toBeGreaterThan(2);
  const { weights, variances } = readChip(chip, on, options);
  const now = conductanceAt(on, cells, time, new Float32Array(cells.target.length));
  const encoding = planEncodings(p)[0]!;
  const whole = new Float32Array(copies * p.weights);
  decodeWeights(whole, now, encoding);
  expect(whole.every((w, i) => Math.fround(w * limit) === weights[i])).toBe(true);
  const squares = readStd(on, cells, time, now, new Float32Array(now.length)).map(s => s * s);
  decodeVariances(whole, squares, encoding);
  expect(whole.every((v, i) => Math.fround(Math.fround(v * limit) * limit) === variances![i])).toBe(true);
});
