import { insist } from '../base/index.ts';
import { fold, type Key } from '../random/index.ts';

/**
 * A primitive polynomial over GF(2), its coefficients as bits, and the first direction numbers of each dimension after
 * the first: S. Joe and F. Y. Kuo, SIAM Journal on Scientific Computing 30(5):2635–2654, 2008, search criterion D⁽⁶⁾.
 */
// biome-ignore format: a table
const table: readonly (readonly number[])[] = [
  [3, 1], [7, 1, 3], [11, 1, 3, 1], [13, 1, 1, 1], [19, 1, 1, 3, 3], [25, 1, 3, 5, 13], [37, 1, 1, 5, 5, 17],
  [41, 1, 1, 5, 5, 5], [47, 1, 1, 7, 11, 19], [55, 1, 1, 5, 1, 1], [59, 1, 1, 1, 3, 11], [61, 1, 3, 5, 5, 31],
  [67, 1, 3, 3, 9, 7, 49], [91, 1, 1, 1, 15, 21, 21], [97, 1, 3, 1, 13, 27, 49], [103, 1, 1, 1, 15, 7, 5],
  [109, 1, 3, 1, 15, 13, 25], [115, 1, 1, 5, 5, 19, 61], [131, 1, 3, 7, 11, 23, 15, 103],
  [137, 1, 3, 7, 13, 13, 15, 69], [143, 1, 1, 3, 13, 7, 35, 63], [145, 1, 3, 5, 9, 1, 25, 53],
  [157, 1, 3, 1, 13, 9, 35, 107], [167, 1, 3, 1, 5, 27, 61, 31], [171, 1, 1, 5, 11, 19, 41, 61],
  [185, 1, 3, 5, 3, 3, 13, 69], [191, 1, 1, 7, 13, 1, 19, 1], [193, 1, 3, 7, 5, 13, 19, 59],
  [203, 1, 1, 3, 9, 25, 29, 41], [211, 1, 3, 5, 13, 23, 1, 55], [213, 1, 3, 7, 3, 13, 59, 17],
  [229, 1, 3, 1, 3, 5, 53, 69], [239, 1, 1, 5, 5, 23, 33, 13], [241, 1, 1, 7, 7, 1, 61, 123],
  [247, 1, 1, 7, 9, 13, 61, 49], [253, 1, 3, 3, 5, 3, 55, 33], [285, 1, 3, 1, 15, 31, 13, 49, 245],
  [299, 1, 3, 5, 15, 31, 59, 63, 97], [301, 1, 3, 1, 11, 11, 11, 77, 249], [333, 1, 3, 1, 11, 27, 43, 71, 9],
  [351, 1, 1, 7, 15, 21, 11, 81, 45], [355, 1, 3, 7, 3, 25, 31, 65, 79], [357, 1, 3, 1, 1, 19, 11, 3, 205],
  [361, 1, 1, 5, 9, 19, 21, 29, 157], [369, 1, 3, 7, 11, 1, 33, 89, 185], [391, 1, 3, 3, 3, 15, 9, 79, 71],
  [397, 1, 3, 7, 11, 15, 39, 119, 27], [425, 1, 1, 3, 1, 11, 31, 97, 225], [451, 1, 1, 1, 3, 23, 43, 57, 177],
  [463, 1, 3, 7, 7, 17, 17, 37, 71], [487, 1, 3, 1, 5, 27, 63, 123, 213], [501, 1, 1, 3, 5, 11, 43, 53, 133],
  [529, 1, 3, 5, 5, 29, 17, 47, 173, 479], [539, 1, 3, 3, 11, 3, 1, 109, 9, 69],
  [545, 1, 1, 1, 5, 17, 39, 23, 5, 343], [557, 1, 3, 1, 5, 25, 15, 31, 103, 499],
  [563, 1, 1, 1, 11, 11, 17, 63, 105, 183], [601, 1, 1, 5, 11, 9, 29, 97, 231, 363],
  [607, 1, 1, 5, 15, 19, 45, 41, 7, 383], [617, 1, 3, 7, 7, 31, 19, 83, 137, 221],
  [623, 1, 1, 1, 3, 23, 15, 111, 223, 83], [631, 1, 1, 5, 13, 31, 15, 55, 25, 161],
  [637, 1, 1, 3, 13, 25, 47, 39, 87, 257],
];

/** Most dimensions a sequence has. */
export const sobolDimensions = table.length + 1;

const directions: Uint32Array[] = [];

/** Direction numbers of a dimension, [32], the first bit in the highest place (Bratley & Fox, ACM TOMS 14(1), 1988). */
function directionsOf(dimension: number): Uint32Array {
  const known = directions[dimension];
  if (known) return known;
  const v = new Uint32Array(32);
  if (dimension === 0) for (let i = 0; i < 32; i++) v[i] = 2 ** (31 - i);
  else {
    const [polynomial, ...first] = table[dimension - 1]! as [number, ...number[]];
    const s = first.length;
    for (let i = 0; i < 32; i++) {
      if (i < s) {
        v[i] = first[i]! * 2 ** (31 - i);
        continue;
      }
      let next = v[i - s]! ^ (v[i - s]! >>> s);
      for (let k = 1; k < s; k++) if ((polynomial >>> (s - k)) & 1) next ^= v[i - k]!;
      v[i] = next >>> 0;
    }
  }
  directions[dimension] = v;
  return v;
}

/** Coordinate of point `index` of Sobol's sequence in the order of Gray codes, as 32 bits of a binary fraction. */
function sobolBits(index: number, dimension: number): number {
  const v = directionsOf(dimension);
  let bits = 0;
  for (let i = 0, rest = (index ^ (index >>> 1)) >>> 0; rest > 0; i++, rest >>>= 1) if (rest & 1) bits ^= v[i]!;
  return bits >>> 0;
}

/**
 * Point `index` of Sobol's sequence, [dimensions], in [0, 1); with a key scrambled after Owen: each bit is flipped or not
 * by a hash of the bits before it, so that every point is uniform and every net stays one (Owen, Journal of Complexity
 * 14(4):466–489, 1998).
 */
export function sobolPoint(index: number, dimensions: number, key?: Key): Float64Array {
  insist(
    dimensions <= sobolDimensions,
    `sobol: takes at most ${sobolDimensions} variables, got ${dimensions}; use 'random', or fix some of them.`,
  );
  insist(index < 2 ** 32, `sobol: has 2^32 points, asked for number ${index}; start another study.`);
  return Float64Array.from({ length: dimensions }, (_, d) => {
    const bits = sobolBits(index, d);
    if (!key) return bits / 2 ** 32;
    return (scramble(bits, fold(key, d).word0) + 0.5) / 2 ** 32;
  });
}

function scramble(bits: number, seed: number): number {
  let scrambled = 0;
  for (let i = 0; i < 32; i++) {
    const prefix = i === 0 ? 0 : bits >>> (32 - i);
    scrambled = (scrambled << 1) | (((bits >>> (31 - i)) & 1) ^ (mix(prefix ^ mix(seed + i)) & 1));
  }
  return scrambled >>> 0;
}

/** The finaliser of MurmurHash3: a bijection of 32 bits that changes half of them. */
function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
