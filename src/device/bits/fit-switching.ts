import { InputError, insist } from '../../base/index.ts';
import { upperGamma } from '../../random/index.ts';

/** Bits of a cell that was pulsed with one voltage. */
export interface PulsedBits {
  /** V. */
  readonly voltage: number;
  readonly bits: number;
  readonly ones: number;
}

/** The `switching` of a device, fitted to measured bits. */
export interface FittedSwitching {
  /** Pulse at which half of the bits are 1, V, and the width of the logistic curve, V, with their standard errors. */
  readonly voltage: number;
  readonly voltageError: number;
  readonly width: number;
  readonly widthError: number;
  /** P value of the curve by Pearson's χ²; null with two voltages, through which it goes. */
  readonly fits: number | null;
}

/**
 * The logistic curve P(V) = 1/(1 + exp((voltage − V)/width)) of the greatest likelihood. Where bits scatter more about it than independent ones do, standard
 * errors grow by √(χ²/degrees of freedom) (McCullagh & Nelder, Generalized Linear Models, 1989, 4.5). Refused where no such curve is the likeliest.
 */
export function fitSwitching(measured: readonly PulsedBits[]): FittedSwitching {
  checkOverlap(measured);
  const count = measured.length;
  const centre = measured.reduce((sum, { voltage }) => sum + voltage / count, 0);
  const scale = Math.sqrt(measured.reduce((sum, { voltage }) => sum + (voltage - centre) ** 2 / count, 0));
  const at = measured.map(({ voltage }) => (voltage - centre) / scale);
  const { a, b, information } = likeliest(measured, at);
  insist(b > 0, {
    path: ['--voltage'],
    rule: 'has higher pulses switch less often',
    hint: 'give the voltages in the order of the columns, with the sign at which more voltage switches more often',
  });
  const chi2 = measured.reduce((sum, { bits, ones }, i) => {
    const p = logistic(a + b * at[i]!);
    return sum + (ones - bits * p) ** 2 / (bits * p * (1 - p));
  }, 0);
  const freedom = count - 2;
  const excess = freedom > 0 ? Math.max(1, chi2 / freedom) : 1;
  const { aa, ab, bb } = information;
  const determinant = aa * bb - ab * ab;
  const [va, vab, vb] = [bb, -ab, aa].map(entry => (excess * entry) / determinant) as [number, number, number];
  const ratio = a / b;
  return {
    voltage: centre - scale * ratio,
    voltageError: (scale / b) * Math.sqrt(va - 2 * ratio * vab + ratio * ratio * vb),
    width: scale / b,
    widthError: (scale / (b * b)) * Math.sqrt(vb),
    fits: freedom > 0 ? upperGamma(freedom / 2, chi2 / 2) : null,
  };
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The likeliest a and b of P = 1/(1 + exp(−a − b x)), by Newton's steps, and their Fisher information. */
function likeliest(measured: readonly PulsedBits[], at: readonly number[]) {
  const likelihood = (a: number, b: number) =>
    measured.reduce((sum, { bits, ones }, i) => {
      const x = a + b * at[i]!;
      return sum + ones * x - bits * (Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))));
    }, 0);
  let [a, b] = [0, 0];
  let information = { aa: 1, ab: 0, bb: 1 };
  for (let step = 0; step < 100; step++) {
    let [ga, gb, aa, ab, bb] = [0, 0, 0, 0, 0];
    measured.forEach(({ bits, ones }, i) => {
      const x = at[i]!;
      const p = logistic(a + b * x);
      const weight = bits * p * (1 - p);
      ga += ones - bits * p;
      gb += (ones - bits * p) * x;
      aa += weight;
      ab += weight * x;
      bb += weight * x * x;
    });
    information = { aa, ab, bb };
    const determinant = aa * bb - ab * ab;
    let [da, db] = [(bb * ga - ab * gb) / determinant, (aa * gb - ab * ga) / determinant];
    const before = likelihood(a, b);
    while (likelihood(a + da, b + db) < before && Math.abs(da) + Math.abs(db) > 1e-12) [da, db] = [da / 2, db / 2];
    a += da;
    b += db;
    if (Math.abs(da) + Math.abs(db) <= 1e-12 * (1 + Math.abs(a) + Math.abs(b))) break;
  }
  return { a, b, information };
}

/** Refuses bits of which a step is the likeliest curve: it takes both kinds at two voltages, or kinds that overlap. */
function checkOverlap(measured: readonly PulsedBits[]): void {
  const of = (kind: (one: PulsedBits) => boolean) => measured.filter(kind).map(({ voltage }) => voltage);
  const [up, down] = [of(({ ones }) => ones > 0), of(({ ones, bits }) => ones < bits)];
  const rising = Math.min(...up) >= Math.max(...down);
  const falling = Math.max(...up) <= Math.min(...down);
  if (!rising && !falling) return;
  throw new InputError({
    path: ['--voltage'],
    rule: 'leaves no width to be fitted: bits of both kinds are needed at two voltages or more',
    hint: 'measure pulses at which cells switch some of the time',
  });
}
