import { logGamma } from '../../src/random/index.ts';
import { normalCdf } from '../../src/random/normal-cdf.ts';

/** P values of bits by tests of NIST SP 800-22 rev. 1a, by the numbers of their sections. */
export const bitTests: Readonly<Record<string, (bits: Uint8Array) => number>> = {
  'frequency (2.1)': frequency,
  'frequency within blocks of 128 (2.2)': bits => blockFrequency(bits, 128),
  'runs (2.3)': runs,
  'serial, patterns of 5, first (2.11)': bits => serial(bits, 5)[0],
  'serial, patterns of 5, second (2.11)': bits => serial(bits, 5)[1],
  'cumulative sums (2.13)': cumulativeSums,
};

export function frequency(bits: Uint8Array): number {
  let sum = 0;
  for (const bit of bits) sum += 2 * bit - 1;
  return erfc(Math.abs(sum) / Math.sqrt(2 * bits.length));
}

export function blockFrequency(bits: Uint8Array, size: number): number {
  const blocks = Math.floor(bits.length / size);
  let chi2 = 0;
  for (let b = 0; b < blocks; b++) {
    let ones = 0;
    for (let i = 0; i < size; i++) ones += bits[b * size + i]!;
    chi2 += 4 * size * (ones / size - 0.5) ** 2;
  }
  return upperGamma(blocks / 2, chi2 / 2);
}

export function runs(bits: Uint8Array): number {
  const n = bits.length;
  let ones = 0;
  let changes = 1;
  for (let i = 0; i < n; i++) {
    ones += bits[i]!;
    if (i > 0 && bits[i] !== bits[i - 1]) changes++;
  }
  const share = ones / n;
  const expected = 2 * share * (1 - share);
  return erfc(Math.abs(changes - n * expected) / (Math.sqrt(2 * n) * expected));
}

export function serial(bits: Uint8Array, m: number): readonly [number, number] {
  const n = bits.length;
  const psi = (length: number): number => {
    if (length <= 0) return 0;
    const counts = new Float64Array(2 ** length);
    for (let i = 0; i < n; i++) {
      let pattern = 0;
      for (let j = 0; j < length; j++) pattern = 2 * pattern + bits[(i + j) % n]!;
      counts[pattern]!++;
    }
    return (counts.length / n) * counts.reduce((sum, c) => sum + c * c, 0) - n;
  };
  const [a, b, c] = [psi(m), psi(m - 1), psi(m - 2)];
  return [upperGamma(2 ** (m - 2), (a - b) / 2), upperGamma(2 ** (m - 3), (a - 2 * b + c) / 2)];
}

export function cumulativeSums(bits: Uint8Array): number {
  const n = bits.length;
  let sum = 0;
  let z = 0;
  for (const bit of bits) {
    sum += 2 * bit - 1;
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
  return p;
}

const erfc = (x: number): number => 2 * (1 - normalCdf(x * Math.SQRT2));

/** Γ(a, x)/Γ(a): the series below a + 1, the continued fraction above. */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 1000; n++) sum += term *= x / (a + n);
    return 1 - front * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 1000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
  }
  return front * h;
}
