//! Passes over independent Gaussian weights: one step of training, what an array makes of them, and how far they are
//! from what devices can hold. Each number is read and written once.

use crate::elementwise::{Adam, Rates, Table, WIDTH, blocks, look_up, put, take};
use crate::real::Real;
use crate::simd::multiversion;

/// Arrays of n numbers each, moments of 4 n.
#[derive(Clone, Copy)]
pub struct Weights<T> {
    pub mean: *mut T,
    pub log_std: *mut T,
    pub variance: *mut T,
    pub mean_gradient: *const T,
    pub variance_gradient: *const T,
    /// Four arrays, `stride` apart.
    pub moments: *mut T,
    pub stride: usize,
}
unsafe impl<T> Sync for Weights<T> {}

impl<T> Weights<T> {
    /// Those from `offset` on.
    ///
    /// # Safety
    /// There are as many.
    pub unsafe fn from(self, offset: usize) -> Weights<T> {
        let Weights { mean, log_std, variance, mean_gradient, variance_gradient, moments, stride } = self;
        unsafe {
            Weights {
                mean: mean.add(offset),
                log_std: log_std.add(offset),
                variance: variance.add(offset),
                mean_gradient: mean_gradient.add(offset),
                variance_gradient: variance_gradient.add(offset),
                moments: moments.add(offset),
                stride,
            }
        }
    }
}

/// As `GaussianPrior` of the interface.
#[derive(Clone, Copy)]
pub struct Prior<T> {
    /// n numbers, or null.
    pub mean: *const T,
    pub precision: *const T,
    /// The one precision is that of all weights.
    pub shared: bool,
    pub weight: T,
}
unsafe impl<T> Sync for Prior<T> {}

impl<T> Prior<T> {
    /// That of the weights from `offset` on.
    ///
    /// # Safety
    /// There are as many.
    pub unsafe fn from(self, offset: usize) -> Prior<T> {
        let Prior { mean, precision, shared, weight } = self;
        let mean = if mean.is_null() { mean } else { unsafe { mean.add(offset) } };
        let precision = if shared { precision } else { unsafe { precision.add(offset) } };
        Prior { mean, precision, shared, weight }
    }
}

#[inline(always)]
unsafe fn adam_body<T: Real, const LEVEL: u8>(weights: Weights<T>, prior: Prior<T>, n: usize, options: Adam) {
    let Weights { mean, log_std, variance, mean_gradient, variance_gradient, moments, stride } = weights;
    let rates = Rates::<T>::new(options);
    let two = T::from_f64(2.0);
    let shared = [if prior.shared { unsafe { *prior.precision } } else { T::ZERO }; WIDTH];
    unsafe {
        blocks!(n, |i, count| {
            let mut means = take(mean.add(i), count);
            let mut logs = take(log_std.add(i), count);
            let mut variances = take(variance.add(i), count);
            let mut by_mean = take(mean_gradient.add(i), count);
            let mut by_log = take(variance_gradient.add(i), count);
            let centres = if prior.mean.is_null() { [T::ZERO; WIDTH] } else { take(prior.mean.add(i), count) };
            let precisions = if prior.shared { shared } else { take(prior.precision.add(i), count) };
            for j in 0..WIDTH {
                let pull = prior.weight * precisions[j];
                by_mean[j] = (means[j] - centres[j]).times_plus::<LEVEL>(pull, by_mean[j]);
                by_log[j] = variances[j].times_plus::<LEVEL>(two.times_plus::<LEVEL>(by_log[j], pull), -prior.weight);
            }
            for (values, gradient, at) in [(&mut means, &by_mean, 0), (&mut logs, &by_log, 2)] {
                let (first, second) = (moments.add(at * stride + i), moments.add((at + 1) * stride + i));
                let mut running = take(first, count);
                let mut square = take(second, count);
                for j in 0..WIDTH {
                    rates.step::<LEVEL>(&mut values[j], gradient[j], &mut running[j], &mut square[j]);
                }
                put(first, &running, count);
                put(second, &square, count);
            }
            for j in 0..WIDTH {
                variances[j] = (two * logs[j]).exponential::<LEVEL>();
            }
            put(mean.add(i), &means, count);
            put(log_std.add(i), &logs, count);
            put(variance.add(i), &variances, count);
        });
    }
}
multiversion!(pub adam<T: Real>(weights: Weights<T>, prior: Prior<T>, n: usize, options: Adam) = adam_body);

/// As `Realisation` of the interface, with the tables.
#[derive(Clone, Copy)]
pub struct Realisation<T> {
    /// Factors of means.
    pub factors: Table<T>,
    /// Variances added, at the same distances.
    pub added: *const T,
    pub gain: T,
    pub working: T,
    pub stuck_square: T,
}
unsafe impl<T> Sync for Realisation<T> {}

#[inline(always)]
unsafe fn realise_body<T: Real, const LEVEL: u8>(
    realised_mean: *mut T,
    realised_variance: *mut T,
    mean: *const T,
    variance: *const T,
    n: usize,
    to: Realisation<T>,
) {
    let Realisation { factors, added, gain, working, stuck_square } = to;
    unsafe {
        blocks!(n, |i, count| {
            let mut means = take(mean.add(i), count);
            let mut variances = take(variance.add(i), count);
            let (mut looked_up, mut blurs) = ([T::ZERO; WIDTH], [T::ZERO; WIDTH]);
            for j in 0..WIDTH {
                let place = factors.place(means[j]);
                looked_up[j] = look_up::<T, LEVEL>(factors.at, place).0;
                blurs[j] = look_up::<T, LEVEL>(added, place).0;
            }
            for j in 0..WIDTH {
                let factor = gain * looked_up[j];
                let kept = factor * means[j];
                let spread = (factor * factor).times_plus::<LEVEL>(variances[j], gain * gain * blurs[j]);
                let all = (kept * kept).times_plus::<LEVEL>(T::ONE - working, spread);
                means[j] = working * kept;
                variances[j] = all.times_plus::<LEVEL>(working, stuck_square);
            }
            put(realised_mean.add(i), &means, count);
            put(realised_variance.add(i), &variances, count);
        });
    }
}
multiversion!(
    pub realise<T: Real>(
        realised_mean: *mut T,
        realised_variance: *mut T,
        mean: *const T,
        variance: *const T,
        n: usize,
        to: Realisation<T>,
    ) = realise_body
);

#[inline(always)]
unsafe fn realise_gradient_body<T: Real, const LEVEL: u8>(
    mean_gradient: *mut T,
    variance_gradient: *mut T,
    mean: *const T,
    n: usize,
    to: Realisation<T>,
) {
    let Realisation { factors, gain, working, .. } = to;
    let stuck = T::from_f64(2.0) * (T::ONE - working);
    unsafe {
        blocks!(n, |i, count| {
            let means = take(mean.add(i), count);
            let mut by_mean = take(mean_gradient.add(i), count);
            let mut by_variance = take(variance_gradient.add(i), count);
            let mut looked_up = [T::ZERO; WIDTH];
            for j in 0..WIDTH {
                looked_up[j] = look_up::<T, LEVEL>(factors.at, factors.place(means[j])).0;
            }
            for j in 0..WIDTH {
                let factor = gain * looked_up[j];
                let cross = stuck * factor * means[j];
                by_mean[j] = working * factor * cross.times_plus::<LEVEL>(by_variance[j], by_mean[j]);
                by_variance[j] = working * factor * factor * by_variance[j];
            }
            put(mean_gradient.add(i), &by_mean, count);
            put(variance_gradient.add(i), &by_variance, count);
        });
    }
}
multiversion!(
    pub realise_gradient<T: Real>(
        mean_gradient: *mut T,
        variance_gradient: *mut T,
        mean: *const T,
        n: usize,
        to: Realisation<T>,
    ) = realise_gradient_body
);

#[inline(always)]
unsafe fn scale_moments_body<T: Real, const LEVEL: u8>(
    mean: *mut T,
    variance: *mut T,
    factor_mean: *const T,
    factor_variance: *const T,
    n: usize,
) {
    unsafe {
        blocks!(n, |i, count| {
            let mut means = take(mean.add(i), count);
            let mut variances = take(variance.add(i), count);
            let (factors, spreads) = (take(factor_mean.add(i), count), take(factor_variance.add(i), count));
            for j in 0..WIDTH {
                let square = factors[j].times_plus::<LEVEL>(factors[j], spreads[j]);
                variances[j] = square.times_plus::<LEVEL>(variances[j], spreads[j] * means[j] * means[j]);
                means[j] = factors[j] * means[j];
            }
            put(mean.add(i), &means, count);
            put(variance.add(i), &variances, count);
        });
    }
}
multiversion!(
    pub scale_moments<T: Real>(
        mean: *mut T,
        variance: *mut T,
        factor_mean: *const T,
        factor_variance: *const T,
        n: usize,
    ) = scale_moments_body
);

#[inline(always)]
unsafe fn scale_moments_gradient_body<T: Real, const LEVEL: u8>(
    mean_gradient: *mut T,
    variance_gradient: *mut T,
    scaled: *const T,
    factor_mean: *const T,
    factor_variance: *const T,
    n: usize,
) {
    let two = T::from_f64(2.0);
    unsafe {
        blocks!(n, |i, count| {
            let mut by_mean = take(mean_gradient.add(i), count);
            let mut by_variance = take(variance_gradient.add(i), count);
            let means = take(scaled.add(i), count);
            let (factors, spreads) = (take(factor_mean.add(i), count), take(factor_variance.add(i), count));
            for j in 0..WIDTH {
                let cross = two * spreads[j] * means[j] * by_variance[j] / factors[j];
                by_mean[j] = factors[j].times_plus::<LEVEL>(by_mean[j], cross);
                by_variance[j] = factors[j].times_plus::<LEVEL>(factors[j], spreads[j]) * by_variance[j];
            }
            put(mean_gradient.add(i), &by_mean, count);
            put(variance_gradient.add(i), &by_variance, count);
        });
    }
}
multiversion!(
    pub scale_moments_gradient<T: Real>(
        mean_gradient: *mut T,
        variance_gradient: *mut T,
        scaled: *const T,
        factor_mean: *const T,
        factor_variance: *const T,
        n: usize,
    ) = scale_moments_gradient_body
);

/// As `DistanceGrid` and `TechnologicalOptions` of the interface.
#[derive(Clone, Copy)]
pub struct Domain<T> {
    pub distances: *const T,
    pub mean_steps: usize,
    pub std_steps: usize,
    pub mean_low: T,
    pub mean_high: T,
    pub std_high: T,
    pub beta: T,
    pub width: T,
    pub weight: T,
}
unsafe impl<T> Sync for Domain<T> {}

#[inline(always)]
unsafe fn technological_body<T: Real, const LEVEL: u8>(
    mean_gradient: *mut T,
    variance_gradient: *mut T,
    mean: *const T,
    variance: *const T,
    n: usize,
    domain: Domain<T>,
) -> f64 {
    let Domain { distances, mean_steps, std_steps, mean_low, mean_high, std_high, beta, width, weight } = domain;
    let (last_column, last_row) = (mean_steps as i32 - 1, std_steps as i32 - 1);
    let per_mean = T::from_f64(mean_steps as f64) / (mean_high - mean_low);
    let per_std = T::from_f64(std_steps as f64) / std_high;
    let (two, four) = (T::from_f64(2.0), T::from_f64(4.0));
    let least = T::from_f64(1e-18);
    let inverse = T::ONE / (width * width);
    let log_beta = beta.logarithm_normal::<LEVEL>();
    // Below, the first terms of the series are as good as exact, and the closed form loses digits.
    let near = T::from_f64(if size_of::<T>() == 4 { 0.02 } else { 1e-3 });
    let (third, two_thirds) = (T::from_f64(1.0 / 3.0), T::from_f64(2.0 / 3.0));
    let mut totals = [0.0; WIDTH];
    unsafe {
        blocks!(n, |i, count| {
            let means = take(mean.add(i), count);
            let variances = take(variance.add(i), count);
            let mut by_mean = take(mean_gradient.add(i), count);
            let mut by_variance = take(variance_gradient.add(i), count);
            let mut corner = [[T::ZERO; WIDTH]; 4];
            let (mut shares, mut away, mut stds) = ([[T::ZERO; WIDTH]; 2], [[T::ZERO; WIDTH]; 2], [T::ZERO; WIDTH]);
            let mut losses = [T::ZERO; WIDTH];
            for j in 0..WIDTH {
                stds[j] = variances[j].root();
                let m = if means[j] > mean_low { means[j] } else { mean_low };
                let m = if m < mean_high { m } else { mean_high };
                let s = if stds[j] < std_high { stds[j] } else { std_high };
                // How far mean and std are beyond the grid; NaN where they are NaN.
                away[0][j] = means[j] - m;
                away[1][j] = stds[j] - s;
                let (x, y) = ((m - mean_low) * per_mean, s * per_std);
                let (column, row) = (x.to_index().clamp(0, last_column), y.to_index().clamp(0, last_row));
                let at = row as usize * (mean_steps + 1) + column as usize;
                shares[0][j] = x - T::from_index(column);
                shares[1][j] = y - T::from_index(row);
                corner[0][j] = *distances.add(at);
                corner[1][j] = *distances.add(at + 1);
                corner[2][j] = *distances.add(at + mean_steps + 1);
                corner[3][j] = *distances.add(at + mean_steps + 2);
            }
            for j in 0..WIDTH {
                let (u, v) = (shares[0][j], shares[1][j]);
                let (left, right) = (corner[2][j] - corner[0][j], corner[3][j] - corner[1][j]);
                let (low, high) =
                    (v.times_plus::<LEVEL>(left, corner[0][j]), v.times_plus::<LEVEL>(right, corner[1][j]));
                let inside = u.times_plus::<LEVEL>(high - low, low);
                let (sideways, wide) = (away[0][j], away[1][j]);
                let beyond = sideways.times_plus::<LEVEL>(sideways, wide * wide).root();
                let direction = if beyond > T::ZERO { T::ONE / beyond } else { T::ZERO };
                let distance = inside + beyond;
                let exponent = distance * distance * inverse / two;
                let x = beta * (-exponent).exponential::<LEVEL>();
                let q = (-two * x).exponential::<LEVEL>();
                let close = x >= near;
                let series = (x * x).times_plus::<LEVEL>(third, exponent - log_beta);
                let ratio = if close { (T::ONE + q) / (T::ONE - q) } else { T::ONE };
                losses[j] = if close { ratio.logarithm_normal::<LEVEL>() } else { series };
                let closed = four * x * q / (T::ONE - q * q);
                let steep = if close { closed } else { T::ONE - two_thirds * x * x };
                let slope = weight * distance * inverse * steep;
                let along = if sideways == T::ZERO { (high - low) * per_mean } else { sideways * direction };
                let across =
                    if wide > T::ZERO { wide * direction } else { u.times_plus::<LEVEL>(right - left, left) * per_std };
                let std = if stds[j] > least { stds[j] } else { least };
                by_mean[j] = slope.times_plus::<LEVEL>(along, by_mean[j]);
                by_variance[j] = by_variance[j] + slope * across / (two * std);
            }
            put(mean_gradient.add(i), &by_mean, count);
            put(variance_gradient.add(i), &by_variance, count);
            losses[count..].fill(T::ZERO);
            for j in 0..WIDTH {
                totals[j] += losses[j].to_f64();
            }
        });
    }
    weight.to_f64() * totals.iter().sum::<f64>()
}
multiversion!(
    pub technological<T: Real>(
        mean_gradient: *mut T,
        variance_gradient: *mut T,
        mean: *const T,
        variance: *const T,
        n: usize,
        domain: Domain<T>,
    ) -> f64 = technological_body
);
