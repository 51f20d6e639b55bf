import { upperGamma } from '../../random/index.ts';
import { fairnessTests, sharesOfBlocks } from './battery.ts';

/** What bits of one cell, pulsed or read again and again, say of themselves. */
export interface BitStatistics {
  readonly bits: number;
  readonly ones: number;
  /** Correlation of successive bits, whose standard error is 1/√n where they are independent; null where all are alike. */
  readonly serialCorrelation: number | null;
  /** Bits of min-entropy each holds: the lesser of the estimates by the most common value and by Markov chains (SP 800-90B, 6.3.1 and 6.3.3). */
  readonly minEntropy: number;
  /** P value of bits that do not depend on the ten before them, whatever their share of ones (Ljung & Box 1978); null where all are alike. */
  readonly independent: number | null;
  /** P value of a share of ones that stays: χ² of the shares in ten successive blocks; null where there are too few bits of the rarer kind. */
  readonly steady: number | null;
  /** P values of bits that are independent and as often 0 as 1, by name of the test. */
  readonly fair: Readonly<Record<string, number>>;
}

/** Bits before one that it may depend on, and blocks whose shares are compared. */
const lags = 10;
const blocks = 10;

/** Statistics of bits in the order in which they were measured, `fewestBits` or more. */
export function bitStatistics(bits: Uint8Array): BitStatistics {
  const n = bits.length;
  let ones = 0;
  for (let i = 0; i < n; i++) ones += bits[i]!;
  const alike = ones === 0 || ones === n;
  const correlations = alike ? [] : Array.from({ length: lags }, (_, k) => correlation(bits, ones / n, k + 1));
  const q = correlations.reduce((sum, r, k) => sum + (n * (n + 2) * r * r) / (n - k - 1), 0);
  return {
    bits: n,
    ones,
    serialCorrelation: correlations[0] ?? null,
    minEntropy: Math.min(mostCommonValue(ones, n), markov(bits, ones)),
    independent: alike ? null : upperGamma(lags / 2, q / 2),
    steady: alike ? null : steadiness(bits, ones / n),
    fair: Object.fromEntries(Object.entries(fairnessTests).map(([name, test]) => [name, test(bits)])),
  };
}

/** Σ (x_i − p)(x_i+k − p) / Σ (x_i − p)². */
function correlation(bits: Uint8Array, share: number, lag: number): number {
  const { length } = bits;
  let sum = 0;
  for (let i = lag; i < length; i++) sum += (bits[i]! - share) * (bits[i - lag]! - share);
  return sum / (length * share * (1 - share));
}

/** P value of ten blocks of one share, or fewer that are large enough for five bits of the rarer kind. */
function steadiness(bits: Uint8Array, share: number): number | null {
  const size = Math.max(Math.floor(bits.length / blocks), Math.ceil(5 / Math.min(share, 1 - share)));
  const shares = sharesOfBlocks(bits, size);
  if (shares.length < 2) return null;
  const mean = shares.reduce((sum, one) => sum + one / shares.length, 0);
  const chi2 = shares.reduce((sum, one) => sum + (size * (one - mean) ** 2) / (mean * (1 - mean)), 0);
  return upperGamma((shares.length - 1) / 2, chi2 / 2);
}

/** −log₂ of the upper end, at 99 %, of the share of the commoner bit (6.3.1). */
function mostCommonValue(ones: number, n: number): number {
  const share = Math.max(ones, n - ones) / n;
  return -Math.log2(Math.min(1, share + 2.576 * Math.sqrt((share * (1 - share)) / (n - 1))));
}

/** Of the likeliest 128 bits of a chain with these transitions, a 128th of −log₂ of their probability (6.3.3). */
export function markov(bits: Uint8Array, ones: number): number {
  const counts = [0, 0, 0, 0];
  for (let i = 1; i < bits.length; i++) counts[2 * bits[i - 1]! + bits[i]!]!++;
  const [from0, from1] = [counts[0]! + counts[1]!, counts[2]! + counts[3]!];
  const log = (count: number, of: number) => (count === 0 ? Number.NEGATIVE_INFINITY : Math.log2(count / of));
  const first = [log(bits.length - ones, bits.length), log(ones, bits.length)] as const;
  const [l00, l01, l10, l11] = [
    log(counts[0]!, from0),
    log(counts[1]!, from0),
    log(counts[2]!, from1),
    log(counts[3]!, from1),
  ];
  const likeliest = Math.max(
    first[0] + 127 * l00,
    first[0] + 64 * l01 + 63 * l10,
    first[0] + l01 + 126 * l11,
    first[1] + l10 + 126 * l00,
    first[1] + 64 * l10 + 63 * l01,
    first[1] + 127 * l11,
  );
  return Math.min(1, -likeliest / 128);
}
