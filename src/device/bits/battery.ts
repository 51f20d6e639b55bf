import { normalCdf, upperGamma } from '../../random/index.ts';

/** Bits at least that the tests are made for (SP 800-22, 2.1.7 to 2.13.7). */
export const fewestBits = 100;

/**
 * P values of the hypothesis that bits are independent and as often 0 as 1, by tests of NIST SP 800-22 rev. 1a with the numbers of their
 * sections; each wants `fewestBits` or more. Blocks and patterns are as long as the sections recommend for the number of bits.
 */
export const fairnessTests: Readonly<Record<string, (bits: Uint8Array) => number>> = {
  'frequency (2.1)': frequency,
  'frequency within blocks (2.2)': bits => blockFrequency(bits, blockSize(bits.length)),
  'runs (2.3)': runs,
  'serial, first (2.11)': bits => serial(bits, patternSize(bits.length))[0],
  'serial, second (2.11)': bits => serial(bits, patternSize(bits.length))[1],
  'cumulative sums (2.13)': cumulativeSums,
};

/** Fewer than 100 blocks, of 20 bits or more (2.2.7). */
export const blockSize = (bits: number): number => Math.max(20, Math.floor(bits / 100) + 1);

/** Five bits, or fewer: below ⌊log₂ n⌋ − 2 (2.11.7). */
const patternSize = (bits: number): number => Math.min(5, Math.floor(Math.log2(bits)) - 3);

export function frequency(bits: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bits.length; i++) sum += 2 * bits[i]! - 1;
  return erfc(Math.abs(sum) / Math.sqrt(2 * bits.length));
}

export function blockFrequency(bits: Uint8Array, size: number): number {
  const shares = sharesOfBlocks(bits, size);
  const chi2 = shares.reduce((sum, share) => sum + 4 * size * (share - 0.5) ** 2, 0);
  return upperGamma(shares.length / 2, chi2 / 2);
}

/** Shares of ones in blocks of a size; bits beyond the last whole block do not count. */
export function sharesOfBlocks(bits: Uint8Array, size: number): number[] {
  return Array.from({ length: Math.floor(bits.length / size) }, (_, block) => {
    let ones = 0;
    for (let i = block * size; i < (block + 1) * size; i++) ones += bits[i]!;
    return ones / size;
  });
}

/** Whether bits turn as often as those of their share of ones; 0 where they never do. */
export function runs(bits: Uint8Array): number {
  const n = bits.length;
  let ones = bits[0]!;
  let changes = 1;
  for (let i = 1; i < n; i++) {
    ones += bits[i]!;
    if (bits[i] !== bits[i - 1]) changes++;
  }
  const share = ones / n;
  const expected = 2 * share * (1 - share);
  return expected === 0 ? 0 : erfc(Math.abs(changes - n * expected) / (Math.sqrt(2 * n) * expected));
}

/** Both P values of patterns of m bits, which wrap around the end. */
export function serial(bits: Uint8Array, m: number): readonly [number, number] {
  const n = bits.length;
  const psi = (length: number): number => {
    if (length <= 0) return 0;
    const counts = new Float64Array(2 ** length);
    let pattern = 0;
    for (let i = 0; i < n + length - 1; i++) {
      pattern = ((2 * pattern) & (counts.length - 1)) + bits[i % n]!;
      if (i >= length - 1) counts[pattern]!++;
    }
    return (counts.length / n) * counts.reduce((sum, count) => sum + count * count, 0) - n;
  };
  const [a, b, c] = [psi(m), psi(m - 1), psi(m - 2)];
  return [upperGamma(2 ** (m - 2), (a - b) / 2), upperGamma(2 ** (m - 3), (a - 2 * b + c) / 2)];
}

export function cumulativeSums(bits: Uint8Array): number {
  const n = bits.length;
  let sum = 0;
  let z = 0;
  for (let i = 0; i < n; i++) {
    sum += 2 * bits[i]! - 1;
    z = Math.max(z, Math.abs(sum));
  }
  const root = Math.sqrt(n);
  let p = 1;
  for (let k = Math.floor((-n / z + 1) / 4); k <= (n / z - 1) / 4; k++) {
    p -= normalCdf(((4 * k + 1) * z) / root) - normalCdf(((4 * k - 1) * z) / root);
  }
  for (let k = Math.floor((-n / z - 3) / 4); k <= (n / z - 1) / 4; k++) {
    p += normalCdf(((4 * k + 3) * z) / root) - normalCdf(((4 * k + 1) * z) / root);
  }
  return Math.max(0, p);
}

/** P(|Z| > √2 x) of a standard normal Z. */
const erfc = (x: number): number => 2 * normalCdf(-x * Math.SQRT2);
