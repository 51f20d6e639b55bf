import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { native } from './backends.ts';

const library = fileURLToPath(new URL('../../native/posterohm-kernels.node', import.meta.url));

/** Prints the instruction set and digests of products and activations, and a bfloat16 product, computed with it. */
const script = `
const kernels = require(${JSON.stringify(library)});
const digest = array => require('node:crypto').createHash('sha256').update(array).digest('hex');
const result = [];
for (const Floats of [Float32Array, Float64Array]) {
  const fill = (count, key) => { const x = new Floats(count); kernels.normal(x, key, 1, 0); return x; };
  for (const [m, n, k, flags] of [[300, 200, 310, 0], [256, 2, 16, 3], [31, 33, 7, 1], [90, 100, 600, 18]]) {
    const c = fill(m * n, 3);
    kernels.product(c, fill(m * k, 1), fill(k * n, 2), m, n, k, 1, flags);
    result.push(digest(c));
  }
  const y = new Floats(1000);
  for (let operation = 0; operation < 12; operation++) {
    kernels.unary(y, fill(1000, 4), operation);
    result.push(digest(y));
  }
}
const bf16 = [];
// Flags 4 and 8: the one A, the one B serves the whole batch.
for (const [m, n, k, batch, flags] of [[70, 45, 333, 1, 0], [1, 1, 1, 1, 0], [9, 100, 31, 7, 4], [33, 64, 64, 5, 8], [130, 20, 0, 2, 12], [5, 150, 40, 60, 0]]) {
  const fill = (count, key) => { const x = new Float32Array(count); kernels.uniform(x, key, 1, 0); return x; };
  const c = new Float32Array(batch * m * n).fill(9);
  kernels.productBf16(c, fill(batch * m * k, 5), fill(batch * k * n, 6), m, n, k, batch, flags);
  bf16.push(...c);
}
console.log(JSON.stringify({ detail: kernels.detail(), result, bf16 }));
`;

function run(level: string): { detail: string; result: string[]; bf16: number[] } {
  const env = { ...process.env, POSTEROHM_SIMD: level };
  const child = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  expect(child.stderr).toBe('');
  return JSON.parse(child.stdout);
}

describe.skipIf(!native)('native instruction sets', () => {
  test('AVX2 and the best of this processor give the same bits', () => {
    const best = run('');
    const avx2 = run('avx2');
    expect(avx2.result).toEqual(best.result);
  });

  test('all ways of multiplying bfloat16 numbers give one sum', () => {
    const ways = ['', 'avx512bf16', 'avx2', 'portable'].map(level => run(level).bf16);
    const furthest = ways.map(way => way.reduce((most, sum, i) => Math.max(most, Math.abs(sum - ways[0]![i]!)), 0));
    expect(ways.map(way => way.length)).toEqual(ways.map(() => ways[0]!.length));
    expect(Math.max(...furthest)).toBeLessThan(1e-4);
  });

  test('the portable code runs on any processor', () => {
    const portable = run('portable');
    expect(portable.detail).toMatch(/^portable/);
    expect(portable.result).toHaveLength(32);
  });
});
