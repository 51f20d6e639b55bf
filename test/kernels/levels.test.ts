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
    kernels.unary(operation, y, fill(1000, 4));
    result.push(digest(y));
  }
}
const x = new Float32Array(70 * 333);
const w = new Float32Array(333 * 45);
kernels.normal(x, 5, 1, 0);
kernels.normal(w, 6, 1, 0);
const c = new Float32Array(70 * 45);
kernels.productBf16(c, x, w, 70, 45, 333, 1, 0);
console.log(JSON.stringify({ detail: kernels.detail(), result, bf16: Array.from(c) }));
`;

function run(level: string): { detail: string; result: string[]; bf16: number[] } {
  const env = { ...process.env, POSTEROHM_SIMD: level };
  const child = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
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
    const ways = ['', 'avx512', 'avx2', 'portable'].map(level => run(level).bf16);
    const furthest = ways.map(way => way.reduce((most, sum, i) => Math.max(most, Math.abs(sum - ways[0]![i]!)), 0));
    expect(Math.max(...furthest)).toBeLessThan(1e-4);
  });

  test('the portable code runs on any processor', () => {
    const portable = run('portable');
    expect(portable.detail).toMatch(/^portable/);
    expect(portable.result).toHaveLength(32);
  });
});
