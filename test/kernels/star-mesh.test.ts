import { describe, expect, test } from 'vitest';
import { type Kernels, reference } from '../../src/kernels/index.ts';
import { native, numbers, precisions } from './backends.ts';

/** Conductances between all pairs of `size` nodes, as an upper triangle. */
function network(size: number): Float64Array {
  const front = numbers(precisions[1]!, size * size, size) as Float64Array;
  return front.map((x, at) => (at % size > Math.floor(at / size) && x > -0.5 ? x + 0.6 : 0));
}

const suite = (kernels: Kernels) => () => {
  test('three resistors in a star make the mesh of the textbook', () => {
    // Node 0 joined to 1, 2, 3 by 1, 2 and 3 siemens: g12 = 1·2/6, g13 = 1·3/6, g23 = 2·3/6.
    const front = new Float64Array(16);
    front.set([1, 2, 3], 1);
    kernels.starMesh(front, 4, 1);
    expect(front[0]).toBe(6);
    const mesh = [front[6]!, front[7]!, front[11]!];
    [1 / 3, 1 / 2, 1].forEach((g, i) => {
      expect(mesh[i]).toBeCloseTo(g, 14);
    });
  });

  test.each([
    [5, 3],
    [12, 8],
    [40, 30],
    [41, 39],
  ])('of %i nodes, eliminating %i leaves the Schur complement of the Laplacian', (size, eliminated) => {
    const front = network(size);
    const laplacian = new Float64Array(size * size);
    for (let i = 0; i < size; i++)
      for (let j = i + 1; j < size; j++) {
        const g = front[i * size + j]!;
        laplacian[i * size + j] = -g;
        laplacian[j * size + i] = -g;
        laplacian[i * size + i]! += g;
        laplacian[j * size + j]! += g;
      }
    for (let k = 0; k < eliminated; k++)
      for (let i = k + 1; i < size; i++) {
        const factor = laplacian[i * size + k]! / laplacian[k * size + k]!;
        for (let j = k; j < size; j++) laplacian[i * size + j]! -= factor * laplacian[k * size + j]!;
      }
    kernels.starMesh(front, size, eliminated);
    for (let i = eliminated; i < size; i++)
      for (let j = i + 1; j < size; j++) {
        expect(Math.abs(front[i * size + j]! + laplacian[i * size + j]!)).toBeLessThan(1e-12);
      }
  });
};

describe('star-mesh elimination, reference', suite(reference));
describe.skipIf(!native)('star-mesh elimination, native', suite(native ?? reference));
