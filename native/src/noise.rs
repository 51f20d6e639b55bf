//! Gaussian noise of given variances, drawn and added piece by piece so that no numbers pass through memory twice.

use crate::multiversion;
use crate::random::{Law, Normal, fill};
use crate::real::Real;
use crate::threads::{self, Shared};

/// Numbers of one task.
const GRAIN: usize = 1 << 14;
/// Normals drawn at a time.
const PIECE: usize = 1 << 10;

#[inline(always)]
unsafe fn body<T: Real, const LEVEL: u8>(y: *mut T, slope: *mut T, variance: *const T, normals: *const T, n: usize) {
    let (y, variance) = unsafe { (std::slice::from_raw_parts_mut(y, n), std::slice::from_raw_parts(variance, n)) };
    let normals = unsafe { std::slice::from_raw_parts(normals, n) };
    for ((y, &variance), &z) in y.iter_mut().zip(variance).zip(normals) {
        *y = variance.root().times_plus::<LEVEL>(z, *y);
    }
    if slope.is_null() {
        return;
    }
    let slope = unsafe { std::slice::from_raw_parts_mut(slope, n) };
    let half = T::from_f64(0.5);
    for ((slope, &variance), &z) in slope.iter_mut().zip(variance).zip(normals) {
        let value = half * z / variance.root();
        *slope = if variance > T::ZERO { value } else { T::ZERO };
    }
}
multiversion!(
    /// y += √variance·normals, slope = normals/(2 √variance) unless null.
    add<T: Real>(y: *mut T, slope: *mut T, variance: *const T, normals: *const T, n: usize) = body
);

/// # Safety
/// `y`, `variance` and, unless null, `slope` hold n numbers.
pub unsafe fn add_noise<T: Real>(y: *mut T, slope: *mut T, variance: *const T, n: usize, key: [u32; 2], offset: usize)
where
    Normal: Law<T>,
{
    let (y, slope, variance) = (Shared(y), Shared(slope), Shared(variance as *mut T));
    threads::pieces(n, GRAIN, |from, to| {
        let mut normals = [T::ZERO; PIECE];
        for at in (from..to).step_by(PIECE) {
            let count = PIECE.min(to - at);
            unsafe {
                fill::<T, Normal>(normals.as_mut_ptr(), count, key, offset + at);
                let slope = if slope.0.is_null() { slope.0 } else { slope.at(at) };
                add(y.at(at), slope, variance.at(at), normals.as_ptr(), count);
            }
        }
    });
}
