import { normalDensity, normalDistribution } from '../special.ts';

export interface MeanStd {
  readonly mean: number;
  readonly std: number;
}

/** Mean and sample standard deviation (n − 1). */
export function meanStd(values: ArrayLike<number>): MeanStd {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let square = 0;
  for (let i = 0; i < n; i++) square += (values[i]! - mean) ** 2;
  return { mean, std: n > 1 ? Math.sqrt(square / (n - 1)) : 0 };
}

/**
 * Mean and spread of the normal distribution behind values cut at 0, of which `cut` are 0: maximum likelihood with these as
 * censored, by expectation–maximisation. Without zeros the ordinary mean and spread.
 */
export function censoredMeanStd(cut: number, above: MeanStd & { readonly count: number }): MeanStd {
  const { count, mean: centre } = above;
  const n = cut + count;
  const about = (mean: number): number => (count - 1) * above.std ** 2 + count * (centre - mean) ** 2;
  if (cut === 0) return above;
  if (count < 2) {
    const mean = (count * centre) / n;
    return { mean, std: n > 1 ? Math.sqrt((count * (centre - mean) ** 2 + cut * mean * mean) / (n - 1)) : 0 };
  }
  let { mean, std } = above;
  for (let round = 0; round < 500 && std > 0; round++) {
    const alpha = mean / std;
    const ratio = normalDensity(alpha) / normalDistribution(-alpha);
    const below = mean - std * ratio;
    const belowSquare = std * std * (1 + alpha * ratio - ratio * ratio) + (below - mean) ** 2;
    const next = (cut * below + count * centre) / n;
    const square = cut * (belowSquare + 2 * (below - mean) * (mean - next) + (mean - next) ** 2) + about(next);
    const nextStd = Math.sqrt(square / n);
    const settled = Math.abs(next - mean) + Math.abs(nextStd - std) < 1e-10 * nextStd;
    mean = next;
    std = nextStd;
    if (settled) break;
  }
  return { mean, std };
}

/** Median; the values are not changed. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Largest distance between the distribution of the values and N(mean, std²), and its p-value with both estimated. */
export interface NormalityTest {
  readonly statistic: number;
  /** Dallal and Wilkinson 1986; between 0.001 and 1. */
  readonly pValue: number;
}

/** Kolmogorov–Smirnov test of normality with estimated mean and spread (Lilliefors). */
export function normalityTest(values: ArrayLike<number>, { mean, std }: MeanStd): NormalityTest {
  const n = values.length;
  if (n < 5 || !(std > 1e-9 * Math.abs(mean))) return { statistic: 0, pValue: 1 };
  const sorted = Float64Array.from(values).sort();
  let statistic = 0;
  for (let i = 0; i < n; i++) {
    const p = normalDistribution((sorted[i]! - mean) / std);
    statistic = Math.max(statistic, (i + 1) / n - p, p - i / n);
  }
  return { statistic, pValue: lillieforsPValue(statistic, n) };
}

/** Dallal and Wilkinson (The American Statistician 40, 1986) below 0.1, Stephens' modified statistic above. */
function lillieforsPValue(statistic: number, count: number): number {
  const n = Math.min(count, 100);
  const d = count > 100 ? statistic * (count / 100) ** 0.49 : statistic;
  const p = Math.exp(
    -7.01256 * d * d * (n + 2.78019) +
      2.99587 * d * Math.sqrt(n + 2.78019) -
      0.122119 +
      0.974598 / Math.sqrt(n) +
      1.67997 / n,
  );
  if (p <= 0.1) return Math.max(0.001, p);
  const k = (Math.sqrt(count) - 0.01 + 0.85 / Math.sqrt(count)) * statistic;
  if (k <= 0.302) return 1;
  if (k <= 0.5) return 2.76773 - 19.828315 * k + 80.709644 * k ** 2 - 138.55152 * k ** 3 + 81.218052 * k ** 4;
  if (k <= 0.9) return -4.901232 + 40.662806 * k - 97.490286 * k ** 2 + 94.029866 * k ** 3 - 32.355711 * k ** 4;
  if (k > 1.31) return 0.001;
  return 6.198765 - 19.558097 * k + 23.186922 * k ** 2 - 12.234627 * k ** 3 + 2.423045 * k ** 4;
}

/** Coefficients, constant first and 0 for powers left out, of the weighted least-squares polynomial of these terms through (x, y). */
export function polynomialFit(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weight: ArrayLike<number>,
  terms: readonly number[],
): number[] {
  // QR by Householder's reflections, columns [terms, then y] one after the other.
  const [size, rows] = [terms.length, x.length];
  const columns = new Float64Array((size + 1) * rows);
  for (let i = 0; i < rows; i++) {
    const root = Math.sqrt(weight[i]!);
    for (let k = 0; k < size; k++) columns[k * rows + i] = root * x[i]! ** terms[k]!;
    columns[size * rows + i] = root * y[i]!;
  }
  const diagonal = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const own = columns.subarray(k * rows, (k + 1) * rows);
    let norm = 0;
    for (let i = k; i < rows; i++) norm += own[i]! * own[i]!;
    norm = Math.sqrt(norm);
    if (norm === 0) continue;
    const sign = own[k]! > 0 ? 1 : -1;
    own[k]! += sign * norm;
    let square = 0;
    for (let i = k; i < rows; i++) square += own[i]! * own[i]!;
    for (let j = k + 1; j <= size; j++) {
      const other = columns.subarray(j * rows, (j + 1) * rows);
      let dot = 0;
      for (let i = k; i < rows; i++) dot += own[i]! * other[i]!;
      for (let i = k; i < rows; i++) other[i]! -= (2 * dot * own[i]!) / square;
    }
    diagonal[k] = -sign * norm;
  }
  const solution = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    let value = columns[size * rows + k]!;
    for (let j = k + 1; j < size; j++) value -= columns[j * rows + k]! * solution[j]!;
    solution[k] = Math.abs(diagonal[k]!) > 1e-300 ? value / diagonal[k]! : 0;
  }
  const coefficients = new Array<number>((terms.at(-1) ?? 0) + 1).fill(0);
  terms.forEach((power, k) => {
    coefficients[power] = solution[k]!;
  });
  return coefficients;
}

/** Chance of a distance this large or larger between n values and the distribution they come from (Kolmogorov; Stephens 1970). */
export function kolmogorovPValue(statistic: number, n: number): number {
  const x = statistic * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  if (x < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += 2 * (k % 2 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}
