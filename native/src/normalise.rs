//! Runs of numbers brought to mean 0 and variance 1, in double precision whatever the numbers have.

use crate::elementwise::{WIDTH, blocks, put, take};
use crate::real::Real;
use crate::simd::multiversion;
use crate::threads::{self, Shared};

/// Numbers of one task.
const GRAIN: usize = 1 << 14;

/// Partial sums kept side by side.
const LANES: usize = 32;

/// Σ f(x) over n numbers.
macro_rules! total {
    ($x:expr, $n:expr, |$v:ident| $f:expr) => {{
        let mut lanes = [0.0f64; LANES];
        let whole = $n / LANES * LANES;
        for i in (0..whole).step_by(LANES) {
            let values = $x.add(i).cast::<[T; LANES]>().read_unaligned();
            for j in 0..LANES {
                let $v = values[j].to_f64();
                lanes[j] += $f;
            }
        }
        for i in whole..$n {
            let $v = (*$x.add(i)).to_f64();
            lanes[i - whole] += $f;
        }
        lanes.iter().sum::<f64>()
    }};
}

/// One run of n numbers; returns 1/std.
#[inline(always)]
unsafe fn body<T: Real, const LEVEL: u8>(y: *mut T, x: *const T, n: usize, epsilon: f64) -> f64 {
    unsafe {
        let mean = total!(x, n, |v| v) / n as f64;
        let variance = total!(x, n, |v| (v - mean) * (v - mean)) / n as f64;
        let factor = 1.0 / (variance + epsilon).sqrt();
        blocks!(n, |i, count| {
            let mut values = take(x.add(i), count);
            for value in &mut values {
                *value = T::from_f64((value.to_f64() - mean) * factor);
            }
            put(y.add(i), &values, count);
        });
        factor
    }
}
multiversion!(run<T: Real>(y: *mut T, x: *const T, n: usize, epsilon: f64) -> f64 = body);

/// Brings each of `runs` runs of `length` numbers to mean 0 and variance 1; 1/std of each goes to `inverse` unless null.
///
/// # Safety
/// y and x point to runs·length numbers, the inverse to `runs`; y may be x.
pub unsafe fn normalise<T: Real>(y: *mut T, inverse: *mut T, x: *const T, runs: usize, length: usize, epsilon: f64) {
    let (y, inverse, x) = (Shared::new(y), Shared::new(inverse), Shared::new(x));
    threads::pieces(runs, GRAIN / length.max(1) + 1, |from, to| {
        for i in from..to {
            unsafe {
                let factor = run::<T>(y.at(i * length), x.at(i * length), length, epsilon);
                if !inverse.at(i).is_null() {
                    *inverse.at(i) = T::from_f64(factor);
                }
            }
        }
    });
}
