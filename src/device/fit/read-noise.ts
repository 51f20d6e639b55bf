import { fold, type Key, streamOf } from '../../random/index.ts';
import { densityOf, exponentOf } from './periodogram.ts';
import type { ReadSeries } from './read-series.ts';
import { median } from './statistics.ts';
import { autoregressionLikelihood, fitTwoLevels, twoLevelParameters } from './two-levels.ts';

/** Reads looked at together for two levels: traps much slower look like drift. */
const windowReads = 250;
/** Shares of a cell's windows with two levels from which on it counts as having a trap. */
const enough = 0.25;
/** Two levels must be this many spreads apart and this often left. */
const apart = 3;
const fewestSwitches = 6;

/** A value with the middle half of the cells' windows. */
export interface Spread {
  readonly median: number;
  readonly quartiles: readonly [number, number];
}

/** What series of reads say of noise; times are in reads, in seconds where the interval is known. */
export interface ReadNoise {
  readonly cells: number;
  readonly reads: number;
  readonly interval?: number;
  /** Conductances by fifths of the cells, ascending, S. */
  readonly conductance: readonly number[];
  /** Spread of one read from the next over √2, S, at those conductances. */
  readonly perRead: readonly number[];
  /** Spread about the mean of the whole series, S, of cells without a trap. */
  readonly inSeries: readonly number[];
  /** The same as shares of the conductance, root mean square over the cells. */
  readonly perReadShare: number;
  readonly inSeriesShare: number;
  /** Random telegraph noise: share of the cells, its standard error, and amplitude and dwells over their windows. */
  readonly telegraph: {
    readonly share: number;
    readonly shareError: number;
    /** Share of the conductance lost. */
    readonly amplitude?: Spread;
    /** Reads. */
    readonly dwellHigh?: Spread;
    readonly dwellLow?: Spread;
  };
  /** Density of noise of unit variance, S(f) ∝ f^−exponent, f per read: of all cells and of those without a trap. */
  readonly spectrum: {
    readonly frequency: readonly number[];
    readonly density: readonly number[];
    readonly exponent: number;
    readonly exponentError: number;
    readonly withoutTraps?: { readonly exponent: number; readonly exponentError: number };
  };
  /** What cannot be told apart. */
  readonly notes: readonly string[];
}

/** Telegraph noise, 1/f noise and the noise of one read from series of reads. */
export function readNoiseOf(key: Key, { cells: given, interval }: ReadSeries): ReadNoise {
  const reads = Math.min(...given.map(cell => cell.length));
  const cells = given.map(cell => cell.subarray(0, reads));
  const rated = cells.map(cell => rate(cell));
  const trapped = rated.map(({ windows }) => windows.filter(found => found.two).length >= enough * windows.length);
  const share = trapped.filter(Boolean).length / cells.length;
  const two = rated.flatMap(({ windows }, i) => (trapped[i] ? windows.filter(found => found.two) : []));
  const order = Array.from(cells.keys()).sort((a, b) => rated[a]!.mean - rated[b]!.mean);
  const parts = Math.min(5, Math.max(1, Math.floor(cells.length / 5)));
  const groups = Array.from({ length: parts }, (_, k) =>
    order.slice(Math.floor((k * order.length) / parts), Math.floor(((k + 1) * order.length) / parts)),
  );
  const over = (of: readonly number[], value: (i: number) => number): number =>
    Math.sqrt(of.reduce((sum, i) => sum + value(i) ** 2, 0) / of.length);
  const still = (group: readonly number[]): readonly number[] => {
    const own = group.filter(i => !trapped[i]);
    return own.length > 0 ? own : group;
  };
  const everyCell = Array.from(cells.keys());
  const densities = cells.map(cell => densityOf(cell));
  const spectrum = exponentOf(densities, resampled(key, everyCell));
  const free = everyCell.filter(i => !trapped[i]);
  const without = free.length >= 8 ? exponentOf(densities, resampled(fold(key, 'free'), free)) : undefined;
  return {
    cells: cells.length,
    reads,
    ...(interval !== undefined && { interval }),
    conductance: groups.map(group => group.reduce((sum, i) => sum + rated[i]!.mean, 0) / group.length),
    perRead: groups.map(group => over(group, i => rated[i]!.perRead)),
    inSeries: groups.map(group => over(still(group), i => rated[i]!.inSeries)),
    perReadShare: over(everyCell, i => rated[i]!.perRead / rated[i]!.mean),
    inSeriesShare: over(everyCell, i => rated[i]!.inSeries / rated[i]!.mean),
    telegraph: {
      share,
      shareError: shareError(trapped.filter(Boolean).length, cells.length),
      ...(two.length > 0 && {
        amplitude: spreadOf(two.map(found => found.amplitude)),
        dwellHigh: spreadOf(two.map(found => found.dwellHigh)),
        dwellLow: spreadOf(two.map(found => found.dwellLow)),
      }),
    },
    spectrum: {
      ...spectrum,
      ...(without && { withoutTraps: { exponent: without.exponent, exponentError: without.exponentError } }),
    },
    notes: notesOf(reads, interval),
  };
}

interface Window {
  readonly two: boolean;
  readonly amplitude: number;
  readonly dwellHigh: number;
  readonly dwellLow: number;
}

interface Rated {
  readonly mean: number;
  readonly perRead: number;
  readonly inSeries: number;
  readonly windows: readonly Window[];
}

function rate(cell: Float64Array): Rated {
  const n = cell.length;
  const mean = cell.reduce((a, b) => a + b, 0) / n;
  let square = 0;
  let steps = 0;
  for (let t = 0; t < n; t++) {
    square += (cell[t]! - mean) ** 2;
    if (t > 0) steps += (cell[t]! - cell[t - 1]!) ** 2;
  }
  const length = Math.min(windowReads, n);
  const windows = Array.from({ length: Math.floor(n / length) }, (_, k) =>
    windowOf(cell.subarray(k * length, (k + 1) * length)),
  );
  return { mean, perRead: Math.sqrt(steps / (2 * (n - 1))), inSeries: Math.sqrt(square / (n - 1)), windows };
}

/** Two levels explain a window where they beat Gaussian autoregressions by 5 nats after the price of their parameters. */
function windowOf(signal: Float64Array): Window {
  const found = fitTwoLevels(signal);
  const price = (parameters: number): number => 0.5 * parameters * Math.log(signal.length);
  const smooth = Math.max(...[1, 3].map(order => autoregressionLikelihood(signal, order) - price(order + 2)));
  const { low, high, std, switches, logLikelihood, dwellHigh, dwellLow } = found;
  const two =
    logLikelihood - price(twoLevelParameters + 1) > smooth + 5 &&
    high - low > apart * std &&
    switches >= fewestSwitches;
  return { two, amplitude: (high - low) / high, dwellHigh, dwellLow };
}

/** Standard error of a share, with two more of each kind so that it is not 0 at the ends (Agresti and Coull 1998). */
function shareError(found: number, of: number): number {
  const share = (found + 2) / (of + 4);
  return Math.sqrt((share * (1 - share)) / (of + 4));
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { median: median(values), quartiles: [at(0.25), at(0.75)] };
}

/** The cells themselves, then samples of them with replacement. */
function resampled(key: Key, of: readonly number[]): number[][] {
  const draws = Array.from({ length: 100 }, (_, b) => {
    const stream = streamOf(fold(key, b));
    return of.map(() => of[Math.floor(stream.uniform() * of.length)]!);
  });
  return [[...of], ...draws];
}

function notesOf(reads: number, interval: number | undefined): string[] {
  return [
    `A trap counts where a cell switches between two levels ${apart} spreads apart, ${fewestSwitches} times or more in ${Math.min(windowReads, reads)} reads, in a quarter of such windows; slower or smaller traps, and traps of more levels, are not told from 1/f noise and drift.`,
    'Relaxation after programming, jumps that happen once and slow noise are not told apart in one series of each cell.',
    ...(interval === undefined
      ? [
          'The interval between reads is not known, so dwells and frequencies are counted in reads and no time in seconds follows from them.',
        ]
      : []),
  ];
}
