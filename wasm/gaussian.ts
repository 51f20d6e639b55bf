// What an array makes of independent Gaussian weights, and how far they are from what devices can hold.

import { gather, numbers, position, segment } from './levels';
import { exponential, logarithmNormal } from './math';

/** The value of a table at places between its entries. */
// @ts-ignore: decorator
@inline
function between<T>(table: usize, index: v128, share: v128): v128 {
  const left = gather<T>(table, index);
  return v128.add<T>(left, v128.mul<T>(share, v128.sub<T>(gather<T>(table + sizeof<T>(), index), left)));
}

/** Mean and variance in place of n weights: as `realise` of the interface. */
function realise<T>(
  mean: usize, variance: usize, n: usize, tables: usize, entries: i32,
  low: f64, high: f64, gain: f64, working: f64, stuckSquare: f64,
): void {
  const density = v128.splat<T>(<T>(<f64>(entries - 1) / (high - low)));
  const gains = v128.splat<T>(<T>gain);
  const share = v128.splat<T>(<T>working);
  const rest = v128.splat<T>(<T>(1 - working));
  const added = tables + entries * sizeof<T>();
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const m = v128.load(mean + i);
    const place = position<T>(m, v128.splat<T>(<T>low), v128.splat<T>(<T>high), density);
    const index = segment<T>(place, entries - 2);
    const along = v128.sub<T>(place, numbers<T>(index));
    const factor = v128.mul<T>(gains, between<T>(tables, index, along));
    const blur = v128.mul<T>(v128.mul<T>(gains, gains), between<T>(added, index, along));
    const kept = v128.mul<T>(factor, m);
    let all = v128.mul<T>(v128.mul<T>(factor, factor), v128.load(variance + i));
    all = v128.add<T>(v128.add<T>(all, blur), v128.mul<T>(rest, v128.mul<T>(kept, kept)));
    v128.store(mean + i, v128.mul<T>(share, kept));
    v128.store(variance + i, v128.add<T>(v128.mul<T>(share, all), v128.splat<T>(<T>stuckSquare)));
  }
}

export function realiseSingle(
  mean: usize, variance: usize, n: usize, tables: usize, entries: i32,
  low: f64, high: f64, gain: f64, working: f64, stuckSquare: f64,
): void {
  realise<f32>(mean, variance, n, tables, entries, low, high, gain, working, stuckSquare);
}

export function realiseDouble(
  mean: usize, variance: usize, n: usize, tables: usize, entries: i32,
  low: f64, high: f64, gain: f64, working: f64, stuckSquare: f64,
): void {
  realise<f64>(mean, variance, n, tables, entries, low, high, gain, working, stuckSquare);
}

/** Gradients in place, as `realiseGradient` of the interface. */
function realiseGradient<T>(
  byMean: usize, byVariance: usize, mean: usize, n: usize, tables: usize, entries: i32,
  low: f64, high: f64, gain: f64, working: f64,
): void {
  const density = v128.splat<T>(<T>(<f64>(entries - 1) / (high - low)));
  const share = v128.splat<T>(<T>working);
  const stuck = v128.splat<T>(<T>(2 * (1 - working)));
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const m = v128.load(mean + i);
    const place = position<T>(m, v128.splat<T>(<T>low), v128.splat<T>(<T>high), density);
    const index = segment<T>(place, entries - 2);
    const along = v128.sub<T>(place, numbers<T>(index));
    const factor = v128.mul<T>(v128.splat<T>(<T>gain), between<T>(tables, index, along));
    const kept = v128.mul<T>(share, factor);
    const slope = v128.load(byVariance + i);
    const cross = v128.mul<T>(v128.mul<T>(v128.mul<T>(stuck, factor), m), slope);
    v128.store(byMean + i, v128.mul<T>(kept, v128.add<T>(v128.load(byMean + i), cross)));
    v128.store(byVariance + i, v128.mul<T>(v128.mul<T>(kept, factor), slope));
  }
}

export function realiseGradientSingle(
  byMean: usize, byVariance: usize, mean: usize, n: usize, tables: usize, entries: i32,
  low: f64, high: f64, gain: f64, working: f64,
): void {
  realiseGradient<f32>(byMean, byVariance, mean, n, tables, entries, low, high, gain, working);
}

export function realiseGradientDouble(
  byMean: usize, byVariance: usize, mean: usize, n: usize, tables: usize, entries: i32,
  low: f64, high: f64, gain: f64, working: f64,
): void {
  realiseGradient<f64>(byMean, byVariance, mean, n, tables, entries, low, high, gain, working);
}

/** Moments times independent factors, in place: as `scaleMoments` of the interface. */
function scaleMoments<T>(mean: usize, variance: usize, factors: usize, spreads: usize, n: usize): void {
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const m = v128.load(mean + i);
    const factor = v128.load(factors + i);
    const spread = v128.load(spreads + i);
    const kept = v128.mul<T>(v128.add<T>(v128.mul<T>(factor, factor), spread), v128.load(variance + i));
    v128.store(variance + i, v128.add<T>(kept, v128.mul<T>(v128.mul<T>(spread, m), m)));
    v128.store(mean + i, v128.mul<T>(factor, m));
  }
}

export function scaleMomentsSingle(mean: usize, variance: usize, factors: usize, spreads: usize, n: usize): void {
  scaleMoments<f32>(mean, variance, factors, spreads, n);
}

export function scaleMomentsDouble(mean: usize, variance: usize, factors: usize, spreads: usize, n: usize): void {
  scaleMoments<f64>(mean, variance, factors, spreads, n);
}

/** Gradients in place, as `scaleMomentsGradient` of the interface. */
function scaleMomentsGradient<T>(
  byMean: usize, byVariance: usize, scaled: usize, factors: usize, spreads: usize, n: usize,
): void {
  const two = v128.splat<T>(<T>2);
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const factor = v128.load(factors + i);
    const spread = v128.load(spreads + i);
    const slope = v128.load(byVariance + i);
    const both = v128.mul<T>(v128.mul<T>(v128.mul<T>(two, spread), v128.load(scaled + i)), slope);
    const kept = v128.mul<T>(factor, v128.load(byMean + i));
    v128.store(byMean + i, v128.add<T>(kept, v128.div<T>(both, factor)));
    v128.store(byVariance + i, v128.mul<T>(v128.add<T>(v128.mul<T>(factor, factor), spread), slope));
  }
}

export function scaleMomentsGradientSingle(
  byMean: usize, byVariance: usize, scaled: usize, factors: usize, spreads: usize, n: usize,
): void {
  scaleMomentsGradient<f32>(byMean, byVariance, scaled, factors, spreads, n);
}

export function scaleMomentsGradientDouble(
  byMean: usize, byVariance: usize, scaled: usize, factors: usize, spreads: usize, n: usize,
): void {
  scaleMomentsGradient<f64>(byMean, byVariance, scaled, factors, spreads, n);
}

/** Adds the derivatives of the loss and writes the losses to `losses`, as `technologicalLoss` of the interface defines. */
function technologicalLoss<T>(
  losses: usize, byMean: usize, byVariance: usize, mean: usize, variance: usize, n: usize, distances: usize,
  meanLow: f64, meanHigh: f64, stdHigh: f64, meanSteps: i32, stdSteps: i32, beta: f64, width: f64, weight: f64,
): void {
  const zero = v128.splat<T>(<T>0);
  const one = v128.splat<T>(<T>1);
  const two = v128.splat<T>(<T>2);
  const lowest = v128.splat<T>(<T>meanLow);
  const perMean = v128.splat<T>(<T>(<f64>meanSteps / (meanHigh - meanLow)));
  const perStd = v128.splat<T>(<T>(<f64>stdSteps / stdHigh));
  const inverse = v128.splat<T>(<T>(1 / (width * width)));
  const scale = v128.splat<T>(<T>beta);
  const logScale = logarithmNormal<T>(scale);
  // Below, the first terms of the series are as good as exact, and the closed form loses digits.
  const near = v128.splat<T>(sizeof<T>() == 4 ? <T>0.02 : <T>1e-3);
  const row = (<usize>meanSteps + 1) * sizeof<T>();
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const given = v128.load(mean + i);
    const std = v128.sqrt<T>(v128.load(variance + i));
    const raised = v128.bitselect(given, lowest, v128.gt<T>(given, lowest));
    const highest = v128.splat<T>(<T>meanHigh);
    const m = v128.bitselect(raised, highest, v128.lt<T>(raised, highest));
    const widest = v128.splat<T>(<T>stdHigh);
    const s = v128.bitselect(std, widest, v128.lt<T>(std, widest));
    const sideways = v128.sub<T>(given, m);
    const wide = v128.sub<T>(std, s);
    const x = v128.mul<T>(v128.sub<T>(m, lowest), perMean);
    const y = v128.mul<T>(s, perStd);
    const column = segment<T>(x, meanSteps - 1);
    const line = segment<T>(y, stdSteps - 1);
    const at = i32x4.add(i32x4.mul(line, i32x4.splat(meanSteps + 1)), column);
    const u = v128.sub<T>(x, numbers<T>(column));
    const v = v128.sub<T>(y, numbers<T>(line));
    const a = gather<T>(distances, at);
    const b = gather<T>(distances + sizeof<T>(), at);
    const left = v128.sub<T>(gather<T>(distances + row, at), a);
    const right = v128.sub<T>(gather<T>(distances + row + sizeof<T>(), at), b);
    const low = v128.add<T>(a, v128.mul<T>(v, left));
    const high = v128.add<T>(b, v128.mul<T>(v, right));
    const beyond = v128.sqrt<T>(v128.add<T>(v128.mul<T>(sideways, sideways), v128.mul<T>(wide, wide)));
    const direction = v128.and(v128.div<T>(one, beyond), v128.gt<T>(beyond, zero));
    const inside = v128.add<T>(low, v128.mul<T>(u, v128.sub<T>(high, low)));
    const distance = v128.add<T>(inside, beyond);
    const exponent = v128.div<T>(v128.mul<T>(v128.mul<T>(distance, distance), inverse), two);
    const z = v128.mul<T>(scale, exponential<T>(v128.neg<T>(exponent)));
    const square = v128.mul<T>(z, z);
    const q = exponential<T>(v128.mul<T>(v128.splat<T>(<T>-2), z));
    const close = v128.ge<T>(z, near);
    const far = v128.sub<T>(v128.add<T>(exponent, v128.mul<T>(square, v128.splat<T>(<T>(1.0 / 3.0)))), logScale);
    const ratio = v128.div<T>(v128.add<T>(one, q), v128.sub<T>(one, q));
    v128.store(losses + i, v128.bitselect(logarithmNormal<T>(v128.bitselect(ratio, one, close)), far, close));
    const closed = v128.div<T>(
      v128.mul<T>(v128.mul<T>(v128.splat<T>(<T>4), z), q),
      v128.sub<T>(one, v128.mul<T>(q, q)),
    );
    const series = v128.sub<T>(one, v128.mul<T>(v128.splat<T>(<T>(2.0 / 3.0)), square));
    const steep = v128.bitselect(closed, series, close);
    const pull = v128.mul<T>(v128.mul<T>(v128.splat<T>(<T>weight), distance), inverse);
    const slope = v128.mul<T>(pull, steep);
    const across = v128.mul<T>(v128.add<T>(left, v128.mul<T>(u, v128.sub<T>(right, left))), perStd);
    const along = v128.bitselect(
      v128.mul<T>(v128.sub<T>(high, low), perMean),
      v128.mul<T>(sideways, direction),
      v128.eq<T>(sideways, zero),
    );
    const outward = v128.bitselect(v128.mul<T>(wide, direction), across, v128.gt<T>(wide, zero));
    const least = v128.splat<T>(<T>1e-18);
    const spread = v128.bitselect(std, least, v128.gt<T>(std, least));
    v128.store(byMean + i, v128.add<T>(v128.load(byMean + i), v128.mul<T>(slope, along)));
    const bySpread = v128.div<T>(v128.mul<T>(slope, outward), v128.mul<T>(two, spread));
    v128.store(byVariance + i, v128.add<T>(v128.load(byVariance + i), bySpread));
  }
}

/** `total` + Σ x, one after the other. */
function sum<T>(x: usize, n: usize, total: f64): f64 {
  for (const end = x + n * sizeof<T>(); x < end; x += sizeof<T>()) total += <f64>load<T>(x);
  return total;
}

export function technologicalLossSingle(
  losses: usize, byMean: usize, byVariance: usize, mean: usize, variance: usize, n: usize, distances: usize,
  meanLow: f64, meanHigh: f64, stdHigh: f64, meanSteps: i32, stdSteps: i32, beta: f64, width: f64, weight: f64,
  total: f64,
): f64 {
  technologicalLoss<f32>(
    losses, byMean, byVariance, mean, variance, n, distances,
    meanLow, meanHigh, stdHigh, meanSteps, stdSteps, beta, width, weight,
  );
  return sum<f32>(losses, n, total);
}

export function technologicalLossDouble(
  losses: usize, byMean: usize, byVariance: usize, mean: usize, variance: usize, n: usize, distances: usize,
  meanLow: f64, meanHigh: f64, stdHigh: f64, meanSteps: i32, stdSteps: i32, beta: f64, width: f64, weight: f64,
  total: f64,
): f64 {
  technologicalLoss<f64>(
    losses, byMean, byVariance, mean, variance, n, distances,
    meanLow, meanHigh, stdHigh, meanSteps, stdSteps, beta, width, weight,
  );
  return sum<f64>(losses, n, total);
}
