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
 * Mean and spread of the normal distribution behind values cut at 0: maximum likelihood with the zeros as censored, by
 * expectation–maximisation. Without zeros the ordinary mean and spread.
 */
export function censoredMeanStd(values: ArrayLike<number>): MeanStd {
  const n = values.length;
  const above: number[] = [];
  for (let i = 0; i < n; i++) if (values[i]! > 0) above.push(values[i]!);
  const cut = n - above.length;
  if (cut === 0 || above.length < 2) return meanStd(values);
  let { mean, std } = meanStd(values);
  for (let round = 0; round < 500 && std > 0; round++) {
    const alpha = mean / std;
    const ratio = normalDensity(alpha) / normalDistribution(-alpha);
    const below = mean - std * ratio;
    const belowSquare = std * std * (1 + alpha * ratio - ratio * ratio) + (below - mean) ** 2;
    let sum = cut * below;
    for (const value of above) sum += value;
    const next = sum / n;
    let square = cut * (belowSquare + 2 * (below - mean) * (mean - next) + (mean - next) ** 2);
    for (const value of above) square += (value - next) ** 2;
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

/** Device-to-device and cycle-to-cycle spread of one level. */
export interface SpreadParts {
  readonly device: number;
  readonly cycle: number;
}

/**
 * Random-effects analysis of variance: `groups` holds the values of each device, one per cycle. Null where fewer than
 * five devices were programmed twice or more.
 */
export function splitSpread(groups: readonly (readonly number[])[]): SpreadParts | null {
  const repeated = groups.filter(group => group.length > 1);
  if (repeated.length < 5) return null;
  const total = repeated.reduce((sum, group) => sum + group.length, 0);
  const grand = repeated.reduce((sum, group) => sum + group.reduce((a, b) => a + b, 0), 0) / total;
  let between = 0;
  let within = 0;
  let squares = 0;
  for (const group of repeated) {
    const mean = group.reduce((a, b) => a + b, 0) / group.length;
    between += group.length * (mean - grand) ** 2;
    for (const value of group) within += (value - mean) ** 2;
    squares += group.length ** 2;
  }
  const meanBetween = between / (repeated.length - 1);
  const meanWithin = within / (total - repeated.length);
  const size = (total - squares / total) / (repeated.length - 1);
  return { device: Math.sqrt(Math.max(0, (meanBetween - meanWithin) / size)), cycle: Math.sqrt(meanWithin) };
}

/** Coefficients, constant first and 0 for powers left out, of the weighted least-squares polynomial of these terms through (x, y). */
export function polynomialFit(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weight: ArrayLike<number>,
  terms: readonly number[],
): number[] {
  const size = terms.length;
  const rows = Array.from(x, (value, i) => {
    const root = Math.sqrt(weight[i]!);
    return [...terms.map(power => root * value ** power), root * y[i]!];
  });
  for (let k = 0; k < size; k++) {
    let norm = 0;
    for (let i = k; i < rows.length; i++) norm += rows[i]![k]! ** 2;
    norm = Math.sqrt(norm);
    if (norm === 0) continue;
    const sign = rows[k]![k]! > 0 ? 1 : -1;
    const reflector = rows.map((row, i) => (i < k ? 0 : i === k ? row[k]! + sign * norm : row[k]!));
    const square = reflector.reduce((sum, value) => sum + value * value, 0);
    for (let j = k; j <= size; j++) {
      let dot = 0;
      for (let i = k; i < rows.length; i++) dot += reflector[i]! * rows[i]![j]!;
      for (let i = k; i < rows.length; i++) rows[i]![j]! -= (2 * dot * reflector[i]!) / square;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let k = size - 1; k >= 0; k--) {
    let value = rows[k]![size]!;
    for (let j = k + 1; j < size; j++) value -= rows[k]![j]! * solution[j]!;
    solution[k] = Math.abs(rows[k]![k]!) > 1e-300 ? value / rows[k]![k]! : 0;
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
