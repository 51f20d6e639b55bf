import { expect, test } from 'vitest';
import { decodeVariances, decodeWeights } from '../../src/crossbar/index.ts';
import { conductanceAt, findDevice, programCells, readStd } from '../../src/device/index.ts';
import {
  type Plan,
  planEncoding,
  programChip,
  programInPieces,
  readChip,
  readInPieces,
} from '../../src/transfer/index.ts';
import { key, plan } from './fixtures.ts';

/** Copies enough for some pieces of programming and of reading. */
const copies = 16_000;
const time = 3600;
const limit = 2;

/** Pieces of a piece of work. */
function count(work: Generator): number {
  let pieces = 0;
  while (!work.next().done) pieces++;
  return pieces;
}

/** All cells programmed in one, by the definition. */
const inOne = (p: Plan, on: ReturnType<typeof findDevice>, kind: 'single-pulse' | 'program-and-verify') =>
  programCells(
    key,
    on,
    p.target,
    { kind },
    {
      grid: { copies, devices: 2, matrices: p.matrices.map(m => ({ ...m, bias: m.bias !== null })) },
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
  for (const [array, values] of Object.entries(cells)) {
    expect(Buffer.from(values.buffer).equals(Buffer.from(chip.cells[array as keyof typeof cells]!.buffer)), array).toBe(
      true,
    );
  }
  const options = { time, compensation: 'none', readNoise: true } as const;
  expect(count(readInPieces(chip, on, options))).toBeGreaterThan(2);
  const { weights, variances } = readChip(chip, on, options);
  const now = conductanceAt(on, cells, time, new Float32Array(cells.target.length));
  const encoding = planEncoding(p);
  const whole = new Float32Array(copies * p.weights);
  decodeWeights(whole, now, encoding);
  expect(whole.every((w, i) => Math.fround(w * limit) === weights[i])).toBe(true);
  const squares = readStd(on, cells, time, now, new Float32Array(now.length)).map(s => s * s);
  decodeVariances(whole, squares, encoding);
  expect(whole.every((v, i) => Math.fround(Math.fround(v * limit) * limit) === variances![i])).toBe(true);
});
