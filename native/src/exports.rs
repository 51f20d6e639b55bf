//! The functions that JavaScript calls: arguments in, lengths checked, kernel run.

use crate::bf16;
use crate::convolution::{self, Plan};
use crate::convolution_gradient::{self, Gradients};
use crate::crossbar;
use crate::dense::{self, Dense};
use crate::elementwise::{self, Activation, Adam, Binary, Table, Unary};
use crate::gaussian_weights::{self as gaussian, Domain, Prior, Realisation, Weights};
use crate::node::{Call, Fault, Kind, Stored, View, apart, size};
use crate::noise;
use crate::normalise;
use crate::patches;
use crate::pool;
use crate::product::{Epilogue, Shape, product};
use crate::random::{self, Law, Normal, Raw, Uniform};
use crate::real::Real;
use crate::rows::{self, Noisy, Rows};
use crate::softmax::{Target, softmax};
use crate::threads::{self, Shared};
use crate::tiled_convolution::{self, Reads, Tiles};
use crate::tiles::{self, Levels};
use crate::windows::Windows;
use crate::{reduce, simd, sliced};
use napi_sys as sys;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

type Outcome = Result<sys::napi_value, Fault>;

/// Numbers of one task when several threads share elementwise work: little arithmetic, much arithmetic.
const CHEAP: usize = 1 << 15;
const COSTLY: usize = 1 << 14;

/// Runs the body with T the precision of the array.
macro_rules! by_precision {
    ($view:expr, $T:ident => $body:expr) => {
        match $view.kind {
            Kind::F32 => {
                type $T = f32;
                $body
            }
            Kind::F64 => {
                type $T = f64;
                $body
            }
            _ => Err("internal: a kernel wants an array of floating-point numbers."),
        }
    };
}

const DONE: Outcome = Ok(null_mut());

/// Runs the body over pieces of the arrays (pointers, perhaps null) on the threads allowed.
macro_rules! in_pieces {
    ($length:expr, $grain:expr, |$from:ident, $count:ident, $($array:ident),+| $body:expr) => {{
        let ($($array,)+) = ($(Shared::new($array),)+);
        threads::pieces($length, $grain, |$from, end| {
            let $count = end - $from;
            $(let $array = $array.at($from);)+
            unsafe { $body };
        });
        DONE
    }};
}

fn choice<C: Copy>(call: &Call, index: usize, all: &[C]) -> Result<C, Fault> {
    all.get(call.index(index)?).copied().ok_or("internal: a kernel got an unknown operation.")
}

/// m, n, k, batch and flags, from argument `first` on
fn product_shape(call: &Call, first: usize) -> Result<Shape, Fault> {
    let flags = call.index(first + 4)?;
    Ok(Shape {
        m: call.index(first)?,
        n: call.index(first + 1)?,
        k: call.index(first + 2)?,
        batch: call.index(first + 3)?,
        transpose_a: flags & 1 != 0,
        transpose_b: flags & 2 != 0,
        shared_a: flags & 4 != 0,
        shared_b: flags & 8 != 0,
        accumulate: flags & 16 != 0,
    })
}

/// product(c, a, b, m, n, k, batch, flags)
fn run_product(call: &Call) -> Outcome {
    let (c, a, b) = (call.array(0)?, call.array(1)?, call.array(2)?);
    let shape = product_shape(call, 3)?;
    by_precision!(c, T => unsafe {
        let (c, a, b) = operands::<T>(c, a, b, shape)?;
        product(c, a, b, shape, None);
        DONE
    })
}

/// productBf16(c, a, b, m, n, k, batch, flags); of the flags, those of shared operands count
fn run_product_bf16(call: &Call) -> Outcome {
    let shape = product_shape(call, 3)?;
    let (c, a, b) = operands::<f32>(call.array(0)?, call.array(1)?, call.array(2)?, shape)?;
    unsafe { bf16::product(c, a, b, Shape { transpose_a: false, transpose_b: false, accumulate: false, ..shape }) };
    DONE
}

type Operands<T> = (*mut T, *mut T, *mut T);

fn operands<T: Stored>(c: View, a: View, b: View, shape: Shape) -> Result<Operands<T>, Fault> {
    let Shape { m, n, k, batch, .. } = shape;
    Ok((
        c.of(size(&[m, n, batch])?)?,
        a.of(size(&[m, k, if shape.shared_a { 1 } else { batch }])?)?,
        b.of(size(&[k, n, if shape.shared_b { 1 } else { batch }])?)?,
    ))
}

/// affine(y, x, w, bias, m, n, k, activation)
fn affine(call: &Call) -> Outcome {
    let (y, x, w, bias) = (call.array(0)?, call.array(1)?, call.array(2)?, call.array_or_null(3)?);
    let (m, n, k) = (call.index(4)?, call.index(5)?, call.index(6)?);
    let activation = choice(call, 7, &Activation::ALL)?;
    let shape = Shape { m, n, k, batch: 1, ..Shape::default() };
    by_precision!(y, T => {
        let bias = bias.optional::<T>(n)?;
        let idle = bias.is_null() && activation == Activation::Linear;
        let epilogue = if idle { None } else { Some(Epilogue { bias, activation }) };
        let (y, x, w) = operands(y, x, w, shape)?;
        unsafe { product(y, x, w, shape, epilogue) };
        DONE
    })
}

fn unary(call: &Call) -> Outcome {
    let (y, x) = (call.array(0)?, call.array(1)?);
    let operation = choice(call, 2, &Unary::ALL)?;
    let costly = matches!(operation, Unary::Exp | Unary::Log | Unary::Tanh | Unary::Sigmoid | Unary::Softplus);
    by_precision!(y, T => {
        let (n, y, x) = (y.len, y.of::<T>(0)?, x.of::<T>(y.len)?);
        in_pieces!(n, if costly { COSTLY } else { CHEAP }, |_from, count, y, x| elementwise::unary(operation, y, x, count))
    })
}

/// Length of the repeated operand, which must divide the other.
fn period(repeated: View, length: usize) -> Result<usize, Fault> {
    match repeated.len {
        0 if length == 0 => Ok(1),
        p if p > 0 && length.is_multiple_of(p) => Ok(p),
        _ => Err("internal: the length of the repeated array does not divide that of the other."),
    }
}

fn binary(call: &Call) -> Outcome {
    let (y, a, b) = (call.array(0)?, call.array(1)?, call.array(2)?);
    let operation = choice(call, 3, &Binary::ALL)?;
    let period = period(b, y.len)?;
    by_precision!(y, T => {
        let (n, y, a, b) = (y.len, y.of::<T>(0)?, a.of::<T>(y.len)?, Shared::new(b.of::<T>(0)?));
        in_pieces!(n, repeated_grain(period, n), |from, count, y, a| {
            elementwise::binary(operation, y, a, count, b.at(from % period), period.min(count.max(1)))
        })
    })
}

/// Pieces hold whole periods, or are parts of two arrays of equal length.
fn repeated_grain(period: usize, length: usize) -> usize {
    if period == length { CHEAP } else { (CHEAP / period).max(1) * period }
}

fn axpy(call: &Call) -> Outcome {
    let (y, x) = (call.array(0)?, call.array(2)?);
    let alpha = call.number(1)?;
    let period = period(x, y.len)?;
    by_precision!(y, T => {
        let (n, y, x) = (y.len, y.of::<T>(0)?, Shared::new(x.of::<T>(0)?));
        in_pieces!(n, repeated_grain(period, n), |from, count, y| {
            elementwise::axpy(y, count, T::from_f64(alpha), x.at(from % period), period.min(count.max(1)))
        })
    })
}

fn scale(call: &Call) -> Outcome {
    let (y, x) = (call.array(0)?, call.array(1)?);
    let (alpha, beta) = (call.number(2)?, call.number(3)?);
    by_precision!(y, T => {
        let (alpha, beta) = (T::from_f64(alpha), T::from_f64(beta));
        let (n, y, x) = (y.len, y.of::<T>(0)?, x.of::<T>(y.len)?);
        in_pieces!(n, CHEAP, |_from, count, y, x| elementwise::scale(y, x, count, alpha, beta))
    })
}

fn activation_gradient(call: &Call) -> Outcome {
    let (dx, dy, y) = (call.array(0)?, call.array(1)?, call.array(2)?);
    let activation = choice(call, 3, &Activation::ALL)?;
    by_precision!(dx, T => {
        let (n, dx, dy, y) = (dx.len, dx.of::<T>(0)?, dy.of::<T>(dx.len)?, y.of::<T>(dx.len)?);
        in_pieces!(n, CHEAP, |_from, count, dx, dy, y| elementwise::activation_gradient(dx, dy, y, count, activation))
    })
}

fn sum(call: &Call) -> Outcome {
    let x = call.array(0)?;
    by_precision!(x, T => Ok(call.value_of(unsafe { reduce::sum(x.of::<T>(0)?, x.len) })))
}

fn dot(call: &Call) -> Outcome {
    let (a, b) = (call.array(0)?, call.array(1)?);
    by_precision!(a, T => Ok(call.value_of(unsafe { reduce::dot(a.of::<T>(0)?, b.of::<T>(a.len)?, a.len) })))
}

/// normalise(y, inverse, x, length, epsilon)
fn run_normalise(call: &Call) -> Outcome {
    let (y, inverse, x) = (call.array(0)?, call.array_or_null(1)?, call.array(2)?);
    let (length, epsilon) = (call.index(3)?, call.number(4)?);
    if length == 0 || !y.len.is_multiple_of(length) {
        return Err("internal: an array is not made of whole runs.");
    }
    let runs = y.len / length;
    by_precision!(y, T => {
        let (y, inverse, x) = (y.of::<T>(0)?, inverse.optional::<T>(runs)?, x.of::<T>(y.len)?);
        unsafe { normalise::normalise(y, inverse, x, runs, length, epsilon) };
        DONE
    })
}

fn range(call: &Call) -> Outcome {
    let (out, x) = (call.array(0)?, call.array(1)?);
    by_precision!(x, T => {
        let ends = unsafe { reduce::range(x.of::<T>(0)?, x.len) };
        unsafe { out.of::<T>(2)?.cast::<[T; 2]>().write(ends) };
        DONE
    })
}

fn sum_rows(call: &Call) -> Outcome {
    let (out, x) = (call.array(0)?, call.array(1)?);
    let (m, n) = (call.index(2)?, call.index(3)?);
    let accumulate = call.index(4)? != 0;
    by_precision!(out, T => {
        let (out, x) = (out.of::<T>(n)?, x.of::<T>(size(&[m, n])?)?);
        unsafe { reduce::sum_rows(out, x, m, n, accumulate) };
        DONE
    })
}

fn log_softmax(call: &Call) -> Outcome {
    let (out, x) = (call.array(0)?, call.array(1)?);
    let (m, n) = (call.index(2)?, call.index(3)?);
    by_precision!(out, T => {
        let all = size(&[m, n])?;
        let (out, x) = (out.of::<T>(all)?, x.of::<T>(all)?);
        if all > 0 {
            unsafe { softmax(Target { log: out, gradient: null_mut(), labels: null_mut() }, x, m, n) };
        }
        DONE
    })
}

fn softmax_cross_entropy(call: &Call) -> Outcome {
    let (gradient, logits, labels) = (call.array_or_null(0)?, call.array(1)?, call.array(2)?);
    let (m, n) = (call.index(3)?, call.index(4)?);
    by_precision!(logits, T => {
        let all = size(&[m, n])?;
        let (gradient, x) = (gradient.optional::<T>(all)?, logits.of::<T>(all)?);
        let labels = labels.of::<i32>(m)?;
        if (0..m).any(|i| unsafe { *labels.add(i) as u32 as usize >= n }) {
            return Err("internal: a label lies outside the classes.");
        }
        if all == 0 {
            return Ok(call.value_of(0.0));
        }
        Ok(call.value_of(unsafe { softmax(Target { log: null_mut(), gradient, labels }, x, m, n) }))
    })
}

/// softmaxNetwork(gradient, weights, inputs, labels, widths, rows, hidden)
fn softmax_network(call: &Call) -> Outcome {
    let (gradient, weights, inputs) = (call.array(0)?, call.array(1)?, call.array(2)?);
    let (labels, widths, rows) = (call.array(3)?, call.array(4)?, call.index(5)?);
    let hidden = choice(call, 6, &Activation::ALL)?;
    let at = widths.of::<i32>(2)?;
    let units: Vec<usize> = (0..widths.len).map(|i| unsafe { *at.add(i) }.max(0) as usize).collect();
    if units.iter().any(|&width| width == 0 || width > 1 << 16) {
        return Err("internal: a layer of a network has between 1 and 65536 units.");
    }
    for pair in units.windows(2) {
        size(&[pair[0] + 1, pair[1], units.len()])?;
    }
    let count = Dense::size(&units);
    apart(gradient, &[weights, inputs, labels])?;
    let network = Dense {
        widths: &units,
        hidden,
        weights: weights.of::<f64>(count)?,
        inputs: inputs.of::<f64>(size(&[units[0], rows])?)?,
        labels: labels.of::<i32>(rows)?,
        rows,
    };
    Ok(call.value_of(unsafe { dense::softmax(gradient.of::<f64>(count)?, &network) }))
}

/// rate, beta1, beta2, epsilon and the two corrections, from argument `first` on
fn adam_options(call: &Call, first: usize) -> Result<Adam, Fault> {
    Ok(Adam {
        rate: call.number(first)?,
        beta1: call.number(first + 1)?,
        beta2: call.number(first + 2)?,
        epsilon: call.number(first + 3)?,
        correction1: call.number(first + 4)?,
        correction2: call.number(first + 5)?,
    })
}

/// adam(w, g, first, second, rate, beta1, beta2, epsilon, correction1, correction2)
fn adam(call: &Call) -> Outcome {
    let (w, g, first, second) = (call.array(0)?, call.array(1)?, call.array(2)?, call.array(3)?);
    let options = adam_options(call, 4)?;
    let n = w.len;
    by_precision!(w, T => {
        let (w, g, first, second) = (w.of::<T>(n)?, g.of::<T>(n)?, first.of::<T>(n)?, second.of::<T>(n)?);
        in_pieces!(n, COSTLY, |_from, count, w, g, first, second| elementwise::adam(w, g, first, second, count, options))
    })
}

/// gaussianAdam(mean, logStd, variance, meanGradient, varianceGradient, moments, priorMean, precision, weight, rate,
/// beta1, beta2, epsilon, correction1, correction2)
fn gaussian_adam(call: &Call) -> Outcome {
    let (mean, prior_mean, precision) = (call.array(0)?, call.array_or_null(6)?, call.array(7)?);
    let (weight, options) = (call.number(8)?, adam_options(call, 9)?);
    let n = mean.len;
    let shared = precision.len == 1;
    by_precision!(mean, T => {
        let weights = Weights::<T> {
            mean: mean.of(n)?,
            log_std: call.array(1)?.of(n)?,
            variance: call.array(2)?.of(n)?,
            mean_gradient: call.array(3)?.of(n)?,
            variance_gradient: call.array(4)?.of(n)?,
            moments: call.array(5)?.of(size(&[4, n])?)?,
            stride: n,
        };
        let prior = Prior::<T> {
            mean: prior_mean.optional(n)?,
            precision: precision.of(if shared { 1 } else { n })?,
            shared,
            weight: T::from_f64(weight),
        };
        threads::pieces(n, COSTLY, |from, end| unsafe {
            gaussian::adam(weights.from(from), prior.from(from), end - from, options);
        });
        DONE
    })
}

/// The table of an array.
fn table<T: Real>(at: *const T, entries: usize, low: f64, high: f64) -> Result<Table<T>, Fault> {
    if !(2..=1 << 24).contains(&entries) {
        return Err("internal: a table has between 2 and 16777216 entries.");
    }
    Ok(Table::new(at, entries, low, high))
}

/// The tables from argument `tables`, low, high, gain, working, stuckSquare
fn realisation<T: Real>(call: &Call, tables: usize) -> Result<Realisation<T>, Fault> {
    let (view, low, high) = (call.array(tables)?, call.number(tables + 1)?, call.number(tables + 2)?);
    let (at, entries) = (view.of::<T>(0)?, view.len / 2);
    Ok(Realisation {
        factors: table(at, entries, low, high)?,
        added: at.wrapping_add(entries),
        gain: T::from_f64(call.number(tables + 3)?),
        working: T::from_f64(call.number(tables + 4)?),
        stuck_square: T::from_f64(call.number(tables + 5)?),
    })
}

/// realise(realisedMean, realisedVariance, mean, variance, tables, low, high, gain, working, stuckSquare)
fn realise(call: &Call) -> Outcome {
    let kept = call.array(0)?;
    let n = kept.len;
    by_precision!(kept, T => {
        let (kept, spread) = (kept.of::<T>(n)?, call.array(1)?.of::<T>(n)?);
        let (mean, variance) = (call.array(2)?.of::<T>(n)?, call.array(3)?.of::<T>(n)?);
        let to = realisation::<T>(call, 4)?;
        in_pieces!(n, COSTLY, |_from, count, kept, spread, mean, variance| {
            gaussian::realise(kept, spread, mean, variance, count, to)
        })
    })
}

/// realiseGradient(meanGradient, varianceGradient, mean, tables, low, high, gain, working, stuckSquare)
fn realise_gradient(call: &Call) -> Outcome {
    let by_mean = call.array(0)?;
    let n = by_mean.len;
    by_precision!(by_mean, T => {
        let (by_mean, by_variance) = (by_mean.of::<T>(n)?, call.array(1)?.of::<T>(n)?);
        let mean = call.array(2)?.of::<T>(n)?;
        let to = realisation::<T>(call, 3)?;
        in_pieces!(n, COSTLY, |_from, count, by_mean, by_variance, mean| {
            gaussian::realise_gradient(by_mean, by_variance, mean, count, to)
        })
    })
}

/// scaleMoments(mean, variance, factorMean, factorVariance)
fn scale_moments(call: &Call) -> Outcome {
    let mean = call.array(0)?;
    let n = mean.len;
    by_precision!(mean, T => {
        let (mean, variance) = (mean.of::<T>(n)?, call.array(1)?.of::<T>(n)?);
        let (factor, spread) = (call.array(2)?.of::<T>(n)?, call.array(3)?.of::<T>(n)?);
        in_pieces!(n, COSTLY, |_from, count, mean, variance, factor, spread| {
            gaussian::scale_moments(mean, variance, factor, spread, count)
        })
    })
}

/// scaleMomentsGradient(meanGradient, varianceGradient, scaled, factorMean, factorVariance)
fn scale_moments_gradient(call: &Call) -> Outcome {
    let by_mean = call.array(0)?;
    let n = by_mean.len;
    by_precision!(by_mean, T => {
        let (by_mean, by_variance) = (by_mean.of::<T>(n)?, call.array(1)?.of::<T>(n)?);
        let scaled = call.array(2)?.of::<T>(n)?;
        let (factor, spread) = (call.array(3)?.of::<T>(n)?, call.array(4)?.of::<T>(n)?);
        in_pieces!(n, COSTLY, |_from, count, by_mean, by_variance, scaled, factor, spread| {
            gaussian::scale_moments_gradient(by_mean, by_variance, scaled, factor, spread, count)
        })
    })
}

/// technologicalLoss(meanGradient, varianceGradient, mean, variance, distances, meanLow, meanHigh, stdHigh, meanSteps,
/// stdSteps, beta, width, weight)
fn technological_loss(call: &Call) -> Outcome {
    let (by_mean, distances) = (call.array(0)?, call.array(4)?);
    let n = by_mean.len;
    let (mean_steps, std_steps) = (call.index(8)?, call.index(9)?);
    let entries = size(&[mean_steps.saturating_add(1), std_steps.saturating_add(1)])?;
    if mean_steps < 1 || std_steps < 1 || entries > 1 << 30 {
        return Err("internal: a grid has at least one step each way.");
    }
    by_precision!(by_mean, T => {
        let number = |index: usize| call.number(index).map(T::from_f64);
        let domain = Domain::<T> {
            distances: distances.of(entries)?,
            mean_steps,
            std_steps,
            mean_low: number(5)?,
            mean_high: number(6)?,
            std_high: number(7)?,
            beta: number(10)?,
            width: number(11)?,
            weight: number(12)?,
        };
        let (by_mean, by_variance) = (Shared::new(by_mean.of::<T>(n)?), Shared::new(call.array(1)?.of::<T>(n)?));
        let (mean, variance) = (Shared::new(call.array(2)?.of::<T>(n)?), Shared::new(call.array(3)?.of::<T>(n)?));
        let total = reduce::chunks(n, COSTLY / 4, |from, count| unsafe {
            let (mean, variance) = (mean.at(from), variance.at(from));
            gaussian::technological(by_mean.at(from), by_variance.at(from), mean, variance, count, domain)
        });
        Ok(call.value_of(total))
    })
}

fn quantise(call: &Call) -> Outcome {
    let (y, x) = (call.array(0)?, call.array(1)?);
    let (step, low, high) = (call.number(2)?, call.number(3)?, call.number(4)?);
    by_precision!(y, T => {
        let (n, y, x) = (y.len, y.of::<T>(0)?, x.of::<T>(y.len)?);
        let outside = AtomicUsize::new(0);
        in_pieces!(n, CHEAP, |_from, count, y, x| {
            outside.fetch_add(elementwise::quantise(y, x, count, step, low, high), Relaxed)
        })?;
        Ok(call.value_of(outside.into_inner() as f64))
    })
}

fn clamp_gradient(call: &Call) -> Outcome {
    let (dx, dy, x) = (call.array(0)?, call.array(1)?, call.array(2)?);
    let (low, high) = (call.number(3)?, call.number(4)?);
    by_precision!(dx, T => {
        let (low, high) = (T::from_f64(low), T::from_f64(high));
        let (n, dx, dy, x) = (dx.len, dx.of::<T>(0)?, dy.of::<T>(dx.len)?, x.of::<T>(dx.len)?);
        in_pieces!(n, CHEAP, |_from, count, dx, dy, x| elementwise::clamp_gradient(dx, dy, x, count, low, high))
    })
}

fn tabulate(call: &Call) -> Outcome {
    let (y, slope, x, entries) = (call.array(0)?, call.array_or_null(1)?, call.array(2)?, call.array(3)?);
    let (low, high) = (call.number(4)?, call.number(5)?);
    let n = y.len;
    by_precision!(y, T => {
        let (y, slope, x) = (y.of::<T>(n)?, slope.optional::<T>(n)?, x.of::<T>(n)?);
        let table = table(entries.of::<T>(0)?, entries.len, low, high)?;
        in_pieces!(n, COSTLY, |_from, count, y, slope, x| elementwise::tabulate(y, slope, x, count, table))
    })
}

/// scatter(y, z, x, mean, std, low, high)
fn scatter(call: &Call) -> Outcome {
    let (y, z, x) = (call.array(0)?, call.array(1)?, call.array(2)?);
    let (mean, std) = (call.array_or_null(3)?, call.array(4)?);
    let (low, high) = (call.number(5)?, call.number(6)?);
    let n = y.len;
    by_precision!(y, T => {
        let (y, z, x) = (y.of::<T>(n)?, z.of::<T>(n)?, x.of::<T>(n)?);
        let mean = Shared::new(mean.optional::<T>(std.len)?);
        let std = table(std.of::<T>(0)?, std.len, low, high)?;
        in_pieces!(n, COSTLY, |_from, count, y, z, x| elementwise::scatter(y, z, x, count, mean.at(0), std))
    })
}

fn fill<T: Stored, L: Law<T>>(call: &Call, out: View) -> Outcome {
    let key = [call.word(1)?, call.word(2)?];
    let offset = call.index(3)?;
    unsafe { random::fill::<T, L>(out.of::<T>(0)?, out.len, key, offset) };
    DONE
}

fn random_words(call: &Call) -> Outcome {
    fill::<u32, Raw>(call, call.array(0)?)
}

fn uniform(call: &Call) -> Outcome {
    let out = call.array(0)?;
    by_precision!(out, T => fill::<T, Uniform>(call, out))
}

fn normal(call: &Call) -> Outcome {
    let out = call.array(0)?;
    by_precision!(out, T => fill::<T, Normal>(call, out))
}

/// addNoise(y, slope, variance, key0, key1, offset)
fn add_noise(call: &Call) -> Outcome {
    let (y, slope, variance) = (call.array(0)?, call.array_or_null(1)?, call.array(2)?);
    let (key, offset) = ([call.word(3)?, call.word(4)?], call.index(5)?);
    by_precision!(y, T => {
        let (to, slope, variance) = (y.of::<T>(0)?, slope.optional::<T>(y.len)?, variance.of::<T>(y.len)?);
        unsafe { noise::add_noise::<T>(to, slope, variance, y.len, key, offset) };
        DONE
    })
}

/// The rows from arguments `first` on: numbers, first outer number, outer numbers, first plane, planes, columns; then
/// whether the planes lie side by side, and the distance between outer numbers.
fn row_numbers(call: &Call, first: usize) -> Result<Rows, Fault> {
    let numbers = call.array(first)?;
    Ok(Rows {
        numbers: numbers.of::<u32>(0)?,
        rows: numbers.len,
        first: call.word(first + 1)?,
        outer: call.index(first + 2)?,
        first_plane: call.word(first + 3)?,
        planes: call.index(first + 4)?,
        columns: call.index(first + 5)?,
        interleaved: call.index(first + 6)? != 0,
        stride: call.index(first + 7)?,
    })
}

fn fill_rows<T: Stored, L: Law<T>>(call: &Call, out: View) -> Outcome {
    let (key, rows) = ([call.word(1)?, call.word(2)?], row_numbers(call, 3)?);
    let own = size(&[rows.rows, rows.planes, rows.columns])?;
    let before = size(&[rows.outer.saturating_sub(1), rows.stride])?;
    let needed = before.checked_add(own).ok_or("internal: the sizes of a kernel call are too large.")?;
    if own == 0 || rows.outer == 0 {
        return DONE;
    }
    if rows.outer > 1 && rows.stride < own {
        return Err("internal: the parts of two outer numbers overlap.");
    }
    unsafe { rows::fill::<T, L>(out.of::<T>(needed)?, rows, key) };
    DONE
}

/// uniformRows(out, key0, key1, numbers, first, outer, firstPlane, planes, columns, interleaved, stride)
fn uniform_rows(call: &Call) -> Outcome {
    let out = call.array(0)?;
    by_precision!(out, T => fill_rows::<T, Uniform>(call, out))
}

/// normalRows(out, key0, key1, numbers, first, outer, firstPlane, planes, columns, interleaved, stride)
fn normal_rows(call: &Call) -> Outcome {
    let out = call.array(0)?;
    by_precision!(out, T => fill_rows::<T, Normal>(call, out))
}

/// addNoiseRows(y, x, variance, key0, key1, numbers, first, outer, firstPlane, planes, columns, interleaved, stride)
fn add_noise_rows(call: &Call) -> Outcome {
    let (y, x, variance) = (call.array(0)?, call.array(1)?, call.array(2)?);
    let (key, mut rows) = ([call.word(3)?, call.word(4)?], row_numbers(call, 5)?);
    let own = size(&[rows.rows, rows.planes, rows.columns])?;
    let all = size(&[own, rows.outer])?;
    (rows.interleaved, rows.stride) = (false, own);
    let (x_length, variance_length) = (period(x, all)?, period(variance, all)?);
    by_precision!(y, T => {
        let to = Noisy {
            y: y.of::<T>(all)?,
            x: x.of::<T>(0)?,
            x_length,
            variance: variance.of::<T>(0)?,
            variance_length,
        };
        if all > 0 {
            unsafe { rows::add_noise::<T>(to, rows, key) };
        }
        DONE
    })
}

fn fill_at<T: Stored, L: Law<T>>(call: &Call, out: View) -> Outcome {
    let (key, addresses) = ([call.word(1)?, call.word(2)?], call.array(3)?);
    let at = addresses.of::<u32>(size(&[out.len, 4])?)?;
    unsafe { rows::fill_at::<T, L>(out.of::<T>(0)?, at.cast(), out.len, key) };
    DONE
}

/// uniformAt(out, key0, key1, addresses)
fn uniform_at(call: &Call) -> Outcome {
    let out = call.array(0)?;
    by_precision!(out, T => fill_at::<T, Uniform>(call, out))
}

/// normalAt(out, key0, key1, addresses)
fn normal_at(call: &Call) -> Outcome {
    let out = call.array(0)?;
    by_precision!(out, T => fill_at::<T, Normal>(call, out))
}

/// driveTiles(y, x, m, n, boundaries, step, low, high)
fn drive_tiles(call: &Call) -> Outcome {
    let (y, x, edges) = (call.array(0)?, call.array(1)?, call.array(4)?);
    let (m, n) = (call.index(2)?, call.index(3)?);
    let levels = levels(call, 5)?;
    let boundaries = tile_boundaries(edges, n)?;
    let lines = boundaries[boundaries.len() - 1];
    by_precision!(y, T => {
        let (to, from) = (y.of::<T>(size(&[m, lines])?)?, x.of::<T>(size(&[m, n])?)?);
        apart(y, &[x])?;
        Ok(call.value_of(unsafe { tiles::drive::<T>(to, from, m, n, &boundaries, levels) } as f64))
    })
}

/// channels, height, width, kernelHeight, kernelWidth, stride, dilation, above, below, left, right, from argument `first` on
fn windows(call: &Call, first: usize) -> Result<Windows, Fault> {
    let at = |i: usize| call.index(first + i);
    Ok(Windows {
        channels: at(0)?,
        height: at(1)?,
        width: at(2)?,
        kernel: [at(3)?, at(4)?],
        stride: at(5)?,
        dilation: at(6)?,
        padding: [at(7)?, at(8)?, at(9)?, at(10)?],
    })
}

/// patches(out, images, count, channels, height, width, kernelHeight, kernelWidth, stride, dilation, above, below, left,
/// right, firstChannel, patchChannels, bias)
fn gather_patches(call: &Call) -> Outcome {
    let (out, images, count) = (call.array(0)?, call.array(1)?, call.index(2)?);
    let shape = patches::Shape {
        windows: windows(call, 3)?,
        first_channel: call.index(14)?,
        patch_channels: call.index(15)?,
        bias: call.index(16)? != 0,
    };
    let taken = shape.first_channel.checked_add(shape.patch_channels);
    let (Some([rows, columns]), true) = (shape.windows.grid(), taken.is_some_and(|end| end <= shape.windows.channels))
    else {
        return Err("internal: patches lie outside their images.");
    };
    let room = size(&[count, rows, columns, shape.patch().ok_or("internal: patches are too large.")?])?;
    let held = size(&[count, shape.windows.channels, shape.windows.height, shape.windows.width])?;
    by_precision!(out, T => {
        unsafe { patches::patches::<T>(out.of::<T>(room)?, images.of::<T>(held)?, count, shape) };
        DONE
    })
}

/// Those of the windows and outputs and groups, from argument `first` on
fn convolution_plan(call: &Call, first: usize) -> Result<Plan, Fault> {
    Plan::new(windows(call, first)?, call.index(first + 11)?, call.index(first + 12)?)
}

/// Numbers of the weights, and of so many images before and after.
fn convolution_sizes(plan: &Plan, count: usize) -> Result<[usize; 3], Fault> {
    let Windows { channels, height, width, .. } = plan.windows;
    Ok([
        size(&[plan.offsets.len(), plan.outputs])?,
        size(&[count, channels, height, width])?,
        size(&[count, plan.outputs, plan.rows, plan.columns])?,
    ])
}

/// convolve(y, x, w, bias, count, activation, shape…)
fn convolve(call: &Call) -> Outcome {
    let (y, x, w, bias) = (call.array(0)?, call.array(1)?, call.array(2)?, call.array_or_null(3)?);
    let (count, activation) = (call.index(4)?, choice(call, 5, &Activation::ALL)?);
    let plan = convolution_plan(call, 6)?;
    let [weights, before, after] = convolution_sizes(&plan, count)?;
    apart(y, &[x, w, bias])?;
    by_precision!(y, T => {
        let (to, from, w) = (y.of::<T>(after)?, x.of::<T>(before)?, w.of::<T>(weights)?);
        unsafe { convolution::convolve(to, from, w, bias.optional::<T>(plan.outputs)?, count, &plan, activation) };
        DONE
    })
}

/// convolveGradient(dx, dw, db, dy, y, x, w, count, activation, shape…)
fn convolve_gradient(call: &Call) -> Outcome {
    let (dx, dw, db) = (call.array_or_null(0)?, call.array_or_null(1)?, call.array_or_null(2)?);
    let (dy, y, x, w) = (call.array(3)?, call.array(4)?, call.array(5)?, call.array(6)?);
    let (count, activation) = (call.index(7)?, choice(call, 8, &Activation::ALL)?);
    let plan = convolution_plan(call, 9)?;
    let [weights, before, after] = convolution_sizes(&plan, count)?;
    for (i, &written) in [dx, dw, db].iter().enumerate() {
        apart(written, &[dy, y, x, w])?;
        apart(written, &[dx, dw, db][i + 1..])?;
    }
    by_precision!(dy, T => {
        let arrays = Gradients::<T> {
            dx: dx.optional(before)?,
            dw: dw.optional(weights)?,
            db: db.optional(plan.outputs)?,
            dy: dy.of::<T>(after)?,
            y: y.of::<T>(after)?,
            x: x.of::<T>(before)?,
            w: w.of::<T>(weights)?,
        };
        unsafe { convolution_gradient::gradient(arrays, count, &plan, activation) };
        DONE
    })
}

/// step, low and high of a converter, from argument `first` on
fn levels(call: &Call, first: usize) -> Result<Levels, Fault> {
    Ok(Levels { step: call.number(first)?, low: call.number(first + 1)?, high: call.number(first + 2)? })
}

/// First word line of each tile and the end, that of the inputs or, with a bias line, one more.
fn tile_boundaries(edges: View, inputs: usize) -> Result<Vec<usize>, Fault> {
    let at = edges.of::<i32>(1)?;
    let boundaries: Vec<usize> = (0..edges.len).map(|i| unsafe { *at.add(i) }.max(0) as usize).collect();
    let lines = boundaries[boundaries.len() - 1];
    let rising = boundaries[0] == 0 && boundaries.windows(2).all(|edges| edges[0] < edges[1]);
    if rising && (lines == inputs || lines == inputs.saturating_add(1)) {
        return Ok(boundaries);
    }
    Err("internal: the boundaries of tiles ascend from 0 to the number of word lines.")
}

/// convolveTiles(saturated, y, x, weights, variances, boundaries, columns, keys, numbers, conversionVariance, group, held,
/// copies, matrix, sample, count, shared, activation, step, low, high of inputs, step, low, high of sums, shape…)
fn convolve_tiles(call: &Call) -> Outcome {
    let (saturated, y, x) = (call.array(0)?, call.array(1)?, call.array(2)?);
    let (weights, variances, columns) = (call.array(3)?, call.array_or_null(4)?, call.array_or_null(6)?);
    let (keys, numbers) = (call.array(7)?, call.array(8)?);
    let (group, held, copies, matrix) = (call.index(10)?, call.index(11)?, call.index(12)?, call.index(13)?);
    let (count, shared) = (call.index(15)?, call.index(16)? != 0);
    let whole = convolution_plan(call, 24)?;
    let plan = Plan::new(Windows { channels: whole.part, ..whole.windows }, whole.own, 1)?;
    let boundaries = tile_boundaries(call.array(5)?, plan.offsets.len())?;
    let cells = size(&[held, boundaries[boundaries.len() - 1], plan.own])?;
    if group >= whole.groups || matrix >= held {
        return Err("internal: a group or a copy is read that is not there.");
    }
    let (image, result) = (size(&[plan.windows.height, plan.windows.width])?, size(&[plan.rows, plan.columns])?);
    let images = size(&[count, if shared { 1 } else { copies }, whole.windows.channels, image])?;
    let (to, from) = (y.of::<f32>(size(&[copies, count, whole.outputs, result])?)?, x.of::<f32>(images)?);
    let found = saturated.of::<f64>(2)?;
    apart(y, &[saturated, x, weights, variances, columns])?;
    let tiles = Tiles {
        plan: &plan,
        boundaries: &boundaries,
        weights: weights.of(cells)?,
        variances: variances.optional(cells)?,
        held,
        input: levels(call, 18)?,
        output: levels(call, 21)?,
        columns: columns.optional(size(&[3, plan.own])?)?,
        conversion_variance: call.number(9)? as f32,
        keys: keys.of::<u32>(size(&[4, boundaries.len() - 1])?)?.cast(),
    };
    let reads = Reads {
        y: to.wrapping_add(group * plan.own * result),
        result: whole.outputs * result,
        x: from.wrapping_add(group * whole.part * image),
        image: whole.windows.channels * image,
        shared,
        numbers: numbers.of(count)?,
        count,
        copies,
        matrix,
        sample: call.word(14)?,
        after: convolution::after(choice(call, 17, &Activation::ALL)?),
    };
    let outside = unsafe { tiled_convolution::convolve(&tiles, &reads) };
    for (i, number) in outside.into_iter().enumerate() {
        unsafe { *found.add(i) = number as f64 };
    }
    DONE
}

/// height, width, kernelHeight, kernelWidth, stride, average, from argument `first` on, and the numbers of so many planes
/// before and after
fn pool_shape(call: &Call, count: usize, first: usize) -> Result<(pool::Shape, [usize; 2]), Fault> {
    let at = |i: usize| call.index(first + i);
    let (height, width) = (at(0)?, at(1)?);
    let shape = pool::Shape { height, width, kernel: [at(2)?, at(3)?], stride: at(4)?, average: at(5)? != 0 };
    if shape.stride == 0 || shape.kernel.contains(&0) {
        return Err("internal: windows have no size or stride.");
    }
    let [rows, columns] = shape.grid().ok_or("internal: windows do not fit their images.")?;
    Ok((shape, [size(&[count, height, width])?, size(&[count, rows, columns])?]))
}

/// pool(out, images, planes, height, width, kernelHeight, kernelWidth, stride, average)
fn run_pool(call: &Call) -> Outcome {
    let (out, images, count) = (call.array(0)?, call.array(1)?, call.index(2)?);
    let (shape, [before, after]) = pool_shape(call, count, 3)?;
    apart(out, &[images])?;
    by_precision!(out, T => {
        unsafe { pool::pool::<T>(out.of(after)?, images.of(before)?, count, shape) };
        DONE
    })
}

/// poolGradient(dx, dy, y, x, planes, height, width, kernelHeight, kernelWidth, stride, average)
fn pool_gradient(call: &Call) -> Outcome {
    let (dx, dy, y, x, count) = (call.array(0)?, call.array(1)?, call.array(2)?, call.array(3)?, call.index(4)?);
    let (shape, [before, after]) = pool_shape(call, count, 5)?;
    apart(dx, &[dy, y, x])?;
    by_precision!(dx, T => {
        let arrays: [*const T; 3] = [dy.of::<T>(after)?, y.of::<T>(after)?, x.of::<T>(before)?];
        unsafe { pool::gradient::<T>(dx.of(before)?, arrays, count, shape) };
        DONE
    })
}

/// slicedProduct(y, x, w, levels, lowest, m, n, k, bits, twosComplement, slices, sliceBits, tileRows)
fn sliced_product(call: &Call) -> Outcome {
    let shape = sliced::Shape {
        m: call.index(5)?,
        n: call.index(6)?,
        k: call.index(7)?,
        bits: call.index(8)?.min(31),
        twos_complement: call.index(9)? != 0,
        slices: call.index(10)?,
        slice_bits: call.index(11)?,
        tile_rows: call.index(12)?.max(1),
    };
    let (codes, weights) = (size(&[shape.m, shape.k])?, size(&[shape.slices, shape.k, shape.n])?);
    let y = call.array(0)?.of::<f32>(size(&[shape.m, shape.n])?)?;
    let (x, w, levels) = (call.array(1)?.of::<u32>(codes)?, call.array(2)?.of::<i32>(weights)?, call.array(3)?);
    if levels.len == 0 || levels.len > 1 << 17 {
        return Err("internal: a converter has between 1 and 131072 levels.");
    }
    let lowest = call.number(4)?;
    if lowest.abs() > (1 << 24) as f64 {
        return Err("internal: a converter begins too far from zero.");
    }
    apart(call.array(0)?, &[call.array(1)?, call.array(2)?, levels])?;
    let levels = unsafe { std::slice::from_raw_parts(levels.of::<f32>(0)?, levels.len) };
    let table = sliced::Table { levels, lowest: lowest as i32 };
    if shape.m == 0 || shape.n == 0 || shape.k == 0 {
        return Err("internal: a sliced product has no rows or columns.");
    }
    let ends = unsafe {
        let (x, w) = (std::slice::from_raw_parts(x, codes), std::slice::from_raw_parts(w, weights));
        sliced::sliced_product(y, x, w, table, shape)
    };
    Ok(call.value_of(ends as f64))
}

/// The array from arguments `first` (cells), rows, columns, four conductances and flags.
fn crossbar_array(call: &Call, first: usize) -> Result<crossbar::Array<'_>, Fault> {
    let (rows, columns, flags) = (call.index(first + 1)?, call.index(first + 2)?, call.index(first + 7)?);
    let count = size(&[rows, columns])?;
    if count == 0 || count > 1 << 28 {
        return Err("internal: an array has no cells or too many.");
    }
    let cells = call.array(first)?.of::<f64>(count)?;
    let wire = |i: usize| call.number(first + 3 + i);
    Ok(crossbar::Array {
        rows,
        columns,
        cells: unsafe { std::slice::from_raw_parts(cells, count) },
        wires: [wire(0)?, wire(1)?, wire(2)?, wire(3)?],
        both_driven: flags & 1 != 0,
        both_sensed: flags & 2 != 0,
    })
}

/// crossbarPorts(ports, cells, rows, columns, row, column, source, sense, flags)
fn crossbar_ports(call: &Call) -> Outcome {
    let array = crossbar_array(call, 1)?;
    let length = size(&[array.rows + array.columns, array.rows + array.columns])?;
    apart(call.array(0)?, &[call.array(1)?])?;
    let ports = call.array(0)?.of::<f64>(length)?;
    crossbar::ports(unsafe { std::slice::from_raw_parts_mut(ports, length) }, &array);
    DONE
}

/// crossbarPotentials(v, injected, floating, cells, rows, columns, row, column, source, sense, flags)
fn crossbar_potentials(call: &Call) -> Outcome {
    let array = crossbar_array(call, 3)?;
    let (v, injected, count) = (call.array(0)?, call.array_or_null(1)?, array.rows + array.columns);
    if v.len % array.nodes() != 0 {
        return Err("internal: potentials are not one for each node.");
    }
    apart(v, &[injected, call.array(2)?, call.array(3)?])?;
    apart(injected, &[call.array(2)?, call.array(3)?])?;
    let floating = unsafe { std::slice::from_raw_parts(call.array(2)?.of::<i32>(count)?, count) };
    let all = unsafe { std::slice::from_raw_parts_mut(v.of::<f64>(0)?, v.len) };
    let q: &mut [f64] = match injected.kind {
        Kind::Null => &mut [],
        _ => unsafe { std::slice::from_raw_parts_mut(injected.of::<f64>(v.len)?, v.len) },
    };
    crossbar::potentials(all, q, floating, &array);
    DONE
}

fn set_threads(call: &Call) -> Outcome {
    threads::set_count(call.index(0)?);
    DONE
}

/// What bits depend on.
fn instruction_names() -> String {
    format!("{}, bfloat16 by {}", simd::level().name(), bf16::path().name())
}

fn instructions(call: &Call) -> Outcome {
    Ok(call.text(&instruction_names()))
}

fn detail(call: &Call) -> Outcome {
    let count = threads::count();
    Ok(call.text(&format!("{}, {count} thread{}", instruction_names(), if count == 1 { "" } else { "s" })))
}

/// peakFlops(seconds, bits)
fn peak_flops(call: &Call) -> Outcome {
    let seconds = call.number(0)?;
    let peak = if call.index(1)? == 32 { simd::peak::peak::<f32>(seconds) } else { simd::peak::peak::<f64>(seconds) };
    Ok(call.value_of(peak))
}

macro_rules! exports {
    ($($name:literal => $function:ident),+ $(,)?) => {
        /// Puts the functions on the module's exports.
        unsafe fn register(env: sys::napi_env, module: sys::napi_value) {
            $({
                unsafe extern "C" fn callback(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
                    let call = unsafe { Call::new(env, info) };
                    call.answer($function)
                }
                let name = concat!($name, "\0").as_ptr().cast();
                unsafe {
                    let mut value = null_mut();
                    sys::napi_create_function(env, name, $name.len() as isize, Some(callback), null_mut(), &mut value);
                    sys::napi_set_named_property(env, module, name, value);
                }
            })+
        }
    };
}

exports! {
    "product" => run_product,
    "productBf16" => run_product_bf16,
    "affine" => affine,
    "unary" => unary,
    "binary" => binary,
    "axpy" => axpy,
    "scale" => scale,
    "activationGradient" => activation_gradient,
    "sum" => sum,
    "dot" => dot,
    "range" => range,
    "sumRows" => sum_rows,
    "logSoftmax" => log_softmax,
    "softmaxCrossEntropy" => softmax_cross_entropy,
    "softmaxNetwork" => softmax_network,
    "normalise" => run_normalise,
    "adam" => adam,
    "gaussianAdam" => gaussian_adam,
    "realise" => realise,
    "realiseGradient" => realise_gradient,
    "scaleMoments" => scale_moments,
    "scaleMomentsGradient" => scale_moments_gradient,
    "technologicalLoss" => technological_loss,
    "quantise" => quantise,
    "clampGradient" => clamp_gradient,
    "tabulate" => tabulate,
    "scatter" => scatter,
    "randomWords" => random_words,
    "uniform" => uniform,
    "normal" => normal,
    "addNoise" => add_noise,
    "uniformRows" => uniform_rows,
    "normalRows" => normal_rows,
    "addNoiseRows" => add_noise_rows,
    "uniformAt" => uniform_at,
    "normalAt" => normal_at,
    "driveTiles" => drive_tiles,
    "crossbarPorts" => crossbar_ports,
    "crossbarPotentials" => crossbar_potentials,
    "patches" => gather_patches,
    "convolve" => convolve,
    "convolveGradient" => convolve_gradient,
    "convolveTiles" => convolve_tiles,
    "pool" => run_pool,
    "poolGradient" => pool_gradient,
    "slicedProduct" => sliced_product,
    "setThreads" => set_threads,
    "detail" => detail,
    "instructions" => instructions,
    "peakFlops" => peak_flops,
}

static SETUP: Once = Once::new();

/// Number of loads, which tells the hooks apart.
static LOADS: AtomicUsize = AtomicUsize::new(0);

/// Node may unload the library once every thread that loaded it has ended, and no helper must then be in its code.
unsafe extern "C" fn leave(_: *mut c_void) {
    threads::end();
}

/// Called by Node when the library is loaded, once for each thread that loads it.
///
/// # Safety
/// Only for Node.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn napi_register_module_v1(env: sys::napi_env, exports: sys::napi_value) -> sys::napi_value {
    SETUP.call_once(|| unsafe {
        let _ = sys::setup();
    });
    unsafe {
        register(env, exports);
        sys::napi_add_env_cleanup_hook(env, Some(leave), LOADS.fetch_add(1, Relaxed) as *mut c_void);
    }
    exports
}
